#!/usr/bin/env python3
"""Measures what a page costs that nobody asked for before, in a process that is warm and has not shown its texts.

    measure.py [--pages 50] [--rounds 3] [--profile PAGE]

Needs DATABASE_URL to name a database with an archive. README.md says more.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

PAGES = ("issue", "entry", "home", "feed")
WARMING = 10
# Pages of which there is one; they are shown so many times, each time after what they show has changed.
SINGLE, TIMES = ("home", "feed"), 5
# In seconds; the store looks at the stamp once a second.
LOOKED_AT_EVERY = 1.1


def computed(process: int | str) -> float:
    """The seconds that a process of this machine has computed, from the scheduler, which counts in nanoseconds."""
    return int(pathlib.Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


class Asking:
    """Asks a WSGI application for pages, without a server in between."""

    def __init__(self, application):
        self.application = application

    def __call__(self, path: str) -> bytes:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            "wsgi.input": sys.stdin.buffer,
            "wsgi.errors": sys.stderr,
        }
        said = []
        response = self.application(environ, lambda status, headers: said.append(status))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        if not said[0].startswith("200"):
            sys.exit(f"{path} answers {said[0]}.")
        return body


def cost(ask: Asking, paths: list[str], backend, forget=lambda: None) -> dict:
    """Milliseconds for each page, computed by this process and by the database's for it."""
    own = server = size = 0
    for path in paths:
        forget()
        own_before, server_before = computed("self"), computed(backend())
        size += len(ask(path))
        own += computed("self") - own_before
        server += computed(backend()) - server_before
    count = len(paths)
    return {
        "process_ms": round(own / count * 1000, 2),
        "database_ms": round(server / count * 1000, 2),
        "bytes": size // count,
    }


def forget() -> None:
    """Have a page and its texts be as if they had not been shown: the stamp passes, and is looked at again."""
    from django.db.models import F

    from issues import texts
    from issues.models import Publication

    Publication.objects.update(name=F("name"))
    texts._remembered.clear()
    time.sleep(LOOKED_AT_EVERY)


def paths_of(page: str, count: int) -> tuple[list[str], list[str]]:
    """Addresses to grow warm with, and those to measure: the oldest, of which none was among the former."""
    from issues.models import Entry, Issue, Publication
    from issues.site import Site

    publication = Publication.objects.get()
    site = Site(publication, publication.default_language)
    issues = Issue.objects.published().filter(language=site.language)
    if page in SINGLE:
        return [site.path(page)], [site.path(page)] * TIMES
    if page == "issue":
        oldest = [site.issue_path(issue) for issue in issues.newest_first().reverse()[: count + WARMING]]
        return oldest[count:], oldest[:count]
    entries = Entry.objects.filter(section__issue__in=issues).order_by("section__issue__published_at", "pk")
    oldest = [site.entry_path(entry) for entry in entries[: count + WARMING]]
    return oldest[count:], oldest[:count]


def measure_page(page: str, count: int, *, profile: bool) -> dict:
    import django

    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    settings.ALLOWED_HOSTS = ["localhost"]
    warming, paths = paths_of(page, count)
    ask = Asking(get_wsgi_application())
    if profile:
        return _profiled(ask, warming, paths)

    asked = []

    def note(execute, sql, parameters, many, context):
        # Those of the store are asked at most once a second, and not for a page; the other is our own.
        asked.append("issues_stamp" not in sql and not sql.startswith("UPDATE"))
        return execute(sql, parameters, many, context)

    for path in warming:
        ask(path)
    with connection.execute_wrapper(note):
        backend = lambda: connection.connection.info.backend_pid  # noqa: E731
        found = cost(ask, paths, backend, *([forget] if page in SINGLE else []))
    return found | {"queries": round(sum(asked) / len(paths), 1)}


def _profiled(ask: Asking, warming: list[str], paths: list[str]) -> dict:
    import cProfile
    import pstats

    for path in warming:
        ask(path)
    profile = cProfile.Profile()
    with profile:
        for path in paths:
            ask(path)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(90)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(50)
    return {}


def measure_floor(count: int) -> dict:
    from benchmarks.rendering import floor

    application, connection = floor.application(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT i.number FROM flat_issue i ORDER BY i.day, i.number LIMIT %s", (count + WARMING,))
        oldest = [f"/{number}/" for (number,) in cursor.fetchall()]
    ask = Asking(application)
    for path in oldest[count:]:
        ask(path)
    return cost(ask, oldest[:count], connection.get_backend_pid)


def in_fresh_process(name: str, count: int) -> dict:
    """The figures of one page, measured by a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", name, "--pages", str(count)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return json.loads(done.stdout.splitlines()[-1])


def one(name: str, count: int, *, profile: bool = False) -> dict:
    return measure_floor(count) if name == "floor" else measure_page(name, count, profile=profile)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=["floor", *PAGES], help="measure this alone, in this process")
    parser.add_argument("--profile", choices=PAGES, help="where the time of one page goes")
    options = parser.parse_args()
    if options.one or options.profile:
        print(json.dumps(one(options.one or options.profile, options.pages, profile=bool(options.profile))))
        return
    found = {name: [] for name in ("floor", *PAGES)}
    for _ in range(options.rounds):
        for name, figures in found.items():
            figures.append(in_fresh_process(name, options.pages))
    whole = {
        name: statistics.median(figures["process_ms"] + figures["database_ms"] for figures in rounds)
        for name, rounds in found.items()
    }
    print("| page | process ms | database ms | together | times the floor | queries | bytes |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, rounds in found.items():
        process, database = (statistics.median(f[key] for f in rounds) for key in ("process_ms", "database_ms"))
        cells = [f"{process:.2f}", f"{database:.2f}", f"{whole[name]:.2f}", f"{whole[name] / whole['floor']:.1f}"]
        print(f"| {name} | {' | '.join(cells)} | {rounds[-1].get('queries', 1)} | {rounds[-1]['bytes']} |")


if __name__ == "__main__":
    main()
