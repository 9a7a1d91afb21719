"""Secure connections of the safe client: certificates are checked, and names with them."""

import socket
import ssl
import threading

import pytest

from common.http import Client, FetchFailed, Reason
from tests.conftest import CHECKOUT
from tests.hostile_server import hostile
from tests.servers import LoopbackServer, Reply

CERTIFICATES = CHECKOUT / "tests" / "samples" / "tls"


@pytest.fixture
def secure_server():
    """Starts servers with a certificate."""
    servers = []

    def start(certificate, answer=lambda asked: Reply("<title>Secret</title>")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / certificate)
        server = LoopbackServer(answer)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def client_for(port, trusted=None):
    """A client for hosts at this port of loopback, that trusts one certificate, or those that everybody trusts."""
    context = None
    if trusted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(CERTIFICATES / trusted)
    allow = [f"{host}:{port}" for host in ("site.example", "other.example", "127.0.0.1")]
    return Client(allow=allow, user_agent="Akira/1", resolver=lambda host, port: ["127.0.0.1"], tls=context)


def failure(client, url, **options):
    with pytest.raises(FetchFailed) as failed:
        client.fetch(url, deadline=1.9, **options)
    return failed.value


@pytest.mark.parametrize("host", ["site.example", "127.0.0.1"])
def test_certificate_that_holds_is_taken(secure_server, host):
    port = secure_server("valid.pem").server_address[1]
    fetched = client_for(port, "valid.pem").fetch(f"https://{host}:{port}/", robots=False)
    assert fetched.text() == "<title>Secret</title>"


@pytest.mark.parametrize("robots", [True, False])
@pytest.mark.parametrize(
    ("certificate", "trusted", "host"),
    [
        ("valid.pem", None, "site.example"),
        ("valid.pem", None, "127.0.0.1"),
        ("valid.pem", "expired.pem", "site.example"),
        ("valid.pem", "valid.pem", "other.example"),
        ("expired.pem", "expired.pem", "site.example"),
    ],
    ids=["self-signed", "self-signed address", "of another authority", "of another name", "expired"],
)
def test_certificate_that_does_not_hold_is_named(secure_server, certificate, trusted, host, robots):
    server = secure_server(certificate)
    port = server.server_address[1]
    failed = failure(client_for(port, trusted), f"https://{host}:{port}/", robots=robots)
    assert (failed.reason, failed.is_passing) == (Reason.TLS, False)
    assert host in failed.message
    assert failed.url == f"https://{host}:{port}/"
    assert server.requests == []


def test_server_that_speaks_no_tls_is_named():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet():
            with listening.accept()[0] as connection:
                connection.sendall(b"220 mail is ready\r\n")

        greeting = threading.Thread(target=greet)
        greeting.start()
        port = listening.getsockname()[1]
        failed = failure(client_for(port), f"https://127.0.0.1:{port}/page", robots=False)
        greeting.join()
    assert failed.reason == Reason.TLS


def test_handshake_that_hangs_ends_with_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        client = client_for(port)
        with pytest.raises(FetchFailed) as failed:
            client.fetch(f"https://127.0.0.1:{port}/", deadline=0.3)
    assert failed.value.reason == Reason.TIMEOUT


def test_step_down_from_https_is_told(secure_server):
    with hostile() as plain:
        away = Reply(status=302, headers={"Location": f"{plain.base}/page"})
        port = secure_server("valid.pem", lambda asked: away).server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(CERTIFICATES / "valid.pem")
        client = Client(allow=[f"127.0.0.1:{port}", plain.host_port], user_agent="Akira/1", tls=context)
        fetched = client.fetch(f"https://127.0.0.1:{port}/", robots=False)
    assert fetched.url == f"{plain.base}/page"
    assert [step.is_downgrade for step in fetched.redirects] == [True]


def test_environment_writes_no_keys(secure_server, monkeypatch, tmp_path):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    port = secure_server("valid.pem").server_address[1]
    failure(client_for(port), f"https://127.0.0.1:{port}/", robots=False)
    assert not (tmp_path / "keys").exists()
