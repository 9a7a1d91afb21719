"""The safe client against a server that does everything wrong: each way has its reason, and its bounds."""

import socket
import time

import pytest
from django.core.cache import cache

from common import http
from common.asking import MOST_CHUNKS, MOST_HEADER_BYTES
from common.http import Client, FetchFailed, Reason
from tests.hostile_server import WAYS, hostile

LIMIT = 1024 * 1024
# Too short for a second try, and long enough for a busy machine.
DEADLINE = 1.9
# What a request may cost at most beyond its headers: twice the limit, and the sizes of chunks.
MOST_RECEIVED = 2 * LIMIT + 2 * MOST_HEADER_BYTES


class CountingSocket(socket.socket):
    """A socket that tells how much was taken from it."""

    received = 0

    def recv(self, *arguments):
        data = super().recv(*arguments)
        self.received += len(data)
        return data


@pytest.fixture
def server():
    cache.clear()
    with hostile() as server:
        yield server


@pytest.fixture
def sockets():
    """The sockets that a client has opened."""
    return []


@pytest.fixture
def client(server, sockets):
    def connect(address, port, timeout):
        connection = CountingSocket(socket.AF_INET, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        connection.connect((address, port))
        sockets.append(connection)
        return connection

    return Client(allow=[server.host_port], user_agent="Akira/1", connector=connect)


def fetch(client, server, path, **options):
    return client.fetch(server.base + path, **{"max_bytes": LIMIT, "deadline": DEADLINE, **options})


def failure(client, server, path, **options):
    with pytest.raises(FetchFailed) as failed:
        fetch(client, server, path, **options)
    return failed.value


FAILURES = {
    "/loop": Reason.REDIRECT,
    "/circle/a": Reason.REDIRECT,
    "/longer-and-longer": Reason.REDIRECT,
    "/nowhere": Reason.REDIRECT,
    "/two-ways": Reason.REDIRECT,
    "/choices": Reason.REDIRECT,
    "/endless": Reason.TOO_LARGE,
    "/endless-without-length": Reason.TOO_LARGE,
    "/crumbs": Reason.TOO_LARGE,
    "/large": Reason.TOO_LARGE,
    "/large-unsaid": Reason.TOO_LARGE,
    "/gzip-bomb": Reason.TOO_LARGE,
    "/brotli-bomb": Reason.TYPE,
    "/gzip-twice": Reason.TYPE,
    "/gzip-twice-unsaid": Reason.TYPE,
    "/gzip-broken": Reason.PARSE,
    "/gzip-cut": Reason.PARSE,
    "/silent": Reason.TIMEOUT,
    "/slow-headers": Reason.TIMEOUT,
    "/slow-body": Reason.TIMEOUT,
    "/stalling-body": Reason.TIMEOUT,
    "/giant-header": Reason.TOO_LARGE,
    "/many-headers": Reason.TOO_LARGE,
    "/interim-flood": Reason.TOO_LARGE,
    "/upgrade": Reason.PARSE,
    "/nonsense": Reason.PARSE,
    "/bad-status": Reason.PARSE,
    "/bad-header": Reason.PARSE,
    "/two-lengths": Reason.PARSE,
    "/bad-chunks": Reason.PARSE,
    "/cut-chunks": Reason.SERVER_ERROR,
    "/cut-body": Reason.SERVER_ERROR,
    "/cut-headers": Reason.SERVER_ERROR,
    "/hang-up": Reason.SERVER_ERROR,
    "/download": Reason.TYPE,
    "/untyped-picture": Reason.TYPE,
    "/empty": Reason.PARSE,
    "/status?410": Reason.GONE,
    "/absent": Reason.NOT_FOUND,
    "/down": Reason.SERVER_ERROR,
    "/busy": Reason.BLOCKED,
    "/busy-until": Reason.SERVER_ERROR,
}
PAGES = [
    *("/page", "/untyped", "/charset?cp932&utf-8", "/broken-html", "/script-title", "/zeros", "/right-to-left"),
    *("/flapping", "/busy-for-a-moment", "/hanging-up-once", "/to?2f70616765"),
]


def test_every_way_is_tried():
    assert set(WAYS) <= {path[1:].partition("?")[0].partition("/")[0] for path in [*FAILURES, *PAGES, "/dust"]}


@pytest.mark.parametrize(("path", "reason"), FAILURES.items(), ids=FAILURES)
def test_hostility_has_its_reason_and_its_bounds(client, server, sockets, path, reason):
    failed = failure(client, server, path, deadline=0.4 if reason == Reason.TIMEOUT else DEADLINE)
    assert failed.reason == reason
    assert failed.message.endswith(".")
    assert "127.0.0.1" in failed.message
    assert all(connection.received <= MOST_RECEIVED for connection in sockets)
    assert all(connection.fileno() == -1 for connection in sockets), "a connection stayed open"


# A server with no answer for robots.txt but the same hostility.
EVERYWHERE = {
    "silent": Reason.TIMEOUT,
    "slow-headers": Reason.TIMEOUT,
    "slow-body": Reason.TIMEOUT,
    "giant-header": Reason.TOO_LARGE,
    "interim-flood": Reason.TOO_LARGE,
    "large": Reason.TOO_LARGE,
    "gzip-bomb": Reason.TOO_LARGE,
    "loop": Reason.REDIRECT,
    "nonsense": Reason.PARSE,
    "hang-up": Reason.SERVER_ERROR,
    "brotli-bomb": Reason.TYPE,
    "down": Reason.ROBOTS,
}


@pytest.mark.parametrize(("name", "reason"), EVERYWHERE.items(), ids=EVERYWHERE)
def test_hostility_of_a_whole_site_has_its_reason(client, server, monkeypatch, name, reason):
    monkeypatch.setitem(WAYS, "robots.txt", WAYS[name])
    deadline = 0.4 if reason == Reason.TIMEOUT else DEADLINE
    assert failure(client, server, f"/{name}", deadline=deadline).reason == reason


@pytest.mark.parametrize("path", ["/silent", "/slow-headers", "/slow-body", "/stalling-body"])
def test_deadline_ends_everything(client, server, path):
    """However small the steps in which the other side keeps us waiting: one deadline, and no wait begins behind it."""
    began = time.monotonic()
    failed = failure(client, server, path, deadline=0.4)
    assert failed.reason == Reason.TIMEOUT
    assert failed.is_passing
    # No figure of speed: without the deadline these take a minute.
    assert time.monotonic() - began < 20


def test_deadline_is_one_for_all_redirects(client, server, monkeypatch):
    def slow_step(connection):
        time.sleep(0.3)
        connection.answer(b"", f"Location: {connection.path}/on", status="302 Found")

    monkeypatch.setitem(WAYS, "longer-and-longer", slow_step)
    failed = failure(client, server, "/longer-and-longer", deadline=0.7)
    assert failed.reason == Reason.TIMEOUT


def test_dust_is_left_after_so_many_chunks(client, server, sockets):
    assert failure(client, server, "/dust", deadline=20).reason == Reason.TOO_LARGE
    # Six bytes on the wire for each chunk; the limit of bytes alone would let more of them through.
    assert max(connection.received for connection in sockets) <= 6 * MOST_CHUNKS + 2 * MOST_HEADER_BYTES


def test_large_page_is_not_even_begun(client, server, sockets):
    failure(client, server, "/large")
    assert max(connection.received for connection in sockets) <= MOST_HEADER_BYTES


def test_other_compression_is_not_even_begun(client, server, sockets):
    failure(client, server, "/brotli-bomb")
    assert max(connection.received for connection in sockets) <= MOST_HEADER_BYTES


def test_bomb_is_left_when_the_limit_is_reached(client, server, sockets):
    failure(client, server, "/gzip-bomb")
    # The limit is a thousandth of what these bytes would have grown to.
    assert max(connection.received for connection in sockets) <= 3 * MOST_HEADER_BYTES


def test_loop_costs_one_request(client, server):
    failure(client, server, "/loop")
    assert server.visits["/loop"] == 1


# --- Pages that are only badly meant -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "<title>A page</title>"),
        ("/untyped", "<title>A page</title>"),
        ("/broken-html", "<title>Never closed <b><i></title </p>"),
        ("/script-title", "<script>alert(1)</script>&lt;img"),
        ("/zeros", "A\0 title\0 with \x01\x1b zeros"),
        ("/right-to-left", "\u202eexe.fdp\u202c"),
        *(
            (f"/charset?{codec}&{stated}", "深層学習の論文")
            for codec, stated in [
                ("cp932", "shift_jis"),
                ("cp932", "utf-8"),
                ("cp932", "no-such"),
                ("euc_jp", "utf-8"),
                ("utf-8", "latin1"),
                ("utf-8", "utf-16"),
                ("utf-8", ""),
            ]
        ),
    ],
)
def test_badly_meant_page_is_handed_on_as_it_is(client, server, path, words):
    assert words in fetch(client, server, path).text()


# --- Sites that are busy -------------------------------------------------------------------------------------------


def test_flapping_site_is_asked_again(client, server):
    assert fetch(client, server, "/flapping", deadline=10).status == 200
    assert server.visits["/flapping"] == 3
    assert server.visits["/robots.txt"] == 1


def test_connection_that_broke_is_tried_again(client, server):
    assert fetch(client, server, "/hanging-up-once", deadline=10).status == 200


def test_site_that_is_down_is_asked_three_times(client, server):
    failed = failure(client, server, "/down", deadline=10)
    assert (failed.reason, failed.is_passing, failed.status) == (Reason.SERVER_ERROR, True, 503)
    assert server.visits["/down"] == 3


def test_caller_may_forgo_further_tries(client, server):
    failure(client, server, "/down", deadline=10, tries=1)
    assert server.visits["/down"] == 1


def test_first_trouble_is_told_where_a_further_try_takes_the_rest_of_the_time(client, server, monkeypatch):
    def worse_and_worse(connection):
        WAYS["down" if connection.visit == 1 else "silent"](connection)

    monkeypatch.setitem(WAYS, "flapping", worse_and_worse)
    # Pauses are short here, so that a second try fits into a short deadline.
    monkeypatch.setattr(http, "LONGEST_PAUSE", 0.2)
    failed = failure(client, server, "/flapping", deadline=1.5)
    assert server.visits["/flapping"] == 2
    assert (failed.reason, failed.status) == (Reason.SERVER_ERROR, 503)


def test_site_that_cannot_tell_its_rules_is_asked_again(client, server, monkeypatch):
    monkeypatch.setitem(WAYS, "robots.txt", WAYS["flapping"])
    assert fetch(client, server, "/page", deadline=10).status == 200
    assert server.visits["/robots.txt"] == 3


def test_short_retry_after_is_waited_for(client, server):
    began = time.monotonic()
    assert fetch(client, server, "/busy-for-a-moment", deadline=10).status == 200
    assert time.monotonic() - began >= 1


def test_retry_after_that_does_not_fit_is_told(client, server):
    failed = failure(client, server, "/busy", deadline=10)
    assert (failed.reason, failed.is_passing, failed.retry_after) == (Reason.BLOCKED, True, 3600)
    assert server.visits["/busy"] == 1


def test_retry_after_may_be_a_date(client, server):
    failed = failure(client, server, "/busy-until", deadline=10)
    assert failed.reason == Reason.SERVER_ERROR
    assert 590 < failed.retry_after <= 600
    assert server.visits["/busy-until"] == 1


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("99999999999999999999", 86400),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("١٢", None),
        ("", None),
        ("Fri, 99 Dec 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read(client, server, monkeypatch, stated, seconds):
    def answer(connection):
        connection.answer(b"", f"Retry-After: {stated}", status="429 Too Many")

    monkeypatch.setitem(WAYS, "busy", answer)
    assert failure(client, server, "/busy", deadline=0.2).retry_after == seconds


def test_busy_site_without_a_word_is_not_asked_again_at_once(client, server):
    failed = failure(client, server, "/status?429", deadline=10)
    assert (failed.reason, failed.is_passing, failed.retry_after) == (Reason.BLOCKED, True, None)
    assert server.visits["/status"] == 1
