#!/usr/bin/env python3
"""Measures what readers cost: CPU of the server for a thousand requests, in archives that grow, beside its floors.

    measure.py [--sizes 50 500 10000] [--rounds 3] [--seconds 1] [--connections 8]

Needs DATABASE_URL to name an empty database; it is filled and left so. Prints tables in Markdown. README.md says more.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

from benchmarks import processes  # noqa: E402
from benchmarks.serving.client import Asked, Crowd, Load, ask_once  # noqa: E402

# Of the pages of benchmarks/queries these, under the names that they have there.
PAGES = {
    "home": "home",
    "issue": "issue, middle",
    "archive": "archive",
    "archive, last page": "archive, last page",
    "entry": "entry, middle",
    "work": "work, popular",
    "topics": "topics",
    "topic": "topic, common",
    "feed": "feed",
}
AGAIN = ("home", "issue", "feed")
COLD_TIMES = 5
# After so long every process of Akira has seen that something changed.
SEEN = 1.2


@dataclass
class Target:
    """One thing to ask for again and again, and what that cost: seconds of CPU for a thousand requests, each round."""

    name: str
    asked: Asked
    status: int = 200
    costs: list[float] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)

    def per_second(self) -> float:
        return statistics.median(load.count / load.seconds for load in self.loads)

    def milliseconds(self, share: float) -> float:
        return statistics.median(load.quantile(share) for load in self.loads) * 1000


class World:
    """The servers, and the database behind two of them."""

    def __init__(self, folder: Path, stack: ExitStack):
        from benchmarks.serving import servers

        self.akira = stack.enter_context(servers.Akira(folder))
        self.floor = stack.enter_context(servers.Floor(folder))
        self.crowd = stack.enter_context(Crowd())
        self.nginx = None
        if servers.NGINX:
            files = {"issue": self.ask(self.issue_path()), "feed": self.ask("/feed/")}
            self.nginx = stack.enter_context(servers.Nginx(folder, self.akira, files))

    def ask(self, path: str) -> bytes:
        status, _headers, body = ask_once(Asked(self.akira.port, path))
        if status != 200:
            sys.exit(f"{path} answers {status}.")
        return body

    @staticmethod
    def issue_path() -> str:
        from issues.models import Issue, Publication
        from issues.site import Site

        publication = Publication.objects.get()
        return Site(publication, publication.default_language).issue_path(Issue.objects.order_by("pk")[0])

    def serving(self) -> set[int]:
        """The processes of all servers, and those of the database, but not the one that this process talks to."""
        from django.db import connection

        roots = [server.process.pid for server in (self.akira, self.floor, self.nginx) if server]
        ours = connection.connection.info.backend_pid
        backends = [pid for pid in _backends() if processes.is_postgres(pid) and pid != ours]
        return processes.trees_of(roots) | set(backends)

    def load(self, target: Target, seconds: float, connections: int) -> None:
        meter, busy = processes.Meter(self.serving), processes.busy_seconds()
        load = self.crowd.load(target.asked, seconds, connections)
        computed = meter.seconds()
        if set(load.statuses) != {target.status}:
            sys.exit(f"{target.name} answers {load.statuses}.")
        target.loads.append(load)
        target.costs.append(computed / load.count * 1000)
        others = processes.busy_seconds() - busy - computed - load.computed
        target.foreign.append(max(0, others) / load.seconds)


def _backends() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


# --- Pages that nobody asked for since something changed -----------------------------------------------------------


def pass_the_stamp() -> None:
    """Have all pages made anew, as after a publication."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE issues_issue SET title = title WHERE false")
    time.sleep(SEEN)


def cold_costs(world: World, pages: dict[str, str]) -> dict[str, float]:
    """What one request for each page costs right after a change, in seconds for a thousand; and one query's page."""
    asked = {name: Asked(world.akira.port, path) for name, path in pages.items()}
    asked["one query"] = Asked(world.floor.port, f"/{_first_issue()}/")
    costs = {name: [] for name in asked}
    for _ in range(COLD_TIMES):
        pass_the_stamp()
        for name, what in asked.items():
            meter = processes.Meter(world.serving)
            ask_once(what)
            costs[name].append(meter.seconds() * 1000)
    return {name: statistics.median(values) for name, values in costs.items()}


def _first_issue() -> int:
    from issues.models import Issue

    return Issue.objects.order_by("pk")[0].pk


def query_counts(pages: dict[str, str]) -> dict[str, int]:
    """How many queries each page takes when it is made, in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for name, path in pages.items():
        with CaptureQueriesContext(connection) as captured:
            Client(headers={"host": "127.0.0.1"}).get(path)
        counts[name] = len(captured)
    return counts


# --- Rounds --------------------------------------------------------------------------------------------------------


def targets_of(world: World, pages: dict[str, str]) -> dict[str, Target]:
    akira, floor = world.akira.port, world.floor.port
    found = [Target("hello", Asked(floor, "/hello/")), Target("one query", Asked(floor, f"/{_first_issue()}/"))]
    found += [Target(name, Asked(akira, path)) for name, path in pages.items()]
    found += [_again(f"{name}, 304", akira, pages[name]) for name in AGAIN]
    if world.nginx:
        found += [Target(f"{name}, file", Asked(world.nginx.port, f"/{name}")) for name in ("issue", "feed")]
        front = world.nginx.front_port
        found += [Target(f"{name}, nginx", Asked(front, pages[name])) for name in AGAIN]
        found += [_again(f"{name}, nginx, 304", front, pages[name]) for name in AGAIN]
    return {target.name: target for target in found}


def _again(name: str, port: int, path: str) -> Target:
    """Asking for what one has already."""
    _status, headers, _body = ask_once(Asked(port, path))
    while headers.get("x-cache") == "STALE":
        # nginx is having it made anew.
        time.sleep(0.1)
        _status, headers, _body = ask_once(Asked(port, path))
    return Target(name, Asked(port, path, (("If-None-Match", headers["etag"]),)), status=304)


def measure(world: World, options) -> tuple[dict[str, Target], dict[str, dict[str, float]]]:
    """Loads in alternating rounds, and what else is known of the pages."""
    from benchmarks.queries.explain import addresses

    known = addresses()
    pages = {name: known[there] for name, there in PAGES.items()}
    about = {
        "cold": cold_costs(world, pages),
        "queries": query_counts(pages),
        "bytes": {name: len(world.ask(path)) for name, path in pages.items()},
    }
    targets = targets_of(world, pages)
    for number in range(options.rounds + 1):
        for target in _turned(list(targets.values()), number):
            world.load(target, options.seconds, options.connections)
            if number == 0:
                # For growing warm alone.
                target.costs, target.loads, target.foreign = [], [], []
    return targets, about


def _turned(rows: list, by: int) -> list:
    return rows[by % len(rows) :] + rows[: by % len(rows)]


# --- Tables --------------------------------------------------------------------------------------------------------


def table(size: int, targets: dict[str, Target], about: dict[str, dict[str, float]]) -> str:
    hello, floor = targets["hello"].cost, about["cold"]["one query"]
    foreign = statistics.median(share for target in targets.values() for share in target.foreign)
    lines = [
        f"## {size} issues",
        "",
        "| asked for | CPU s / 1,000 | × hello | requests / s | p50 ms | p99 ms | bytes | queries "
        "| cold CPU s / 1,000 | × one query |",
        "| --- " * 10 + "|",
    ]
    for name, target in targets.items():
        cells = [f"{target.cost:.3f}", f"{target.cost / hello:.2f}", f"{target.per_second():.0f}"]
        cells += [f"{target.milliseconds(0.5):.2f}", f"{target.milliseconds(0.99):.1f}"]
        if name in about["queries"]:
            cold = about["cold"][name]
            cells += [str(about["bytes"][name]), str(about["queries"][name]), f"{cold:.1f}", f"{cold / floor:.1f}"]
        else:
            cells += ["", "", f"{floor:.1f}" if name == "one query" else "", ""]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"Other work on the machine took {foreign:.1f} of {os.cpu_count()} cores.", ""])


def growth(found: dict[int, tuple]) -> str:
    """What each page costs in the largest archive for one that it costs in the smallest."""
    small, large = min(found), max(found)
    lines = [f"## From {small} to {large} issues", "", "| page | × warm | × cold |", "| --- " * 3 + "|"]
    for name in PAGES:
        warm = found[large][0][name].cost / found[small][0][name].cost
        cold = found[large][1]["cold"][name] / found[small][1]["cold"][name]
        lines.append(f"| {name} | {warm:.2f} | {cold:.2f} |")
    return "\n".join([*lines, ""])


def fill(count: int) -> None:
    """Have the first so many generated issues in the database, as an installation has them after an hour.

    Those that are there stay. Texts are rendered ahead, which the worker does otherwise.
    """
    from django.db import connection

    from benchmarks.importing import generating
    from exchange.importing import import_documents
    from exchange.run import Run
    from issues.keeping_texts import keep_texts

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.json"
        generating.write(archive, count)
        import_documents([archive], Run())
    sum(keep_texts())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def run(options, folder: Path) -> None:
    """Fill the database size by size, and print the tables. The servers' files come into the folder."""
    found = {}
    fill(options.sizes[0])
    with ExitStack() as stack:
        world = World(folder, stack)
        for size in options.sizes:
            fill(size)
            found[size] = measure(world, options)
            print(table(size, *found[size]), flush=True)
    if len(found) > 1:
        print(growth(found), flush=True)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--sizes", type=int, nargs="+", default=[50, 500, 10_000], help="issues, the smallest first")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--seconds", type=float, default=1.0, help="of each load")
    made.add_argument("--connections", type=int, default=8)
    return made


def main():
    options = parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="akira-bench-") as folder:
        # What this process and the servers write is nobody's else.
        os.environ["AKIRA_HOME"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        from issues.models import Issue

        call_command("migrate", verbosity=0)
        if Issue.objects.exists():
            sys.exit("The database holds issues already; name an empty one in DATABASE_URL.")
        run(options, Path(folder))


if __name__ == "__main__":
    main()
