#!/usr/bin/env python3
"""Asks PostgreSQL how it answers every query behind the public pages, and names those that would grow.

    DATABASE_URL=… python benchmarks/queries/explain.py [--plans] [--save FILE] [--compare FILE]

Exit status 1 where a query reads a growing table from end to end, touches far more rows than it returns, or where a
page takes another number of queries than the file of `--compare` says.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402

from issues.listing import ENTRIES_ON_A_PAGE, ISSUES_ON_A_PAGE, entries_of, issues_of  # noqa: E402
from issues.models import (  # noqa: E402
    Entry,
    EntryCount,
    EntryMoment,
    Erratum,
    Highlight,
    Issue,
    Publication,
    Section,
    TaggedEntry,
    Topic,
)
from issues.site import Site  # noqa: E402
from papers.models import Alias, Work  # noqa: E402

GROWING = (Issue, Section, Entry, EntryMoment, EntryCount, Highlight, Erratum, TaggedEntry, Work, Alias)
# PostgreSQL rightly reads tables with fewer rows from end to end.
TELLING = 1_000
# A query may touch so many rows for each that it returns, and so many beside them.
ROWS_FOR_EACH, ROWS_BESIDE = 10, 2_000

Query = namedtuple("Query", "sql params")


def addresses() -> dict[str, str]:
    """A page of each kind, by what it stands for: new and old, often and seldom used."""
    publication = Publication.objects.get()
    site = Site(publication, publication.default_language)
    newest, middle, last = _issues(site)
    # Papers have addresses of their own, which cost another query than those of other works.
    often, seldom = _often_and_seldom(entries_of(site).filter(work__identity__startswith="arxiv:"), "work")
    common, rare = _often_and_seldom(_uses(site), "tag")
    common, rare = Topic.objects.get(pk=common), Topic.objects.get(pk=rare)
    day, month = site.day(middle.published_at), site.day(last.published_at)
    found = {
        "home": site.path("home"),
        "archive": site.path("archive"),
        "archive, a year": f"{site.path('archive')}?year={day.year}",
        "archive, last page": f"{site.path('archive')}?before={last.slug}",
        "issue, newest": site.issue_path(newest),
        "issue, middle": site.issue_path(middle),
        "entry, newest": site.entry_path(_entry(newest)),
        "entry, middle": site.entry_path(_entry(middle)),
        "work, popular": site.work_path(_work(often)),
        "work, rare": site.work_path(_work(seldom)),
        "work, popular, later": f"{site.work_path(_work(often))}?after={_later_mention(site, often).public_id}",
        "citation": f"{site.work_path(_work(often))}citation.bib",
        "topics": site.path("topics"),
        "topic, common": site.topic_path(common),
        "topic, common, later": f"{site.topic_path(common)}?before={_later_use(site, common).public_id}",
        "topic, rare": site.topic_path(rare),
        "about": site.path("about"),
        "feeds": site.path("feeds"),
        "feed": site.path("feed"),
        "sitemap": "/sitemap.xml",
        "sitemap, pages": site.path("sitemap_pages"),
        "sitemap, a month": site.path("sitemap_month", year=month.year, month=month.month),
        "sitemap, a day": site.path("sitemap_day", year=day.year, month=day.month, day=day.day),
        "not found": "/issues/there-is-none/",
    }
    for language in publication.languages[1:]:
        other = site.in_language(language)
        found |= {f"{page}, {language}": other.path(page) for page in ("home", "archive", "topics", "feed")}
    return found


def _issues(site: Site) -> tuple[Issue, Issue, Issue]:
    """The newest, the middle one, and that after which the last page of the archive begins."""
    issues = issues_of(site).newest_first()
    count = issues.count()
    return issues[0], issues[count // 2], issues[max(count - ISSUES_ON_A_PAGE - 1, 0)]


def _often_and_seldom(rows, name: str) -> tuple[int, int]:
    counted = rows.values_list(name).annotate(uses=Count("pk")).order_by("uses", name)
    return counted.last()[0], counted.first()[0]


def _work(key: int) -> Work:
    work = Work.objects.get(pk=key)
    return work.merged_into or work


def _later_mention(site: Site, work: int) -> Entry:
    """One after which others follow, where there are enough."""
    moments = EntryMoment.objects.filter(work=work, language=site.language).order_by("published_at", "entry")
    return moments[max(moments.count() - 2, 0) // 2].entry


def _uses(site: Site):
    return TaggedEntry.objects.filter(language=site.language).exclude(published_at=None)


def _later_use(site: Site, topic: Topic) -> Entry:
    uses = _uses(site).filter(tag=topic).order_by("-published_at", "content_object")
    count = uses.count()
    return uses[max(count // 2, min(count, ENTRIES_ON_A_PAGE) - 1)].content_object


def _entry(issue: Issue) -> Entry:
    return Entry.objects.filter(section__issue=issue).order_by("section__position", "position")[0]


@contextmanager
def recorded():
    queries: list[Query] = []

    def record(execute, sql, params, many, context):
        queries.append(Query(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield queries


def explained(query: Query) -> dict:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.sql}", query.params)
        found = cursor.fetchone()[0]
    return (found if isinstance(found, list) else json.loads(found))[0]["Plan"]


def nodes(plan: dict):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def rows_touched(node: dict) -> int:
    """The rows that a step of a plan produced or threw away, in all its rounds."""
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    thrown += node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])


def faults(plan: dict, large: set[str]) -> list[str]:
    """What of a plan would grow with the archive; `large` are the tables that do and are worth an index."""
    found = []
    allowed = ROWS_BESIDE + ROWS_FOR_EACH * plan["Actual Rows"] * plan["Actual Loops"]
    for node in nodes(plan):
        table = node.get("Relation Name", "")
        if node["Node Type"] == "Seq Scan":
            # A small table is rightly read whole, however often; when it has grown, PostgreSQL takes its index.
            if table in large and node["Actual Loops"]:
                found.append(f"Seq Scan on {table}, {rows_touched(node)} rows")
        elif rows_touched(node) > allowed:
            place = f" on {table}" if table else ""
            found.append(f"{node['Node Type']}{place} touches {rows_touched(node)} rows, {allowed:.0f} would be many")
    return found


def outline(plan: dict, depth: int = 0) -> str:
    table = plan.get("Index Name") or plan.get("Relation Name", "")
    line = f"{'  ' * depth}{plan['Node Type']} {table} rows {plan['Actual Rows']} × {plan['Actual Loops']}"
    removed = plan.get("Rows Removed by Filter")
    return "\n".join(
        [f"{line}{f', {removed} thrown away' if removed else ''}"]
        + [outline(child, depth + 1) for child in plan.get("Plans", ())]
    )


def milliseconds(client: Client, address: str, times: int) -> float:
    """The median time of rendering a page in this process."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        client.get(address)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def look_at(client: Client, name: str, address: str, large: set[str], *, plans: bool, times: int) -> tuple[int, int]:
    """Print what a page costs and what is wrong with its queries; return the number of queries and of faults."""
    with recorded() as queries:
        response = client.get(address)
    found, blocks, bad = [], 0, 0
    for query in queries:
        plan = explained(query)
        blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        wrong = faults(plan, large)
        bad += len(wrong)
        if wrong or plans:
            found += ["", *(f"    ! {line}" for line in wrong), f"    {query.sql}", outline(plan, 3)]
    cost = f"{milliseconds(client, address, times):7.1f} ms" if times else ""
    size = len(response.content) // 1024
    print(f"{name:24} {response.status_code} {len(queries):3} queries {blocks:7} blocks {size:6} KiB {cost}  {address}")
    print("\n".join([*found, ""]) if found else "", end="\n" if found else "")
    return len(queries), bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", action="store_true", help="print the plan of every query, not of bad ones alone")
    parser.add_argument("--times", type=int, default=0, help="measure so many requests of each page")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the number of queries of each page")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="compare it with what --save wrote elsewhere")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    rows = {model._meta.db_table: model.objects.count() for model in GROWING}
    print("\n".join(f"{count:8} {table}" for table, count in rows.items()))
    large = {table for table, count in rows.items() if count >= TELLING}
    counts, bad = {}, 0
    for name, address in addresses().items():
        counts[name], wrong = look_at(client, name, address, large, plans=options.plans, times=options.times)
        bad += wrong
    if options.save:
        options.save.write_text(json.dumps(counts, indent=1) + "\n")
    known = json.loads(options.compare.read_text()) if options.compare else {}
    other = {name: (known[name], count) for name, count in counts.items() if known.get(name, count) != count}
    for name, (before, now) in other.items():
        print(f"! {name}: {before} queries there, {now} here")
    print(f"{bad} queries would grow, {len(other)} pages with another number of queries")
    return 1 if bad or other else 0


if __name__ == "__main__":
    sys.exit(main())
