#!/usr/bin/env python3
"""Measures the check of one issue in archives that grow: queries, blocks that PostgreSQL touches, time.

    growth.py [--sizes 50 500 10000] [--times 20] [--plans]

Needs DATABASE_URL to name an empty database; it is filled and left so. Exit status 1 where the number of queries
differs, or a query of an ordinary issue would grow in the largest archive. README.md says more.
"""

import argparse
import datetime
import os
import pathlib
import statistics
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
from django.test.utils import override_settings  # noqa: E402

from benchmarks.preflight.composing import make_publication, weekly  # noqa: E402
from benchmarks.preflight.inventing import WORDINGS, Invented, chance_of, code_name, summary  # noqa: E402
from benchmarks.preflight.mutators import add_highlight, relink  # noqa: E402
from benchmarks.preflight.rows import Clean, put_figures  # noqa: E402
from benchmarks.preflight.world import undone  # noqa: E402
from benchmarks.queries.explain import GROWING, TELLING, explained, faults, outline, recorded  # noqa: E402
from issues.checks import check  # noqa: E402
from issues.models import Entry, Highlight, Issue, IssueStatus, Publication, Section  # noqa: E402
from papers.catalogue import find_or_create_works  # noqa: E402
from papers.models import Alias, Fetch, Work  # noqa: E402

SECTIONS, ENTRIES = 5, 2
# The number of the issue that is looked at; no archive has so many.
LAST = 12_000
BEGINNING = datetime.datetime(2004, 1, 4, 9, tzinfo=datetime.UTC)
# An address that ran in every issue, and that nobody named as one that may.
EVERYWHERE = "https://everywhere.example/"
KINDS = ("feature", "use_case", "paper", "article", "other")


def _day(number: int) -> datetime.date:
    return (BEGINNING + datetime.timedelta(hours=18 * number)).date()


def fill(publication: Publication, first: int, last: int) -> None:
    """Add issues first to last with ten works each, and the one link that they all have."""
    everywhere, _ = Work.objects.get_or_create(identity="url:everywhere.example", defaults={"url": EVERYWHERE})
    for start in range(first, last + 1, 250):
        numbers = range(start, min(start + 250, last + 1))
        issues = Issue.objects.bulk_create(
            Issue(
                publication=publication,
                language="en",
                number=number,
                slug=str(number),
                title=f"Pebble Letter #{number}",
                status=IssueStatus.PUBLISHED,
                published_at=BEGINNING + datetime.timedelta(hours=18 * number),
            )
            for number in numbers
        )
        sections = Section.objects.bulk_create(
            Section(issue=issue, kind=kind, title=kind, position=place)
            for issue in issues
            for place, kind in enumerate(KINDS, 1)
        )
        _fill_entries(sections, everywhere)
        Highlight.objects.bulk_create(
            Highlight(issue=issue, text=f"[Work {place}]({_address(issue.number, place, 1)}) is new.", position=place)
            for issue in issues
            for place in range(1, 4)
        )


def _address(number: int, section: int, place: int) -> str:
    """The link of an entry: papers of arXiv and pages of fifty sites."""
    if section % 2:
        count = (number * SECTIONS + section) * ENTRIES + place
        return f"https://arxiv.org/abs/{1001 + count // 9_000:04}.{count % 9_000 + 1:05}"
    return f"https://site{number % 50}.example/{number}/{section}/{place}"


def _fill_entries(sections: list[Section], everywhere: Work) -> None:
    places = [(section, place) for section in sections for place in range(1, ENTRIES + 1)]
    addresses = [_address(section.issue.number, section.position, place) for section, place in places]
    works = find_or_create_works(addresses)
    Fetch.objects.bulk_create(Fetch(work=work, lane="site", said={"title": work.url}) for work in works.values())
    tenth = list(works.values())[::10]
    Alias.objects.bulk_create(Alias(work=work, identity=f"url:moved.example/{work.pk}") for work in tenth)
    entries = [
        _entry(section, place, address, works[address], _text(address))
        for (section, place), address in zip(places, addresses, strict=True)
    ]
    last = [section for section in sections if section.position == SECTIONS]
    entries += [_entry(section, ENTRIES + 1, EVERYWHERE, everywhere, "What is everywhere.") for section in last]
    Entry.objects.bulk_create(entries)


def _text(seed: str) -> str:
    """Some sentences of their own."""
    chance = chance_of("growth", seed)
    numbers = {"thing": chance.randrange(26), "method": chance.randrange(20), "finding": chance.randrange(16)}
    work = Invented(code_name(chance), **numbers, url=seed, title="", summary="")
    return summary(WORDINGS["en"], work, chance)


def _entry(section: Section, place: int, address: str, work: Work, text: str) -> Entry:
    title = f"Work {section.issue.number}.{section.position}.{place}"
    return Entry(section=section, position=place, title=title, url=address, url_given=address, work=work, summary=text)


def next_issue(publication: Publication, *, everywhere: bool) -> Clean:
    """The issue that is looked at, the same in each archive: new works, one that ran first, and a highlight that ran;
    with `everywhere`, also the link that ran in every issue."""
    clean = weekly(publication, "en", _day(LAST), LAST, [], (("growth", 1), 1), set())
    first = Entry.objects.filter(section__issue__number=1).order_by("pk")[0]
    relink(clean.entries[0], first.url)
    if everywhere:
        relink(clean.entries[1], EVERYWHERE)
    add_highlight(clean, f"[{first.title}]({first.url})")
    return clean


def measure(issue: Issue, *, times: int, plans: bool) -> dict[str, float]:
    """What one check costs; queries that would grow are printed with their plans."""
    # What a process asks once and remembers is not the cost of an issue.
    check(Issue.objects.get(pk=issue.pk))
    with recorded() as queries:
        check(Issue.objects.get(pk=issue.pk))
    large = {model._meta.db_table for model in (*GROWING, Fetch) if model.objects.count() >= TELLING}
    blocks, bad = 0, 0
    for query in queries:
        if not query.sql.lstrip().upper().startswith(("SELECT", "(SELECT", "WITH")):
            continue
        plan = explained(query)
        blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        wrong = faults(plan, large)
        bad += len(wrong)
        if wrong or plans:
            print(*(f"    ! {line}" for line in wrong), f"    {query.sql[:1000]}", outline(plan, 3), sep="\n")
    spent = []
    for _ in range(times):
        start = time.perf_counter(), time.process_time()
        check(Issue.objects.get(pk=issue.pk))
        spent.append(((time.perf_counter() - start[0]) * 1000, (time.process_time() - start[1]) * 1000))
    return {
        "queries": len(queries),
        "blocks": blocks,
        "milliseconds": statistics.median(wall for wall, _cpu in spent),
        "least": min(wall for wall, _cpu in spent),
        "cpu": statistics.median(cpu for _wall, cpu in spent),
        "faults": bad,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 500, 10_000])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--plans", action="store_true", help="print the plan of every query")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Publication.objects.exists():
        sys.exit("The database holds a publication already; name an empty one in DATABASE_URL.")
    # Uploads of the installation are not touched.
    with tempfile.TemporaryDirectory() as uploads, override_settings(MEDIA_ROOT=uploads):
        put_figures()
        told = grow(make_publication(), options)
    # In small tables PostgreSQL rightly reads what it would not read in large ones.
    return 1 if len({cost["queries"] for cost in told}) > 1 or told[-1]["faults"] else 0


def grow(publication: Publication, options: argparse.Namespace) -> list[dict[str, float]]:
    """Fill the archive size by size and print what a check costs there; the costs of the ordinary issue."""
    told, before = [], 0
    print("| issues | works | link that ran in all | queries | blocks | ms, median | ms, least | ms of CPU |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for size in sorted(options.sizes):
        fill(publication, before + 1, size)
        before = size
        with connection.cursor() as cursor:
            tables = ", ".join(model._meta.db_table for model in (*GROWING, Fetch))
            cursor.execute(f"VACUUM ANALYZE {tables}")
        for everywhere in (False, True):
            with undone():
                clean = next_issue(publication, everywhere=everywhere)
                cost = measure(clean.issue, times=options.times, plans=options.plans)
            if not everywhere:
                told.append(cost)
            print(
                f"| {size} | {Work.objects.count()} | {'yes' if everywhere else 'no'} | {cost['queries']} |"
                f" {cost['blocks']} | {cost['milliseconds']:.1f} | {cost['least']:.1f} | {cost['cpu']:.1f} |",
                flush=True,
            )
    return told


if __name__ == "__main__":
    sys.exit(main())
