"""One thread makes what several want."""

import threading
import time

import pytest

from common.flights import Flights


def in_threads(count, deed):
    """What each of several threads returns, or raises; `deed` gets its number."""
    results = [None] * count

    def work(number):
        try:
            results[number] = deed(number)
        except ValueError as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    return results


def wait_for(flights, key, count):
    """Wait until so many threads wait for the one that makes it."""
    deadline = time.monotonic() + 10
    while len(flights._under_way[key].has_landed._cond._waiters) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def with_three_waiting(make):
    """What comes of it for the thread that makes, and for three that wait for it; none of those makes anything."""
    flights, begun = Flights(10), threading.Event()

    def slowly():
        begun.set()
        wait_for(flights, "a", 3)
        return make()

    def work(number):
        if number == 0:
            return flights.join("a", slowly)
        assert begun.wait(10)
        return flights.join("a", lambda: pytest.fail("It was made twice."))

    return in_threads(4, work)


def test_what_one_thread_makes_is_for_all_that_wait():
    assert with_three_waiting(lambda: "page") == [("page", True), *[("page", False)] * 3]


def test_a_failure_reaches_nobody_else():
    first, *others = with_three_waiting(lambda: int("a fault"))
    assert isinstance(first, ValueError)
    assert others == [(None, False)] * 3


def test_nobody_waits_for_ever():
    flights, may_end = Flights(0.01), threading.Event()
    begun = threading.Event()

    def never():
        begun.set()
        may_end.wait(10)
        return "late"

    def work(number):
        if number == 0:
            return flights.join("a", never)
        begun.wait(10)
        try:
            return flights.join("a", never)
        finally:
            may_end.set()

    assert in_threads(2, work) == [("late", True), (None, False)]


def test_different_things_are_made_at_the_same_time():
    flights, both = Flights(10), threading.Barrier(2)

    def make():
        both.wait(10)
        return "made"

    assert in_threads(2, lambda number: flights.join(number, make)) == [("made", True)] * 2


def test_what_was_made_before_is_made_again():
    flights = Flights(10)
    assert flights.join("a", lambda: 1) == (1, True)
    with pytest.raises(ValueError, match="a fault"):
        flights.join("a", lambda: int("a fault"))
    assert flights.join("a", lambda: 2) == (2, True)
