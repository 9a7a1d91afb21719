"""Fixes: applied through the verbs, refused where the row changed meanwhile, and undone."""

import pytest

from issues.checks import FixRefused, apply_fix, undo_fix
from issues.checks.finding import Change, Finding, Fix, Place, Severity, fix_from_json
from issues.models import Entry, Highlight, Removal
from issues.refusals import FixedByPublication, Gone
from tests.factories import make_entry, make_highlight, make_issue, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return make_entry(make_section(make_issue(published=False)), title="Before", url="https://example.org/a")


def finding(row, *changes, **options):
    key = f"{row._meta.model_name}:{row.pk}"
    fix = Fix("Mend it", key, tuple(Change(*change) for change in changes), **options) if changes or options else None
    return Finding("some-rule", Severity.WARNING, Place(key, key), "Something is wrong.", fix=fix)


def test_a_fix_changes_its_fields_and_can_be_undone(entry, editor):
    issue = entry.section.issue
    done = apply_fix(issue, finding(entry, ("title", "Before", "After")), editor)
    entry.refresh_from_db()
    assert (entry.title, done.said) == ("After", "Mend it: done.")
    undo_fix(issue, done.token, editor)
    entry.refresh_from_db()
    assert entry.title == "Before"


def test_a_fixed_link_leads_to_its_own_work_and_back(entry):
    issue, work, given = entry.section.issue, entry.work, entry.url_given
    done = apply_fix(
        issue, finding(entry, ("url", entry.url, "https://arxiv.org/abs/2103.03230"), ("url_given", given, ""))
    )
    entry.refresh_from_db()
    assert entry.work.identity == "arxiv:2103.03230"
    undo_fix(issue, done)
    entry.refresh_from_db()
    assert (entry.work, entry.url, entry.url_given) == (work, "https://example.org/a", given)


def test_a_fix_is_refused_where_the_row_changed_meanwhile(entry):
    found = finding(entry, ("title", "Before", "After"))
    Entry.objects.filter(pk=entry.pk).update(title="What somebody typed")
    with pytest.raises(FixRefused, match="has changed"):
        apply_fix(entry.section.issue, found)
    entry.refresh_from_db()
    assert entry.title == "What somebody typed"


def test_undoing_is_refused_where_the_row_changed_meanwhile(entry):
    done = apply_fix(entry.section.issue, finding(entry, ("title", "Before", "After")))
    Entry.objects.filter(pk=entry.pk).update(title="What somebody typed")
    with pytest.raises(FixRefused, match="has changed"):
        undo_fix(entry.section.issue, done)


def test_a_row_that_is_removed_comes_back(entry):
    highlight = make_highlight(entry.section.issue)
    done = apply_fix(highlight.issue, finding(highlight, removes=True))
    assert not Highlight.objects.exists()
    again = undo_fix(highlight.issue, done.token)
    assert Highlight.objects.get() == highlight
    undo_fix(highlight.issue, again)
    assert not Highlight.objects.exists()


def test_what_is_gone_can_not_be_mended(entry):
    found = finding(entry, ("title", "Before", "After"))
    issue = entry.section.issue
    entry.delete()
    with pytest.raises(Gone):
        apply_fix(issue, found)


def test_what_is_brought_back_already_is_not_brought_back_again(entry):
    done = apply_fix(entry.section.issue, finding(entry, removes=True))
    Removal.objects.all().delete()
    with pytest.raises(Gone):
        undo_fix(entry.section.issue, done)


def test_a_published_entry_is_not_removed():
    entry = make_entry()
    with pytest.raises(FixedByPublication):
        apply_fix(entry.section.issue, finding(entry, removes=True))


def test_a_row_of_another_issue_is_out_of_reach(entry):
    with pytest.raises(Gone):
        apply_fix(make_issue(), finding(entry, ("title", "Before", "After")))


def test_fields_that_no_rule_mends_are_never_written(entry):
    with pytest.raises(FixRefused, match="by hand"):
        apply_fix(entry.section.issue, finding(entry, ("public_id", entry.public_id, "stolen")))


def test_a_finding_without_a_fix_says_so(entry):
    with pytest.raises(FixRefused, match="by hand"):
        apply_fix(entry.section.issue, finding(entry))


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c"])
def test_a_token_that_the_site_did_not_make_undoes_nothing(entry, token):
    with pytest.raises(FixRefused):
        undo_fix(entry.section.issue, token)


def test_a_fix_survives_being_written_as_json():
    fix = Fix("Mend it", "entry:1", (Change("repeats", None, 3),))
    assert fix_from_json(fix.as_json()) == fix
