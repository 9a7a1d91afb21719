"""The tick: one worker at a time hands on what is due, no more than the queue should hold, and nothing gets lost."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from akira.background.database_queue import DatabaseQueue
from akira.background.kinds import KINDS, Kind
from akira.background.ticking import QUEUED_FOR_A_THREAD, TICK_LOCK, tick
from common.due import DueRow
from papers.models import Fetch
from tests.factories import make_work


def make_due(count=1, **values):
    for number in range(count):
        Fetch.objects.create(work=make_work(), lane=f"{number}.example", due_at=timezone.now(), **values)


@pytest.mark.django_db
def test_what_is_due_is_handed_to_the_queue_by_its_key_alone():
    make_due(2)
    queue = DatabaseQueue()
    assert tick(queue) == 2
    assert queue.waiting(99) == 2
    assert {tuple(task.args_kwargs["args"]) for task in DBTaskResult.objects.all()} == {
        (fetch.pk,) for fetch in Fetch.objects.all()
    }
    assert tick(queue) == 0


@pytest.mark.django_db
def test_no_more_waits_in_the_queue_than_the_threads_can_soon_do(settings):
    settings.AKIRA_WORKER_THREADS = 2
    make_due(20)
    queue = DatabaseQueue()
    assert tick(queue) == 2 * QUEUED_FOR_A_THREAD
    assert tick(queue) == 0
    Fetch.objects.queued().filter(pk=Fetch.objects.queued().first().pk).update(leased_until=None, due_at=None)
    assert tick(queue) == 1


@pytest.mark.django_db
def test_an_idle_tick_costs_a_query_and_one_for_each_kind(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1 + len(KINDS) + 2):
        # Two more are the savepoint.
        tick(DatabaseQueue())


@pytest.mark.django_db(transaction=True)
def test_one_tick_at_a_time_hands_on():
    make_due()
    locked, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TICK_LOCK])
            locked.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    assert tick(DatabaseQueue()) == 0
    done.set()
    thread.join()
    assert tick(DatabaseQueue()) == 1


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_hand_on_each_row_once(settings):
    settings.AKIRA_WORKER_THREADS = 4
    make_due(12)
    together = threading.Barrier(6)
    numbers = []

    def run():
        together.wait()
        numbers.append(tick(DatabaseQueue()))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(numbers) == 12
    assert DBTaskResult.objects.count() == 12


@pytest.mark.django_db
def test_what_the_queue_does_not_take_is_due_again(monkeypatch):
    def enqueue(kind, key):
        taken.append(key)
        if len(taken) == 2:
            raise OperationalError("no answer")

    taken = []
    monkeypatch.setattr(Kind, "enqueue", enqueue)
    make_due(4)
    with pytest.raises(OperationalError):
        tick(DatabaseQueue())
    assert list(Fetch.objects.queued().values_list("pk", flat=True)) == taken[:1]
    assert Fetch.objects.due().count() == 3


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_work_can_be_carried_out(kind):
    assert issubclass(kind.model, DueRow)
    assert isinstance(import_string(kind.task), Task)
