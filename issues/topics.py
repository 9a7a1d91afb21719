"""Topics: which there are, and what the page of one shows, its entries over time above all."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from issues import alphabet, charts, counting, listing
from issues.languages import language_of_text
from issues.mentions import mention
from issues.models import Entry, Topic
from issues.naming import number, share
from issues.rendering import Link
from issues.site import Site

# An index of so many topics is parted by their first letters.
PARTED_FROM = 60
OFTEN_TOGETHER, USES_LOOKED_AT = 8, 200


# --- The index -------------------------------------------------------------------------------------------------------


def index_context(site: Site, *, after: str = "") -> dict:
    """A page of the topics in use, in the order of the language, each with its number of entries. One query."""
    found = listing.topics_page(site, after=after)
    if after and not found.rows:
        raise Http404("No topic follows.")
    named = [(topic.name_in(site.language), topic) for topic in found.rows]
    named.sort(key=lambda pair: alphabet.order(pair[0], site.language))
    lines = [(Link(name, site.topic_path(topic)), number(topic.uses)) for name, topic in named]
    return {"groups": _parted(site, lines), "next_key": found.next_key, "is_later": bool(after), "section": "topics"}


def _parted(site: Site, lines: list[tuple]) -> list[dict]:
    if len(lines) < PARTED_FROM:
        return [{"heading": "", "topics": lines}] if lines else []
    parts = groupby(lines, key=lambda line: alphabet.group(line[0].words, site.language))
    return [{"heading": heading, "topics": list(topics)} for heading, topics in parts]


# --- The page of one -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Where and when a topic is used: in which of the publication's languages; in the site's language, the moment of
    its first use and that of the newest issue, whatever that is about."""

    languages: list[str]
    first: datetime.datetime | None
    newest: datetime.datetime | None


# A use that the clock has not reached is public where it was noted before the clock was put back.
_SPAN = """
SELECT spoken.language,
       CASE WHEN used.first <= %(now)s THEN used.first ELSE (
            SELECT min(tagged.published_at) FROM issues_taggedentry tagged
              JOIN issues_entry entry ON entry.id = tagged.content_object_id
              JOIN issues_section section ON section.id = entry.section_id
              JOIN issues_issue issue ON issue.id = section.issue_id
             WHERE tagged.tag_id = %(topic)s AND tagged.language = spoken.language
               AND tagged.published_at IS NOT NULL AND issue.appeared_at IS NOT NULL) END,
       (SELECT published_at FROM issues_issue
         WHERE publication_id = %(publication)s AND language = spoken.language AND status = 'published'
           AND (published_at <= %(now)s OR appeared_at IS NOT NULL)
         ORDER BY published_at DESC LIMIT 1)
  FROM unnest(%(languages)s) WITH ORDINALITY AS spoken(language, place)
 CROSS JOIN LATERAL (
       SELECT published_at AS first FROM issues_taggedentry
        WHERE tag_id = %(topic)s AND language = spoken.language AND published_at IS NOT NULL
        ORDER BY published_at LIMIT 1) AS used
 ORDER BY spoken.place
"""


def span(site: Site, topic: Topic) -> Span:
    """Where and when readers see the topic. One query, two index probes a language."""
    values = {
        "topic": topic.pk,
        "languages": site.publication.languages,
        "publication": site.publication.pk,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, values)
        found = {language: (first, newest) for language, first, newest in cursor.fetchall() if first}
    return Span(list(found), *found.get(site.language, (None, None)))


# The newest uses of a topic up to a moment, after one of them where one is given.
_NEWEST = """
SELECT content_object_id FROM issues_taggedentry
 WHERE tag_id = %s AND language = %s AND published_at <= %s AND (published_at < %s OR content_object_id > %s)
 ORDER BY published_at DESC, content_object_id LIMIT %s
"""


def _newest_uses(site: Site, topic: Topic, start: tuple, most: int) -> tuple[str, list]:
    moment, key = start
    return _NEWEST, [topic.pk, site.language, moment, moment, key, most]


def entries(site: Site, topic: Topic, start: tuple) -> listing.Slice:
    """Entries with the topic, newest issue first, from a place `(moment, key)` on, before which nothing is shown."""
    size = listing.ENTRIES_ON_A_PAGE
    keys = RawSQL(*_newest_uses(site, topic, start, size + 1))
    found = Entry.objects.filter(pk__in=keys).select_related("section__issue", "work__merged_into").only(*_SHOWN)
    rows = sorted(found, key=lambda entry: (-entry.section.issue.published_at.timestamp(), entry.pk))
    next_key = rows[size - 1].public_id if len(rows) > size else ""
    # Where the clock was put back, some that wait for their moment stand between those that are public already.
    return listing.Slice([entry for entry in rows[:size] if entry.section.issue.is_public], next_key)


_OF_A_WORK = ("identity", "kind")
_OF_AN_ISSUE = ("language", "slug", "kind", "number", "year", "week", "month", "status", "published_at", "appeared_at")
_SHOWN = (
    *("public_id", "label", "title", "source_title", "url", "domain_shown", "section__title", "section__kind"),
    *(f"section__issue__{name}" for name in _OF_AN_ISSUE),
    *(f"work__{name}" for name in _OF_A_WORK),
    *(f"work__merged_into__{name}" for name in _OF_A_WORK),
)


def often_together(site: Site, topic: Topic, horizon: datetime.datetime) -> list[Topic]:
    """The topics that the newest entries with this one have most often, the most frequent first. One query."""
    newest, values = _newest_uses(site, topic, (horizon, 0), USES_LOOKED_AT)
    beside = f"""
        SELECT topic.id, topic.slug, topic.name, topic.names
          FROM (SELECT tagged.tag_id, count(*) AS uses FROM ({newest}) AS newest
                  JOIN issues_taggedentry tagged ON tagged.content_object_id = newest.content_object_id
                 WHERE tagged.tag_id <> %s GROUP BY tagged.tag_id ORDER BY 2 DESC, 1 LIMIT %s) AS often
          JOIN issues_topic topic ON topic.id = often.tag_id ORDER BY often.uses DESC, topic.slug
    """
    return list(Topic.objects.raw(beside, [*values, topic.pk, OFTEN_TOGETHER]))


def topic_context(site: Site, topic: Topic, found: Span, *, before: str) -> dict:
    """A topic and its entries, from the one after `before`; on its first page also its course over time."""
    now = timezone.now()
    horizon = max(now, found.newest)
    shown = entries(site, topic, _place(site, topic, before) if before else (horizon, 0))
    if before and not shown.rows:
        raise Http404(f"No entry follows {before}.")
    name = topic.name_in(site.language)
    context = {
        "topic": topic,
        "name": name,
        "path": site.topic_path(topic),
        "description_language": language_of_text(topic.description, site.language, site.publication.default_language),
        "mentions": [mention(site, entry) for entry in shown.rows],
        "next_key": shown.next_key,
        "is_later": bool(before),
        "section": "topics",
    }
    if before:
        return context
    first = site.day(found.first)
    numbers = counting.over_time(site, topic, first, max(first, site.day(found.newest)))
    # Not beyond this moment: what waits for its own must not be told by the company it keeps.
    beside = often_together(site, topic, now)
    return context | {
        "count": numbers.total,
        "count_words": number(numbers.total),
        "first": first,
        "left_words": number(numbers.total - len(shown.rows)),
        "chart": chart(numbers, site.day(now)),
        "beside": [Link(other.name_in(site.language), site.topic_path(other)) for other in beside],
    }


def _place(site: Site, topic: Topic, public_id: str) -> tuple:
    tagged = listing.entries_of(site).filter(tagged__tag=topic, public_id=public_id)
    place = tagged.values_list("section__issue__published_at", "pk").first()
    if place is None:
        raise Http404(f"No entry {public_id} has the topic {topic}.")
    return place


# --- Its course over time, in words ----------------------------------------------------------------------------------


def chart(numbers: counting.OverTime, today: datetime.date) -> dict | None:
    """What the template draws and says; None for a single period, which is no course."""
    periods = numbers.periods
    if len(periods) < 2:
        return None
    names = [period_name(period) for period in periods]
    values = [number(count) for count in numbers.counts]
    current = next((place for place, period in enumerate(periods) if period.holds(today)), None)
    labels, years = _labels(periods)
    drawn = charts.bars(numbers.counts, values, labels, years, current)
    margin = charts.margin(drawn)
    return {
        "bars": drawn,
        "view_box": f"{-margin} 0 {charts.WIDTH + 2 * margin} {charts.HEIGHT if any(years) else charts.HEIGHT - 30}",
        "height": charts.HEIGHT if any(years) else charts.HEIGHT - 30,
        "left": -margin,
        "right": charts.WIDTH + margin,
        "baseline": charts.BASELINE,
        "title": _per(periods[0]),
        "unit": _unit(periods[0]),
        "description": _course(names, numbers.counts, values),
        "is_going_on": current is not None,
        "rows": [
            (name, value, share(count, of_all), place == current)
            for place, (name, value, count, of_all) in enumerate(
                zip(names, values, numbers.counts, numbers.all_counts, strict=True)
            )
        ],
    }


def _course(names: list[str], counts: list[int], values: list[str]) -> str:
    most = counts.index(max(counts))
    sentence = _("From %(first_count)s in %(first)s to %(last_count)s in %(last)s.")
    told = sentence % {"first_count": values[0], "first": names[0], "last_count": values[-1], "last": names[-1]}
    if most in (0, len(counts) - 1):
        return told
    return f"{told} {_('Most in %(most)s: %(count)s.') % {'most': names[most], 'count': values[most]}}"


def _per(period: charts.Period) -> str:
    if period.months == charts.MONTH:
        return _("Entries per month")
    if period.months == charts.QUARTER:
        return _("Entries per quarter")
    if period.months == charts.YEAR:
        return _("Entries per year")
    return _("Entries per %(years)s years") % {"years": period.months // charts.YEAR}


def _unit(period: charts.Period) -> str:
    return {charts.MONTH: _("Month"), charts.QUARTER: _("Quarter"), charts.YEAR: _("Year")}.get(
        period.months, _("Years")
    )


def period_name(period: charts.Period) -> str:
    """How a period is called in a sentence or a table, in the active language: March 2021, 2021 Q1, 2021, 2001–2010."""
    if period.months == charts.MONTH:
        # Translators: a month as Django's date filter writes it, such as February 2021.
        return formats.date_format(datetime.date(max(period.year, 1), period.month, 1), _("F Y"))
    if period.months == charts.QUARTER:
        return _quarter_name(period.quarter) % {"year": period.year}
    if period.months == charts.YEAR:
        # Translators: a year by itself, such as 2021.
        return _("%(year)s") % {"year": period.year}
    # Translators: several years, such as 2001–2010.
    return _("%(year)s–%(last_year)s") % {"year": period.year, "last_year": period.last_year}


def _quarter_name(quarter: int) -> str:
    # Translators: a quarter of a calendar year in a sentence or a table.
    return [_("%(year)s Q1"), _("%(year)s Q2"), _("%(year)s Q3"), _("%(year)s Q4")][quarter - 1]


def _quarter_mark(quarter: int) -> str:
    # Translators: a quarter below a bar of a chart, as short as can be; the year stands below it.
    return [_("Q1"), _("Q2"), _("Q3"), _("Q4")][quarter - 1]


def _labels(periods: list[charts.Period]) -> tuple[list[str], list[str]]:
    """What stands below each bar: the period, and in a second line its year where that is new."""
    if periods[0].months >= charts.YEAR:
        names = [str(period.year) if period.months == charts.YEAR else period_name(period) for period in periods]
        return names, [""] * len(periods)
    years = [period.year for period in periods]
    is_new = [place == 0 or years[place - 1] != year for place, year in enumerate(years)]
    marks = [str(year) if new else "" for year, new in zip(years, is_new, strict=True)]
    return [_short(period) for period in periods], marks


def _short(period: charts.Period) -> str:
    if period.months == charts.MONTH:
        # Translators: a month in two or three letters as Django's date filter writes it, such as Feb.
        return formats.date_format(datetime.date(max(period.year, 1), period.month, 1), _("M"))
    return _quarter_mark(period.quarter)
