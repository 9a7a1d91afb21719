"""A web server that does everything wrong, on loopback and on raw sockets; each path is one way to be hostile."""

import gzip
import socket
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate

import brotli

MEGABYTE = 1024 * 1024
PAGE = b"<!doctype html><title>A page</title><p>Words."
# No tests run for so long; what is endless ends then.
_LIFETIME = 60


class Connection:
    """One connection as the ways to be hostile see it: it sends, counts what was taken, and knows when to stop."""

    def __init__(self, raw: socket.socket, server: "HostileServer", target: str, head: bytes):
        self._raw = raw
        self._server = server
        self.path, _, self.query = target.partition("?")
        self.head = head
        self.base = server.base
        self.visit = server.visits[self.path]

    def send(self, data: bytes) -> None:
        """Send all of it, in pieces, so that the count is right when the other side hangs up."""
        for start in range(0, len(data), 65536):
            piece = data[start : start + 65536]
            self._raw.sendall(piece)
            self._server.sent[self.path] += len(piece)

    def answer(self, body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str | None = "text/html") -> None:
        """A whole and proper answer, but for what the headers say."""
        lines = [f"HTTP/1.1 {status}", *headers]
        if kind:
            lines.append(f"Content-Type: {kind}")
        if not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in headers):
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode("utf-8") + body)

    def forever(self, pause: float = 0) -> Iterator[None]:
        """Turns without end, with a pause between them, until the server or the connection is closed."""
        end = time.monotonic() + _LIFETIME
        while not self._server.ended.wait(pause) and time.monotonic() < end:
            yield


class HostileServer:
    """Made by `hostile`. `sent` counts bytes by path, `visits` requests, `heads` keeps what was asked."""

    def __init__(self):
        self.ended = threading.Event()
        self.sent: Counter[str] = Counter()
        self.visits: Counter[str] = Counter()
        self.heads: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        return f"http://{self.host_port}"

    def redirecting_to(self, target: str) -> str:
        """An address that leads to this one, whatever it is."""
        return f"{self.base}/to?{target.encode('utf-8', 'surrogatepass').hex()}"

    def accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def close(self) -> None:
        self.ended.set()
        # Only a shutdown wakes a thread that waits for the next connection.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, raw: socket.socket) -> None:
        with raw:
            try:
                raw.settimeout(_LIFETIME)
                head = b""
                while b"\r\n\r\n" not in head:
                    more = raw.recv(65536)
                    if not more:
                        return
                    head += more
                target = head.split(b" ", 2)[1].decode("ascii")
                self.visits[target.partition("?")[0]] += 1
                self.heads.append(head)
                connection = Connection(raw, self, target, head)
                WAYS.get(connection.path.split("/")[1], absent)(connection)
            except OSError:
                # The client has hung up, as it should.
                return


@contextmanager
def hostile() -> Iterator[HostileServer]:
    """The server, on a free port of 127.0.0.1, for the length of the block."""
    server = HostileServer()
    thread = threading.Thread(target=server.accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


# --- Ways to be hostile --------------------------------------------------------------------------------------------

WAYS: dict[str, Callable[[Connection], None]] = {}


def way(function: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """Serve the path of the function's name by it."""
    WAYS[function.__name__.replace("_", "-")] = function
    return function


def absent(connection):
    connection.answer(b"nothing here", status="404 Not Found")


@way
def status(connection):
    """The status that the query names: `/status?410`."""
    connection.answer(b"an error", status=f"{connection.query} Something")


# Redirects


@way
def to(connection):
    connection.send(b"HTTP/1.1 302 Found\r\nLocation: " + bytes.fromhex(connection.query) + b"\r\n\r\n")


@way
def loop(connection):
    connection.answer(b"", "Location: /loop", status="301 Moved")


@way
def circle(connection):
    connection.answer(b"", f"Location: /circle/{'ab'[connection.path.endswith('a')]}", status="307 Moved")


@way
def longer_and_longer(connection):
    connection.answer(b"", f"Location: {connection.path}/on", status="302 Found")


@way
def nowhere(connection):
    connection.answer(b"", status="302 Found")


@way
def two_ways(connection):
    connection.answer(b"", "Location: /page", "Location: /loop", status="302 Found")


@way
def choices(connection):
    connection.answer(b"", "Location: /page", status="300 Multiple Choices")


# Bodies without measure


@way
def endless(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in connection.forever():
        connection.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")


@way
def endless_without_length(connection):
    connection.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in connection.forever():
        connection.send(b"x" * 65536)


@way
def crumbs(connection):
    """Chunks of one byte, with a long extension each: little content, much on the wire."""
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    crumb = b"1;" + b"e" * 8000 + b"\r\nx\r\n"
    for _ in connection.forever():
        connection.send(crumb * 8)


@way
def dust(connection):
    """Chunks of one byte, as small as they come: each costs the reader more time than the sender."""
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in connection.forever():
        connection.send(b"1\r\nx\r\n" * 10_000)


@way
def large(connection):
    """300 MB that say so."""
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (300 * MEGABYTE))
    for _ in range(300):
        connection.send(b"x" * MEGABYTE)


@way
def large_unsaid(connection):
    """300 MB that do not say so."""
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(300):
        connection.send(b"x" * MEGABYTE)


@way
def gzip_bomb(connection):
    """Ten gigabytes of zeros in ten megabytes; the first block is repeated, as deflate lets one do."""
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflating.compress(bytes(10 * MEGABYTE)) + deflating.flush(zlib.Z_FULL_FLUSH)
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
    connection.send(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
    for _ in range(1000):
        connection.send(block)


@way
def brotli_bomb(connection):
    connection.answer(brotli.compress(bytes(100 * MEGABYTE), quality=1), "Content-Encoding: br")


@way
def gzip_twice(connection):
    connection.answer(gzip.compress(gzip.compress(PAGE)), "Content-Encoding: gzip, gzip")


@way
def gzip_twice_unsaid(connection):
    connection.answer(gzip.compress(gzip.compress(PAGE)), "Content-Encoding: gzip")


@way
def gzip_broken(connection):
    connection.answer(b"this is no gzip", "Content-Encoding: gzip")


@way
def gzip_cut(connection):
    connection.answer(gzip.compress(PAGE * 100)[:-20], "Content-Encoding: gzip")


# Slowness


@way
def silent(connection):
    for _ in connection.forever(0.05):
        pass


@way
def slow_headers(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in connection.forever(0.02):
        connection.send(b"x")


@way
def slow_body(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in connection.forever(0.02):
        connection.send(b"x")


@way
def stalling_body(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\nSome words")
    for _ in connection.forever(0.05):
        pass


# Headers and HTTP itself


@way
def giant_header(connection):
    connection.answer(PAGE, "X-Giant: " + "x" * MEGABYTE)


@way
def many_headers(connection):
    connection.answer(PAGE, *(f"X-{number}: a header" for number in range(20_000)))


@way
def interim_flood(connection):
    for _ in connection.forever():
        connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)


@way
def upgrade(connection):
    connection.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhello")


@way
def nonsense(connection):
    connection.send(b"\x16\x03\x01 this is not the web\r\n\r\n")
    connection.send(b"x" * 1000)
    for _ in connection.forever(0.05):
        pass


@way
def bad_status(connection):
    connection.send(b"HTTP/1.1 abc OK\r\nContent-Type: text/html\r\n\r\n" + PAGE)
    for _ in connection.forever(0.05):
        pass


@way
def bad_header(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nNo header at all\r\n\r\n" + PAGE)
    for _ in connection.forever(0.05):
        pass


@way
def two_lengths(connection):
    connection.answer(PAGE, "Content-Length: 5", "Content-Length: 50")


@way
def bad_chunks(connection):
    connection.answer(b"zz\r\nthis is no chunk\r\n", "Transfer-Encoding: chunked")
    for _ in connection.forever(0.05):
        pass


@way
def cut_chunks(connection):
    connection.answer(b"64\r\nonly a few words", "Transfer-Encoding: chunked")


@way
def cut_body(connection):
    connection.answer(PAGE, "Content-Length: 100000")


@way
def hang_up(connection):
    pass


@way
def cut_headers(connection):
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Ty")


# Kinds of content


@way
def download(connection):
    connection.answer(b"%PDF-1.5 ...", kind="application/pdf")


@way
def untyped(connection):
    connection.answer(PAGE, kind=None)


@way
def untyped_picture(connection):
    connection.answer(b"\x89PNG\r\n\x1a\n" + bytes(100), kind=None)


@way
def empty(connection):
    connection.answer(b"", status="204 No Content", kind=None)


# Pages that are well sent and badly meant; reading them is the matter of others.


@way
def page(connection):
    connection.answer()


@way
def charset(connection):
    """A page in the first encoding that the query names, said to be in the second: `/charset?cp932&utf-8`."""
    codec, _, stated = connection.query.partition("&")
    connection.answer("<title>深層学習の論文</title>".encode(codec), kind=f"text/html; charset={stated}")


@way
def broken_html(connection):
    connection.answer(b"<html><title>Never closed <b><i></title </p><div " + b"<div>" * 50_000)


@way
def script_title(connection):
    connection.answer(b"<title><script>alert(1)</script>&lt;img src=x onerror=alert(1)&gt;</title>")


@way
def zeros(connection):
    connection.answer(b"<title>A\0 title\0 with \x01\x1b zeros</title>")


@way
def right_to_left(connection):
    connection.answer(
        "<title>Paper \u202eexe.fdp\u202c \u2066on\u2069</title>".encode(), kind="text/html; charset=utf-8"
    )


# Sites that are busy


@way
def flapping(connection):
    """In trouble twice of three times."""
    if connection.visit % 3:
        connection.answer(b"wait", status="503 Service Unavailable")
    else:
        connection.answer()


@way
def down(connection):
    connection.answer(b"wait", status="503 Service Unavailable")


@way
def busy(connection):
    connection.answer(b"wait", "Retry-After: 3600", status="429 Too Many Requests")


@way
def busy_until(connection):
    connection.answer(
        b"wait", f"Retry-After: {formatdate(time.time() + 600, usegmt=True)}", status="503 Service Unavailable"
    )


@way
def busy_for_a_moment(connection):
    if connection.visit == 1:
        connection.answer(b"wait", "Retry-After: 1", status="429 Too Many Requests")
    else:
        connection.answer()


@way
def hanging_up_once(connection):
    if connection.visit > 1:
        connection.answer()
