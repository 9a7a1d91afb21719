"""Moving entries, sections and highlights; by one editor, and by several at once."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from issues.models import Entry, Highlight, Section
from issues.moving import move_entry, move_highlight, move_section
from issues.refusals import FixedByPublication, Gone
from tests.factories import make_entry, make_highlight, make_issue, make_section

pytestmark = pytest.mark.django_db


def draft_section(**values):
    return make_section(make_issue(published=False), **values)


def titles(section):
    return "".join(section.entries.values_list("title", flat=True))


def places(rows):
    return list(rows.values_list("position", flat=True))


def abc(section, names="ABC"):
    return [make_entry(section, title=title) for title in names]


@pytest.mark.parametrize(
    ("position", "expected"),
    [(1, "CAB"), (2, "ACB"), (3, "ABC"), (99, "ABC"), (0, "CAB"), (-5, "CAB"), (None, "ABC")],
)
def test_an_entry_is_placed_and_the_others_close_up(position, expected):
    section = draft_section()
    *_, last = abc(section)
    move_entry(last, section, position=position)
    assert titles(section) == expected
    assert places(section.entries) == [1, 2, 3]


def test_an_entry_moves_to_the_end_of_another_section():
    section = draft_section()
    other = make_section(section.issue)
    first, *_ = abc(section)
    make_entry(other, title="D")
    move_entry(first, other)
    assert (titles(section), titles(other)) == ("BC", "DA")
    assert (places(section.entries), places(other.entries)) == ([1, 2], [1, 2])
    assert (first.section, first.position) == (other, 2)


def test_an_entry_moves_to_a_place_of_another_section():
    section = draft_section()
    other = make_section(section.issue)
    abc(other)
    move_entry(make_entry(section, title="X"), other, position=2)
    assert titles(other) == "AXBC"


def test_places_that_were_untidy_are_tidy_after_a_move():
    section = draft_section()
    a, b, c = abc(section)
    Entry.objects.filter(section=section).update(position=7)
    move_entry(c, section, position=1)
    assert (titles(section), places(section.entries)) == ("CAB", [1, 2, 3])


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


def test_what_was_moved_meanwhile_is_moved_from_where_it_is():
    section = draft_section()
    other, third = make_section(section.issue), make_section(section.issue)
    entry = abc(section)[0]
    move_entry(Entry.objects.get(pk=entry.pk), other)
    move_entry(entry, third)
    assert (titles(section), titles(other), titles(third)) == ("BC", "", "A")
    assert places(section.entries) == [1, 2]


def test_what_was_removed_meanwhile_is_not_moved():
    section = draft_section()
    other = make_section(section.issue)
    entry, kept = make_entry(section, title="A"), make_entry(section)
    Entry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(Gone, match="The entry “A” was removed"):
        move_entry(entry, other)
    Section.objects.filter(pk=other.pk).delete()
    with pytest.raises(Gone, match="The section “Papers” was removed"):
        move_entry(kept, other)


@pytest.mark.parametrize(("make", "move"), [(make_section, move_section), (make_highlight, move_highlight)])
def test_sections_and_highlights_move_within_their_issue(make, move):
    issue = make_issue(published=False)
    first, second, third = make(issue), make(issue), make(issue)
    assert move(third, 1).position == 1
    rows = type(first).objects.filter(issue=issue)
    assert list(rows.all()) == [third, first, second]
    move(third, 99)
    assert list(rows.all()) == [first, second, third]
    assert places(rows) == [1, 2, 3]
    rows.filter(pk=second.pk).delete()
    with pytest.raises(Gone):
        move(second, 1)


def test_a_move_costs_the_same_in_a_small_and_in_a_large_issue(django_assert_max_num_queries):
    for count in (5, 60):
        section = draft_section()
        other = make_section(section.issue)
        entry = [make_entry(section, url="") for _ in range(count)][0]
        with django_assert_max_num_queries(10):
            move_entry(entry, other, position=1)


# --- Several at once -----------------------------------------------------------------------------------------------


def at_once(*tasks):
    """Do these at the same time, each on a connection of its own; what one of them raised is raised."""
    start = threading.Barrier(len(tasks))

    def do(task):
        start.wait()
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(do, tasks))


@pytest.mark.django_db(transaction=True)
def test_two_who_move_entries_between_the_same_sections_do_not_wait_for_ever():
    section = draft_section()
    other = make_section(section.issue)
    here, there = abc(section), abc(other)

    def mover(entry, target):
        return lambda: move_entry(Entry.objects.get(pk=entry.pk), Section.objects.get(pk=target.pk), position=1)

    at_once(*[mover(entry, other) for entry in here], *[mover(entry, section) for entry in there])
    assert {entry.pk for entry in section.entries.all()} == {entry.pk for entry in there}
    assert places(other.entries) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_two_hundred_moves_in_opposite_orders_leave_each_entry_once():
    sections = [draft_section()]
    sections.append(make_section(sections[0].issue))
    entries = abc(sections[0], "ABCDEF") + abc(sections[1], "GHIJKL")

    def hundred(seed, order):
        chosen = random.Random(seed)
        for number in range(100):
            entry = Entry.objects.select_related("section").get(pk=order[number % len(order)].pk)
            move_entry(entry, chosen.choice(sections), position=chosen.randint(1, 6))

    at_once(lambda: hundred(1, entries), lambda: hundred(2, entries[::-1]))
    assert sorted(titles(sections[0]) + titles(sections[1])) == list("ABCDEFGHIJKL")
    for section in sections:
        assert places(section.entries) == list(range(1, section.entries.count() + 1))


@pytest.mark.django_db(transaction=True)
def test_entries_sections_and_highlights_are_moved_and_moved_to_another_issue_at_once():
    one, two = draft_section(), draft_section()
    more = [make_section(one.issue), make_section(two.issue)]
    for section in (one, two):
        abc(section)
        make_highlight(section.issue)
        make_highlight(section.issue)

    def carry(section, target):
        for entry in list(section.entries.select_related("section")):
            move_entry(entry, target, position=1)

    def shuffle(issue):
        for _ in range(10):
            move_section(issue.sections.first(), 2)
            move_highlight(issue.highlights.first(), 2)

    at_once(lambda: carry(one, two), lambda: carry(two, one), lambda: shuffle(one.issue), lambda: shuffle(two.issue))
    assert (titles(one), titles(two)) == ("CBA", "CBA")
    assert Highlight.objects.count() == 4
    assert {section.issue for section in more} == {one.issue, two.issue}
