"""A real HTTP server on loopback for a test: it answers as a function says, and keeps what it was asked."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in; `headers` by their names in small letters, `at` on the monotonic clock."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """What to answer. A `media_type` of "" sends no Content-Type at all."""

    body: bytes | str = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class LoopbackServer(ThreadingHTTPServer):
    """The server of one test; made by `serving`."""

    daemon_threads = True
    # A burst of workers must not be refused.
    request_queue_size = 128

    def __init__(self, answer: Callable[[Asked], Reply], address: str = "127.0.0.1"):
        self.answer = answer
        self.requests: list[Asked] = []
        self.faults: list[BaseException] = []
        # How many requests are being answered, and the largest number that were at the same time.
        self.under_way = 0
        self.most_at_once = 0
        self._counting = threading.Lock()
        super().__init__((address, 0), _Handler)

    @property
    def host_port(self) -> str:
        """`127.0.0.1:port`, as AKIRA_FETCH_ALLOW wants it."""
        return f"{self.server_address[0]}:{self.server_address[1]}"

    @property
    def base(self) -> str:
        """`http://127.0.0.1:port`, without a slash at its end."""
        return f"http://{self.host_port}"

    @property
    def targets(self) -> list[str]:
        """The paths (with query) that were asked for, in order."""
        return [asked.target for asked in self.requests]

    @contextmanager
    def counted(self, asked: Asked) -> Iterator[None]:
        with self._counting:
            self.requests.append(asked)
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield
        finally:
            with self._counting:
                self.under_way -= 1

    def handle_error(self, request, client_address):
        """Clients that hang up are part of many tests; nothing is printed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LoopbackServer

    def _serve(self):
        # Each connection carries one request, so that none outlives its test.
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body, time.monotonic())
        with self.server.counted(asked):
            try:
                reply = self.server.answer(asked)
            except BaseException as fault:
                self.server.faults.append(fault)
                reply = Reply(f"The answering function raised {fault!r}.", status=500)
            self._send(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve

    def _send(self, reply: Reply):
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        given = {name.lower() for name in reply.headers}
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.media_type and "content-type" not in given:
            self.send_header("Content-Type", reply.media_type)
        if given.isdisjoint({"content-length", "transfer-encoding"}) and reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serving(answer: Callable[[Asked], Reply], address: str = "127.0.0.1") -> Iterator[LoopbackServer]:
    """A server on a free port for the length of the block; what `answer` raised fails the test.

    `answer` runs in a thread of its own for each request, so it may wait without holding up others. A further
    `address`, such as 127.0.0.2, makes a further host.
    """
    with LoopbackServer(answer, address) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
    if server.faults:
        raise server.faults[0]
