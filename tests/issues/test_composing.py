"""Adding, linking, placing, moving and removing entries."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from issues.composing import (
    FixedByPublication,
    add_entry,
    link_entry,
    move_entry,
    place_entry,
    remove_entry,
    remove_issue,
    remove_section,
    save_entry,
    why_kept,
)
from issues.models import Entry, Issue, Section
from issues.publishing import publish, withdraw
from papers.identifiers import MalformedURL
from papers.models import Alias, Work
from tests.factories import make_entry, make_issue, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db


def draft_section(**values):
    return make_section(make_issue(published=False), **values)


def titles(section):
    return list(section.entries.values_list("title", flat=True))


def abc(section):
    return [make_entry(section, title=title) for title in "ABC"]


def test_an_added_entry_has_a_clean_link_the_address_as_given_and_its_work():
    entry = add_entry(draft_section(), url=" https://arxiv.org/pdf/2111.12763v2?utm_source=mail ", title="Sparse")
    assert entry.url == "https://arxiv.org/pdf/2111.12763v2"
    assert entry.url_given == "https://arxiv.org/pdf/2111.12763v2?utm_source=mail"
    assert entry.work.identity == "arxiv:2111.12763"
    assert (entry.work.kind, entry.position, entry.label) == ("paper", 1, "")


def test_another_spelling_of_a_known_work_finds_it():
    work = make_work("https://arxiv.org/abs/2111.12763")
    assert add_entry(draft_section(), url="https://arxiv.org/pdf/2111.12763v3.pdf").work == work
    assert Work.objects.count() == 1


def test_a_spelling_learnt_later_finds_its_work():
    work = make_work("https://arxiv.org/abs/2111.12763")
    Alias.objects.create(work=work, identity="url:example.org/sparse")
    assert add_entry(draft_section(), url="https://www.example.org/sparse/").work == work


def test_an_entry_without_a_link_has_no_work():
    entry = add_entry(draft_section(), title="An essay")
    assert (entry.url, entry.url_given, entry.work) == ("", "", None)


def test_a_malformed_address_adds_nothing():
    with pytest.raises(MalformedURL):
        add_entry(draft_section(), url="not an address")
    assert not Entry.objects.exists()
    assert not Work.objects.exists()


def test_a_malformed_address_leaves_the_entry_as_it_is():
    entry = make_entry(url="https://example.org/a")
    with pytest.raises(MalformedURL):
        link_entry(entry, "http://")
    assert (entry.url, entry.work.identity) == ("https://example.org/a", "url:example.org/a")


def test_taking_the_link_away_takes_the_work_away():
    entry = save_entry(make_entry(), link="")
    entry.refresh_from_db()
    assert (entry.url, entry.url_given, entry.work) == ("", "", None)


def test_entries_are_added_at_the_end_or_at_a_place():
    section = draft_section()
    add_entry(section, title="A")
    add_entry(section, title="C")
    add_entry(section, title="B", position=2)
    assert titles(section) == ["A", "B", "C"]


def test_an_added_entry_carries_topics_by_row_and_by_name():
    video = make_topic("video")
    entry = add_entry(draft_section(), title="A", topics=[video, "動画像"])
    assert [topic.name for topic in entry.topics.all()] == ["Video", "動画像"]


def test_only_the_named_fields_are_written():
    entry = make_entry(title="Old", summary="Old")
    Entry.objects.filter(pk=entry.pk).update(summary="By another")
    entry.title = "New"
    save_entry(entry, changed=["title"])
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("New", "By another")


def test_an_entry_added_to_a_published_issue_gets_the_next_label():
    issue = make_issue(published=False, number=26)
    section = make_section(issue)
    abc(section)
    publish(issue)
    section.refresh_from_db()
    assert add_entry(section, title="Late", position=1).label == "26.4"
    assert list(section.entries.values_list("label", flat=True)) == ["26.4", "26.1", "26.2", "26.3"]


@pytest.mark.parametrize(
    ("position", "expected"),
    [(1, "CAB"), (2, "ACB"), (3, "ABC"), (99, "ABC"), (0, "CAB"), (-5, "CAB")],
)
def test_an_entry_is_placed_and_the_others_close_up(position, expected):
    section = draft_section()
    *_, last = abc(section)
    place_entry(last, position)
    assert "".join(titles(section)) == expected
    assert list(section.entries.values_list("position", flat=True)) == [1, 2, 3]


def test_an_entry_moves_to_the_end_of_another_section():
    section = draft_section()
    other = make_section(section.issue)
    first, *_ = abc(section)
    make_entry(other, title="D")
    move_entry(first, other)
    assert (titles(section), titles(other)) == (["B", "C"], ["D", "A"])


def test_an_entry_moves_to_a_place_of_another_section():
    section = draft_section()
    other = make_section(section.issue)
    abc(other)
    move_entry(make_entry(section, title="X"), other, position=2)
    assert titles(other) == ["A", "X", "B", "C"]


def test_a_draft_entry_moves_to_another_issue():
    entry = make_entry(draft_section())
    other = draft_section()
    assert move_entry(entry, other).section == other


def test_an_entry_moved_into_a_published_issue_gets_a_label():
    other = make_section(make_issue(number=41))
    assert move_entry(make_entry(draft_section()), other).label == "41.1"


def test_a_published_entry_moves_within_its_issue_and_keeps_its_label():
    entry = make_entry(make_section(make_issue(number=26)))
    other = make_section(entry.section.issue)
    assert move_entry(entry, other).label == "26.1"


def test_a_published_entry_does_not_leave_its_issue():
    entry = make_entry()
    with pytest.raises(FixedByPublication, match="moved to another issue"):
        move_entry(entry, draft_section())
    entry.refresh_from_db()
    assert entry.section.issue.is_public


@pytest.mark.django_db(transaction=True)
def test_two_who_move_entries_between_the_same_sections_do_not_wait_for_ever():
    section = draft_section()
    other = make_section(section.issue)
    here, there = abc(section), abc(other)
    start = threading.Barrier(6)

    def move(pair):
        entry, target = pair
        start.wait()
        try:
            move_entry(Entry.objects.get(pk=entry.pk), Section.objects.get(pk=target.pk), position=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(move, [(entry, other) for entry in here] + [(entry, section) for entry in there]))
    assert {entry.pk for entry in section.entries.all()} == {entry.pk for entry in there}
    assert list(other.entries.values_list("position", flat=True)) == [1, 2, 3]


def published(issue):
    return publish(issue)


def withdrawn(issue):
    return withdraw(publish(issue))


@pytest.mark.parametrize("bring", [published, withdrawn])
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


def test_what_was_never_published_is_removed():
    section = draft_section()
    first, second = make_entry(section), make_entry(section)
    assert why_kept(first) == why_kept(section) == why_kept(section.issue) == ""
    remove_entry(first)
    assert list(section.entries.all()) == [second]
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
