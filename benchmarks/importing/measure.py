#!/usr/bin/env python3
"""Measures an import: seconds for each thousand issues, queries an issue, memory, and the time of a bare COPY.

    measure.py [--issues 500 | --archive FILE] [--copy]

Needs DATABASE_URL to name an empty database that may be filled. README.md says more.
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import processes  # noqa: E402
from benchmarks.importing import copying, generating  # noqa: E402
from exchange.importing import import_documents  # noqa: E402
from exchange.run import Run  # noqa: E402
from issues.models import Entry, Issue  # noqa: E402


def server_cpu_seconds() -> float | None:
    """What PostgreSQL's process for this connection has computed so far; None where it runs on another machine."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return processes.seconds_of(pid) if processes.is_postgres(pid) else None


class Meter:
    """Counts queries, and issues as they are told; prints a line each thousand."""

    def __init__(self, every: int):
        self.every = every
        self.issues = self.queries = 0
        self.lines: list[dict[str, float]] = []
        self.since = self.start = time.perf_counter()
        self.queries_then = 0
        self.cpu_then, self.server_then = time.process_time(), server_cpu_seconds()

    def query(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)

    def issue(self, outcome):
        self.issues += 1
        if outcome.outcome == "failed":
            sys.exit(str(outcome))
        if self.issues % self.every == 0:
            self.told()

    def told(self):
        now, cpu, server = time.perf_counter(), time.process_time(), server_cpu_seconds()
        line = {
            "issues": self.issues,
            "seconds": round(now - self.since, 2),
            "cpu_seconds": round(cpu - self.cpu_then, 2),
            "server_cpu_seconds": None if server is None else round(server - self.server_then, 2),
            "queries_an_issue": round((self.queries - self.queries_then) / self.every, 2),
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        self.since, self.queries_then = now, self.queries
        self.cpu_then, self.server_then = cpu, server
        print(json.dumps(line), flush=True)


def measure(archive: pathlib.Path, every: int) -> float:
    """Import the archive; the seconds it took."""
    meter = Meter(every)
    with connection.execute_wrapper(meter.query):
        import_documents([archive], Run(), tell=meter.issue)
    return time.perf_counter() - meter.start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=int, default=500)
    parser.add_argument("--archive", type=pathlib.Path, help="an archive to import instead of a generated one")
    parser.add_argument("--every", type=int, help="issues a line; a thousand, or a fifth of what is generated")
    parser.add_argument("--copy", action="store_true", help="also COPY the same rows into bare tables, and compare")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Issue.objects.exists():
        sys.exit("The database holds issues already; name an empty one in DATABASE_URL.")
    with tempfile.TemporaryDirectory() as folder:
        archive = options.archive
        if archive is None:
            archive = pathlib.Path(folder) / "generated.json"
            generating.write(archive, options.issues)
        seconds = measure(archive, options.every or max(1, min(1000, options.issues // 5)))
        done = {"issues": Issue.objects.count(), "entries": Entry.objects.count(), "seconds": round(seconds, 2)}
        if options.copy:
            bare = copying.measure(archive)
            done |= {"copy_seconds": round(bare, 2), "times_copy": round(seconds / bare, 1)}
    print(json.dumps(done))


if __name__ == "__main__":
    main()
