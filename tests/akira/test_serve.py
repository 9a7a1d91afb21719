"""`manage.py serve`, in which ./run ends: what it starts, how it ends, and that nothing is lost."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from common import postgres
from common.postgres_server import recorded_pid
from tests.akira.conftest import Running, children_of, environment, is_running
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow


class Site:
    """The Akira of this module: the one that runs, else another start, which has to work whatever ended the last."""

    def __init__(self, home):
        self._home = home
        self._running = None

    def up(self):
        if self._running is None or self._running.process.poll() is not None:
            # On the same port as before, as an operator would.
            self._running = Running(self._home, port=self._running and self._running.port).wait_until_up()
            assert self._running.get().status == 200
        return self._running

    def end(self):
        if self._running and self._running.process.poll() is None:
            self._running.end()


@pytest.fixture(scope="module")
def site(prepared):
    site = Site(prepared[0])
    yield site
    site.end()


def ask(home, query):
    """The first value that a query returns, from the database of a running or resting Akira."""
    cluster = postgres.cluster(home / "postgres")
    cluster.attach()
    connection = psycopg2.connect(**cluster.parameters())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()
        cluster.release()


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_the_first_start_makes_an_editor_whose_password_works(prepared, site):
    _, said_first = prepared
    password = re.search(r"User +editor\n +Password +(\S+)", said_first)[1]
    running = site.up()
    assert "Password" not in running.said
    form = running.get("/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.body.decode())[1]
    cookie = form.getheader("Set-Cookie").split(";")[0]
    body = f"csrfmiddlewaretoken={token}&username=editor&password={password}&next=/admin/"
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    response = running.ask("POST", "/admin/login/", body, **headers)
    assert response.status == 302
    assert f"akira_{running.port}_session" in response.getheader("Set-Cookie")


def test_the_second_start_does_nothing_twice_and_the_addresses_it_names_answer(site, prepared):
    # That of the first start, of which this home is a copy.
    before = Path(os.environ["AKIRA_TEST_HOME"], "prepared", "static", "staticfiles.json").stat().st_mtime_ns
    running = site.up()
    assert (prepared[0] / "static" / "staticfiles.json").stat().st_mtime_ns == before
    # A few seconds; more than that only where other tests keep the processors busy.
    assert running.took < 60
    for name in ("Site", "Desk", "Feed"):
        path = re.search(rf"{name} +http://127\.0\.0\.1:{running.port}(/\S*)", running.said)[1]
        assert running.get(path).status in (200, 302), name
    # A static file has a hashed name and comes compressed.
    login = running.get("/admin/login/").body.decode()
    path = re.search(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', login)[1]
    response = running.get(path, **{"Accept-Encoding": "br"})
    assert response.status == 200
    assert response.getheader("Content-Encoding") == "br"
    assert "immutable" in response.getheader("Cache-Control")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["ctrl-c", "term", "hang-up"])
def test_a_signal_ends_everything_cleanly(site, number):
    running = site.up()
    below = children_of(running.process.pid)
    assert len(below) >= 3
    assert running.end(number) == 0
    assert "Akira has stopped." in running.said
    assert "Traceback" not in running.said
    assert not any(map(is_running, below))
    cluster = postgres.Cluster(running.home / "postgres")
    cluster.settle()
    wait_until(lambda: not cluster.server.is_alive())


def test_a_signal_during_the_set_up_ends_it(start):
    running = start()
    wait_until(lambda: "Preparing" in running.said)
    assert running.end(signal.SIGINT) == 0
    assert "Traceback" not in running.said


@pytest.mark.parametrize("part", ["gunicorn", "manage.py worker"], ids=["web-server", "worker"])
def test_a_part_that_is_killed_ends_the_rest_and_the_next_start_works(site, part):
    running = site.up()
    below = children_of(running.process.pid)
    os.kill(running.child(part), signal.SIGKILL)
    assert running.process.wait(timeout=30) == 1
    assert "was killed by signal 9" in running.said
    wait_until(lambda: not any(map(is_running, below)))
    assert site.up().get().status == 200


def test_a_killed_supervisor_takes_its_children_along(site):
    running = site.up()
    below = children_of(running.process.pid)
    running.process.kill()
    running.process.wait()
    wait_until(lambda: not any(map(is_running, below)))
    assert site.up().get().status == 200


def test_a_killed_database_comes_back_with_every_committed_row(site, prepared):
    home, _ = prepared
    running = site.up()
    name = f"kept-{time.monotonic_ns()}"
    ask(home, f"INSERT INTO auth_group (name) VALUES ('{name}')")
    cluster = postgres.Cluster(home / "postgres")
    cluster.settle()
    os.kill(recorded_pid(cluster.server.data / "postmaster.pid"), signal.SIGKILL)
    # A connection that was open when the database died may fail once.
    wait_until(lambda: running.get("/issues/").status == 200)
    assert ask(home, f"SELECT count(*) FROM auth_group WHERE name = '{name}'") == 1


def test_everything_killed_at_once_loses_no_committed_row(site, prepared):
    home, _ = prepared
    running = site.up()
    name = f"kept-{time.monotonic_ns()}"
    ask(home, f"INSERT INTO auth_group (name) VALUES ('{name}')")
    cluster = postgres.Cluster(home / "postgres")
    cluster.settle()
    victims = [running.process.pid, *children_of(running.process.pid)]
    victims.append(recorded_pid(cluster.server.data / "postmaster.pid"))
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    running.process.wait()
    assert site.up().get().status == 200
    assert ask(home, f"SELECT count(*) FROM auth_group WHERE name = '{name}'") == 1


def test_a_taken_port_is_named_with_a_free_one(start):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        running = start(port=port)
        assert running.process.wait(timeout=30) == 1
    assert f"Port {port} is taken" in running.said
    assert "./run --port" in running.said
    assert "Traceback" not in running.said


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "AKIRA_ALLOWED_HOSTS and AKIRA_BASE_URL"),
        ({"AKIRA_BASE_URL": "https://news.example.org"}, "AKIRA_ALLOWED_HOSTS"),
        ({"AKIRA_ALLOWED_HOSTS": "news.example.org"}, "AKIRA_BASE_URL"),
    ],
    ids=["both", "hosts", "address"],
)
def test_the_world_is_not_served_unprepared(start, given, missing):
    running = start("--host", "0.0.0.0", **given)
    assert running.process.wait(timeout=30) == 1
    assert f"set {missing}: " in running.said


def test_an_address_that_is_not_ours_is_refused(start):
    running = start("--host", "192.0.2.1", AKIRA_BASE_URL="http://x.example", AKIRA_ALLOWED_HOSTS="x.example")
    assert running.process.wait(timeout=30) == 1
    assert "cannot listen on 192.0.2.1" in running.said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"AKIRA_BASE_URL": "news.example.org"}, "AKIRA_BASE_URL must be a scheme and a host"),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL must name a PostgreSQL database"),
        ({"AKIRA_HOME": "/dev/null/home"}, "AKIRA_HOME (/dev/null/home) cannot be used"),
        ({"AKIRA_DEBUG": "perhaps"}, "AKIRA_DEBUG"),
    ],
    ids=["base-url", "database-url", "home", "debug"],
)
def test_a_setting_that_makes_no_sense_is_refused_in_one_line(prepared, changes, said):
    command = [sys.executable, "manage.py", "worker", "--once"]
    settings = environment(**{"AKIRA_HOME": prepared[0]} | changes)
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
