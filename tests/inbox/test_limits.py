"""Who comes too often is sent away until later."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from inbox.limits import KEPT_FOR, count, forget_old
from inbox.models import Tally

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


def test_so_many_may_come_and_the_next_is_told_when_to_come_again(django_assert_num_queries):
    with django_assert_num_queries(4):
        told = [count("a", most=3, per=MINUTE) for _ in range(4)]
    assert told[:3] == [0, 0, 0]
    assert 55 <= told[3] <= 60


def test_others_are_counted_apart():
    assert [count(key, most=1, per=MINUTE) for key in "abc"] == [0, 0, 0]


def test_after_the_time_is_over_the_count_begins_anew():
    count("a", most=1, per=MINUTE)
    Tally.objects.update(begun_at=timezone.now() - MINUTE, count=50)
    assert count("a", most=1, per=MINUTE) == 0
    assert Tally.objects.get().count == 1


def test_old_counts_are_forgotten():
    count("old", most=1, per=MINUTE)
    Tally.objects.update(begun_at=timezone.now() - KEPT_FOR)
    count("new", most=1, per=MINUTE)
    assert forget_old() == 1
    assert Tally.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_through_by_coming_at_once():
    barrier = threading.Barrier(8)

    def come(_):
        barrier.wait()
        try:
            return [count("a", most=10, per=MINUTE) for _ in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = [wait for each in pool.map(come, range(8)) for wait in each]
    assert told.count(0) == 10
