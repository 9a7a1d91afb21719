#!/usr/bin/env python3
"""Measures searches: what a page of results costs server and database, how it is planned, and whether all is found.

    DATABASE_URL=… measure.py [--rounds 20] [--recall] [--plans] [--queries FILE] [--save FILE] [--compare FILE]

Works on whatever archive the database holds; README.md says how to make one of any size.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from issues.models import Entry, Publication  # noqa: E402
from issues.search.desk import narrow  # noqa: E402
from issues.search.finding import search  # noqa: E402
from issues.search.query import is_paired, parse, runs  # noqa: E402

# So many of the newest entries tell which words are common.
LOOKED_AT = 3_000
TERMS_OF_EACH_LENGTH = 12
# A plan that takes longer, in milliseconds, is shown whole.
TELLING = 0.5

WORDS = f"""
WITH newest AS (SELECT lexemes FROM issues_searchtext WHERE kind = 'entry' ORDER BY row DESC LIMIT {LOOKED_AT})
SELECT word, count(*) / (SELECT count(*)::float FROM newest) AS share
  FROM newest, unnest(tsvector_to_array(lexemes)) word WHERE word ~ '^[a-z]{{5,}}$' GROUP BY word ORDER BY 2 DESC, 1
"""


def server_cpu() -> float:
    """Milliseconds for which PostgreSQL's process of this connection has run."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def queries_of_each_kind() -> dict[str, str]:
    """A query of each kind, out of what the archive says."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        share = dict(cursor.fetchall())
    common, medium = (min(share, key=lambda word: abs(share[word] - wanted)) for wanted in (0.25, 0.05))
    first, second = [word for word in share if 0.1 < share[word] < 0.9 and word != common][:2]
    summaries = Entry.objects.order_by("-pk").values_list("summary", flat=True)[:500]
    characters = max((run for text in summaries for run in runs(text) if is_paired(run)), key=len, default="学習")[:9]
    return {
        "common": common,
        "two_terms": f"{first} {second}",
        "medium": medium,
        "rare": [*share][-1],
        "cjk": characters,
        "one character": characters[0],
        "nohit": "zzzxqv",
        "phrase": f'"{first} {second}"',
        "without": f"{medium} -{common}",
        "typo": common[:-3] + common[-2] + common[-3] + common[-1],
        "part": common[1:-1],
    }


def page_costs(text: str, rounds: int) -> dict:
    """The median of what a page of results costs in milliseconds of CPU: server, database, and both."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"})
    costs = []
    for _ in range(rounds + 3):
        own, database = time.process_time() * 1_000, server_cpu()
        response = client.get("/search/", {"q": text})
        assert response.status_code == 200, response.status_code
        costs.append((time.process_time() * 1_000 - own, server_cpu() - database))
    # The first ones load templates, and have plans made.
    own, database = (statistics.median(cost[place] for cost in costs[3:]) for place in (0, 1))
    found = search(parse(text), Publication.objects.get())
    return {
        "server": round(own, 2),
        "database": round(database, 2),
        "both": round(own + database, 2),
        "found": f"{found.count}{'+' if found.is_capped else ''}",
    }


def recall() -> dict[int, tuple[int, int]]:
    """Of terms of one to nine characters: how many entries a plain scan finds, and how many of these the index."""
    chance = random.Random(8)
    summaries = Entry.objects.order_by("-pk").values_list("summary", flat=True)[:2_000]
    found_in = [run for text in summaries for run in runs(text) if is_paired(run)]
    found = {}
    for length in range(1, 10):
        starts = {run[start : start + length] for run in found_in for start in range(len(run) - length + 1)}
        expected = of_them = 0
        for term in chance.sample(sorted(starts), min(TERMS_OF_EACH_LENGTH, len(starts))):
            scanned = plain_scan(term)
            expected += len(scanned)
            of_them += len(scanned.intersection(narrow(Entry.objects.all(), term).values_list("pk", flat=True)))
        found[length] = (expected, of_them)
    return found


def plain_scan(term: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM issues_entry WHERE strpos(title || ' ' || summary, %s) > 0", [term])
        return {key for (key,) in cursor.fetchall()}


def plans(text: str) -> list[str]:
    """How PostgreSQL answers all that a search asks, within its functions too: those that take time."""
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name in ("analyze", "buffers", "log_nested_statements"):
            cursor.execute(f"SET auto_explain.{'log_' if name != 'log_nested_statements' else ''}{name} = on")
        cursor.execute("SET auto_explain.log_min_duration = 0; SET client_min_messages = log")
        for _ in range(2):
            del raw.notices[:]
            search(parse(text), Publication.objects.get())
        cursor.execute("SET auto_explain.log_min_duration = -1; SET client_min_messages = warning")
    told = [
        (float(found[1]), notice) for notice in raw.notices if (found := re.search(r"duration: ([\d.]+) ms", notice))
    ]
    return [
        notice for duration, notice in told if duration > TELLING and "Scan" in notice and "Function Scan" not in notice
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--recall", action="store_true", help="compare terms of 1 to 9 characters with a plain scan")
    parser.add_argument("--plans", action="store_true", help="show how each kind of query is planned")
    parser.add_argument("--queries", type=pathlib.Path, help="JSON with {kind: text} instead of what the archive says")
    parser.add_argument("--save", type=pathlib.Path, help="write the figures as JSON")
    parser.add_argument("--compare", type=pathlib.Path, help="figures of a smaller archive, to divide by")
    options = parser.parse_args()
    asked = json.loads(options.queries.read_text()) if options.queries else queries_of_each_kind()
    before = json.loads(options.compare.read_text()) if options.compare else {}
    figures = {"entries": Entry.objects.count()}
    for kind, text in asked.items():
        figures[kind] = page_costs(text, options.rounds)
        ratio = f"  {figures[kind]['both'] / before[kind]['both']:.2f} times" if kind in before else ""
        print(f"{kind:14} {figures[kind]}{ratio}  {text}", flush=True)
        for plan in plans(text) if options.plans else ():
            print(plan)
    if options.recall:
        figures["recall"] = recall()
        for length, (expected, of_them) in figures["recall"].items():
            print(f"{length} characters: {of_them} of {expected} found")
    if options.save:
        options.save.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
