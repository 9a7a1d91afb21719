"""Reads the stamp, by which it is known whether anything changed that readers see; see `models/stamp.py`."""

import datetime
import functools
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from .appearing import note_appearances, unnoted


@dataclass(frozen=True)
class Reading:
    """The stamp, and the second in which it was read by the clock of the database."""

    stamp: str
    at: int


def read_stamp() -> Reading:
    """The stamp as it is now: another one after whatever changed what public pages show.

    One query, but for the first one after the moment of a scheduled issue, which notes that it appeared.
    """
    reading, unnoted_count = _read()
    if unnoted_count and note_appearances():
        reading, _ = _read()
    return reading


def read_stamp_of_snapshot() -> Reading:
    """The stamp of what a transaction sees that sees all as it was at its start; it notes nothing. One query."""
    return _read()[0]


@functools.cache
def _query() -> tuple[str, tuple]:
    """The query, written once, with the moment at which it was written among its values.

    The stamp has a part for issues whose moment has come and is not noted yet: it may be that nobody can note it.
    """
    due, values = unnoted().order_by().values("pk").query.sql_with_params()
    query = f"""
        SELECT md5(string_agg(mark::text, '' ORDER BY id)), floor(extract(epoch FROM clock_timestamp()))::bigint,
               (SELECT count(*) FROM ({due}) due)
          FROM issues_stamp
    """
    return query, values


def _read() -> tuple[Reading, int]:
    """The stamp, and how many issues have come to their moment without that being noted."""
    query, values = _query()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(query, [now if isinstance(value, datetime.datetime) else value for value in values])
        marks, at, due_count = cursor.fetchone()
    return Reading(f"{marks}.{due_count}", at), due_count
