"""The servers that are compared: Akira, the floors it stands on, and nginx, with files and in front of Akira."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection
from psycopg2.extensions import make_dsn

CHECKOUT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "python:akira.gunicorn_settings"]
SETTINGS = "akira.settings"
# Debian's lies where not everybody's PATH leads.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
MAIN = """
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
    open_file_cache max=1000;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        default_type text/html;
        location / {{ try_files $uri.page =404; }}
    }}
    include {folder}/akira.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in processes of its own, from entering to leaving."""

    name = ""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.process = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def __enter__(self):
        with (self.folder / f"{self.name}.log").open("w") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=CHECKOUT,
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self._is_open():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.name} does not answer:\n{(self.folder / f'{self.name}.log').read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(timeout=30)

    def _is_open(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Akira(Server):
    """Akira as `./run` serves it, on the database that Django is connected to."""

    name = "akira"

    def command(self):
        return [*GUNICORN, "--bind", f"127.0.0.1:{self.port}"]

    def environment(self):
        database = connection.get_connection_params()
        place, who = database.get("host") or "", f"{database['user']}:{database.get('password') or ''}"
        place = f"/{place}" if place.startswith("/") else f"{place}:{database.get('port') or 5432}"
        return {
            "AKIRA_HOME": str(self.folder),
            "AKIRA_BASE_URL": f"http://127.0.0.1:{self.port}",
            "DATABASE_URL": f"postgres://{who}@{place}/{database['dbname']}",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }

    def __enter__(self):
        collect_static(self.environment())
        return super().__enter__()


def collect_static(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **environment}, check=True)


class Floor(Server):
    """The same web server with bare views of Django: one that says hello, one with one query and joined strings."""

    name = "floor"

    def command(self):
        return [*GUNICORN, "--bind", f"127.0.0.1:{self.port}", "benchmarks.serving.floor:application"]

    def environment(self):
        names = ("host", "port", "user", "password", "dbname")
        database = {name: value for name in names if (value := connection.get_connection_params().get(name))}
        return {"FLOOR_DSN": make_dsn(**database)}


class Nginx(Server):
    """nginx with pages as files, and on a second port with the configuration that we ship, without TLS."""

    name = "nginx"

    def __init__(self, folder: Path, akira: Akira, pages: dict[str, bytes]):
        super().__init__(folder / "nginx")
        self.front_port = free_port()
        (self.folder / "files").mkdir(parents=True)
        for path, body in pages.items():
            file = self.folder / "files" / f"{path.lstrip('/')}.page"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        (self.folder / "akira.conf").write_text(self._in_front(akira), encoding="utf-8")
        # As root it would run as somebody who may not enter the folder.
        user = f"user {pwd.getpwuid(0).pw_name};" if os.getuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, port=self.port, user=user))

    def _in_front(self, akira: Akira) -> str:
        text = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        changes = {
            r"listen \[::\].*;|ssl_\w+ .*;|access_log /.*;": "",
            r"listen 80;": f"listen 127.0.0.1:{free_port()};",
            r"listen 443 .*;": f"listen 127.0.0.1:{self.front_port}; access_log off;",
            r"news\.example\.org": "127.0.0.1",
            r"127\.0\.0\.1:8000": f"127.0.0.1:{akira.port}",
            r"/var/cache": str(self.folder),
        }
        for shipped, ours in changes.items():
            text = re.sub(shipped, ours, text)
        return text

    def command(self):
        return [NGINX, "-c", str(self.folder / "nginx.conf")]
