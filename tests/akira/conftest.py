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

from common import postgres
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
