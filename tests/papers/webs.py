"""A small web of its own for a test: sites by their names, all on loopback, for the safe client to look at."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from common.http import Client
from tests.conftest import CHECKOUT
from tests.servers import Asked, LoopbackServer, Reply, serving

# Any public address: nothing is ever connected to it.
PUBLIC = "93.184.216.34"
CERTIFICATE = CHECKOUT / "tests" / "samples" / "tls" / "valid.pem"

Page = Reply | str | Callable[[Asked], Reply]


def page(title: str = "", body: str = "", **named: str) -> str:
    """A page with this title and these `<meta>` elements; `og__title` stands for og:title, lists are repeated."""
    metas = "".join(f'<meta name="{name.replace("__", ":")}" content="{content}">' for name, content in named.items())
    return f"<!doctype html><html><head><title>{title}</title>{metas}</head><body>{body}</body></html>"


def leads(to: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"Location": to})


@dataclass
class Web:
    """The sites, as pages by host and path; `asked` is what was asked for but for robots.txt."""

    pages: dict[str, Page]
    client: Client
    plain: LoopbackServer
    secure: LoopbackServer

    @property
    def asked(self) -> list[str]:
        both = sorted([*self.plain.requests, *self.secure.requests], key=lambda asked: asked.at)
        return [f"{asked.headers['host']}{asked.target}" for asked in both if asked.path != "/robots.txt"]


def _secured(server: LoopbackServer) -> LoopbackServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def _trusting_anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def web(pages: Mapping[str, Page], *, allow: tuple[str, ...] = ()) -> Iterator[Web]:
    """The web for the length of the block; `allow` are the stand-ins that its client may also reach."""
    pages = dict(pages)

    def answer(asked: Asked) -> Reply:
        found = pages.get(f"{asked.headers['host']}{asked.target}", Reply(status=404))
        found = found(asked) if callable(found) else found
        return Reply(found) if isinstance(found, str) else found

    with serving(answer) as plain, _secured(LoopbackServer(answer)) as secure:
        thread = threading.Thread(target=secure.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        ports = {80: plain.server_address[1], 443: secure.server_address[1]}

        def connect(address, port, timeout):
            return socket.create_connection(("127.0.0.1", ports.get(port, port)), timeout)

        client = Client(
            allow=allow,
            user_agent="Akira/1",
            resolver=lambda host, port: [PUBLIC],
            connector=connect,
            tls=_trusting_anybody(),
        )
        try:
            yield Web(pages, client, plain, secure)
        finally:
            secure.shutdown()
            thread.join()
