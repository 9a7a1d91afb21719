"""Akira behind a real nginx with the configuration that we ship, on ports, a database and a cache of its own."""

import contextlib
import datetime
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common import postgres
from tests.akira.conftest import environment, free_port
from tests.conftest import CHECKOUT

HOST = "news.example.org"
SHIPPED = CHECKOUT / "deploy" / "nginx.conf"
# As root, nginx runs as somebody else, who may do less.
ACCOUNT = {"user": "nobody", "group": "nogroup"} if os.getuid() == 0 else {}
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/akira.conf;
}}
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> tuple[int, bytes]:
        return self.status, self.body

    @property
    def cache(self) -> str | None:
        return self.headers.get("x-cache")


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(host: str, port: int, path: str) -> http.client.HTTPResponse:
    """The answer of a server on loopback without TLS to somebody who asks for that host."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    with contextlib.closing(connection):
        return connection.getresponse()


def _write_certificate(folder: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class BehindNginx:
    """An Akira with one published issue and one draft, its database, and nginx in front of it."""

    def __init__(self, folder: Path, prepared: Path):
        self.folder = folder
        self.port, self.plain_port, self.own_port = free_port(), free_port(), free_port()
        self.home = folder / "home"
        subprocess.run(["cp", "-a", prepared, self.home], check=True)
        self.cluster = postgres.Cluster(self.home / "postgres")
        self.cluster.settle()
        self.akira = self.nginx = None
        self.orders()
        self._write_configuration()

    # --- What runs ---------------------------------------------------------------------------------------------------

    def start_database(self) -> None:
        # Without a guard, which would start it again.
        self.cluster.server.start(self.cluster.programs())

    def stop_database(self) -> None:
        self.cluster.server.stop(self.cluster.programs())

    def start_akira(self) -> None:
        command = ["-m", "gunicorn", "--config", "python:akira.gunicorn_settings"]
        bind = ["--bind", f"127.0.0.1:{self.own_port}", "tests.akira.quick_wsgi"]
        self.akira = self._start("akira", [sys.executable, *command, *bind], env=self.environment)
        # The port is open before anybody is there to answer.
        wait_until(lambda: _is_open(self.own_port))
        assert ask("127.0.0.1", self.own_port, "/healthz").status in (200, 503)

    def start_nginx(self) -> None:
        # Debian's lies where not everybody's PATH leads.
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.nginx = self._start("nginx", [program, "-c", f"{self.folder}/nginx/nginx.conf"], **ACCOUNT)
        wait_until(lambda: _is_open(self.port))

    def manage(self, *arguments) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=CHECKOUT,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def stop_akira(self) -> None:
        # Its workers with it, who might be busy.
        os.killpg(self.akira.pid, signal.SIGKILL)
        self.akira.wait()

    def stop_nginx(self) -> None:
        self.nginx.terminate()
        self.nginx.wait(timeout=20)

    def empty_cache(self) -> None:
        self.stop_nginx()
        shutil.rmtree(self.folder / "nginx" / "akira")
        self.start_nginx()

    def close(self) -> None:
        if self.nginx and self.nginx.poll() is None:
            self.stop_nginx()
        if self.akira and self.akira.poll() is None:
            self.stop_akira()
        with contextlib.suppress(postgres.ClusterError):
            self.stop_database()

    @property
    def environment(self) -> dict[str, str]:
        parameters = self.cluster.parameters()
        return environment(
            AKIRA_HOME=self.home,
            AKIRA_BASE_URL=f"https://{HOST}",
            DATABASE_URL=f"postgres://{parameters['user']}@/{parameters['host']}/{parameters['dbname']}",
            QUICK_WSGI=self.folder,
        )

    def _start(self, name: str, command: list[str], **options) -> subprocess.Popen:
        with (self.folder / f"{name}.log").open("a") as log:
            options |= {"cwd": CHECKOUT, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            return subprocess.Popen(command, start_new_session=True, **options)

    def _write_configuration(self) -> None:
        """The configuration as it is shipped, but for ports, files and times."""
        folder = self.folder / "nginx"
        folder.mkdir()
        _write_certificate(folder)
        text = SHIPPED.read_text(encoding="utf-8")
        for shipped, ours in {
            r"127\.0\.0\.1:8000": f"127.0.0.1:{self.own_port}",
            r"listen \[::\].*;": "",
            r"listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            r"listen 443 ": f"listen 127.0.0.1:{self.port} ",
            r"/etc/letsencrypt/live/news\.example\.org|/var/log/nginx|/var/cache": str(folder),
            r"proxy_read_timeout 10s": "proxy_read_timeout 3s",
        }.items():
            text, count = re.subn(shipped, ours, text)
            assert count, f"{SHIPPED} has no {shipped}"
        (folder / "akira.conf").write_text(text, encoding="utf-8")
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        for path in (folder, *folder.iterdir()):
            if ACCOUNT:
                shutil.chown(path, **ACCOUNT)

    # --- What is done with it ----------------------------------------------------------------------------------------

    def orders(self, **given) -> None:
        (self.folder / "orders").write_text(json.dumps(given))

    def asked(self, path: str | None = None) -> list[dict[str, str]]:
        """What reached Akira, in order; of one path only, where one is given."""
        noted = self.folder / "asked"
        lines = noted.read_text().splitlines() if noted.exists() else []
        return [line for line in map(json.loads, lines) if path in (None, line["path"])]

    def get(self, path: str = "/", method: str = "GET", body=None, **headers) -> Answer:
        headers = {"accept-encoding": "gzip, deflate, br"} | {name.replace("_", "-"): headers[name] for name in headers}
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as bare:
            connection = http.client.HTTPConnection(HOST, timeout=30)
            connection.sock = self._tls.wrap_socket(bare, server_hostname=HOST)
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
            connection.close()
        return answer

    @property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / "nginx" / "fullchain.pem")

    def get_plainly(self, path: str) -> http.client.HTTPResponse:
        return ask(HOST, self.plain_port, path)

    def until_stale(self) -> None:
        """Wait until what is fresh for a second may not be shown without asking first."""
        time.sleep(2.1)

    def sql(self, statement: str, *parameters) -> None:
        with contextlib.closing(psycopg2.connect(**self.cluster.parameters())) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement, parameters)
