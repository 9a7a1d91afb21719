"""Numbers of published entries, from what triggers keep: none of them is counted entry by entry."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from issues import charts
from issues.models import Topic
from issues.site import Site

ALL_ENTRIES, ALL_MONTHS = 0, 0

# Entries whose issue waits for its moment: kept counts hold them, readers do not see them. An index finds the issues.
_WAITING = """
SELECT issue.published_at, tagged.tag_id AS topic
  FROM issues_issue issue
  JOIN issues_section section ON section.issue_id = issue.id
  JOIN issues_entry entry ON entry.section_id = section.id
  LEFT JOIN issues_taggedentry tagged ON tagged.content_object_id = entry.id AND tagged.tag_id = %(topic)s
 WHERE issue.status = 'published' AND issue.appeared_at IS NULL AND issue.published_at > %(now)s
   AND issue.language = %(language)s
"""
_OVER_TIME = f"""
SELECT 'month' AS what, month AS place, sum(count) FILTER (WHERE topic <> 0), sum(count) FILTER (WHERE topic = 0)
  FROM issues_entrycount WHERE topic IN (%(topic)s, 0) AND language = %(language)s GROUP BY month
UNION ALL
SELECT 'edge', edge.place, (
       SELECT count(*) FROM issues_taggedentry
        WHERE tag_id = %(topic)s AND language = %(language)s
          AND published_at >= edge.start AND published_at < edge.finish), (
       SELECT count(*) FROM issues_issue issue
         JOIN issues_section section ON section.issue_id = issue.id
         JOIN issues_entry entry ON entry.section_id = section.id
        WHERE issue.publication_id = %(publication)s AND issue.language = %(language)s AND issue.status = 'published'
          AND issue.published_at >= edge.start AND issue.published_at < edge.finish)
  FROM unnest(%(starts)s::timestamptz[], %(finishes)s::timestamptz[]) WITH ORDINALITY AS edge(start, finish, place)
UNION ALL
SELECT 'waiting', width_bucket(published_at, %(boundaries)s::timestamptz[]), count(topic), count(*)
  FROM ({_WAITING}) AS waiting GROUP BY 2
"""


@dataclass(frozen=True)
class OverTime:
    """How many entries there are of a topic and in all, in each period and ever."""

    periods: Sequence[charts.Period]
    counts: list[int] = field(default_factory=list)
    all_counts: list[int] = field(default_factory=list)
    total: int = 0


def over_time(site: Site, topic: Topic, first: datetime.date, last: datetime.date) -> OverTime:
    """The entries of a topic in the site's language, from the period of one day to that of another. One query.

    It reads a row for each month of the archive, and of the entries only those between the start of a month in UTC
    and that in the publication's zone.
    """
    periods = charts.periods(first, last)
    own, utc = charts.boundaries(periods, site.zone), charts.boundaries_in_utc(periods)
    values = {
        "topic": topic.pk,
        "language": site.language,
        "publication": site.publication.pk,
        "now": timezone.now(),
        "boundaries": own,
        "starts": [min(pair) for pair in zip(own, utc, strict=True)],
        "finishes": [max(pair) for pair in zip(own, utc, strict=True)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVER_TIME, values)
        rows = cursor.fetchall()
    # What lies between the two is missing where the zone's month begins later, and too much where it begins earlier.
    signs = [1 if zone_begins > utc_begins else -1 for zone_begins, utc_begins in zip(own, utc, strict=True)]
    of_topic, of_all = (_counts(periods, rows, signs, column) for column in (2, 3))
    total = sum(_of(rows, "month", 2, ALL_MONTHS)) - sum(_of(rows, "waiting", 2))
    return OverTime(periods, of_topic, of_all, total)


def _of(rows: list[tuple], what: str, column: int, place: int | None = None) -> list[int]:
    return [int(row[column] or 0) for row in rows if row[0] == what and place in (None, row[1])]


def _counts(periods: Sequence[charts.Period], rows: list[tuple], signs: list[int], column: int) -> list[int]:
    by_month = {row[1]: int(row[column] or 0) for row in rows if row[0] == "month" and row[1] != ALL_MONTHS}
    waiting = {row[1]: int(row[column] or 0) for row in rows if row[0] == "waiting"}
    edges = {row[1]: int(row[column] or 0) for row in rows if row[0] == "edge"}
    at_edges = [sign * edges[place] for place, sign in enumerate(signs, 1)]
    return charts.counts(periods, by_month, at_edges, waiting)


# Topics with their number of entries in a language, by slug; those that have none there are left out.
_TOPICS_IN_USE = """
SELECT topic.id, topic.slug, topic.name, topic.names, kept.count - waiting.count AS uses
  FROM issues_topic topic
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(count), 0) AS count FROM issues_entrycount
        WHERE issues_entrycount.topic = topic.id AND language = %(language)s AND month = 0) AS kept
 CROSS JOIN LATERAL (
       SELECT count(*) AS count
         FROM issues_taggedentry tagged
         JOIN issues_entry entry ON entry.id = tagged.content_object_id
         JOIN issues_section section ON section.id = entry.section_id
         JOIN issues_issue issue ON issue.id = section.issue_id
        WHERE tagged.tag_id = topic.id AND tagged.language = %(language)s AND tagged.published_at > %(now)s
          AND issue.appeared_at IS NULL) AS waiting
 WHERE topic.slug > %(after)s AND kept.count > waiting.count
 ORDER BY topic.slug LIMIT %(most)s
"""


def topics_in_use(site: Site, *, after: str, most: int) -> list[Topic]:
    """Topics that have entries in the site's language, by slug, each with `uses`, their number. One query.

    Two index probes for each topic, however often it is used.
    """
    values = {"language": site.language, "now": timezone.now(), "after": after, "most": most}
    return list(Topic.objects.raw(_TOPICS_IN_USE, values))
