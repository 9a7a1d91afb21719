"""Runs Akira as its operator does, on a port and an AKIRA_HOME of its own."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import redis
from django.db import connection

from common import postgres
from tests.akira.sites import Sites
from tests.conftest import CHECKOUT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**changes) -> dict[str, str]:
    """What a command finds in its environment: nothing of the tests', and no database but its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AKIRA_", "DJANGO_", "DATABASE_"))
    }
    return kept | {"PYTHONWARNINGS": "", "WEB_CONCURRENCY": "1"} | {name: str(value) for name, value in changes.items()}


def children_of(pid: int) -> list[int]:
    """All processes below another, the nearest first."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, of in parents if of == parent]
    return found[1:]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Running:
    """A running Akira."""

    def __init__(self, home, *arguments, port=None, **changes):
        self.home = home
        self.port = port or free_port()
        self.log = Path(tempfile.mkstemp(dir=home, prefix="log-")[1])
        self.began = time.monotonic()
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), *arguments]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(AKIRA_HOME=home, **changes),
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until_up(self, seconds=90):
        while "Feed" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < self.began + seconds, self.said
            time.sleep(0.05)
        self.took = time.monotonic() - self.began
        return self

    def get(self, path="/", **headers) -> http.client.HTTPResponse:
        return self.ask("GET", path, **headers)

    def ask(self, method, path, body=None, **headers) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    def child(self, words: str) -> int:
        """The process id of the child whose command line has these words."""
        for pid in children_of(self.process.pid):
            if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                return pid
        raise AssertionError(f"There is no {words} below {self.process.pid}.")

    def end(self, number=signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def _first_start(home: Path) -> None:
    home.mkdir(mode=0o711)
    first = Running(home, "--no-samples")
    try:
        first.wait_until_up()
        assert first.end() == 0
    finally:
        first.process.kill()
        first.process.wait()
    postgres.cluster(home / "postgres").release(wait=30)
    first.log.rename(home / "first-start.log")


@pytest.fixture(scope="session")
def prepared():
    """An AKIRA_HOME after its first start, and what that start said. Parallel runs make it once and copy it."""
    shared = Path(os.environ["AKIRA_TEST_HOME"])
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "prepared" / "first-start.log").exists():
            _first_start(shared / "prepared")
    with tempfile.TemporaryDirectory(prefix="akira-run-") as name:
        Path(name).chmod(0o711)
        home = Path(name) / "home"
        subprocess.run(["cp", "-a", shared / "prepared", home], check=True)
        yield home, (home / "first-start.log").read_text()
        postgres.cluster(home / "postgres").release(wait=30)


@pytest.fixture
def start(prepared):
    """Starts Akira on the prepared AKIRA_HOME."""
    started = []

    def run(*arguments, **options):
        started.append(Running(prepared[0], *arguments, **options))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.end()


def _settings_of_workers(folder: Path) -> dict[str, str]:
    """What makes commands use the settings of Akira with the database of the tests, written into a folder."""
    found = connection.get_connection_params()
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    values = {"ENGINE": "django.db.backends.postgresql"}
    values |= {name: str(found.get(key) or "") for key, name in given.items()}
    (folder / "settings_of_workers.py").write_text(
        "from akira.settings import *\nfrom akira.settings import DATABASES\n"
        f"DATABASES = {{'default': {{**DATABASES['default'], **{values!r}}}}}\n"
    )
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return {"DJANGO_SETTINGS_MODULE": "settings_of_workers", "PYTHONPATH": path, "DATABASE_URL": "postgres://x/x"}


class RunningWorker:
    """`manage.py worker` on the database of the tests; its connections bear its name."""

    def __init__(self, folder, name, *arguments, **changes):
        self.name = name
        self._log = folder / f"{name}.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "--skip-checks", *arguments],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(
                    AKIRA_HOME=os.environ["AKIRA_TEST_HOME"],
                    PGAPPNAME=name,
                    **_settings_of_workers(folder) | changes,
                ),
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=30)


@pytest.fixture
def start_worker(transactional_db, tmp_path):
    """Starts workers, as in `start_worker("--once", AKIRA_LEASE=2)`, in processes of their own."""
    started = []

    def start_one(*arguments, **changes):
        started.append(RunningWorker(tmp_path, f"worker-{len(started)}", *arguments, **changes))
        return started[-1]

    yield start_one
    for running in started:
        running.kill()


class RedisServer:
    """A Redis on a free port of loopback that keeps nothing on disk and wants a password."""

    PASSWORD = "s3cret-of-redis"

    def __init__(self, folder):
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://:{self.PASSWORD}@127.0.0.1:{self._port}/0"
        self.client = redis.Redis.from_url(self.url, retry=None)
        self.start()

    def start(self):
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self._port), "--requirepass", self.PASSWORD]
        nothing_on_disk = ["--save", "", "--appendonly", "no", "--dir", str(self._folder), "--daemonize", "no"]
        self._process = subprocess.Popen([*command, *nothing_on_disk], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not self._is_up():
            assert time.monotonic() < deadline, "Redis did not start in time"
            time.sleep(0.05)

    def _is_up(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def stop(self):
        self.client.close()
        self._process.terminate()
        self._process.wait(timeout=30)


@pytest.fixture
def redis_server(tmp_path):
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def sites():
    """Opens hosts, as in `sites(20, seconds=0.05)`, whose pages take so many seconds each."""
    opened = []

    def open_some(hosts, *, seconds):
        opened.append(Sites(hosts, seconds))
        return opened[-1]

    yield open_some
    for site in opened:
        site.close()
