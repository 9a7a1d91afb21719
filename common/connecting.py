"""Connections under one deadline: names resolved in time, checked addresses connected to, every byte counted."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

import certifi
import httpcore

from common import addresses
from common.addresses import Destination
from common.failures import FetchFailed, Reason

# The addresses of a host, in the order in which to try them; raises socket.gaierror or another OSError.
Resolver = Callable[[str, int], Sequence[str]]
# A socket connected to that very address and port, within so many seconds; raises OSError.
Connector = Callable[[str, int, float], socket.socket]

# So many names are resolved at a time; a resolver that hangs holds its place until it gives up.
_RESOLVING = threading.BoundedSemaphore(32)
# Systems that tell a name without addresses from one that does not exist have a second code.
_UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
# A name may have hundreds of addresses. All are checked, and so many of them are tried.
MOST_TRIED = 4


class Deadline:
    """The moment by which everything must be done. Time up is a TimeoutError, as sockets say it."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, more than none; TimeoutError when it has passed."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def leaves(self, seconds: float) -> bool:
        """Whether so many seconds may pass and some time remains."""
        return self._end - time.monotonic() > seconds


# --- Names ---------------------------------------------------------------------------------------------------------


def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses that the resolver of the system gives; it knows no timeout."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(address[0] for *_, address in found))


def _in_time(deadline: Deadline, call: Callable[[], Sequence[str]]) -> Sequence[str]:
    """What the call returns or raises; when time is up it is left to itself, in a thread that ends no later than it."""
    places = _RESOLVING
    if not places.acquire(timeout=deadline.left()):
        raise TimeoutError
    outcome: queue.SimpleQueue = queue.SimpleQueue()

    def run():
        try:
            outcome.put((call(), None))
        except BaseException as error:
            outcome.put((None, error))
        finally:
            places.release()

    threading.Thread(target=run, name="resolving", daemon=True).start()
    try:
        found, error = outcome.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return found


def resolve(
    destination: Destination, resolver: Resolver, deadline: Deadline, allowed: Collection[tuple[str, int]]
) -> tuple[str, ...]:
    """The addresses of a destination, every one of them checked; FetchFailed where it has none or a private one."""
    if destination.ip is not None:
        addresses.check_resolved(destination, (destination.host,), allowed)
        return (destination.host,)
    host = destination.host
    if host.endswith(".invalid"):
        # RFC 6761, 6.4: no resolver need be asked.
        raise _unresolved(destination, socket.gaierror(socket.EAI_NONAME, "never a name"))
    try:
        found = tuple(_in_time(deadline, lambda: resolver(host, destination.port)))
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as error:
        raise _unresolved(destination, error) from error
    if not found:
        raise _unresolved(destination, socket.gaierror(socket.EAI_NONAME, "no addresses"))
    addresses.check_resolved(destination, found, allowed)
    return found


def _unresolved(destination: Destination, error: Exception) -> FetchFailed:
    is_unknown = isinstance(error, UnicodeError) or error.errno in _UNKNOWN_NAME
    if is_unknown:
        sentence = f"There is no site named {destination.host}. Check the spelling of the address."
    else:
        sentence = f"The name {destination.host} can't be looked up at the moment. Try again later."
    # Resolvers try again by themselves.
    return FetchFailed(Reason.DNS, sentence, destination.url)


# --- Connections ---------------------------------------------------------------------------------------------------


def connect_directly(address: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address that is no name, so that nothing is resolved a second time; no proxy is asked."""
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect((address, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


def tls_context() -> ssl.SSLContext:
    """What certificates must satisfy: the authorities of the system and those of Mozilla, and the name of the host."""
    # Made by hand: `create_default_context` would write keys to the file that SSLKEYLOGFILE names.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


class TooMuch(Exception):
    """More bytes came than the stream was told to let through."""


class Stream(httpcore.NetworkStream):
    """A socket as httpcore wants it, on which every wait ends with the deadline.

    No more than `may_receive` bytes are taken from it in all; whoever reads raises that as the answer goes on.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline):
        self._connection = connection
        self._deadline = deadline
        self.may_receive = 0
        self.received = 0
        self.has_ended = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        room = self.may_receive - self.received
        if room <= 0:
            raise TooMuch
        self._connection.settimeout(self._deadline.left())
        data = self._connection.recv(min(max_bytes, room))
        self.received += len(data)
        self.has_ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._connection.settimeout(self._deadline.left())
        try:
            self._connection.sendall(buffer)
        except TimeoutError:
            raise
        except OSError as error:
            # Some servers answer before they have read everything, and close; httpcore goes on to read then.
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._connection.close()


def _connected(destination: Destination, found: Sequence[str], connector: Connector, deadline: Deadline):
    """A socket to the first of the addresses that answers, in an equal share of the time left for each."""
    tried = found[:MOST_TRIED]
    for position, address in enumerate(tried):
        try:
            return connector(address, destination.port, deadline.left() / (len(tried) - position))
        except OSError:
            if position == len(tried) - 1:
                raise


def _secured(connection: socket.socket, destination: Destination, context: ssl.SSLContext, deadline: Deadline):
    connection.settimeout(deadline.left())
    try:
        return context.wrap_socket(connection, server_hostname=destination.host)
    except ssl.SSLError as error:
        raise _insecure(destination, error) from error


def _insecure(destination: Destination, error: ssl.SSLError) -> FetchFailed:
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = (
            f"{destination.host} can't prove that it is the site it claims to be ({error.verify_message}). "
            "Tell its owner, or link to another page."
        )
    else:
        sentence = f"{destination.host} offers no secure connection that works. Try the address with http:// instead."
    return FetchFailed(Reason.TLS, sentence, destination.url)


@contextmanager
def connection(
    destination: Destination,
    found: Sequence[str],
    connector: Connector,
    context: Callable[[], ssl.SSLContext],
    deadline: Deadline,
) -> Iterator[Stream]:
    """A stream to the destination at one of its checked addresses, for the length of the block.

    Raises TimeoutError and OSError as sockets do, and FetchFailed where the certificate does not hold.
    """
    opened = _connected(destination, found, connector, deadline)
    try:
        if destination.scheme == "https":
            opened = _secured(opened, destination, context(), deadline)
        yield Stream(opened, deadline)
    finally:
        opened.close()


# --- One at a time -------------------------------------------------------------------------------------------------


class Queues:
    """Lets one at a time to a host, the others waiting; remembers only hosts that somebody is at."""

    def __init__(self):
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone_at(self, host: str, deadline: Deadline) -> Iterator[None]:
        """Hold the host for the length of the block; TimeoutError when it does not get free in time."""
        with self._guard:
            lock, waiting = self._locks.get(host, (threading.Lock(), 0))
            self._locks[host] = lock, waiting + 1
        try:
            if not lock.acquire(timeout=deadline.left()):
                raise TimeoutError
            try:
                yield
            finally:
                lock.release()
        finally:
            self._leave(host)

    def _leave(self, host: str) -> None:
        with self._guard:
            lock, waiting = self._locks[host]
            if waiting == 1:
                del self._locks[host]
            else:
                self._locks[host] = lock, waiting - 1
