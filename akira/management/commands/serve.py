"""Sets the installation up and runs the web server and the worker until asked to stop; ./run ends here."""

import errno
import http.client
import os
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from akira import addresses, first_start
from akira.supervisor import StopRequested, Supervisor, stop_on_signals


class Command(BaseCommand):
    help = "Set the installation up and run the web server and the worker until asked to stop."
    # The set-up runs them, when there is a database.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="where to listen (default: %(default)s)")
        parser.add_argument("--host", default="127.0.0.1", help="on which address (default: %(default)s)")
        parser.add_argument("--no-samples", action="store_true", help="start a new database empty")

    def handle(self, *, host, port, no_samples, **options):
        stop_on_signals()
        try:
            self._refuse_to_serve_the_world_unprepared(host)
            addresses.check(host, port)
            self._set_up(samples=not no_samples)
            self._serve(host, port)
        except addresses.AddressNotUsable as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise CommandError(
                f"The disk of {settings.AKIRA_HOME} is full. Free some space and start again."
            ) from error
        except StopRequested:
            self._say("Akira has stopped.")

    def _refuse_to_serve_the_world_unprepared(self, host):
        if addresses.is_loopback(host):
            return
        missing = [name for name in ("AKIRA_ALLOWED_HOSTS", "AKIRA_BASE_URL") if not os.environ.get(name)]
        if missing:
            raise CommandError(
                f"To serve others than this machine, set {' and '.join(missing)}: the host names under which readers "
                "come (news.example.org), and the address of the site (https://news.example.org)."
            )

    def _set_up(self, *, samples):
        self._say("Preparing the database.")
        with first_start.one_at_a_time():
            password = first_start.prepare_database(samples=samples)
            if password:
                self._say(
                    f"An account for the desk was made; its password is shown this once.\n"
                    f"  User      {first_start.EDITOR}\n  Password  {password}"
                )
            first_start.collect_static()
        # The children have connections of their own.
        connection.close()

    def _serve(self, host, port):
        address = f"{addresses.in_url(host)}:{port}"
        base_url = os.environ.get("AKIRA_BASE_URL") or f"http://{address}"
        environment = {"AKIRA_BASE_URL": base_url}
        web = [sys.executable, "-m", "gunicorn", "--config", "python:akira.gunicorn_settings", "--bind", address]
        with Supervisor() as supervisor:
            supervisor.start("web server", web, environment)
            # The set-up has made the checks.
            supervisor.start("worker", [sys.executable, "manage.py", "worker", "--skip-checks"], environment)
            self._wait_for_first_answer(supervisor, host, port)
            base_url = base_url.rstrip("/")
            self._say(
                f"Akira is running; Ctrl-C ends it.\n"
                f"  Site  {base_url}/\n  Desk  {base_url}/admin/\n  Feed  {base_url}/feed/"
            )
            said = supervisor.wait()
        raise CommandError(f"{said}, and so Akira stopped. Nothing that was saved is lost; start it again.")

    def _wait_for_first_answer(self, supervisor, host, port):
        """Wait until the web server answers anything at all; one that dies first is left to the caller."""
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        while not supervisor.ended():
            request = http.client.HTTPConnection(reachable, port, timeout=10)
            try:
                request.request("HEAD", "/healthz")
                request.getresponse()
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            finally:
                request.close()

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()
