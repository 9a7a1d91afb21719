"""The worker: its chores, its patience with the database, its end."""

import datetime
import threading

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from akira import worker
from akira.worker import Chore

DAY = datetime.timedelta(days=1)


@pytest.mark.django_db
def test_sessions_that_ran_out_are_cleared_and_others_kept():
    for key, days in [("old", -1), ("current", 1)]:
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + days * DAY)
    call_command("worker", "--once")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["current"]


def stopping(stop, then=None):
    """A chore that asks the worker to stop, and remembers that it was done."""

    def do():
        done.append(timezone.now())
        stop.set()
        if then:
            raise then

    done = []
    return Chore("stopping", DAY, do), done


@pytest.mark.django_db
def test_a_chore_is_done_at_once_and_then_again_after_its_time():
    stop = threading.Event()
    chore, done = stopping(stop)
    worker.work([chore], stop)
    assert len(done) == 1
    assert done[0] + DAY <= chore.due_at <= timezone.now() + DAY


@pytest.mark.django_db
def test_a_chore_that_is_not_due_is_left():
    stop = threading.Event()
    chore, _ = stopping(stop)
    later = Chore("later", DAY, lambda: pytest.fail("it is not due"), due_at=timezone.now() + DAY)
    worker.work([later, chore], stop)


@pytest.mark.django_db
def test_no_further_chore_begins_after_the_signal_to_stop():
    stop = threading.Event()
    chore, done = stopping(stop)
    worker.work([chore, Chore("next", DAY, lambda: pytest.fail("it was to stop"))], stop)
    assert len(done) == 1


@pytest.mark.django_db
def test_trouble_with_the_database_is_logged_and_the_chore_tried_again(caplog):
    stop = threading.Event()
    chore, _ = stopping(stop, then=OperationalError("gone"))
    worker.work([chore], stop)
    assert "Chore stopping failed" in caplog.text
    assert chore.due_at <= timezone.now() + worker.RETRY_AFTER


@pytest.mark.django_db
def test_a_fault_in_our_code_goes_up():
    stop = threading.Event()
    chore, _ = stopping(stop, then=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        worker.work([chore], stop)
