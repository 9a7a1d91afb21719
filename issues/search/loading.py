"""Loads what was found, with as much of each row as a line of results shows: a query for each kind of row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from django.db import connection

from common.columns import Columns, relate
from common.markdown import to_text
from issues.models import Entry, Issue, Section
from papers.models import Work

_OF_ENTRY = ("id", "public_id", "translation_key", "section", "position", "title", "url", "domain_shown", "label")
_OF_ENTRY += ("source_title", "source_arxiv_id", "summary", "work")
_OF_SECTION = ("id", "issue", "kind", "title", "position")
_LEFT_IN_ISSUE = ("leftovers", "contents_stated_count", "contents_lines", "past_issues")
_LEFT_IN_ISSUE += ("imported_document", "imported_digest")
# Where a text holds none of these, it says what it says.
_MARKUP = re.compile(r"\]\(|[<&\\_`*#$~|]|^\s*(?:[-+>]|\d+[.)])\s", re.MULTILINE)


def plain(text: str) -> str:
    """Markdown without its marks; quick where it has none."""
    return to_text(text) if _MARKUP.search(text) else " ".join(text.split())


@cache
def _columns() -> dict[str, Columns]:
    return {
        "entry": Columns(Entry, "entry", only=_OF_ENTRY),
        "section": Columns(Section, "section", only=_OF_SECTION),
        "issue": Columns(Issue, "issue", without=(*_LEFT_IN_ISSUE, "intro")),
        "whole issue": Columns(Issue, "issue", without=_LEFT_IN_ISSUE),
        "work": Columns(Work, "work", without=("abstract", "versions")),
        "root": Columns(Work, "root", without=("abstract", "versions")),
        "whole work": Columns(Work, "work", without=("versions",)),
    }


def entries(keys: Iterable[int]) -> dict[int, Entry]:
    """Entries by key, each with its section, issue, and work, and what that was merged into."""
    parts = [_columns()[name] for name in ("entry", "section", "issue", "work", "root")]
    sql = f"""
        SELECT {", ".join(part.sql for part in parts)}
          FROM issues_entry entry
          JOIN issues_section section ON section.id = entry.section_id
          JOIN issues_issue issue ON issue.id = section.issue_id
          LEFT JOIN papers_work work ON work.id = entry.work_id
          LEFT JOIN papers_work root ON root.id = work.merged_into_id
         WHERE entry.id = ANY (%s)
    """
    found = {}
    for row in _rows(sql, keys):
        start, made = 0, []
        for part in parts:
            made.append(part.instance(row, start))
            start += len(part)
        entry, section, issue, work, root = made
        relate(entry, "section", section)
        relate(section, "issue", issue)
        relate(entry, "work", work)
        if work:
            relate(work, "merged_into", root)
        found[entry.pk] = entry
    return found


def issues(keys: Iterable[int]) -> dict[int, Issue]:
    columns = _columns()["whole issue"]
    rows = _rows(f"SELECT {columns.sql} FROM issues_issue issue WHERE id = ANY (%s)", keys)
    return {issue.pk: issue for issue in map(columns.instance, rows)}


def works(keys: Iterable[int]) -> dict[int, Work]:
    columns = _columns()["whole work"]
    rows = _rows(f"SELECT {columns.sql} FROM papers_work work WHERE id = ANY (%s)", keys)
    return {work.pk: work for work in map(columns.instance, rows)}


def _rows(sql: str, keys: Iterable[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        return cursor.fetchall()
