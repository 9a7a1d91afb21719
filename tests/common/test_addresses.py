"""Which addresses may be reached: everything private is refused without one connection, given or redirected to."""

import socket

import pytest

from common import addresses
from common.http import Client, FetchFailed, Reason
from tests.common import refused
from tests.hostile_server import hostile


def short(text):
    """An id for a test that a terminal can show."""
    return ascii(text)[:60]


class Watched:
    """A resolver and a connector that write down what they are asked; the connector reaches one server alone."""

    def __init__(self, server=None):
        self.server = server
        self.resolved = []
        self.connected = []

    def resolve(self, host, port):
        self.resolved.append(host)
        if self.server and host == "127.0.0.1":
            return ["127.0.0.1"]
        return refused.ANSWERS.get(host, [refused.PUBLIC])

    def connect(self, address, port, timeout):
        if self.server and (address, port) == ("127.0.0.1", self.server.port):
            return socket.create_connection((address, port), timeout)
        self.connected.append((address, port))
        raise ConnectionRefusedError("nothing may be connected to here")

    def client(self):
        allow = [self.server.host_port] if self.server else []
        return Client(allow=allow, user_agent="Akira/1", resolver=self.resolve, connector=self.connect)


@pytest.fixture(scope="module")
def server():
    with hostile() as server:
        yield server


@pytest.mark.parametrize("robots", [True, False], ids=["with robots.txt", "without"])
@pytest.mark.parametrize("url", [*refused.EVERYWHERE, *refused.ONLY_GIVEN], ids=short)
def test_given_address_is_refused_and_nothing_connected_to(url, robots):
    watched = Watched()
    with pytest.raises(FetchFailed) as failed:
        watched.client().fetch(url, robots=robots, deadline=1)
    assert failed.value.reason == Reason.REFUSED
    assert failed.value.message.endswith(".")
    assert not failed.value.is_passing
    assert watched.connected == []


@pytest.mark.parametrize("url", [*refused.EVERYWHERE, *refused.ONLY_REDIRECTS], ids=short)
def test_redirect_is_refused_and_nothing_connected_to_but_where_it_came_from(url, server):
    watched = Watched(server)
    # A Location is bytes in a header: no line breaks, nor zeros, nor half characters, can come in one.
    target = (
        url.encode("utf-8", "replace").decode().replace("\n", "").replace("\r", "").replace("\0", "").strip("\x01 ")
    )
    with pytest.raises(FetchFailed) as failed:
        watched.client().fetch(server.redirecting_to(target), robots=False, deadline=1)
    assert failed.value.reason == Reason.REFUSED
    assert watched.connected == []


def test_the_table_is_as_large_as_it_should_be():
    assert len(set(refused.EVERYWHERE)) >= 250


@pytest.mark.parametrize(
    ("url", "address", "port"),
    [
        ("http://example.org/", refused.PUBLIC, 80),
        ("https://example.org/", refused.PUBLIC, 443),
        ("http://example.org:443/", refused.PUBLIC, 443),
        ("https://EXAMPLE.org:80/x?y#z", refused.PUBLIC, 80),
        ("http://例.example/", refused.PUBLIC, 80),
        ("http://example.org\\@127.0.0.1/", refused.PUBLIC, 80),
        ("http://93.184.216.34/", "93.184.216.34", 80),
        ("http://1572395042/", "93.184.216.34", 80),
        ("https://[2606:2800:220:1::1]/", "2606:2800:220:1::1", 443),
        ("http://172.15.0.1/", "172.15.0.1", 80),
        ("http://172.32.0.1/", "172.32.0.1", 80),
        ("http://100.128.0.1/", "100.128.0.1", 80),
        ("http://[2001:200::1]/", "2001:200::1", 80),
        ("http://my_site.example.org/", refused.PUBLIC, 80),
        ("http://localhost.example.org/", refused.PUBLIC, 80),
        ("http://www.local.example/", refused.PUBLIC, 80),
    ],
    ids=lambda value: short(value),
)
def test_public_address_is_connected_to(url, address, port):
    watched = Watched()
    with pytest.raises(FetchFailed) as failed:
        watched.client().fetch(url, robots=False, deadline=1)
    assert failed.value.reason == Reason.SERVER_ERROR
    assert watched.connected == [(address, port)]


def test_host_is_resolved_once_and_connected_to_where_it_was_checked(server):
    """A resolver that says something else the second time (DNS rebinding) gains nothing."""
    answers = [[refused.PUBLIC], ["127.0.0.1"], ["10.0.0.1"]]
    connected = []

    def connect(address, port, timeout):
        connected.append((address, port))
        return socket.create_connection(("127.0.0.1", server.port), timeout)

    client = Client(user_agent="Akira/1", resolver=lambda host, port: answers.pop(0), connector=connect)
    # robots.txt, the redirect and the page: three connections, all of them to the address that was checked.
    target = server.redirecting_to("http://rebinding.example/page").removeprefix(server.base)
    fetched = client.fetch(f"http://rebinding.example{target}")
    assert fetched.url == "http://rebinding.example/page"
    assert connected == [(refused.PUBLIC, 80)] * 3
    assert len(answers) == 2


def test_second_fetch_checks_the_new_answer(server):
    answers = [[refused.PUBLIC], ["127.0.0.1"]]
    connected = []

    def connect(address, port, timeout):
        connected.append(address)
        return socket.create_connection(("127.0.0.1", server.port), timeout)

    client = Client(user_agent="Akira/1", resolver=lambda host, port: answers.pop(0), connector=connect)
    client.fetch("http://rebinding.example/page", robots=False)
    with pytest.raises(FetchFailed) as failed:
        client.fetch("http://rebinding.example/page", robots=False)
    assert failed.value.reason == Reason.REFUSED
    assert connected == [refused.PUBLIC]


def test_next_address_is_tried_where_the_first_does_not_answer(server):
    connected = []

    def connect(address, port, timeout):
        connected.append(address)
        if ":" in address:
            raise OSError("no way there")
        return socket.create_connection(("127.0.0.1", server.port), timeout)

    found = ["2606:2800:220:1::1", refused.PUBLIC]
    client = Client(user_agent="Akira/1", resolver=lambda host, port: found, connector=connect)
    assert client.fetch("http://example.org/page", robots=False).status == 200
    assert connected == found


# --- What the operator allows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("127.0.0.1:8000", "http://0x7f.1:8000/x"),
        ("127.0.0.1:80", "http://127.0.0.1/"),
        ("127.0.0.1:443", "https://127.0.0.1/"),
        ("LOCALHOST:8000", "http://localhost:8000/"),
        ("[::1]:8000", "http://[0:0::1]:8000/"),
        ("intranet:8080", "https://intranet:8080/wiki"),
        ("loopback.example:80", "http://loopback.example/"),
        ("例え.internal:80", "http://xn--r8jz45g.internal/"),
    ],
)
def test_allowed_pair_is_connected_to_wherever_it_lies(entry, url):
    watched = Watched()
    client = Client(allow=[entry], user_agent="Akira/1", resolver=watched.resolve, connector=watched.connect)
    with pytest.raises(FetchFailed) as failed:
        client.fetch(url, robots=False, deadline=1)
    assert failed.value.reason == Reason.SERVER_ERROR
    assert len(watched.connected) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:8001/",
        "http://localhost:8000/",
        "http://127.0.0.2:8000/",
        "http://[::ffff:127.0.0.1]:8000/",
        "http://a.127.0.0.1:8000/",
        "http://user@127.0.0.1:8000/",
        "ftp://127.0.0.1:8000/",
    ],
)
def test_allowed_pair_opens_no_other_door(url):
    watched = Watched()
    client = Client(allow=["127.0.0.1:8000"], user_agent="A", resolver=watched.resolve, connector=watched.connect)
    with pytest.raises(FetchFailed) as failed:
        client.fetch(url, deadline=1)
    assert failed.value.reason == Reason.REFUSED
    assert watched.connected == []


def test_allowed_port_does_not_lift_the_check_of_another_on_the_same_host():
    """A redirect from the allowed port of a private host leads to a port that is usual, and still private."""
    with hostile() as server:
        connected = []

        def connect(address, port, timeout):
            connected.append((address, port))
            return socket.create_connection(("127.0.0.1", server.port), timeout)

        client = Client(
            allow=["wiki.example:8080"],
            user_agent="Akira/1",
            resolver=lambda host, port: ["10.0.0.7"],
            connector=connect,
        )
        target = server.redirecting_to("http://wiki.example/page").removeprefix(server.base)
        with pytest.raises(FetchFailed) as failed:
            client.fetch(f"http://wiki.example:8080{target}", robots=False)
    assert failed.value.reason == Reason.REFUSED
    assert connected == [("10.0.0.7", 8080)]


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "localhost",
        "127.0.0.1",
        "http://127.0.0.1:80",
        "127.0.0.1:",
        ":80",
        "a b:80",
        "host:port",
        "u@h:80",
        "::1:80",
    ]
    + ["host:99999", "[::1:80", "host:80/path"],
)
def test_entry_that_is_no_pair_is_named(entry):
    with pytest.raises(ValueError, match="is no host and port"):
        addresses.allowed_pairs([entry])


# --- Reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("", "https://example.org/a/b?c#d"),
        ("x", "https://example.org/a/x#d"),
        ("/x#y", "https://example.org/x#y"),
        ("/x", "https://example.org/x#d"),
        ("?q=日本", "https://example.org/a/b?q=%E6%97%A5%E6%9C%AC#d"),
        ("//example.com", "https://example.com/#d"),
        ("http://example.com/ü", "http://example.com/%C3%BC#d"),
        ("../../../x", "https://example.org/x#d"),
    ],
)
def test_redirect_is_read_as_browsers_read_it(location, url):
    base = addresses.read("https://example.org/a/b?c#d")
    assert addresses.read(location, base).url == url


def test_fragment_is_not_sent():
    destination = addresses.read("https://example.org/a?b#c")
    assert (destination.target, destination.without_fragment) == ("/a?b", "https://example.org/a?b")


@pytest.mark.parametrize(
    ("url", "netloc"),
    [
        ("http://example.org/", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("https://[2606:2800:220:1::1]:80/", "[2606:2800:220:1::1]:80"),
        ("https://[2606:2800:220:1::1]/", "[2606:2800:220:1::1]"),
    ],
)
def test_host_header_names_the_port_where_it_is_unusual(url, netloc):
    assert addresses.read(url).netloc == netloc
