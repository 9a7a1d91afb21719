"""Waivers: a reason is needed, it is kept and shown, and lapses with the text."""

import pytest

from issues.checks import CannotWaive, Finding, Severity, check, find_finding, gate, take_waiver_back, waive
from issues.models import AuditRecord, Entry, Waiver
from tests.factories import make_entry, make_issue, make_section

from .asking import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return make_entry(make_section(make_issue(published=False)), title="")


def the_finding(entry):
    (finding,) = findings(entry.section.issue, "no-title")
    return finding


def test_a_waived_error_no_longer_stands_in_the_way_and_shows_why(entry, editor):
    issue = entry.section.issue
    waive(issue, the_finding(entry), " It is a picture. ", by=editor)
    assert gate(issue) == []
    finding = the_finding(entry)
    assert finding.waived
    assert (finding.waiver.reason, finding.waiver.by) == ("It is a picture.", "mika")
    record = AuditRecord.objects.get(deed="finding.waived")
    assert (record.person, record.detail["reason"]) == (editor, "It is a picture.")


def test_a_waiver_lapses_when_the_text_changes_and_holds_again_when_it_is_restored(entry):
    issue, before = entry.section.issue, entry.source_title
    waive(issue, the_finding(entry), "It is meant.")
    Entry.objects.filter(pk=entry.pk).update(source_title="A title of the original")
    assert not the_finding(entry).waived
    Entry.objects.filter(pk=entry.pk).update(source_title=before)
    assert the_finding(entry).waived


def test_a_waiver_is_for_its_entry_alone(entry):
    waive(entry.section.issue, the_finding(entry), "It is meant.")
    make_entry(entry.section, title="")
    assert len(gate(entry.section.issue)) == 1


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_reason_is_needed(entry, reason):
    with pytest.raises(CannotWaive, match="Say why"):
        waive(entry.section.issue, the_finding(entry), reason)
    assert not Waiver.objects.exists()


def test_what_would_harm_readers_can_not_be_waived(entry):
    place = the_finding(entry).place
    finding = Finding("unsafe-url", Severity.ERROR, place, "It leads into a private network.", waivable=False)
    with pytest.raises(CannotWaive, match="has to be mended"):
        waive(entry.section.issue, finding, "I know.")


def test_waiving_again_replaces_the_reason(entry, editor):
    issue = entry.section.issue
    for reason in ("First.", "Second."):
        waive(issue, the_finding(entry), reason, by=editor)
    assert [waiver.reason for waiver in issue.waivers.all()] == ["Second."]


def test_a_waiver_can_be_taken_back(entry):
    issue = entry.section.issue
    waive(issue, the_finding(entry), "It is meant.")
    assert take_waiver_back(issue, the_finding(entry)) is True
    assert not the_finding(entry).waived
    assert take_waiver_back(issue, the_finding(entry)) is False


def test_a_finding_is_named_by_a_key_that_changes_with_its_text(entry):
    issue, key = entry.section.issue, the_finding(entry).key
    assert find_finding(issue, key) == the_finding(entry)
    Entry.objects.filter(pk=entry.pk).update(source_title="A title of the original")
    assert find_finding(issue, key) is None
    assert find_finding(issue, "nonsense") is None
    assert check(issue)
