"""Hosts on loopback for workers in processes of their own, and what became of the fetches from them."""

import contextlib
import threading
import time
from collections import Counter

from django.utils import timezone

from papers.models import Fetch
from tests.factories import make_work
from tests.servers import Reply, serving


class Sites:
    """Several hosts on loopback, whose pages take a moment. They note which page is asked for twice at the same time,
    and which host is."""

    def __init__(self, hosts, seconds):
        self.seconds = seconds
        self.asked_for = Counter()
        self.twice_at_once = []
        self._under_way = set()
        self._counting = threading.Lock()
        self._open = contextlib.ExitStack()
        self.hosts = [self._open.enter_context(serving(self._answer, f"127.0.1.{n + 1}")) for n in range(hosts)]
        self.allow = ",".join(host.host_port for host in self.hosts)

    def _answer(self, asked):
        if asked.path == "/robots.txt":
            return Reply(status=404)
        host = asked.headers["host"]
        with self._counting:
            self.asked_for[asked.path] += 1
            self.twice_at_once += {asked.path, host} & self._under_way
            self._under_way |= {asked.path, host}
        time.sleep(self.seconds)
        with self._counting:
            self._under_way -= {asked.path, host}
        return Reply(f"<title>Page {asked.path[1:]}</title>")

    @property
    def under_way(self) -> int:
        """How many pages are being asked for."""
        return len(self._under_way) // 2

    def make_fetches(self, count):
        """Fetches of pages 0 and on, spread over the hosts; those of one host fall due one after the other."""
        for number in range(count):
            host = self.hosts[number * len(self.hosts) // count]
            work = make_work(f"{host.base}/{number}")
            Fetch.objects.create(work=work, lane=host.host_port, due_at=timezone.now())

    def close(self):
        self._open.close()


def wait_until(condition, *workers, seconds=60):
    """Wait for something that the workers bring about; fails with what they said where one of them ends before."""
    deadline = time.monotonic() + seconds
    while not condition():
        for worker in workers:
            assert worker.process.poll() is None, worker.said
        assert time.monotonic() < deadline, [worker.said[-2000:] for worker in workers]
        time.sleep(0.02)


def done() -> int:
    return Fetch.objects.filter(due_at=None, last_error="").count()


def assert_all_pages_were_read():
    for fetch in Fetch.objects.select_related("work"):
        number = fetch.work.url.rpartition("/")[2]
        assert (fetch.due_at, fetch.last_error, fetch.last_message) == (None, "", ""), fetch.work.url
        assert (fetch.leased_until, fetch.holder, fetch.attempts) == (None, None, 0)
        assert fetch.work.title == f"Page {number}"
        assert fetch.fetched_at is not None
