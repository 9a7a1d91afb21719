"""Asks a server for one address as fast as it answers, over connections that stay open, from processes of its own."""

import multiprocessing
import socket
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

PROCESSES = 2


@dataclass(frozen=True)
class Asked:
    """One address of one server, as bytes of a request."""

    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass
class Load:
    """What came of it: how many answers in how many seconds, and how long each took."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    # What the processes that asked have computed themselves.
    computed: float = 0.0

    @property
    def count(self) -> int:
        return len(self.latencies)

    def quantile(self, share: float) -> float:
        return sorted(self.latencies)[min(self.count - 1, int(self.count * share))]


class Connection:
    """A connection on which one request follows the other; opened again where the server closes it."""

    def __init__(self, port: int):
        self.port = port
        self.socket = None
        self.rest = b""

    def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        for _ in range(2):
            try:
                if self.socket is None:
                    self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
                self.socket.sendall(request)
                return self._answer()
            except (ConnectionError, EOFError):
                # Idle connections are closed from time to time, just when a request is on its way.
                self.close()
        raise ConnectionError(f"Port {self.port} does not answer.")

    def _answer(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self.rest:
            self._receive()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self._receive()
        body, self.rest = self.rest[:length], self.rest[length:]
        if headers.get("connection") == "close":
            self.close()
        return int(first.split()[1]), headers, body

    def _receive(self) -> None:
        received = self.socket.recv(262144)
        if not received:
            raise EOFError
        self.rest += received

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""


def ask_once(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """The answer: status, headers by their names in small letters, body."""
    connection = Connection(asked.port)
    try:
        return connection.ask(asked.request)
    finally:
        connection.close()


def _ask_on(asked: Asked, until: float, load: Load) -> None:
    connection, request = Connection(asked.port), asked.request
    # Once at least, however late this thread had its turn.
    while not load.count or time.monotonic() < until:
        began = time.perf_counter()
        status, _headers, _body = connection.ask(request)
        load.latencies.append(time.perf_counter() - began)
        load.statuses[status] = load.statuses.get(status, 0) + 1
    connection.close()


def _share(asked: Asked, seconds: float, connections: int) -> Load:
    """What one process asks, with a thread for each connection."""
    loads = [Load() for _ in range(connections)]
    began, own = time.monotonic(), time.process_time()
    threads = [threading.Thread(target=_ask_on, args=(asked, began + seconds, load)) for load in loads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _together(loads, time.monotonic() - began, time.process_time() - own)


def _together(loads: list[Load], seconds: float, computed: float) -> Load:
    whole = Load(seconds=seconds, computed=computed)
    for load in loads:
        whole.latencies += load.latencies
        for status, count in load.statuses.items():
            whole.statuses[status] = whole.statuses.get(status, 0) + count
    return whole


class Crowd:
    """Processes that ask; they stand ready between one load and the next."""

    def __init__(self):
        self._pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._pool.shutdown()

    def load(self, asked: Asked, seconds: float, connections: int) -> Load:
        shares = [self._pool.submit(_share, asked, seconds, max(1, connections // PROCESSES)) for _ in range(PROCESSES)]
        loads = [share.result() for share in shares]
        return _together(loads, max(load.seconds for load in loads), sum(load.computed for load in loads))
