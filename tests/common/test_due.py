"""Rows that are due: claimed one of each lane, taken once, finished or failed by their holder alone."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from common import due
from papers.models import Fetch
from tests.factories import make_work

SECOND = datetime.timedelta(seconds=1)
HOUR = datetime.timedelta(hours=1)
LANES = ["a.example", "b.example", "c.example"]


@pytest.fixture
def make(db):
    """Makes a fetch that is due since a while, unless told otherwise; later ones are due later."""

    def make_fetch(lane="a.example", **values):
        made.append(lane)
        moment = timezone.now() - HOUR + len(made) * SECOND
        return Fetch.objects.create(work=make_work(), lane=lane, **{"due_at": moment} | values)

    made = []
    return make_fetch


def take(row):
    return due.take(Fetch.objects.all(), row.pk)


def claimed_and_taken(row):
    due.claim(Fetch, most=100)
    return take(row)


def let_the_lease_run_out(*rows):
    """As if the worker had died, and time had passed."""
    Fetch.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=Now() - SECOND)


def state(row):
    row.refresh_from_db()
    return row


# --- Claiming --------------------------------------------------------------------------------------------------------


def test_what_is_due_is_claimed_longest_waiting_first_and_leased(make, settings):
    rows = [make(lane) for lane in LANES]
    make("d.example", due_at=timezone.now() + HOUR)
    make("e.example", due_at=None)
    assert due.claim(Fetch, most=100) == [row.pk for row in rows]
    lease = state(rows[0]).leased_until - timezone.now()
    assert 0 < lease.total_seconds() <= settings.AKIRA_LEASE
    assert rows[0].holder is None
    assert due.claim(Fetch, most=100) == []


def test_no_more_is_claimed_than_wanted(make):
    rows = [make(lane) for lane in LANES]
    assert due.claim(Fetch, most=2) == [rows[0].pk, rows[1].pk]
    assert due.claim(Fetch, most=0) == []


def test_a_lane_is_claimed_once_until_its_row_is_done(make):
    first, second, other = make("a.example"), make("a.example"), make("b.example")
    assert due.claim(Fetch, most=100) == [first.pk, other.pk]
    held = take(first)
    assert due.claim(Fetch, most=100) == []
    due.finish(held)
    assert due.claim(Fetch, most=100) == [second.pk]


def test_what_was_queued_and_lost_is_claimed_again_when_its_lease_runs_out(make):
    row = make()
    due.claim(Fetch, most=1)
    let_the_lease_run_out(row)
    assert due.claim(Fetch, most=1) == [row.pk]
    # Nobody had taken it, so nobody died of it.
    assert state(row).attempts == 0
    assert row.last_error == ""


def test_what_could_not_be_queued_is_released(make):
    row, taken = make("a.example"), make("b.example")
    due.claim(Fetch, most=100)
    take(taken)
    due.release(Fetch, [row.pk, taken.pk])
    assert state(row).leased_until is None
    assert state(taken).leased_until is not None


@pytest.mark.parametrize("count", [0, 1, 30])
def test_claiming_costs_the_same_for_any_number_of_rows(make, django_assert_num_queries, count):
    for number in range(count):
        make(f"{number}.example")
    with transaction.atomic(), django_assert_num_queries(4 if count else 3):
        # Two of them are savepoints.
        due.claim(Fetch, most=100)


# --- Taking ----------------------------------------------------------------------------------------------------------


def test_a_task_that_comes_twice_takes_the_row_once(make):
    row = make()
    due.claim(Fetch, most=1)
    assert take(row).attempts == 1
    assert take(row) is None


@pytest.mark.parametrize("moment", ["never claimed", "lease over", "done", "given up"])
def test_a_task_that_comes_late_takes_nothing(make, moment):
    row = make()
    if moment != "never claimed":
        due.claim(Fetch, most=1)
    if moment == "lease over":
        let_the_lease_run_out(row)
    if moment == "done":
        due.finish(take(row))
    if moment == "given up":
        due.fail(take(row), "gone", "It has gone.")
    before = state(row).attempts
    assert take(row) is None
    assert state(row).attempts == before


def test_a_row_that_was_deleted_meanwhile_is_not_taken(make):
    row = make()
    due.claim(Fetch, most=1)
    Fetch.objects.filter(pk=row.pk).delete()
    assert take(row) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_that_take_a_row_at_once_one_gets_it(make):
    row = make()
    due.claim(Fetch, most=1)
    together = threading.Barrier(8)
    got = []

    def try_it():
        together.wait()
        got.append(take(row))
        connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert sum(taken is not None for taken in got) == 1
    assert state(row).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_is_writing_is_passed_over_without_waiting(make):
    row, other = make("a.example"), make("b.example")
    locked, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Fetch.objects.select_for_update().get(pk=row.pk)
            locked.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    claimed = due.claim(Fetch, most=100)
    done.set()
    thread.join()
    assert claimed == [other.pk]
    assert due.claim(Fetch, most=100) == [row.pk]


def test_others_of_the_lane_are_taken_along(make):
    row, second, third, fourth = (make("arxiv") for _ in range(4))
    make("b.example")
    make("arxiv", due_at=timezone.now() + HOUR)
    held = claimed_and_taken(row)
    along = due.take_along(Fetch.objects.all(), held, most=2)
    assert [taken.pk for taken in along] == [second.pk, third.pk]
    assert {taken.holder for taken in along} == {held.holder}
    assert [taken.attempts for taken in along] == [1, 1]
    assert state(fourth).holder is None
    assert [due.finish(taken) for taken in [held, *along]] == [True] * 3


def test_nothing_is_taken_along_where_there_is_nothing(make):
    assert due.take_along(Fetch.objects.all(), claimed_and_taken(make()), most=99) == []


# --- Ending ----------------------------------------------------------------------------------------------------------


def test_what_is_done_is_due_no_more_and_forgets_its_failures(make):
    row = make(attempts=3, last_error="timeout", last_message="Too slow.", failed_at=timezone.now())
    assert due.finish(claimed_and_taken(row))
    assert (state(row).due_at, row.leased_until, row.holder, row.attempts) == (None, None, None, 0)
    assert (row.last_error, row.last_message, row.failed_at) == ("", "", None)


def test_what_is_asked_for_again_meanwhile_stays_due(make):
    row = make()
    held = claimed_and_taken(row)
    Fetch.objects.filter(pk=row.pk).update(due_at=Now())
    due.finish(held)
    assert due.claim(Fetch, most=1) == [row.pk]


def test_who_comes_back_late_writes_nothing(make):
    row = make()
    late = claimed_and_taken(row)
    let_the_lease_run_out(row)
    current = claimed_and_taken(row)
    assert due.lock(late) is False
    assert due.finish(late) is False
    assert due.fail(late, "timeout", "Too slow.", is_passing=True) is None
    assert (state(row).last_error, row.holder) == ("worker-died", current.holder)
    assert due.lock(current)
    assert due.finish(current)


def test_who_is_late_but_not_too_late_may_still_finish(make):
    held = claimed_and_taken(make())
    let_the_lease_run_out(held)
    assert due.finish(held)


# --- Failing ---------------------------------------------------------------------------------------------------------


def test_what_does_not_pass_is_given_up_at_once(make):
    row = make()
    assert due.fail(claimed_and_taken(row), "not-found", "There is no such page.") is None
    assert (state(row).due_at, row.leased_until, row.attempts) == (None, None, 1)
    assert (row.last_error, row.last_message) == ("not-found", "There is no such page.")
    assert timezone.now() - row.failed_at < HOUR
    assert list(Fetch.objects.given_up()) == [row]


def test_what_may_pass_is_tried_again_after_growing_pauses_and_then_given_up(make):
    row = make()
    waited = []
    while state(row).due_at:
        Fetch.objects.update(due_at=Now() - SECOND)
        pause = due.fail(claimed_and_taken(row), "timeout", "Too slow.", is_passing=True)
        waited.append(pause)
        if pause:
            assert abs(state(row).due_at - timezone.now() - pause) < HOUR / 60
            assert list(Fetch.objects.failed()) == [row]
            assert not Fetch.objects.given_up().exists()
    assert waited.pop() is None
    assert len(waited) == len(due.PAUSES)
    for pause, least in zip(waited, due.PAUSES, strict=True):
        assert least <= pause <= least * (1 + due.JITTER)
    assert waited == sorted(waited)
    assert list(Fetch.objects.given_up()) == [row]


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        (None, due.PAUSES[0]),
        (5, due.PAUSES[0]),
        (3600, HOUR),
        (10**30, due.LONGEST_PAUSE),
        (float("inf"), due.LONGEST_PAUSE),
        (float("nan"), due.PAUSES[0]),
        (-5, due.PAUSES[0]),
    ],
    ids=["nothing", "less", "more", "aeons", "infinity", "nan", "the-past"],
)
def test_a_site_may_ask_for_a_longer_pause(make, asked, least):
    pause = due.fail(claimed_and_taken(make()), "blocked", "Too often.", is_passing=True, retry_after=asked)
    assert least <= pause <= least * (1 + due.JITTER)


def test_a_site_that_wants_to_be_left_alone_is_by_the_whole_lane(make):
    row, waiting, other = make("a.example"), make("a.example"), make("b.example")
    later = make("a.example", due_at=timezone.now() + 100 * HOUR)
    held = claimed_and_taken(row)
    take(other)
    due.fail(held, "blocked", "Too often.", is_passing=True, retry_after=3600)
    assert due.claim(Fetch, most=100) == []
    assert 0.9 * HOUR < state(waiting).due_at - timezone.now() <= HOUR
    assert waiting.last_error == ""
    assert state(later).due_at - timezone.now() > 99 * HOUR


def test_a_failure_that_names_no_pause_holds_up_nobody_else(make):
    row, waiting = make("a.example"), make("a.example")
    due.fail(claimed_and_taken(row), "timeout", "Too slow.", is_passing=True)
    assert due.claim(Fetch, most=100) == [waiting.pk]


def test_a_row_whose_worker_died_is_claimed_again_and_says_so(make):
    row = make()
    dead = claimed_and_taken(row)
    let_the_lease_run_out(row)
    assert due.claim(Fetch, most=1) == [row.pk]
    assert (state(row).last_error, row.attempts, row.holder) == ("worker-died", 1, None)
    again = take(row)
    assert again.holder != dead.holder
    assert again.attempts == 2
    due.finish(again)
    assert state(row).last_error == ""


def test_a_row_of_which_workers_die_is_given_up(make):
    row, other = make("a.example"), make("b.example")
    due.finish(claimed_and_taken(other))
    for _ in range(due.MOST_DEATHS):
        assert claimed_and_taken(row)
        let_the_lease_run_out(row)
    assert due.claim(Fetch, most=1) == []
    assert (state(row).due_at, row.leased_until, row.holder) == (None, None, None)
    assert (row.last_error, row.attempts) == ("worker-died", due.MOST_DEATHS)
    assert list(Fetch.objects.given_up()) == [row]


def test_a_row_of_which_workers_die_takes_no_others_along_into_death(make):
    bad, good = make("arxiv"), make("arxiv")
    Fetch.objects.filter(pk=bad.pk).update(
        attempts=due.MOST_DEATHS, holder=due.new_holder(), leased_until=Now() - SECOND, due_at=Now()
    )
    held = claimed_and_taken(good)
    assert due.take_along(Fetch.objects.all(), held, most=99) == []


# --- Asking again ----------------------------------------------------------------------------------------------------


def test_a_person_has_what_failed_tried_again_as_if_for_the_first_time(make):
    gone, slow, fine = make("a.example"), make("b.example"), make("c.example")
    due.claim(Fetch, most=100)
    due.fail(take(gone), "gone", "It has gone.")
    due.fail(take(slow), "timeout", "Too slow.", is_passing=True)
    due.finish(take(fine))
    assert due.retry(Fetch.objects.all()) == 2
    assert not Fetch.objects.failed().exists()
    assert set(due.claim(Fetch, most=100)) == {gone.pk, slow.pk}
    assert take(gone).attempts == 1


def test_what_is_in_work_is_not_disturbed_by_asking_again(make):
    row = make(last_error="timeout", attempts=1)
    held = claimed_and_taken(row)
    assert due.retry(Fetch.objects.all()) == 0
    assert due.finish(held)


def test_a_moment_may_be_given_to_ask_about(make):
    row = make(due_at=timezone.now() + HOUR)
    assert not Fetch.objects.due().exists()
    assert list(Fetch.objects.due(timezone.now() + 2 * HOUR)) == [row]
