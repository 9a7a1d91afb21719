"""Turns at an interface: one at a time, at a distance, and never lost with whoever had it."""

import threading
import time

import pytest
from django.db import connection, transaction

from common.failures import FetchFailed, Reason
from papers import turns
from papers.models import Turn
from tests.stand_ins import forget_turns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_turns_before(db):
    forget_turns()
    yield
    forget_turns()


def take(spacing=0.1, deadline=5.0, hold=0.0, interface="arxiv"):
    """Take a turn, and say when it began and ended."""
    with turns.turn(interface, spacing=spacing, deadline=deadline):
        began = time.monotonic()
        time.sleep(hold)
    return began, time.monotonic()


def in_threads(*takers):
    """Run them all at once; their results in the order of their beginnings."""
    results = []

    def run(taker):
        try:
            results.append(taker())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[taker]) for taker in takers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def age(interface="arxiv"):
    """How long ago the interface was asked, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(turns._AGE, [interface])
        return float(cursor.fetchone()[0])


def test_first_turn_comes_at_once_and_leaves_its_moment():
    with turns.turn("arxiv", spacing=3, deadline=0.5):
        pass
    assert 0 <= age() < 60


def test_next_turn_keeps_the_distance_from_the_end_of_the_last():
    _, first_ended = take(hold=0.1)
    second_began, _ = take(spacing=0.2)
    assert second_began - first_ended >= 0.2


def test_turns_never_overlap_and_keep_their_distance():
    results = in_threads(*[lambda: take(spacing=0.05, hold=0.02)] * 5)
    for (_, ended), (began, _) in zip(results, results[1:], strict=False):
        assert began - ended >= 0.05


def test_interfaces_do_not_wait_for_each_other():
    with turns.turn("arxiv", spacing=3, deadline=1), turns.turn("crossref", spacing=3, deadline=1):
        assert Turn.objects.count() == 2


def test_moment_is_committed_before_the_request_goes_out():
    with turns.turn("arxiv", spacing=3, deadline=1):
        seen = []
        in_threads(lambda: seen.append(age()))
        # It counts as late as a request could be that was on its way when its process was killed.
        assert -3 <= seen[0] < 0


def test_turn_that_does_not_come_in_time_is_a_timeout_that_passes():
    with turns.turn("arxiv", spacing=0, deadline=1), pytest.raises(FetchFailed, match="Too many are waiting") as failed:
        take(deadline=0.1)
    assert (failed.value.reason, failed.value.is_passing) == (Reason.TIMEOUT, True)


def test_moment_that_is_too_far_off_is_said_at_once():
    take()
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"arXiv wants to be left alone for another \d+ seconds") as failed:
        take(spacing=60, deadline=30)
    assert failed.value.is_passing
    assert 59 < failed.value.retry_after <= 60 + turns.MARGIN
    # Nobody slept for it.
    assert time.monotonic() - began < 25


def test_turn_is_free_again_after_a_failure():
    with pytest.raises(ZeroDivisionError), turns.turn("arxiv", spacing=0, deadline=1):
        1 / 0  # noqa: B018
    take(spacing=0, deadline=1)


def test_interface_can_put_all_of_us_off():
    with turns.turn("arxiv", spacing=0, deadline=1) as held:
        held.put_off(300)
        held.put_off(20)
    with pytest.raises(FetchFailed) as failed:
        take(spacing=0, deadline=1)
    assert 290 < failed.value.retry_after <= 300 + turns.MARGIN


def test_no_interface_puts_us_off_for_ever():
    with turns.turn("arxiv", spacing=0, deadline=1) as held:
        held.put_off(10**9)
    with pytest.raises(FetchFailed) as failed:
        take(spacing=0, deadline=1)
    assert failed.value.retry_after <= turns.LONGEST_PAUSE + turns.MARGIN


def test_less_than_the_spacing_changes_nothing():
    with turns.turn("arxiv", spacing=1, deadline=1) as held:
        held.put_off(0.1)
    assert 0 <= age() < 60


@pytest.mark.django_db(transaction=True)
def test_clock_that_was_set_back_does_not_end_all_asking():
    with connection.cursor() as cursor:
        cursor.execute(turns._NOTE, ["arxiv", 10 * turns.LONGEST_PAUSE])
    take(deadline=1)


def test_within_a_transaction_the_moment_is_kept_though_the_rest_is_undone():
    with transaction.atomic():
        take()
        transaction.set_rollback(True)
    assert 0 <= age() < 60


def test_connection_of_a_turn_ends_with_it():
    def locks():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
                "WHERE locktype = 'advisory' AND classid = %s AND datname = current_database()",
                [turns.LOCK],
            )
            return cursor.fetchone()[0]

    with turns.turn("arxiv", spacing=0, deadline=1):
        assert locks() == 1
    # PostgreSQL takes a moment to notice.
    deadline = time.monotonic() + 5
    while locks() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert locks() == 0
