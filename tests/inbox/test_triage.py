"""Editors decide about candidates, also two of them at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox import triage
from inbox.models import Candidate
from issues.models import Entry
from issues.removing import remove_entry
from papers.catalogue import merge
from papers.models import Work
from tests.factories import make_issue, make_section, make_work
from tests.inbox.factories import make_candidate

pytestmark = pytest.mark.django_db


def draft_section(**values):
    return make_section(make_issue(published=False, number=27), **values)


def stands(candidate):
    return Candidate.objects.get(pk=candidate.pk).stands


def refusals(decided):
    return [str(refusal) for refusal in decided.refused]


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("keep", "new", "kept"),
        ("keep", "kept", "kept"),
        ("keep", "dropped", "kept"),
        ("drop", "new", "dropped"),
        ("drop", "kept", "dropped"),
        ("drop", "dropped", "dropped"),
        ("take_back", "new", "new"),
        ("take_back", "kept", "new"),
        ("take_back", "dropped", "new"),
    ],
)
def test_decisions(verb, before, after, editor):
    candidate = make_candidate(state=before)
    decided = getattr(triage, verb)([candidate.pk], by=editor)
    assert stands(candidate) == after
    assert decided.changed == ([candidate] if before != after else [])
    assert decided.refused == []
    candidate.refresh_from_db()
    assert candidate.changed_by == (editor if before != after else None)


def test_what_was_dropped_remembers_that_it_was_kept():
    candidate = make_candidate(state="kept")
    triage.drop([candidate.pk])
    triage.take_back([candidate.pk])
    assert stands(candidate) == "kept"


def test_many_are_decided_about_at_once_and_what_is_gone_is_told():
    many = [make_candidate() for _ in range(3)]
    gone = many.pop()
    keys = [one.pk for one in [*many, gone]]
    gone.delete()
    decided = triage.drop(keys)
    assert len(decided.changed) == 2
    assert refusals(decided) == ["A candidate is gone: somebody deleted it, or joined it with another."]


def test_another_editors_decision_is_told_before_it_is_undone(editor, stranger):
    candidate = make_candidate(title="A post")
    triage.drop([candidate.pk], by=stranger)
    decided = triage.keep([candidate.pk], by=editor, seen="new")
    assert refusals(decided) == ["stranger decided about “A post” meanwhile: it is dropped. Look again."]
    assert stands(candidate) == "dropped"
    # Who has looked again may decide.
    triage.keep([candidate.pk], by=editor, seen="dropped")
    assert stands(candidate) == "kept"


def test_ones_own_earlier_decision_is_no_surprise(editor):
    candidate = make_candidate()
    triage.drop([candidate.pk], by=editor)
    assert triage.keep([candidate.pk], by=editor, seen="new").refused == []


def test_a_placed_candidate_is_an_entry_with_work_title_and_note(editor):
    work = make_work("https://arxiv.org/abs/2103.00020", title="A paper")
    candidate = make_candidate(work.url, title="Seen on a blog", note="Read *this*.")
    section = draft_section()
    decided = triage.place([candidate.pk], section, by=editor)
    entry = Entry.objects.get()
    assert (entry.section, entry.url, entry.work) == (section, candidate.url, work)
    assert (entry.title, entry.source_title, entry.summary) == ("A paper", "A paper", "Read *this*.")
    assert decided.changed[0].entry == entry
    candidate.refresh_from_db()
    assert (candidate.stands, candidate.entry, candidate.changed_by) == ("placed", entry, editor)


def test_without_a_title_of_the_work_that_of_the_sender_counts():
    candidate = make_candidate(title="Seen on a blog")
    triage.place([candidate.pk], draft_section())
    entry = Entry.objects.get()
    assert (entry.title, entry.source_title) == ("Seen on a blog", "")


def test_candidates_are_placed_at_the_end_in_the_order_of_the_list():
    section = draft_section()
    older, newer = make_candidate(title="Older"), make_candidate(title="Newer")
    triage.place([older.pk, newer.pk], section)
    assert list(section.entries.values_list("title", flat=True)) == ["Newer", "Older"]


def test_who_comes_second_is_told_where_it_was_placed(editor, stranger):
    candidate = make_candidate(title="A post")
    section = draft_section(title="Papers")
    triage.place([candidate.pk], section, by=stranger)
    expected = ["stranger placed “A post” already, in #27, Papers. Remove the entry there to decide again."]
    for verb in (triage.keep, triage.drop, triage.take_back):
        assert refusals(verb([candidate.pk], by=editor)) == expected
    assert refusals(triage.place([candidate.pk], section, by=editor)) == expected
    assert Entry.objects.count() == 1


def test_a_published_issue_takes_none():
    candidate = make_candidate()
    decided = triage.place([candidate.pk], make_section(make_issue(number=26)))
    assert refusals(decided) == ["Issue number 26 is published. Choose an issue that is being written."]
    assert stands(candidate) == "new"


def test_a_section_that_was_removed_meanwhile_takes_none():
    candidate, section = make_candidate(), draft_section(title="Papers")
    section.delete()
    decided = triage.place([candidate.pk], section)
    assert refusals(decided) == ["The section “Papers” was removed by somebody else."]
    assert stands(candidate) == "new"


def test_what_was_placed_and_removed_can_be_placed_again():
    candidate, section = make_candidate(), draft_section()
    triage.place([candidate.pk], section)
    remove_entry(Entry.objects.get())
    assert stands(candidate) == "kept"
    triage.place([candidate.pk], section)
    assert stands(candidate) == "placed"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("verb", ["keep", "take_back"])
def test_what_came_in_again_meanwhile_is_joined(verb):
    dropped = make_candidate(state="dropped", note="Before")
    make_candidate(dropped.url, note="Again")
    getattr(triage, verb)([dropped.pk])
    candidate = Candidate.objects.get()
    assert (candidate.pk, candidate.note) == (dropped.pk, "Before\n\nAgain")
    assert candidate.arrivals.get().times == 2


def test_both_doubles_chosen_at_once_become_one():
    dropped = make_candidate(state="dropped")
    again = make_candidate(dropped.url)
    triage.keep([dropped.pk, again.pk])
    assert Candidate.objects.get().stands == "kept"


def test_a_double_by_merging_is_joined_too():
    dropped = make_candidate("https://example.org/page", state="dropped")
    paper = make_candidate("https://arxiv.org/abs/2103.00020")
    merge(dropped.work, paper.work)
    triage.take_back([dropped.pk])
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "kinds", "place"),
    [
        ("paper", ["feature", "paper", "article"], 1),
        ("article", ["paper", "use_case", "article"], 2),
        ("article", ["paper", "use_case"], 1),
        ("video", ["paper", "feature"], 1),
        ("paper", ["article", "other"], 1),
    ],
)
def test_a_work_goes_where_its_kind_stands_else_to_the_end(kind, kinds, place):
    issue = make_issue(published=False)
    sections = [make_section(issue, kind=one) for one in kinds]
    assert triage.section_for(make_work(kind=kind), sections) == sections[place]


def test_without_sections_a_work_goes_nowhere():
    assert triage.section_for(make_work(), []) is None


def test_a_note_is_kept_without_what_does_not_belong_in_a_text():
    candidate = make_candidate()
    triage.write_note(candidate.pk, " One\r\n\x00two \u202e", was="")
    candidate.refresh_from_db()
    assert candidate.note == "One\ntwo"


def test_a_note_that_somebody_else_changed_meanwhile_is_not_overwritten():
    candidate = make_candidate(note="Theirs")
    with pytest.raises(triage.NoteChanged) as refusal:
        triage.write_note(candidate.pk, "Mine", was="Before")
    assert refusal.value.theirs == "Theirs"
    candidate.refresh_from_db()
    assert candidate.note == "Theirs"
    triage.write_note(candidate.pk, "Mine", was="Theirs")
    candidate.refresh_from_db()
    assert candidate.note == "Mine"


def test_the_same_note_twice_is_no_conflict():
    candidate = make_candidate(note="Both")
    triage.write_note(candidate.pk, "Both", was="")


def test_a_note_on_what_is_gone_is_told():
    with pytest.raises(triage.NotThere):
        triage.write_note(0, "Mine", was="")


def test_a_star_is_set_and_taken_away():
    candidate = make_candidate()
    for starred in (True, False):
        triage.star(candidate.pk, starred=starred)
        assert Candidate.objects.filter(starred=starred).exists()


def _at_once(*deeds):
    barrier = threading.Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_two_who_place_the_same_at_once_make_one_entry():
    section = draft_section()
    for _ in range(5):
        candidate = make_candidate()
        decided = _at_once(*[lambda key=candidate.pk: triage.place([key], section)] * 2)
        assert sorted(len(one.changed) for one in decided) == [0, 1]
    assert Entry.objects.count() == Work.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_about_the_same_in_other_orders_do_not_wait_for_each_other():
    keys = [make_candidate().pk for _ in range(30)]
    section = draft_section()
    _at_once(
        lambda: triage.drop(keys),
        lambda: triage.keep(keys[::-1]),
        lambda: triage.place(keys[::3], section),
        lambda: triage.take_back(keys[::-2]),
    )
    assert Entry.objects.count() == 10
