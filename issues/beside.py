"""What readers find beside an issue: those before and after it, its other editions, and where its works ran before.

One query for all of them, each part of which an index bounds: however often a link ran, one mention of it is read.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from common.columns import Columns, relate

from .models import Entry, Issue, Section
from .site import Site

# After the moment of every issue that has one.
AFTER_ALL = datetime.datetime.max.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Beside:
    """Issues and entries that readers see, with as much of them as a link shows."""

    previous: Issue | None = None
    next: Issue | None = None
    editions: list[Issue] = field(default_factory=list)
    # By the key of the entry of this issue that is about the same work.
    earlier: dict[int, Entry] = field(default_factory=dict)


def beside(site: Site, issue: Issue, entries: Sequence[Entry]) -> Beside:
    """What stands beside an issue and its entries; a draft stands between no others. One query."""
    rows = _asked((_MENTIONS, _PREVIOUS, _NEXT, _EDITIONS), site, issue, entries)
    found = {row.what: row.issue for row in rows}
    editions = [row.issue for row in rows if row.what == "edition"]
    languages = site.publication.languages
    return Beside(
        previous=found.get("previous") if issue.published_at else None,
        next=found.get("next"),
        editions=sorted(editions, key=lambda edition: languages.index(edition.language)),
        earlier=_earlier(issue, rows, entries),
    )


def earlier_mentions(site: Site, issue: Issue, entries: Sequence[Entry]) -> dict[int, Entry]:
    """For entries of an issue, by key: the entry of another that each comes back to. One query.

    It is the one that the editor named, where readers see it, else the newest about the same work in an earlier issue;
    a draft follows whatever is published.
    """
    return _earlier(issue, _asked((_MENTIONS,), site, issue, entries), entries)


def _work_of(entry: Entry) -> int | None:
    """The key of the work that an entry is about, or of the one into which that was merged."""
    return entry.work and (entry.work.merged_into_id or entry.work_id)


def _earlier(issue: Issue, rows: list[_Row], entries: Sequence[Entry]) -> dict[int, Entry]:
    named = {row.entry.pk: row.entry for row in rows if row.what == "named"}
    mentions = [row for row in rows if row.what == "mention" and _is_before(row.issue, issue)]
    newest = {row.work: row.entry for row in sorted(mentions, key=lambda row: row.place)}
    found = {entry.pk: named.get(entry.repeats_id) or newest.get(_work_of(entry)) for entry in entries}
    return {key: entry for key, entry in found.items() if entry}


def _is_before(one: Issue, other: Issue) -> bool:
    return other.published_at is None or _moment(one) < _moment(other)


def _moment(issue: Issue) -> tuple:
    return (issue.published_at, issue.number or 0, issue.pk)


# --- The query -------------------------------------------------------------------------------------------------------

# So many mentions of a work are looked at: the newest may wait for their moment, or stand in this very issue.
LOOKED_AT = 5
_OF_ISSUE = ("id", "publication", "language", "slug", "kind", "number", "year", "week", "month", "title", "status")
_OF_ISSUE += ("published_at", "appeared_at")
_OF_SECTION = ("id", "position")
_OF_ENTRY = ("id", "public_id", "label", "title", "position")

_PLACE = "(issues_issue.published_at, coalesce(issues_issue.number, 0), issues_issue.id)"
_THIS = "(%(moment)s, %(number)s, %(issue)s)"
_IN_LANGUAGE = "issues_issue.publication_id = %(publication)s AND issues_issue.language = %(language)s"
# Of each work, and of those merged into it, the newest mentions; and the entries that editors named.
_MENTIONS = """
    (WITH mention AS MATERIALIZED (
         SELECT 'mention' AS what, family.root AS work, newest.entry_id
           FROM (SELECT root, root AS work FROM unnest(%(works)s::bigint[]) AS root
                  UNION ALL
                 SELECT merged_into_id, id FROM papers_work WHERE merged_into_id = ANY(%(works)s)) family
          CROSS JOIN LATERAL (
                SELECT moment.entry_id FROM issues_entrymoment moment
                 WHERE moment.work_id = family.work AND moment.language = %(language)s
                   AND moment.published_at <= %(moment)s AND moment.entry_id <> ALL(%(own)s::bigint[])
                 ORDER BY moment.published_at DESC LIMIT {looked_at}) newest
          UNION ALL
         SELECT 'named', NULL, unnest(%(named)s::bigint[]))
     SELECT mention.what, mention.work, {columns}
       FROM mention
       JOIN issues_entry entry ON entry.id = mention.entry_id
       JOIN issues_section section ON section.id = entry.section_id
       JOIN issues_issue ON issues_issue.id = section.issue_id
      WHERE {is_public} AND issues_issue.id <> %(issue)s)
"""
_PREVIOUS = """
    (SELECT 'previous', NULL, {columns_without_entry}
       FROM issues_issue WHERE {is_public} AND {in_language} AND {place} < {this}
      ORDER BY issues_issue.published_at DESC, coalesce(issues_issue.number, 0) DESC, issues_issue.id DESC LIMIT 1)
"""
_NEXT = """
    (SELECT 'next', NULL, {columns_without_entry}
       FROM issues_issue WHERE {is_public} AND {in_language} AND {place} > {this}
      ORDER BY issues_issue.published_at, coalesce(issues_issue.number, 0), issues_issue.id LIMIT 1)
"""
_EDITIONS = """
    SELECT 'edition', NULL, {columns_without_entry}
      FROM issues_issue
     WHERE {is_public} AND issues_issue.publication_id = %(publication)s AND issues_issue.id <> %(issue)s
       AND issues_issue.translation_key = %(translation_key)s AND issues_issue.language = ANY(%(languages)s)
"""
# Stands for the moment of the question in what Django writes of it.
_NOW = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


@cache
def _columns() -> list[Columns]:
    return [
        Columns(Issue, "issues_issue", only=_OF_ISSUE),
        Columns(Section, "section", only=_OF_SECTION),
        Columns(Entry, "entry", only=_OF_ENTRY),
    ]


@cache
def _is_public() -> tuple[str, dict]:
    """The rule of `published()` as SQL, with its values but for the moment."""
    sql, values = Issue.objects.published(now=_NOW).order_by().values("pk").query.sql_with_params()
    names = ["now" if value == _NOW else f"public_{place}" for place, value in enumerate(values)]
    where = sql.partition(" WHERE ")[2] % tuple(f"%({name})s" for name in names)
    return where, dict(zip(names, values, strict=True))


@cache
def _sql(parts: tuple[str, ...]) -> str:
    issue, *others = _columns()
    words = {
        "columns": ", ".join(columns.sql for columns in _columns()),
        "columns_without_entry": ", ".join([issue.sql, *(["NULL"] * sum(map(len, others)))]),
        "is_public": _is_public()[0],
        "in_language": _IN_LANGUAGE,
        "place": _PLACE,
        "this": _THIS,
        "looked_at": LOOKED_AT,
    }
    return " UNION ALL ".join(part.format(**words) for part in parts)


class _Row(NamedTuple):
    what: str
    work: int | None
    issue: Issue
    entry: Entry | None

    @property
    def place(self) -> tuple:
        section, entry = self.entry.section, self.entry
        return (*_moment(self.issue), section.position, section.pk, entry.position, entry.pk)


def _asked(parts: tuple[str, ...], site: Site, issue: Issue, entries: Sequence[Entry]) -> list[_Row]:
    given = {
        **_is_public()[1],
        "now": timezone.now(),
        "publication": site.publication.pk,
        "language": site.language,
        "languages": site.publication.languages,
        "issue": issue.pk,
        # A draft follows whatever is published.
        "moment": issue.published_at or AFTER_ALL,
        "number": issue.number or 0,
        "translation_key": issue.translation_key,
        "own": [entry.pk for entry in entries],
        "works": sorted({work for entry in entries if (work := _work_of(entry))}),
        "named": sorted({entry.repeats_id for entry in entries if entry.repeats_id}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_sql(parts), given)
        return [_row(site, row) for row in cursor.fetchall()]


def _row(site: Site, row: tuple) -> _Row:
    what, work, *columns = row
    of_issue, of_section, of_entry = _columns()
    issue, section = of_issue.instance(columns), of_section.instance(columns, len(of_issue))
    entry = of_entry.instance(columns, len(of_issue) + len(of_section))
    relate(issue, "publication", site.publication)
    if entry:
        relate(section, "issue", issue)
        relate(entry, "section", section)
    return _Row(what, work, issue, entry)
