"""The worker: its chores, its rounds, its patience with what is out of reach, its end."""

import datetime
import subprocess
import sys
import threading
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from akira.background.database_queue import DatabaseQueue
from akira.background.kinds import KINDS
from akira.background.ticking import tick
from akira.supervisor import PATIENCE as PATIENCE_OF_THE_SUPERVISOR
from akira.worker import PATIENCE, RETRY_AFTER, Chore, Worker
from papers.models import Fetch
from tests.akira.conftest import environment
from tests.conftest import CHECKOUT
from tests.factories import make_work
from tests.servers import Reply, serving

DAY = datetime.timedelta(days=1)


@pytest.fixture
def pages(settings):
    """A site on loopback that we may fetch from, whose pages take `delay` seconds."""

    def answer(asked):
        if asked.path == "/robots.txt":
            return Reply(status=404)
        time.sleep(site.delay)
        return Reply(f"<title>The page {asked.path}</title>")

    with serving(answer) as site:
        site.delay = 0
        settings.AKIRA_FETCH_ALLOW = [site.host_port]
        yield site


def make_fetch(site, path, **values):
    """A fetch of a page that is due."""
    work = make_work(f"{site.base}/{path}")
    return Fetch.objects.create(work=work, lane=values.pop("lane", path), **{"due_at": timezone.now()} | values)


def is_done(fetch):
    fetch.refresh_from_db()
    return fetch.due_at is None and not fetch.last_error and fetch.work.title == f"The page /{fetch.work.url[-1]}"


def worker(*chores, queue=None, threads=0):
    return Worker(queue or DatabaseQueue(), list(chores), threads=threads)


# --- Chores ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sessions_that_ran_out_are_cleared_and_others_kept():
    for key, days in [("old", -1), ("current", 1)]:
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + days * DAY)
    call_command("worker", "--once")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["current"]


@pytest.mark.django_db
def test_tasks_of_long_ago_are_forgotten_and_others_kept():
    for days in (6, 8):
        KINDS[0].enqueue(days)
        DBTaskResult.objects.filter(args_kwargs__args=[days]).update(enqueued_at=timezone.now() - days * DAY)
    DatabaseQueue().tidy()
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[6]]


def stopping(then=None):
    """A worker with a chore that asks it to stop, and remembers that it was done."""

    def do():
        done.append(timezone.now())
        stopped.stop()
        if then:
            raise then

    done = []
    stopped = worker(Chore("stopping", DAY, do))
    return stopped, done


@pytest.mark.django_db
def test_a_chore_is_done_at_once_and_then_again_after_its_time():
    stopped, done = stopping()
    stopped.run()
    assert len(done) == 1
    assert done[0] + DAY <= stopped.chores[0].due_at <= timezone.now() + DAY


@pytest.mark.django_db
def test_a_chore_that_is_not_due_is_left():
    stopped, _ = stopping()
    later = Chore("later", DAY, lambda: pytest.fail("it is not due"), due_at=timezone.now() + DAY)
    stopped.chores.insert(0, later)
    stopped.run()


@pytest.mark.django_db(transaction=True)
def test_nothing_further_begins_after_the_signal_to_stop(pages):
    stopped, done = stopping()
    stopped.chores.append(Chore("next", DAY, lambda: pytest.fail("it was to stop")))
    fetch = make_fetch(pages, "a")
    stopped.run()
    assert len(done) == 1
    fetch.refresh_from_db()
    assert fetch.leased_until is None


@pytest.mark.django_db
def test_trouble_with_the_database_is_logged_in_a_line_and_the_chore_tried_again(caplog):
    stopped, _ = stopping(then=OperationalError("gone\nwith details"))
    stopped.run()
    assert "Chore stopping failed (OperationalError: gone)" in caplog.text
    assert "details" not in caplog.text
    assert stopped.chores[0].due_at <= timezone.now() + RETRY_AFTER


@pytest.mark.django_db
def test_a_fault_in_a_chore_goes_up():
    stopped, _ = stopping(then=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        stopped.run()


# --- What is due -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_once_does_what_is_due_lane_by_lane_and_leaves_the_rest(pages):
    due = [make_fetch(pages, path, lane=lane) for path, lane in [("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")]]
    later = make_fetch(pages, "e", due_at=timezone.now() + DAY)
    call_command("worker", "--once")
    assert all(map(is_done, due))
    assert not is_done(later)
    assert [target for target in pages.targets if target != "/robots.txt"] == ["/a", "/d", "/b", "/c"]


@pytest.mark.django_db
def test_once_ends_where_nothing_is_due():
    call_command("worker", "--once")


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_is_due(pages, settings):
    settings.AKIRA_WORKER_THREADS = 4
    pages.delay = 0.05
    due = [make_fetch(pages, path) for path in "abcdefgh"]
    call_command("worker", "--once")
    assert all(map(is_done, due))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hand")]


@pytest.mark.django_db(transaction=True)
def test_what_is_under_way_is_finished_when_we_are_asked_to_stop(pages):
    pages.delay = 0.5
    running = worker(threads=2)
    first, second = make_fetch(pages, "a", lane="x"), make_fetch(pages, "b", lane="x")
    run_until(running, lambda: "/a" in pages.targets)
    assert is_done(first)
    assert not is_done(second)


def run_until(running, condition, seconds=20):
    """Run a worker here, and ask it to stop once the condition holds."""

    def watch():
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        connection.close()
        running.stop()

    watching = threading.Thread(target=watch)
    watching.start()
    running.run()
    watching.join()
    assert condition()


@pytest.mark.django_db(transaction=True)
def test_a_fault_does_not_end_the_worker(pages, monkeypatch, caplog):
    monkeypatch.setattr(DatabaseQueue, "run_one", lambda self: 1 / 0)
    make_fetch(pages, "a")
    run_until(worker(threads=1), lambda: "ZeroDivisionError" in caplog.text)


def test_what_is_under_way_has_less_patience_with_it_than_the_supervisor_has_with_us():
    assert PATIENCE < PATIENCE_OF_THE_SUPERVISOR


# --- What is lost, late or out of reach ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_tasks_that_are_lost_are_made_up_for(pages):
    fetch = make_fetch(pages, "a")
    running = worker()
    assert tick(running.queue) == 1
    DBTaskResult.objects.all().delete()
    running.run_once()
    assert not is_done(fetch)
    Fetch.objects.update(leased_until=Now() - DAY)
    running.run_once()
    assert is_done(fetch)
    fetch.refresh_from_db()
    assert fetch.attempts == 0


@pytest.mark.django_db
def test_tasks_that_come_late_or_twice_do_nothing(pages):
    fetch = make_fetch(pages, "a")
    for _ in range(3):
        KINDS[0].enqueue(fetch.pk)
    KINDS[0].enqueue(0)
    worker().run_once()
    assert is_done(fetch)
    assert pages.targets.count("/a") == 1


class Faltering(DatabaseQueue):
    """A queue that is out of reach for the first rounds."""

    def __init__(self, rounds):
        super().__init__()
        self.rounds = rounds

    def waiting(self, most):
        self.rounds -= 1
        if self.rounds >= 0:
            raise OperationalError("no answer\nwith details")
        return super().waiting(most)


@pytest.mark.django_db(transaction=True)
def test_what_is_out_of_reach_is_waited_for_and_said_once(pages, caplog, monkeypatch):
    monkeypatch.setattr("akira.worker.EVERY", 0.01)
    fetch = make_fetch(pages, "a")
    run_until(worker(queue=Faltering(20), threads=1), lambda: is_done(fetch))
    assert caplog.text.count("waits for its database or queue (OperationalError: no answer)") == 1
    assert caplog.text.count("Background work goes on.") == 1
    assert "Traceback" not in caplog.text


@pytest.mark.django_db
def test_once_says_what_is_out_of_reach():
    with pytest.raises(OperationalError):
        worker(queue=Faltering(1)).run_once()


@pytest.mark.parametrize(
    ("name", "value"), [("AKIRA_WORKER_THREADS", "0"), ("AKIRA_LEASE", "soon")], ids=["threads", "lease"]
)
def test_a_number_that_makes_no_sense_is_refused_in_one_line(tmp_path, name, value):
    command = [sys.executable, "manage.py", "worker", "--once"]
    settings = environment(AKIRA_HOME=tmp_path, **{name: value})
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == f"akira: {name} must be a whole number from 1 on, not {value!r}.\n"
