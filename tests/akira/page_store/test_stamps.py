"""How a process knows the stamp: once a second, never going back, and what it does while nobody tells."""

import threading
import time

import pytest
from django.db import OperationalError

from akira.page_store import stamps
from akira.page_store.stamps import MARGIN, Stamps
from issues.stamping import Reading


class Database:
    """A database with a stamp, which can be slow or away."""

    def __init__(self):
        self.stamp, self.at = "a", 1_000_000
        self.asked, self.error = 0, None
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.was_asked = threading.Event()

    def read(self):
        self.asked += 1
        stamp = self.stamp
        self.was_asked.set()
        assert self.may_answer.wait(10)
        if self.error:
            raise self.error
        return Reading(stamp, self.at)


class Clock:
    now = 5000.0

    def monotonic(self):
        return self.now

    def time(self):
        return 2_000_000.0


@pytest.fixture
def database(monkeypatch):
    database = Database()
    monkeypatch.setattr(stamps, "read_stamp", database.read)
    return database


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(stamps, "time", clock)
    return clock


def test_it_is_read_once_a_second(database, clock):
    known = Stamps(1.0, lambda: None)
    assert known.at_hand() is None
    for _ in range(5):
        assert known.current().stamp == "a"
        assert known.at_hand().stamp == "a"
    assert database.asked == 1
    database.stamp = "b"
    clock.now += 0.99
    assert known.current().stamp == "a"
    clock.now += 0.02
    assert known.at_hand() is None
    assert known.current().stamp == "b"
    assert database.asked == 2


def test_a_change_is_told_once(database, clock):
    changes = []
    known = Stamps(1.0, lambda: changes.append(1))
    for stamp, count in (("a", 0), ("a", 0), ("b", 1), ("b", 1), ("c", 2)):
        database.stamp = stamp
        clock.now += 2
        known.current()
        assert len(changes) == count


def test_whoever_must_know_has_it_read_unless_somebody_just_did(database, clock):
    known = Stamps(1.0, lambda: None)
    asked_at = clock.now
    known.current()
    assert known.since(asked_at).stamp == "a"
    assert database.asked == 1
    database.stamp = "b"
    assert known.since(clock.now + 0.001) is None or database.asked == 2
    clock.now += 0.1
    assert known.since(clock.now).stamp == "b"
    assert known.current().stamp == "b"


def test_while_one_thread_reads_the_others_wait_for_it_and_ask_nobody(database):
    known = Stamps(1.0, lambda: None)
    database.may_answer.clear()
    found = []
    threads = [threading.Thread(target=lambda: found.append(known.current())) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert database.was_asked.wait(10)
    database.may_answer.set()
    for thread in threads:
        thread.join()
    assert [one.stamp for one in found] == ["a"] * 5
    assert database.asked == 1


def test_nobody_waits_long_for_a_database_that_is_slow(database, monkeypatch):
    monkeypatch.setattr(stamps, "PATIENCE", 0.02)
    known = Stamps(0.0, lambda: None)
    known.current()
    database.was_asked.clear()
    database.may_answer.clear()
    slow = threading.Thread(target=known.current)
    slow.start()
    assert database.was_asked.wait(10)
    assert known.current().stamp == "a"
    assert known.since(time.monotonic()) is None
    database.may_answer.set()
    slow.join()


def test_while_it_is_away_what_was_known_goes_on_for_a_day(database, clock, caplog):
    known = Stamps(1.0, lambda: None)
    database.error = OperationalError("connection refused")
    assert known.current() is None
    clock.now += 2
    database.error = None
    assert known.current().stamp == "a"
    database.error = OperationalError("connection refused")
    clock.now += 2
    asked = database.asked
    for _ in range(5):
        assert known.current().stamp == "a"
    # It is asked again once a second, and not by each.
    assert database.asked == asked + 1
    assert known.since(clock.now) is None
    clock.now += 86_000
    assert known.current().stamp == "a"
    clock.now += 1000
    assert known.current() is None
    database.error, database.stamp = None, "b"
    clock.now += 2
    assert known.current().stamp == "b"
    assert [record.levelname for record in caplog.records].count("WARNING") == 2
    assert "can't be told whether pages have changed" in caplog.text


def test_a_date_is_given_only_when_nobody_can_have_seen_anything_else_on_it(database, clock):
    known = Stamps(1.0, lambda: None)
    dates = []
    for seconds in range(MARGIN + 2):
        database.at = 1_000_000 + seconds
        clock.now += 2
        dates.append(known.current().last_modified)
    assert dates == [None] * MARGIN + [1_000_000 + MARGIN] * 2
    assert known.current().date == "Mon, 12 Jan 1970 13:46:45 GMT"
    # A change: whoever has a date of before, or of this second, is told of it by date too.
    database.stamp, database.at = "b", 1_000_000 + MARGIN + 1
    clock.now += 2
    assert known.current().last_modified is None
    database.at += MARGIN
    clock.now += 2
    assert known.current().last_modified == 1_000_000 + 2 * MARGIN + 1


def test_a_clock_that_runs_behind_gives_no_date_of_the_future(database, clock, monkeypatch):
    monkeypatch.setattr(clock, "time", lambda: 999_999.0)
    known = Stamps(1.0, lambda: None)
    known.current()
    database.at += 100
    clock.now += 2
    assert known.current().last_modified is None
