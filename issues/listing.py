"""Bounded lists for the public pages: each reads as many rows as it shows, however large the archive is."""

import datetime
import itertools
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from issues import counting
from issues.models import Entry, Issue, IssueKind, Topic
from issues.site import Site
from papers.models import Work

ISSUES_ON_A_PAGE = 60
ENTRIES_ON_A_PAGE = 50
MENTIONS_ON_A_PAGE = 25
TOPICS_ON_A_PAGE = 400
# Years beyond these are reached by paging; a wrong date must not make a list of thousands of years.
YEARS_SHOWN = 100
# What is counted stays bounded: where there are as many, "1000 or more" is all that is said.
COUNTED = 1000


@dataclass(frozen=True)
class Slice:
    """Some rows of a longer list, and the key from which the next ones go on (empty at the end)."""

    rows: list
    next_key: str = ""


def _slice(rows: list, size: int, key) -> Slice:
    return Slice(rows[:size], key(rows[size - 1]) if len(rows) > size else "")


def issues_of(site: Site) -> QuerySet:
    """The published issues in the site's language."""
    return Issue.objects.published().filter(publication=site.publication.pk, language=site.language)


def entries_of(site: Site) -> QuerySet:
    """The published entries in the site's language."""
    return Entry.objects.published().filter(
        section__issue__publication=site.publication.pk, section__issue__language=site.language
    )


def with_entry_counts(issues: QuerySet) -> QuerySet:
    """Adds `entry_count`, counted for the rows that are read and no others."""
    counts = Entry.objects.filter(section__issue=OuterRef("pk")).order_by().values("section__issue")
    count = Subquery(counts.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    return issues.annotate(entry_count=Coalesce(count, 0))


def first_and_last_day(site: Site, *, kind: str = "") -> tuple[datetime.date, datetime.date] | None:
    """The days of the oldest and of the newest issue, of a kind if one is given. One query, two index probes."""
    ends = of_kind(issues_of(site), kind).order_by().aggregate(first=Min("published_at"), last=Max("published_at"))
    return (site.day(ends["first"]), site.day(ends["last"])) if ends["last"] else None


def of_kind(issues: QuerySet, kind: str) -> QuerySet:
    """The issues of a kind, or all of them where it is empty."""
    return issues.filter(kind=kind) if kind else issues


def bounds_of(site: Site, year: int, month: int | None = None) -> tuple[datetime.datetime, datetime.datetime]:
    """The first moment of a year, or of a month of it, and the first one after it, in the publication's zone."""
    start = datetime.datetime(year, month or 1, 1, tzinfo=site.zone)
    if month is None:
        return start, start.replace(year=year + 1)
    return start, (start + datetime.timedelta(days=32)).replace(day=1)


def _counts(issues: QuerySet, columns: dict[str, tuple[str, list]]) -> list[int]:
    """How many issues there are for each row of these columns, counted up to what the row has as `most`. One query.

    `issues` refers to a column as `RawSQL("span.name", ())`; each row costs an index probe and what is counted.
    """
    probe, values = issues.order_by("-published_at").values("pk").query.sql_with_params()
    arrays = ", ".join(f"%s::{kind}[]" for kind, _values in columns.values())
    rows = f"unnest({arrays}) WITH ORDINALITY AS span({', '.join(columns)}, place)"
    count = f"(SELECT count(*) FROM ({probe} LIMIT span.most) AS found)"
    with connection.cursor() as cursor:
        given = [given for _kind, given in columns.values()]
        cursor.execute(f"SELECT {count} FROM {rows} ORDER BY span.place", [*values, *given])
        return [found for (found,) in cursor.fetchall()]


def counts_in_spans(site: Site, spans: list[tuple], *, kind: str = "") -> list[int]:
    """For spans `(start, finish, most)`: how many issues, of a kind if one is given, appeared in each. One query.

    Each is counted up to its own `most`: 1 asks whether there is any, by one index probe.
    """
    in_span = of_kind(issues_of(site), kind).filter(
        published_at__gte=RawSQL("span.start", ()), published_at__lt=RawSQL("span.finish", ())
    )
    starts, finishes, most = (list(column) for column in zip(*spans, strict=True))
    moment = "timestamptz"
    return _counts(in_span, {"start": (moment, starts), "finish": (moment, finishes), "most": ("int", most)})


def counts_by_kind(site: Site, bounds: tuple | None = None) -> dict[str, int]:
    """How many issues of each kind appeared, within bounds if they are given; up to `COUNTED` of each. One query."""
    issues = issues_of(site).filter(kind=RawSQL("span.kind", ()))
    if bounds:
        issues = issues.filter(published_at__gte=bounds[0], published_at__lt=bounds[1])
    kinds = IssueKind.values
    found = _counts(issues, {"kind": ("text", kinds), "most": ("int", [COUNTED] * len(kinds))})
    return dict(zip(kinds, found, strict=True))


def starts_of_spans_with_issues(site: Site, starts: list[datetime.datetime]) -> set[datetime.datetime]:
    """Of spans that follow each other, the last of `starts` being where they end: the starts of those with an issue.

    One query, with one index probe for each span; reading all moments would take the longer the older the archive is.
    """
    spans = [(start, finish, 1) for start, finish in itertools.pairwise(starts)]
    counts = counts_in_spans(site, spans)
    return {start for (start, _finish, _most), count in zip(spans, counts, strict=True) if count}


_OF_A_LINE = ("language", "slug", "kind", "number", "year", "week", "month", "title", "published_at")


def issues_page(site: Site, *, kind: str = "", bounds: tuple | None = None, before: Issue | None = None) -> Slice:
    """A page of the archive, newest first, from the issue after `before`."""
    issues = of_kind(issues_of(site), kind)
    if bounds:
        issues = issues.filter(published_at__gte=bounds[0], published_at__lt=bounds[1])
    issues = issues.earlier_than(before) if before else issues.newest_first()
    rows = list(with_entry_counts(issues).only(*_OF_A_LINE)[: ISSUES_ON_A_PAGE + 1])
    return _slice(rows, ISSUES_ON_A_PAGE, lambda issue: issue.slug)


def recent_topics(site: Site, issues: list[Issue]) -> list[Topic]:
    """The topics of these issues with `uses`, how many of their entries have them, by name."""
    of_issues = Q(tagged__content_object__section__issue__in=[issue.pk for issue in issues])
    topics = Topic.objects.filter(of_issues).annotate(uses=Count("tagged"))
    return sorted(topics, key=lambda topic: topic.name_in(site.language).casefold())


def topics_page(site: Site, *, after: str = "") -> Slice:
    """Topics in use in the site's language with `uses`, their number of entries, by slug."""
    rows = counting.topics_in_use(site, after=after, most=TOPICS_ON_A_PAGE + 1)
    return _slice(rows, TOPICS_ON_A_PAGE, lambda topic: topic.slug)


def works_merged_into(works: list[int]) -> dict[int, int]:
    """For these works and all that were merged into them: whose mentions theirs are. One query."""
    merged = Work.objects.filter(merged_into__in=works).values_list("pk", "merged_into")
    return {work: work for work in works} | dict(merged)


CHRONOLOGICAL = (
    "section__issue__published_at",
    Coalesce("section__issue__number", 0),
    "section__issue",
    "section__position",
    "section",
    "position",
    "pk",
)


def place(entry: Entry) -> tuple:
    """Where an entry stands in the whole archive, to be compared."""
    section, issue = entry.section, entry.section.issue
    return (
        issue.published_at,
        issue.number or 0,
        issue.pk,
        section.position,
        section.pk,
        entry.position,
        entry.pk,
    )
