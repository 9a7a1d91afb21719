"""Where the web server listens: checked before anything is started."""

import errno
import ipaddress
import socket
import time


class AddressNotUsable(Exception):
    """We cannot listen there; the message says why and what to do."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def in_url(host: str) -> str:
    """The host as an address spells it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def check(host: str, port: int, *, patience: float = 5.0) -> None:
    """Make sure that we can listen there. A server that is just ending is waited for. Raises AddressNotUsable."""
    deadline = time.monotonic() + patience
    while error := _why_not(host, port):
        if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            raise AddressNotUsable(_explain(error, host, port)) from error
        time.sleep(0.1)


def _why_not(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        return error
    return None


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return f"Port {port} is taken. Stop what uses it, or choose another one: ./run --port {other}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one above 1023: ./run --port 8000"
    return f"This machine cannot listen on {host}: {error.strerror}. Choose one of its addresses, such as 127.0.0.1."
