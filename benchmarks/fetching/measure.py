#!/usr/bin/env python3
"""Measures what a hostile server can cost the safe client: for each way its reason, seconds, memory and bytes taken.

    measure.py [--deadline 5] [PATH…]

Each fetch runs in a process of its own, with the usual bounds but for the deadline, against a server on loopback.
README.md says more.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from django.conf import settings  # noqa: E402

settings.configure()

from common.http import Client, FetchFailed  # noqa: E402
from tests.common.test_http_hostile import FAILURES, PAGES  # noqa: E402
from tests.hostile_server import MEGABYTE, hostile  # noqa: E402


def memory(line: str) -> int:
    """Bytes of this process as a line of its status says: VmRSS now, VmHWM at most."""
    for stated in pathlib.Path("/proc/self/status").read_text().splitlines():
        if stated.startswith(f"{line}:"):
            return int(stated.split()[1]) * 1024
    raise LookupError(line)


def fetch_one(base: str, path: str, deadline: float) -> None:
    """Fetch one path and print what it cost; a fetch before has loaded all code."""
    client = Client(allow=[base.removeprefix("http://")], user_agent="Akira/1")
    client.fetch(f"{base}/page").text()
    # From here on the highest mark counts anew.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before, began = memory("VmRSS"), time.perf_counter()
    try:
        outcome = f"{len(client.fetch(base + path, deadline=deadline).text())} characters"
    except FetchFailed as failed:
        outcome = failed.reason
    seconds = time.perf_counter() - began
    print(json.dumps({"outcome": outcome, "seconds": seconds, "growth": memory("VmHWM") - before}))


def measure(paths: list[str], deadline: float) -> None:
    print(f"{'path':28} {'outcome':16} {'seconds':>8} {'peak RSS, MB':>13} {'sent, MB':>9}")
    for path in paths:
        with hostile() as server:
            child = [sys.executable, __file__, "--one", server.base, "--deadline", str(deadline), path]
            found = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
            sent = server.sent[path.partition("?")[0]]
        growth = f"+{found['growth'] / MEGABYTE:.1f}"
        print(f"{path:28} {found['outcome']:16} {found['seconds']:8.2f} {growth:>13} {sent / MEGABYTE:9.2f}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("paths", nargs="*", default=[*FAILURES, "/dust", *PAGES], metavar="PATH")
    arguments.add_argument("--deadline", type=float, default=5)
    arguments.add_argument("--one", metavar="BASE", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        fetch_one(given.one, given.paths[0], given.deadline)
    else:
        measure(given.paths, given.deadline)
