"""What the pages of works show: the entries that mention them, found by one index in the order of time."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import timezone

from issues import listing
from issues.languages import html_language
from issues.models import Entry, Topic
from issues.naming import section_kind_name, site_name, work_name
from issues.rendering import Link, label_in_margin, to_html
from issues.site import Site

TOPICS_OF_A_WORK, MENTIONS_LOOKED_AT = 6, 50


@dataclass(frozen=True)
class Mention:
    """An entry in the list on a work's or topic's page."""

    entry: Entry
    label: str
    path: str
    title: str
    section_title: str
    language: str
    source: str
    issue: Link
    summary: str = ""


def mention(site: Site, entry: Entry, *, with_summary: bool = False) -> Mention:
    issue = entry.section.issue
    own = site.in_language(issue.language)
    work = entry.work and (entry.work.merged_into or entry.work)
    domain = entry.domain_shown or site_name(entry.domain)
    return Mention(
        entry=entry,
        label=label_in_margin(entry.label),
        path=own.entry_path(entry),
        title=entry.title or entry.source_title or entry.domain or entry.label,
        section_title=entry.section.title or section_kind_name(entry.section.kind),
        language=html_language(issue.language) if issue.language != site.language else "",
        source=work_name(work) if work and work.arxiv_id else domain,
        issue=Link(issue.name, own.issue_path(issue)),
        summary=to_html(own, entry.summary, heading_level=4) if with_summary else "",
    )


# --- Where a work is mentioned ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spoken:
    """How often and since when a work is mentioned in a language; `count` is cut at `listing.COUNTED`."""

    language: str
    count: int
    first: datetime.datetime


# What the clock has not reached is public where it was noted before the clock was put back.
_SPOKEN = """
SELECT spoken.language, least(%(most)s,
       (SELECT count(*) FROM (SELECT FROM issues_entrymoment
         WHERE work_id = ANY(%(works)s) AND language = spoken.language AND published_at <= %(now)s
         LIMIT %(most)s) AS counted)
     + (SELECT count(*) FROM issues_entrymoment kept
          JOIN issues_entry entry ON entry.id = kept.entry_id
          JOIN issues_section section ON section.id = entry.section_id
          JOIN issues_issue issue ON issue.id = section.issue_id
         WHERE kept.work_id = ANY(%(works)s) AND kept.language = spoken.language
           AND kept.published_at > %(now)s AND issue.appeared_at IS NOT NULL)),
       (SELECT min(first.published_at) FROM unnest(%(works)s) AS work(id) CROSS JOIN LATERAL (
            SELECT published_at FROM issues_entrymoment
             WHERE work_id = work.id AND language = spoken.language AND published_at IS NOT NULL
             ORDER BY published_at LIMIT 1) AS first)
  FROM unnest(%(languages)s) WITH ORDINALITY AS spoken(language, place) ORDER BY spoken.place
"""


def spoken(site: Site, works: Iterable[int]) -> list[Spoken]:
    """The publication's languages in which these works are mentioned, in its order. One query, bounded by COUNTED."""
    values = {
        "works": list(works),
        "languages": site.publication.languages,
        "now": timezone.now(),
        "most": listing.COUNTED + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN, values)
        return [Spoken(*row) for row in cursor.fetchall() if row[1]]


# Keys of the mentions of works in languages, so many of each work and language, from one end of time or the other.
_FROM_THE_FIRST = """
SELECT kept.entry_id FROM unnest(%s) AS work(id) CROSS JOIN LATERAL (
    SELECT entry_id, published_at FROM issues_entrymoment
     WHERE work_id = work.id AND language = %s AND published_at IS NOT NULL AND (published_at, entry_id) > (%s, %s)
     ORDER BY published_at, entry_id LIMIT %s) AS kept
 ORDER BY kept.published_at, kept.entry_id LIMIT %s
"""
_THE_NEWEST = """
SELECT kept.entry_id FROM unnest(%s) AS work(id) CROSS JOIN unnest(%s) AS spoken(language) CROSS JOIN LATERAL (
    SELECT entry_id FROM issues_entrymoment
     WHERE work_id = work.id AND language = spoken.language AND published_at <= %s
     ORDER BY published_at DESC, entry_id DESC LIMIT %s) AS kept
"""
_BEFORE_ALL = (datetime.datetime(1, 1, 2, tzinfo=datetime.UTC), 0)


def mentions_page(site: Site, works: Iterable[int], *, after: str = "") -> listing.Slice:
    """Mentions of these works in the site's language, oldest first, from the one after the entry `after`.

    One query, two with `after`. Raises Http404 where nothing is mentioned there or nothing follows.
    """
    size = listing.MENTIONS_ON_A_PAGE
    start = _place(site, works, after) if after else _BEFORE_ALL
    keys = RawSQL(_FROM_THE_FIRST, [list(works), site.language, *start, size + 1, size + 1])
    rows = list(_shown(keys).order_by("moment__published_at", "pk"))
    if after and not rows:
        raise Http404(f"No mention stands after {after}.")
    rows, next_key = rows[:size], rows[size - 1].public_id if len(rows) > size else ""
    # Those of one issue stand as they do there.
    return listing.Slice(sorted(rows, key=listing.place), next_key)


def _shown(keys: RawSQL):
    entries = Entry.objects.published().filter(pk__in=keys).select_related("section__issue", "work__merged_into")
    return entries.defer("section__issue__leftovers", "section__issue__intro", "work__abstract")


def _place(site: Site, works: Iterable[int], public_id: str) -> tuple:
    found = listing.entries_of(site).filter(public_id=public_id, work__in=works)
    place = found.values_list("section__issue__published_at", "pk").first()
    if place is None:
        raise Http404(f"No mention {public_id} is known.")
    return place


def mentions_elsewhere(site: Site, works: Iterable[int], languages: Iterable[str]) -> list[Entry]:
    """The newest mentions in these other languages that the site's language does not have, oldest first.

    Two queries, none without languages; as many mentions of each language as a page has are looked at.
    """
    languages = list(languages)
    if not languages:
        return []
    keys = RawSQL(_THE_NEWEST, [list(works), languages, timezone.now(), listing.MENTIONS_ON_A_PAGE])
    found = sorted(_shown(keys).defer("summary"), key=listing.place)
    told = listing.entries_of(site).filter(
        section__issue__translation_key__in={entry.section.issue.translation_key for entry in found},
        translation_key__in={entry.translation_key for entry in found},
    )
    told = set(told.values_list("translation_key", flat=True))
    return [entry for entry in found if entry.translation_key not in told][-listing.MENTIONS_ON_A_PAGE :]


_TOPICS = f"""
SELECT topic.id, topic.slug, topic.name, topic.names
  FROM (SELECT tagged.tag_id, count(*) AS uses FROM ({_THE_NEWEST} LIMIT %s) AS newest
          JOIN issues_taggedentry tagged ON tagged.content_object_id = newest.entry_id
         GROUP BY tagged.tag_id ORDER BY 2 DESC, 1 LIMIT %s) AS often
  JOIN issues_topic topic ON topic.id = often.tag_id ORDER BY often.uses DESC, topic.slug
"""


def topics_of(site: Site, works: Iterable[int]) -> list[Topic]:
    """The topics that the newest mentions in the site's language have most often. One query."""
    looked_at = MENTIONS_LOOKED_AT
    values = [list(works), [site.language], timezone.now(), looked_at, looked_at, TOPICS_OF_A_WORK]
    return list(Topic.objects.raw(_TOPICS, values))
