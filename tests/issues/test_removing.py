"""Removing entries, sections, highlights and issues, and bringing them back."""

import datetime

import pytest
from django.utils import timezone

from issues.models import Entry, Erratum, Highlight, Issue, Removal, Section
from issues.publishing import publish, withdraw
from issues.refusals import FixedByPublication, Gone, why_kept
from issues.removing import (
    KEPT_FOR,
    NoPlace,
    find_removal,
    remove_entry,
    remove_highlight,
    remove_issue,
    remove_section,
    restore,
)
from tests.factories import make_entry, make_highlight, make_issue, make_section, make_topic, make_work
from tests.issues.desk import opened, page
from tests.issues.test_moving import abc, at_once, draft_section, places, titles

pytestmark = pytest.mark.django_db


def withdrawn(issue):
    return withdraw(publish(issue))


@pytest.mark.parametrize("bring", [publish, withdrawn])
def test_what_was_published_is_not_removed(bring):
    section = draft_section()
    entry = make_entry(section)
    issue = bring(section.issue)
    entry, section = Entry.objects.get(pk=entry.pk), Section.objects.get(pk=section.pk)
    for remove, row in [(remove_entry, entry), (remove_section, section), (remove_issue, issue)]:
        with pytest.raises(FixedByPublication, match="Withdraw the issue instead"):
            remove(row)
        assert "Withdraw the issue instead" in why_kept(row)
    assert (Issue.objects.count(), Section.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert not Removal.objects.exists()


def test_what_was_never_published_is_removed_and_the_others_close_up():
    section = draft_section()
    first, second = make_entry(section), make_entry(section)
    assert why_kept(first) == why_kept(section) == why_kept(section.issue) == ""
    remove_entry(first)
    assert list(section.entries.all()) == [second]
    assert places(section.entries) == [1]
    remove_section(section)
    assert not Entry.objects.exists()
    remove_issue(section.issue)
    assert not Issue.objects.exists()


def test_a_publication_that_others_do_not_know_of_yet_still_keeps_the_entry():
    section = draft_section()
    entry = make_entry(section)
    publish(Issue.objects.get(pk=section.issue_id))
    # The rows at hand still say draft.
    with pytest.raises(FixedByPublication):
        remove_entry(entry)


def test_what_is_removed_already_is_said_to_be_gone():
    section = draft_section()
    entry, highlight = make_entry(section, title="A"), make_highlight(section.issue)
    for remove, row in [(remove_entry, entry), (remove_section, section), (remove_highlight, highlight)]:
        remove(type(row).objects.get(pk=row.pk))
        with pytest.raises(Gone):
            remove(row)


def everything(entry):
    columns = {field.attname: field.value_from_object(entry) for field in entry._meta.concrete_fields}
    return columns | {"topics": sorted(topic.slug for topic in entry.topics.all())}


def full_entry(section, **values):
    return make_entry(
        section,
        topics=[make_topic("video"), make_topic("sparse", names={"ja": "疎"})],
        **{
            "title": "眠るネットワーク",
            "summary": "Half of $x^2$.\n\nA second “paragraph”.",
            "starred": True,
            "figure": "figures/abc.png",
            "figure_width": 3,
            "figure_widths": [1, 2],
            "figure_alt": "A field",
            "work": make_work("https://arxiv.org/abs/2111.12763"),
            "url": "https://arxiv.org/abs/2111.12763",
        }
        | values,
    )


def test_a_removed_entry_comes_back_with_everything_at_its_place(editor):
    section = draft_section()
    make_entry(section, title="A")
    entry = full_entry(section)
    make_entry(section, title="C")
    before = everything(entry)
    removal = remove_entry(entry, by=editor)
    assert (removal.what, removal.name, removal.entry_count) == ("entry", "眠るネットワーク", 1)
    assert removal.removed_by == editor
    assert titles(section) == "AC"
    assert everything(restore(removal)) == before
    assert titles(section) == "A眠るネットワークC"
    assert places(section.entries) == [1, 2, 3]
    assert not Removal.objects.exists()


def test_a_removed_section_comes_back_with_its_entries_and_what_they_say_of_each_other():
    issue = make_issue(published=False)
    make_section(issue, title="First")
    section = make_section(issue, title="Second", kind="use_case")
    first = full_entry(section)
    second = make_entry(section, title="B", repeats=first)
    make_entry(section, title="C", repeats=second)
    Entry.objects.filter(pk=first.pk).update(repeats=second)
    make_section(issue, title="Third")
    before = [everything(entry) for entry in section.entries.all()]
    removal = remove_section(Section.objects.get(pk=section.pk))
    assert removal.entry_count == 3
    assert places(issue.sections) == [1, 2]
    restored = restore(removal)
    assert (restored.pk, restored.kind, restored.translation_key) == (section.pk, "use_case", section.translation_key)
    assert [everything(entry) for entry in restored.entries.all()] == before
    assert list(issue.sections.values_list("title", flat=True)) == ["First", "Second", "Third"]


def test_a_removed_highlight_comes_back():
    issue = make_issue(published=False)
    first, second = make_highlight(issue, text="One"), make_highlight(issue, text="Two")
    removal = remove_highlight(first)
    assert list(issue.highlights.all()) == [second]
    assert restore(removal).public_id == first.public_id
    assert list(issue.highlights.values_list("text", flat=True)) == ["One", "Two"]


def test_a_highlight_of_a_published_issue_may_go():
    highlight = make_highlight(make_issue())
    remove_highlight(highlight)
    assert not Highlight.objects.exists()


def test_what_pointed_to_an_entry_points_to_it_again_unless_it_found_something_else():
    section = draft_section()
    entry, other = make_entry(section), make_entry(section)
    faithful, turned = make_entry(section, repeats=entry), make_entry(section, repeats=entry)
    erratum = Erratum.objects.create(issue=section.issue, entry=entry, noted_on=datetime.date(2021, 1, 1), text="!")
    removal = remove_entry(entry)
    Entry.objects.filter(pk=turned.pk).update(repeats=other)
    restore(removal)
    for row in (faithful, turned, erratum):
        row.refresh_from_db()
    assert (faithful.repeats, turned.repeats, erratum.entry) == (entry, other, entry)


def test_what_an_entry_pointed_to_may_be_gone():
    section = draft_section()
    topic = make_topic("passing")
    entry = make_entry(section, repeats=make_entry(), topics=[topic])
    removal = remove_entry(entry)
    topic.delete()
    entry.repeats.delete()
    entry.work.delete()
    restored = restore(removal)
    restored.refresh_from_db()
    assert (restored.repeats, restored.work, list(restored.topics.all())) == (None, None, [])
    assert restored.url == entry.url


def test_an_entry_whose_section_is_gone_comes_back_at_the_end_of_the_last_one():
    section = draft_section()
    other = make_section(section.issue)
    abc(other)
    entry = make_entry(section, title="X")
    removal = remove_entry(entry)
    section.delete()
    assert restore(removal).section == other
    assert titles(other) == "ABCX"


def test_an_entry_waits_until_there_is_a_section_again():
    section = draft_section()
    removal = remove_entry(make_entry(section, title="X"))
    section.delete()
    with pytest.raises(NoPlace, match="Add a section first"):
        restore(removal)
    assert Removal.objects.count() == 1
    other = make_section(removal.issue)
    restore(removal)
    assert titles(other) == "X"


def test_an_entry_brought_back_into_a_published_issue_gets_a_label():
    section = make_section(make_issue(published=False, number=26))
    make_entry(section, title="A")
    removal = remove_entry(make_entry(section, title="B"))
    publish(section.issue)
    restored = restore(removal)
    restored.refresh_from_db()
    assert restored.label == "26.2"


def test_what_was_brought_back_is_not_brought_back_again():
    removal = remove_entry(make_entry(draft_section()))
    restore(Removal.objects.get(pk=removal.pk))
    with pytest.raises(Gone, match="brought back already"):
        restore(removal)
    assert Entry.objects.count() == 1


def test_a_removal_is_found_by_the_row_alone_or_with_its_section():
    section = draft_section()
    entry, other = make_entry(section), make_entry(section)
    alone = remove_entry(entry)
    with_all = remove_section(section)
    assert find_removal(section.issue, "entry", entry.pk) == alone
    assert find_removal(section.issue, "entry", other.pk) == with_all
    assert find_removal(section.issue, "section", section.pk) == with_all
    assert find_removal(section.issue, "highlight", entry.pk) is None


def test_what_was_removed_long_ago_is_given_up_with_the_next_removal():
    section = draft_section()
    entries = abc(section)
    old, young = remove_entry(entries[0]), remove_entry(entries[1])
    assert datetime.timedelta(days=7) < KEPT_FOR
    Removal.objects.filter(pk=old.pk).update(removed_at=timezone.now() - KEPT_FOR - datetime.timedelta(hours=1))
    Removal.objects.filter(pk=young.pk).update(removed_at=timezone.now() - KEPT_FOR + datetime.timedelta(hours=1))
    last = remove_entry(entries[2])
    assert set(Removal.objects.all()) == {young, last}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remove_or_bring_back_at_once_one_does_it():
    section = draft_section()
    entry = make_entry(section)

    def attempt(verb, row):
        def task():
            try:
                return verb(row)
            except Gone as refusal:
                return refusal

        return task

    results = at_once(*[attempt(remove_entry, Entry.objects.select_related("section").get()) for _ in range(3)])
    assert sorted(type(result).__name__ for result in results) == ["Gone", "Gone", "Removal"]
    results = at_once(*[attempt(restore, Removal.objects.get()) for _ in range(3)])
    assert sorted(type(result).__name__ for result in results) == ["Entry", "Gone", "Gone"]
    assert list(section.entries.all()) == [entry]


def test_what_is_deleted_on_a_page_of_the_admin_can_be_brought_back(editor_client):
    section = draft_section()
    entry, highlight = make_entry(section, title="A"), make_highlight(section.issue, text="One")
    for row, inline, deleted in ((section, "entries", entry), (section.issue, "highlights", highlight)):
        address = page(type(row), "change", row.pk)
        data = opened(editor_client, address) | {f"{inline}-0-DELETE": "on"}
        assert editor_client.post(address, data).status_code == 302
        assert not type(deleted).objects.filter(pk=deleted.pk).exists()
    for removal in Removal.objects.all():
        restore(removal)
    assert (titles(section), list(section.issue.highlights.all())) == ("A", [highlight])
