"""Two hundred readers at once in the second of a publication, at a real web server with two processes."""

import asyncio
import collections
import datetime
import os
import re
import subprocess
import sys
import threading
import time

import pytest
from django.utils import timezone

from issues.publishing import publish
from tests.akira.conftest import _settings_of_workers, environment, free_port
from tests.conftest import CHECKOUT
from tests.factories import make_entry, make_issue, make_section

READERS, SECONDS = 200, 2.0
BY_HAND, SCHEDULED = 6, 7
LISTS = ("/feed/", "/", "/issues/")

COUNTING = """
import os

from akira.page_store.middleware import PageStoreMiddleware

NOTES = os.open(os.environ["NOTES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


class Counting(PageStoreMiddleware):
    '''Notes each page that is made: by which process, under which stamp.'''

    def _make(self, request, key, known):
        os.write(NOTES, f"{os.getpid()} {known.stamp} {key.path}\\n".encode())
        return super()._make(request, key, known)

    def _make_in_snapshot(self, request, key, known):
        os.write(NOTES, f"{os.getpid()} {known.stamp} {key.path}\\n".encode())
        return super()._make_in_snapshot(request, key, known)
"""
SETTINGS = """
from settings_of_workers import *
from settings_of_workers import MIDDLEWARE, STORAGES

MIDDLEWARE = ["counting.Counting", *MIDDLEWARE[1:]]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
"""


class WebServer:
    """Akira's web server with two processes on the database of the tests."""

    def __init__(self, folder):
        self.port, self.notes, self._log = free_port(), folder / "notes", folder / "log"
        (folder / "counting.py").write_text(COUNTING)
        settings = _settings_of_workers(folder) | {"DJANGO_SETTINGS_MODULE": "burst_settings", "NOTES": self.notes}
        (folder / "burst_settings.py").write_text(SETTINGS)
        command = [sys.executable, "-m", "gunicorn", "--config", "python:akira.gunicorn_settings"]
        home = os.environ["AKIRA_TEST_HOME"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}"],
                cwd=CHECKOUT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(AKIRA_HOME=home, **settings) | {"WEB_CONCURRENCY": "2"},
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def end(self):
        self._process.terminate()
        self._process.wait(timeout=30)


class Reader:
    """One connection, over which page after page is asked for."""

    def __init__(self, port, *, follows=True):
        self._port, self.follows = port, follows
        self.statuses = collections.Counter()
        self.seen: set[int] = set()

    async def read(self, until):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while time.monotonic() < until or self._lacks(until):
                for page in LISTS:
                    await self._follow(page, (await self._get(reader, writer, page))[1], reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    def _lacks(self, until) -> bool:
        """Whether it is still to see something, and there is hope."""
        return self.follows and self.seen != {BY_HAND, SCHEDULED} and time.monotonic() < until + 20

    async def _follow(self, page, body, reader, writer):
        listed = {number for number in (BY_HAND, SCHEDULED) if f"/issues/{number}/" in body}
        # Behind one connection stands one process: what it has shown, it shows in every list.
        assert listed >= self.seen, (page, listed, self.seen)
        for number in listed - self.seen:
            status, shown = await self._get(reader, writer, f"/issues/{number}/")
            assert status == 200, (page, number)
            assert f"Issue number {number}" in shown
        self.seen = listed

    async def _get(self, reader, writer, page):
        writer.write(f"GET {page} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = int(head.split()[1])
        length = int(re.search(r"(?i)content-length: (\d+)", head)[1])
        self.statuses[status] += 1
        return status, (await reader.readexactly(length)).decode()


async def _read_all(readers, until):
    await asyncio.gather(*(reader.read(until) for reader in readers))


def wait_for_the_first_answer(server):
    async def ask():
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                return await Reader(server.port, follows=False).read(time.monotonic() + 0.01)
            except OSError:
                await asyncio.sleep(0.05)
        raise AssertionError(server.said)

    asyncio.run(ask())


def make_draft(number, **values):
    draft = make_issue(number=number, published=False, **values)
    make_entry(make_section(draft))
    return draft


@pytest.mark.slow
def test_two_hundred_readers_in_the_second_of_a_publication(transactional_db, tmp_path):
    for number in range(1, 6):
        make_entry(make_section(make_issue(number=number)))
    by_hand, scheduled = make_draft(BY_HAND), make_draft(SCHEDULED)
    server = WebServer(tmp_path)
    try:
        wait_for_the_first_answer(server)
        server.notes.write_text("")
        readers = [Reader(server.port) for _ in range(READERS)]
        began = time.monotonic()
        failures = []

        def read():
            try:
                asyncio.run(_read_all(readers, began + SECONDS))
            except BaseException as failure:
                failures.append(failure)

        reading = threading.Thread(target=read)
        reading.start()
        publish(scheduled, at=timezone.now() + datetime.timedelta(seconds=SECONDS / 2))
        time.sleep(SECONDS / 3)
        publish(by_hand)
        reading.join(timeout=60)
        assert not failures, failures
    finally:
        server.end()
    answered = sum((reader.statuses for reader in readers), collections.Counter())
    assert set(answered) == {200}
    assert answered[200] >= 2 * READERS
    assert all(reader.seen == {BY_HAND, SCHEDULED} for reader in readers)
    made = collections.Counter(server.notes.read_text().splitlines())
    # Each page was made for several stamps, by each of the processes, and once only for each.
    assert set(made.values()) == {1}, made.most_common(3)
    assert len({line.split()[0] for line in made}) == 2
    assert server.said == ""
