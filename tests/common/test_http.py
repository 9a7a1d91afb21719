"""The safe client against servers that do as they should, and what it sends and keeps to itself."""

import gzip
import socket
import threading
import time

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from common import connecting, http
from common.connecting import Deadline, Queues
from common.http import Client, FetchFailed, Reason
from tests.common.refused import PUBLIC
from tests.common.sites import PAGE, client_of, failure, site
from tests.servers import Reply, serving


@pytest.fixture(autouse=True)
def _no_kept_rules():
    """Ports come again; the rules of a server that used one before must not."""
    cache.clear()


# --- What comes back -----------------------------------------------------------------------------------------------


def test_page_is_fetched():
    with serving(site({"/page": PAGE})) as server:
        fetched = client_of(server).fetch(f"{server.base}/page?q=1#part")
    assert fetched.url == f"{server.base}/page?q=1#part"
    assert (fetched.status, fetched.media_type, fetched.declared_charset) == (200, "text/html", "utf-8")
    assert fetched.text() == "<title>A page</title>"
    assert fetched.headers["content-length"] == "21"
    assert fetched.redirects == ()
    assert server.targets == ["/robots.txt", "/page?q=1"]


def test_gzip_is_asked_for_and_undone():
    page = Reply(gzip.compress(PAGE.body.encode()), headers={"Content-Encoding": "gzip"})
    with serving(site({"/page": page})) as server:
        assert client_of(server).fetch(f"{server.base}/page").body == PAGE.body.encode()
    assert {asked.headers["accept-encoding"] for asked in server.requests} == {"gzip"}


def test_redirects_are_followed_and_told():
    pages = {
        "/a": Reply(status=301, headers={"Location": "b"}),
        "/b": Reply(status=302, headers={"Location": "/c?d#e"}),
        "/c": Reply(status=307, headers={"Location": "//{}/page"}),
        "/page": PAGE,
    }
    with serving(site(pages)) as server:
        pages["/c"].headers["Location"] = f"//{server.host_port}/page"
        fetched = client_of(server).fetch(f"{server.base}/a")
    assert fetched.url == f"{server.base}/page#e"
    assert [(step.status, step.url) for step in fetched.redirects] == [
        (301, f"{server.base}/b"),
        (302, f"{server.base}/c?d#e"),
        (307, f"{server.base}/page#e"),
    ]
    assert not any(step.is_downgrade for step in fetched.redirects)


@pytest.mark.parametrize(("steps", "reason"), [(5, None), (6, Reason.REDIRECT)])
def test_five_redirects_are_followed_and_no_more(steps, reason):
    pages = {f"/{step}": Reply(status=308, headers={"Location": f"/{step - 1}"}) for step in range(1, 7)}
    with serving(site({"/0": PAGE, **pages})) as server:
        if reason:
            assert failure(client_of(server).fetch, f"{server.base}/{steps}").reason == reason
        else:
            assert len(client_of(server).fetch(f"{server.base}/{steps}").redirects) == steps


def test_unchanged_page_is_told_to_who_sent_a_validator():
    def answer(asked):
        return Reply(status=304) if "if-none-match" in asked.headers else PAGE

    with serving(site({"/page": answer})) as server:
        fetched = client_of(server).fetch(f"{server.base}/page", headers={"If-None-Match": '"1"'})
        assert (fetched.status, fetched.body) == (304, b"")
        assert client_of(server).fetch(f"{server.base}/page").status == 200


def test_unchanged_page_that_nobody_asked_for_is_no_page():
    with serving(site({"/page": Reply(status=304)})) as server:
        assert failure(client_of(server).fetch, f"{server.base}/page").reason == Reason.REDIRECT


@pytest.mark.parametrize(
    ("accept", "kind", "is_taken"),
    [
        (http.HTML, "text/html", True),
        (http.HTML, "application/xhtml+xml; charset=utf-8", True),
        (http.HTML, "", True),
        (http.HTML, "text/plain", False),
        (http.HTML, "application/pdf", False),
        (["application/json"], "application/json", True),
        (["application/json"], "text/html", False),
        (["application/json"], "", False),
        (["image/*"], "image/webp", True),
        (["image/*"], "text/html", False),
        (["*/*"], "application/octet-stream", True),
    ],
)
def test_only_kinds_that_are_wanted_are_taken(accept, kind, is_taken):
    with serving(site({"/page": Reply("<title>x</title>", media_type=kind)})) as server:
        fetch = client_of(server).fetch
        if is_taken:
            assert fetch(f"{server.base}/page", accept=accept).body
        else:
            assert failure(fetch, f"{server.base}/page", accept=accept).reason == Reason.TYPE


def chunked(body):
    return Reply(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), headers={"Transfer-Encoding": "chunked"})


@pytest.mark.parametrize(("size", "reason"), [(1000, None), (1001, Reason.TOO_LARGE)])
@pytest.mark.parametrize("reply", [Reply, chunked], ids=["stated", "not stated"])
def test_size_is_bounded_to_the_byte(size, reason, reply):
    with serving(site({"/page": reply(b"x" * size)})) as server:
        fetch = client_of(server).fetch
        if reason:
            assert failure(fetch, f"{server.base}/page", max_bytes=1000).reason == reason
        else:
            assert len(fetch(f"{server.base}/page", max_bytes=1000).body) == size


@pytest.mark.parametrize(
    ("status", "reason", "is_passing"),
    [
        (204, Reason.PARSE, False),
        (206, Reason.PARSE, False),
        (300, Reason.REDIRECT, False),
        (400, Reason.BLOCKED, False),
        (401, Reason.BLOCKED, False),
        (403, Reason.BLOCKED, False),
        (404, Reason.NOT_FOUND, False),
        (408, Reason.TIMEOUT, True),
        (410, Reason.GONE, False),
        (418, Reason.BLOCKED, False),
        (429, Reason.BLOCKED, True),
        (451, Reason.BLOCKED, False),
        (500, Reason.SERVER_ERROR, True),
        (502, Reason.SERVER_ERROR, True),
        (599, Reason.SERVER_ERROR, True),
        (999, Reason.BLOCKED, False),
    ],
)
def test_status_has_its_reason(status, reason, is_passing):
    with serving(site({"/page": Reply("no", status=status)})) as server:
        failed = failure(client_of(server).fetch, f"{server.base}/page", deadline=1.9)
    assert (failed.reason, failed.is_passing, failed.status) == (reason, is_passing, status)
    assert failed.url == f"{server.base}/page"
    assert str(failed) == failed.message
    assert "127.0.0.1" in failed.message
    assert failed.message.count(".") >= 5  # Two sentences, and the dots of the host.


def test_reasons_are_those_of_the_contract():
    stated = "refused dns timeout tls too-large type redirect not-found gone blocked server-error robots parse"
    assert " ".join(Reason) == stated


# --- What is sent --------------------------------------------------------------------------------------------------


def test_we_say_who_we_are_and_nothing_else():
    with serving(site({"/page": PAGE})) as server:
        client_of(server).fetch(f"{server.base}/page")
    assert server.requests[1].headers == {
        "host": server.host_port,
        "user-agent": "Akira/1 (+https://a.example)",
        "accept": "text/html, application/xhtml+xml, */*;q=0.1",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_nothing_is_carried_from_one_site_to_the_next():
    """No cookie, no referer, and what a caller sends goes to the first site alone."""
    with serving(site({"/page": PAGE})) as second:
        away = Reply(status=302, headers={"Location": f"{second.base}/page", "Set-Cookie": "id=1; Path=/"})
        with serving(site({"/page": away})) as first:
            client = client_of(first, second)
            client.fetch(f"{first.base}/page", headers={"Authorization": "secret", "Accept-Language": "ja"})
            client.fetch(f"{first.base}/page")
    assert first.requests[1].headers["authorization"] == "secret"
    for asked in [*second.requests, *first.requests[2:]]:
        assert {"cookie", "referer", "authorization", "accept-language"}.isdisjoint(asked.headers)


def test_password_of_the_machine_is_not_sent(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serving(site({"/page": PAGE})) as server:
        client_of(server).fetch(f"{server.base}/page")
    assert "authorization" not in server.requests[1].headers


@pytest.mark.parametrize("name", ["Host", "COOKIE", "Referer", "Accept-Encoding", "Connection"])
def test_caller_may_not_say_what_the_client_says(name):
    with pytest.raises(ValueError, match="sets .* itself"):
        Client(user_agent="A").fetch("https://example.org/", headers={name: "x"})


def test_letters_that_a_header_cannot_carry_are_left_out_of_our_name():
    with serving(site({"/page": PAGE})) as server:
        Client(allow=[server.host_port], user_agent="Akira/1 (+https://ü.example)\r\nX: y").fetch(f"{server.base}/page")
    assert server.requests[0].headers["user-agent"] == "Akira/1 (+https://.example)X: y"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
def test_proxy_of_the_environment_is_not_used(monkeypatch, name):
    with serving(lambda asked: PAGE) as proxy, serving(site({"/page": PAGE})) as server:
        monkeypatch.setenv(name, proxy.base)
        monkeypatch.delenv("NO_PROXY", raising=False)
        client_of(server).fetch(f"{server.base}/page")
    assert proxy.requests == []
    assert len(server.requests) == 2


# --- Names and connections -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "is_passing"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), True),
        (socket.gaierror(socket.EAI_AGAIN, "later"), True),
        (UnicodeError("label too long"), True),
        (None, True),
    ],
    ids=["unknown", "later", "no name", "no addresses"],
)
def test_name_without_address_has_its_reason(error, is_passing):
    def resolve(host, port):
        if error:
            raise error
        return []

    client = Client(user_agent="A", resolver=resolve)
    failed = failure(client.fetch, "https://example.org/", deadline=1.9)
    assert (failed.reason, failed.is_passing) == (Reason.DNS, is_passing)
    assert "example.org" in failed.message


def test_name_that_never_is_one_is_not_looked_up():
    client = Client(user_agent="A", resolver=lambda host, port: 1 / 0)
    assert failure(client.fetch, "https://example.invalid/").reason == Reason.DNS


def test_resolver_that_hangs_ends_with_the_deadline():
    released = threading.Event()
    client = Client(user_agent="A", resolver=lambda host, port: released.wait(20) and [])
    began = time.monotonic()
    assert failure(client.fetch, "https://example.org/", deadline=0.2).reason == Reason.TIMEOUT
    assert time.monotonic() - began < 10
    released.set()


def test_resolvers_that_hang_are_bounded_in_number(monkeypatch):
    released = threading.Event()
    begun = []
    monkeypatch.setattr(connecting, "_RESOLVING", threading.BoundedSemaphore(2))

    def resolve(host, port):
        begun.append(host)
        released.wait(20)
        return []

    client = Client(user_agent="A", resolver=resolve)
    for number in range(4):
        assert failure(client.fetch, f"https://{number}.example.org/", deadline=0.1).reason == Reason.TIMEOUT
    assert len(begun) == 2
    released.set()


def test_fault_of_a_resolver_goes_up():
    client = Client(user_agent="A", resolver=lambda host, port: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.fetch("https://example.org/")


def test_system_resolves_names():
    assert set(connecting.resolve_by_system("localhost", 80)) <= {"127.0.0.1", "::1"}


def test_name_of_this_machine_is_reached_where_it_is_allowed():
    """By the resolver of the system; where that gives ::1 first, where nobody listens, 127.0.0.1 is tried next."""
    with serving(site({"/page": PAGE})) as server:
        port = server.server_address[1]
        client = Client(allow=[f"localhost:{port}"], user_agent="A")
        assert client.fetch(f"http://LOCALHOST:{port}/page").url == f"http://localhost:{port}/page"


def test_nobody_listening_is_a_passing_trouble():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = Client(allow=[f"127.0.0.1:{port}"], user_agent="A")
    failed = failure(client.fetch, f"http://127.0.0.1:{port}/", deadline=1.9)
    assert (failed.reason, failed.is_passing) == (Reason.SERVER_ERROR, True)


def test_connection_that_hangs_gets_a_share_of_the_time():
    tried = []

    def connect(address, port, timeout):
        tried.append(timeout)
        raise TimeoutError

    client = Client(user_agent="A", resolver=lambda host, port: [PUBLIC] * 3, connector=connect)
    assert failure(client.fetch, "https://example.org/", robots=False, deadline=3).reason == Reason.TIMEOUT
    assert len(tried) == 3
    assert tried[0] <= 1


# --- One at a time -------------------------------------------------------------------------------------------------


def fetch_at_once(client, urls, **options):
    """Fetch all of them in threads of their own; what failed is raised."""
    failed = []

    def run(url):
        try:
            client.fetch(url, robots=False, **options)
        except FetchFailed as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def slow_page(asked):
    time.sleep(0.05)
    return PAGE


def test_one_connection_to_a_host_at_a_time():
    with serving(slow_page) as server:
        assert fetch_at_once(client_of(server), [f"{server.base}/{number}" for number in range(6)]) == []
    assert len(server.requests) == 6
    assert server.most_at_once == 1


def test_hosts_do_not_wait_for_each_other():
    meeting = threading.Barrier(2)

    def answer(asked):
        # Both are here at the same time, or this raises.
        meeting.wait(10)
        return PAGE

    with serving(answer) as server:
        port = server.server_address[1]
        client = Client(
            allow=[server.host_port, f"localhost:{port}"], user_agent="A", resolver=lambda *_: ["127.0.0.1"]
        )
        assert fetch_at_once(client, [f"{server.base}/", f"http://localhost:{port}/"]) == []
    assert server.most_at_once == 2


def test_waiting_for_the_host_counts():
    began, finish = threading.Event(), threading.Event()

    def answer(asked):
        began.set()
        finish.wait(20)
        return PAGE

    with serving(answer) as server:
        client = client_of(server)
        first = threading.Thread(target=fetch_at_once, args=(client, [f"{server.base}/first"]))
        first.start()
        began.wait(10)
        assert failure(client.fetch, f"{server.base}/second", robots=False, deadline=0.2).reason == Reason.TIMEOUT
        finish.set()
        first.join()
    assert server.targets == ["/first"]


def test_hosts_are_forgotten_when_nobody_is_there():
    queues = Queues()
    with queues.alone_at("a", Deadline(1)), queues.alone_at("b", Deadline(1)):
        assert set(queues._locks) == {"a", "b"}
        with pytest.raises(TimeoutError), queues.alone_at("a", Deadline(0.01)):
            pass
    assert queues._locks == {}


# --- The client of the process -------------------------------------------------------------------------------------


def test_client_follows_the_settings(settings):
    with serving(site({"/page": PAGE})) as server:
        settings.AKIRA_FETCH_ALLOW = [server.host_port]
        settings.AKIRA_USER_AGENT = "Akira/1 (+https://news.example.org; mailto:desk@example.org)"
        assert http.fetch(f"{server.base}/page").status == 200
        assert http.client() is http.client()
        settings.AKIRA_FETCH_ALLOW = []
        assert failure(http.fetch, f"{server.base}/page").reason == Reason.REFUSED
    assert server.requests[0].headers["user-agent"] == "Akira/1 (+https://news.example.org; mailto:desk@example.org)"


def test_setting_that_is_no_pair_is_named(settings):
    settings.AKIRA_FETCH_ALLOW = ["localhost"]
    with pytest.raises(ImproperlyConfigured, match="AKIRA_FETCH_ALLOW: 'localhost' is no host and port"):
        http.client()
