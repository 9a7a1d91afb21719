#!/usr/bin/env python3
"""Measures the check of one issue in archives of 50, 500 and 10,000 issues with ten entries each.

    measure.py [--sizes 50 500 10000]

Needs DATABASE_URL to name an empty database; everything is taken back. README.md says more.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from common.rows import insert  # noqa: E402
from issues.checks import check, facts_of, findings_in  # noqa: E402
from issues.models import Entry, Highlight, Issue, IssueStatus, Publication, Section  # noqa: E402
from papers.identifiers import identity  # noqa: E402
from papers.models import Work  # noqa: E402

ENTRIES = 10
START = datetime.datetime(1825, 1, 7, 9, tzinfo=datetime.UTC)
ROUNDS = 15


def address(number: int) -> str:
    return f"https://example.org/posts/{number}"


def add_works(count: int) -> list[Work]:
    works = [Work(identity=identity(address(number)), url=address(number)) for number in range(count)]
    insert(works)
    return works


def add_issues(publication: Publication, first: int, last: int, works: list[Work]) -> None:
    """Published issues about works of their own, save that each third repeats one of long ago."""
    for number in range(first, last):
        issue = Issue.objects.create(
            publication=publication,
            language="en",
            slug=str(number),
            number=number,
            title=f"Issue {number}",
            status=IssueStatus.PUBLISHED,
            published_at=START + datetime.timedelta(weeks=number),
        )
        own = works[number * ENTRIES : (number + 1) * ENTRIES]
        fill(issue, [works[number], *own[1:]] if number % 3 == 0 else own)


def fill(issue: Issue, works: list[Work]) -> None:
    section = Section.objects.create(issue=issue, kind="article", title="Articles", position=1)
    entries = [
        Entry(
            section=section,
            position=place,
            title=f"What post {work.pk} says",
            url=work.url,
            url_given=work.url,
            work=work,
            summary=f"The post says that number {work.pk} is larger than *most* of those [before](https://example.org/).",
        )
        for place, work in enumerate(works, start=1)
    ]
    insert(entries)
    insert([Highlight(issue=issue, position=1, text=f"Read [this]({works[0].url}).")])


def measure(publication: Publication, size: int, works: list[Work]) -> str:
    draft = Issue.objects.create(
        publication=publication, language="en", slug=f"draft-{size}", number=size, title="Draft"
    )
    fill(draft, [works[7], works[size * 5], *works[-8:]])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        found = check(draft)
    loading, running = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        facts = facts_of(draft)
        loaded = time.perf_counter()
        findings_in(facts)
        loading.append(loaded - began)
        running.append(time.perf_counter() - loaded)
    told = sum(finding.code == "ran-before" for finding in found)
    return (
        f"{size:>6} issues: {len(captured)} queries, {statistics.median(loading) * 1000:.0f} ms to read, "
        f"{statistics.median(running) * 1000:.0f} ms for the rules and the mail, {told} works that ran before"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 500, 10_000])
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Publication.objects.exists():
        sys.exit("The database holds a publication already; name an empty one in DATABASE_URL.")
    with transaction.atomic():
        publication = Publication.objects.create(name="Bench", languages=["en"])
        works = add_works((max(options.sizes) + 1) * ENTRIES)
        there = 0
        for size in sorted(options.sizes):
            add_issues(publication, there, size, works)
            there = size
            print(measure(publication, size, works), flush=True)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
