"""What belongs together: entries and works that share topics, authors or the month in which they were read."""

import datetime
import re
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues.models import Entry, TaggedEntry, Topic
from issues.site import Site
from papers.models import Work

# What is looked at, so that a topic or a name that occurs everywhere costs no more than another one.
TOPICS, NAMES = 6, 12
USES_BESIDE, WORKS_OF_AUTHORS = 12, 200
# Authors in common tell as much as so many topics.
WEIGHT_OF_AUTHORS = 2

# The uses of some topics that are nearest to a moment, before and after it, with the topic of each.
_NEAR = """
SELECT near.content_object_id AS entry, near.published_at, 1 AS weight, false AS by_authors, topic.id AS topic
  FROM unnest(%(topics)s::bigint[]) AS topic(id) CROSS JOIN LATERAL (
      (SELECT content_object_id, published_at FROM issues_taggedentry
        WHERE tag_id = topic.id AND language = %(language)s AND published_at < %(moment)s
        ORDER BY published_at DESC, content_object_id LIMIT %(uses)s)
      UNION ALL
      (SELECT content_object_id, published_at FROM issues_taggedentry
        WHERE tag_id = topic.id AND language = %(language)s
          AND published_at > %(moment)s AND published_at <= %(now)s
        ORDER BY published_at, content_object_id DESC LIMIT %(uses)s)) AS near
"""
# The newest entry about each work that has one of some authors.
_BY_AUTHORS = """
SELECT newest.entry_id, newest.published_at, %(weight)s, true, NULL::bigint
  FROM (SELECT id FROM papers_work
         WHERE authors ?| %(names)s AND id <> ALL(%(works)s::bigint[]) LIMIT %(written)s) AS written
 CROSS JOIN LATERAL (
      SELECT entry_id, published_at FROM issues_entrymoment
       WHERE work_id = written.id AND language = %(language)s AND published_at <= %(now)s
       ORDER BY published_at DESC, entry_id DESC LIMIT 1) AS newest
"""
_BEST = f"""
SELECT entry FROM ({_NEAR} UNION ALL {_BY_AUTHORS}) AS found
 WHERE published_at <> %(moment)s
 GROUP BY entry, published_at
 ORDER BY sum(weight) DESC, abs(extract(epoch FROM published_at - %(moment)s)), entry
 LIMIT %(most)s
"""


def related_entries(site: Site, entry: Entry, limit: int = 4) -> list[Entry]:
    """Entries of other issues, in the language of this one, that share topics or authors with it, the nearest first.

    One query, bounded by what stands above and served by indexes; none where the entry has neither topics nor a work
    with authors. The entry has its `topics` prefetched and `section__issue`, `work__merged_into` selected; those
    returned have `section__issue` and `work__merged_into` selected. Each has a `reason`, a few words in the active
    language, such as “same topic: Video”. A work stands there once, and never the one that `entry` is about.
    """
    issue = entry.section.issue
    topics = list(entry.topics.all())[:TOPICS]
    work = entry.work and (entry.work.merged_into or entry.work)
    names = _names(work)
    if not (topics or names) or issue.published_at is None:
        return []
    values = _values(site.in_language(issue.language), issue.published_at, topics, names, [work] if work else [])
    sql, parameters = _positional(_BEST, values | {"most": 3 * limit})
    shared = TaggedEntry.objects.filter(content_object=OuterRef("pk"), tag__in=[topic.pk for topic in topics])
    found = (
        Entry.objects.published()
        .filter(pk__in=RawSQL(sql, parameters))
        .exclude(section__issue=issue.pk)
        .select_related("section__issue", "work__merged_into")
        .annotate(shared_topics=ArraySubquery(shared.order_by("tag").values("tag")))
        .defer("summary", "section__issue__leftovers", "section__issue__intro")
    )
    return _first_of_each_work(_best_first(site, found, topics, names, issue.published_at), work)[:limit]


def _names(work: Work | None) -> list[str]:
    return [name for name in work.authors if isinstance(name, str)] if work else []


def _values(site: Site, moment: datetime.datetime, topics: Iterable[Topic], names: list[str], works: Iterable[Work]):
    return {
        "topics": [topic.pk for topic in topics],
        "language": site.language,
        "moment": moment,
        "now": timezone.now(),
        "uses": USES_BESIDE,
        "names": names[:NAMES],
        "works": [work.pk for work in works],
        "written": WORKS_OF_AUTHORS,
        "weight": WEIGHT_OF_AUTHORS,
    }


def _positional(sql: str, values: dict) -> tuple[str, list]:
    """The statement with its values in order, as Django's expressions take them."""
    names = re.findall(r"%\((\w+)\)s", sql)
    return re.sub(r"%\(\w+\)s", "%s", sql), [values[name] for name in names]


def _best_first(site: Site, found, topics: list[Topic], names: list[str], moment) -> list[Entry]:
    """The entries with their `reason`, those with the most in common first, then the nearest in time."""

    def rank(entry: Entry) -> tuple:
        distance = abs(entry.section.issue.published_at - moment)
        return (-len(entry.shared_topics) - WEIGHT_OF_AUTHORS * entry.shares_authors, distance, entry.pk)

    entries = list(found)
    for entry in entries:
        # Without topics there is nothing to look for, and Django asks for nothing.
        entry.shared_topics = entry.shared_topics or []
        entry.shares_authors = bool(set(_names(_root(entry.work))) & set(names))
        shared = [topic.name_in(site.language) for topic in topics if topic.pk in entry.shared_topics]
        entry.reason = reason(shared, shares_authors=entry.shares_authors)
    return sorted(entries, key=rank)


def _root(work: Work | None) -> Work | None:
    return work and (work.merged_into or work)


def _first_of_each_work(entries: list[Entry], work: Work | None) -> list[Entry]:
    seen, first = {work.pk} if work else set(), []
    for entry in entries:
        root = _root(entry.work)
        if root is None or root.pk not in seen:
            first.append(entry)
            seen |= {root.pk} if root else set()
    return first


def reason(topics: list[str], *, shares_authors: bool = False, same_month: bool = False) -> str:
    """Why two things are related, in a few words of the active language."""
    names = _(", ").join(sorted(topics, key=str.casefold))
    words = [
        # Translators: why something is related, in the middle of a line; names are those of topics.
        names and ngettext("same topic: %(names)s", "same topics: %(names)s", len(topics)) % {"names": names},
        # Translators: why something is related, in the middle of a line.
        shares_authors and _("same authors in part"),
        # Translators: why something is related, in the middle of a line.
        same_month and _("read in the same month"),
    ]
    return " · ".join(word for word in words if word)


# --- Works -----------------------------------------------------------------------------------------------------------

RELATED_WORKS, ISSUES_OF_A_MONTH, WORKS_OF_A_MONTH = 5, 8, 40

_IN_THE_MONTH = """
SELECT kept.entry_id, kept.published_at, 1, false, NULL::bigint
  FROM (SELECT id FROM issues_issue
         WHERE publication_id = %(publication)s AND language = %(language)s AND status = 'published'
           AND published_at >= %(begin)s AND published_at < %(end)s AND published_at <= %(now)s
         ORDER BY published_at LIMIT %(issues)s) AS issue
  JOIN issues_section section ON section.issue_id = issue.id
  JOIN issues_entry entry ON entry.section_id = section.id
  JOIN issues_entrymoment kept ON kept.entry_id = entry.id
"""
_BEST_WORKS = f"""
SELECT (array_agg(found.entry ORDER BY found.published_at, found.entry))[1],
       array_agg(DISTINCT found.topic) FILTER (WHERE found.topic IS NOT NULL),
       bool_or(found.by_authors), bool_or(found.published_at >= %(begin)s AND found.published_at < %(end)s)
  FROM (SELECT entry, published_at, weight, by_authors, topic FROM ({_NEAR}) AS near
         UNION ALL {_BY_AUTHORS}
         UNION ALL {_IN_THE_MONTH}) AS found
  JOIN issues_entry entry ON entry.id = found.entry
  JOIN papers_work work ON work.id = entry.work_id
 WHERE coalesce(work.merged_into_id, work.id) <> ALL(%(works)s::bigint[])
 GROUP BY coalesce(work.merged_into_id, work.id)
 ORDER BY count(DISTINCT found.topic) + %(weight)s * max(found.by_authors::integer) DESC,
       min(abs(extract(epoch FROM found.published_at - %(moment)s))), 1
 LIMIT %(most)s
"""


def related_works(
    site: Site, work: Work, works: Iterable[int], topics: list[Topic], *, moment: datetime.datetime
) -> list[Entry]:
    """For each work that belongs to this one, an entry about it in the site's language, with its `reason`.

    They share topics or authors, or were read in the same month; `topics` are those of the work, `moment` is that of
    its first mention, around which is looked. Two queries, bounded and served by indexes.
    """
    day = site.day(moment)
    begin = datetime.datetime(day.year, day.month, 1, tzinfo=site.zone)
    values = _values(site, moment, topics[:TOPICS], _names(work), [])
    values |= {
        "works": list(works),
        "publication": site.publication.pk,
        "begin": begin,
        "end": (begin + datetime.timedelta(days=32)).replace(day=1),
        "issues": ISSUES_OF_A_MONTH,
        "most": RELATED_WORKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEST_WORKS, values)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    entries = Entry.objects.published().select_related("section__issue", "work__merged_into")
    entries = entries.defer("summary", "section__issue__leftovers", "section__issue__intro").in_bulk(found)
    names = {topic.pk: topic.name_in(site.language) for topic in topics}
    for key, entry in entries.items():
        shared, by_authors, same_month = found[key]
        entry.reason = reason(
            [names[topic] for topic in shared or []], shares_authors=by_authors, same_month=same_month
        )
    return [entries[key] for key in found if key in entries]
