"""Topics: which there are, and what the page of one shows, its entries over time above all."""

import datetime
from itertools import groupby

from django.db.models import Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import formats
from django.utils.translation import gettext as _

from issues import alphabet, charts, counting, listing
from issues.languages import language_of_title
from issues.mentions import mention
from issues.models import Entry, TaggedEntry, Topic, published
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


def uses(site: Site) -> QuerySet:
    """Published uses of topics in the site's language; the index of `TaggedEntry` bounds the search."""
    return TaggedEntry.objects.filter(
        published(prefix="content_object__section__issue__"),
        content_object__section__issue__publication=site.publication.pk,
        language=site.language,
        published_at__isnull=False,
    )


def span(site: Site, topic: Topic) -> tuple[list[str], datetime.datetime | None, datetime.datetime | None]:
    """The publication's languages in which the topic has a published entry; the moments of its first one in the
    site's language and of the newest issue there. One query, one index probe for each."""
    languages = site.publication.languages
    # Asked for the newest and not whether there is any: for a topic that is used often, PostgreSQL would else hope to
    # come across one soon, and read all the uses of a language in which there is none.
    probes = {
        f"l{position}": _moment(uses(site.in_language(language)).filter(tag=topic), "-published_at")
        for position, language in enumerate(languages)
    }
    probes["first"] = _moment(uses(site).filter(tag=topic), "published_at")
    probes["newest"] = _moment(listing.issues_of(site), "-published_at")
    found = Topic.objects.filter(pk=topic.pk).values(**probes).get()
    spoken = [language for position, language in enumerate(languages) if found[f"l{position}"]]
    return spoken, found["first"], found["newest"]


def _moment(rows: QuerySet, order: str) -> Subquery:
    return Subquery(rows.order_by(order).values("published_at")[:1])


def entries(site: Site, topic: Topic, *, before: Entry | None = None) -> listing.Slice:
    """Entries with the topic, newest issue first, from the one after `before`."""
    tagged = uses(site).filter(tag=topic).order_by("-published_at", "content_object")
    if before:
        moment = before.section.issue.published_at
        tagged = tagged.filter(published_at__lte=moment).filter(
            Q(published_at__lt=moment) | Q(content_object__gt=before.pk)
        )
    found = tagged.select_related("content_object__section__issue", "content_object__work__merged_into").only(*_SHOWN)
    rows = [use.content_object for use in found[: listing.ENTRIES_ON_A_PAGE + 1]]
    size = listing.ENTRIES_ON_A_PAGE
    return listing.Slice(rows[:size], rows[size - 1].public_id if len(rows) > size else "")


_OF_A_WORK = ("identity", "kind")
_SHOWN = (
    *(f"content_object__{name}" for name in ("public_id", "label", "title", "source_title", "url", "domain_shown")),
    *(f"content_object__section__{name}" for name in ("title", "kind")),
    *(f"content_object__section__issue__{name}" for name in ("language", "slug", "kind", "number", "published_at")),
    *(f"content_object__section__issue__{name}" for name in ("year", "week", "month")),
    *(f"content_object__work__{name}" for name in _OF_A_WORK),
    *(f"content_object__work__merged_into__{name}" for name in _OF_A_WORK),
)


def often_together(site: Site, topic: Topic) -> list[Topic]:
    """The topics that the newest entries with this one have most often, the most frequent first. One query."""
    newest = uses(site).filter(tag=topic).order_by("-published_at", "content_object").values("content_object")
    sql, values = newest[:USES_LOOKED_AT].query.sql_with_params()
    beside = f"""
        SELECT topic.id, topic.slug, topic.name, topic.names
          FROM (SELECT tagged.tag_id, count(*) AS uses FROM ({sql}) AS newest
                  JOIN issues_taggedentry tagged ON tagged.content_object_id = newest.content_object
                 WHERE tagged.tag_id <> %s GROUP BY tagged.tag_id ORDER BY 2 DESC, 1 LIMIT %s) AS often
          JOIN issues_topic topic ON topic.id = often.tag_id ORDER BY often.uses DESC, topic.slug
    """
    return list(Topic.objects.raw(beside, [*values, topic.pk, OFTEN_TOGETHER]))


def topic_context(site: Site, topic: Topic, *, before: str, days: tuple) -> dict:
    """A topic and its entries, from the one after `before`; on its first page also its course over time.

    `days` are the moments of its first use, of the newest issue and of now.
    """
    start = _start(site, topic, before) if before else None
    found = entries(site, topic, before=start)
    if before and not found.rows:
        raise Http404(f"No entry follows {before}.")
    name = topic.name_in(site.language)
    context = {
        "topic": topic,
        "name": name,
        "path": site.topic_path(topic),
        "description_language": language_of_title(topic.description, site.language),
        "mentions": [mention(site, entry) for entry in found.rows],
        "next_key": found.next_key,
        "is_later": bool(before),
        "section": "topics",
    }
    if before:
        return context
    first, newest, today = (site.day(moment) for moment in days)
    numbers = counting.over_time(site, topic, first, max(first, newest))
    beside = often_together(site, topic)
    return context | {
        "count": numbers.total,
        "count_words": number(numbers.total),
        "first": first,
        "left_words": number(numbers.total - len(found.rows)),
        "chart": chart(numbers, today),
        "beside": [Link(other.name_in(site.language), site.topic_path(other)) for other in beside],
    }


def _start(site: Site, topic: Topic, public_id: str) -> Entry:
    tagged = listing.entries_of(site).filter(tagged__tag=topic).select_related("section__issue")
    return get_object_or_404(tagged, public_id=public_id)


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
