"""Writes anew what is searched, where the rules by which it is made have changed. Triggers keep it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from issues.models import SearchRules

# The same number stands in the function `issues_search_row`.
RULES = 1

# So few that whoever writes one of them meanwhile hardly waits.
_BATCH = 100
_TABLES = {"issue": "issues_issue", "entry": "issues_entry", "work": "papers_work"}
# Works of which only the address is known are found by that alone.
_WITH_TEXT = {
    "work": "AND merged_into_id IS NULL AND (source.title <> '' OR source.abstract <> '' OR source.authors <> '[]')"
}


@dataclass(frozen=True)
class Rebuilt:
    """How many rows of a kind were written anew, and how many were taken out since what they told of is gone."""

    kind: str
    written: int
    removed: int = 0


def is_due() -> bool:
    """Whether rows may stand in the index that older rules made. One query."""
    return not SearchRules.objects.filter(version=RULES).exists()


def rebuild(*, everything: bool = False) -> Iterator[Rebuilt]:
    """Write anew what older rules made, or all of it, in small batches; yields how far it is, kind by kind.

    Safe beside readers and writers, safe to stop and to run again: each batch is a transaction of its own, and what it
    wrote is not done twice. What somebody writes at this very moment is left to them: they follow today's rules.
    """
    for kind in _TABLES:
        yield from _rebuild(kind, everything=everything)
    _restem()
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_text_found_by'::regclass)")
        cursor.execute("ANALYZE issues_searchtext, issues_searchword")
    with transaction.atomic():
        SearchRules.objects.all().delete()
        SearchRules.objects.create(version=RULES)


def _rebuild(kind: str, *, everything: bool) -> Iterator[Rebuilt]:
    last = written = 0
    while keys := _next(kind, last, everything=everything):
        last = keys[-1]
        written += _write(kind, keys)
        yield Rebuilt(kind, written)
    removed = _remove_orphans(kind)
    yield Rebuilt(kind, written, removed)


def _next(kind: str, last: int, *, everything: bool) -> list[int]:
    """The next keys of which nothing stands in the index, or what older rules made."""
    which = "" if everything else "AND kept.rules IS DISTINCT FROM %(rules)s"
    sql = f"""
        SELECT source.id FROM {_TABLES[kind]} source
          LEFT JOIN issues_searchtext kept ON kept.kind = %(kind)s AND kept.row = source.id
         WHERE source.id > %(last)s {which} {_WITH_TEXT.get(kind, "")}
         ORDER BY source.id LIMIT {_BATCH}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"kind": kind, "last": last, "rules": RULES})
        return [key for (key,) in cursor.fetchall()]


@transaction.atomic
def _write(kind: str, keys: list[int]) -> int:
    """Write these rows, but for those that somebody else writes; how many that were."""
    with connection.cursor() as cursor:
        # Held first and read afterwards, so that what is read is not older than what others wrote.
        cursor.execute("SELECT row FROM issues_searchtext WHERE kind = %s AND row = ANY (%s)", [kind, keys])
        there = {key for (key,) in cursor.fetchall()}
        cursor.execute(
            "SELECT row FROM issues_searchtext WHERE kind = %s AND row = ANY (%s) ORDER BY row FOR UPDATE SKIP LOCKED",
            [kind, keys],
        )
        held = {key for (key,) in cursor.fetchall()}
        mine = [key for key in keys if key in held or key not in there]
        cursor.execute("SELECT issues_search_refresh(%s, %s::bigint[])", [kind, mine])
    return len(mine)


def _remove_orphans(kind: str) -> int:
    """Take out what tells of rows that are gone; how many that were. Triggers leave none."""
    sql = f"""
        DELETE FROM issues_searchtext kept WHERE (kept.kind, kept.row) IN (
            SELECT kind, row FROM issues_searchtext gone
             WHERE gone.kind = %s AND NOT EXISTS (SELECT FROM {_TABLES[kind]} source WHERE source.id = gone.row)
             ORDER BY row FOR UPDATE SKIP LOCKED)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind])
        return cursor.rowcount


def _restem() -> None:
    """Bring the stems of words up to date, and leave each word once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE issues_searchword SET stem = papers_search_stem(dictionary, word)"
            " WHERE stem <> papers_search_stem(dictionary, word)"
        )
        cursor.execute(
            "DELETE FROM issues_searchword twice USING issues_searchword first WHERE first.word = twice.word"
            " AND first.dictionary = twice.dictionary AND first.id < twice.id"
        )
