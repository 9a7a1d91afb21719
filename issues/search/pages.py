"""What the page of results shows: what was asked, what was found, and how that can be narrowed."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import gettext as _

from issues import listing, naming
from issues.languages import html_language, language_name, language_of_title
from issues.models import Entry, Issue
from issues.rendering import Link, label_in_margin
from issues.site import Site
from issues.templatetags.issues import day as day_in_words
from papers.models import Work

from .finding import Hit, Results, search
from .marking import Marker
from .narrowing import Asked, narrowing
from .query import Query, parse

# From where a reader can begin who asked nothing, or nothing that is here.
TOPICS_OFFERED = 12
_ISSUES_WITH_TOPICS = 4
_WORDS_OFFERED = 5
_AUTHORS_SHOWN = 3
_VARIANTS_SHOWN = 6


# A moment as its day, in the words of the page's language.
Day = Callable[[datetime | None], str]


@dataclass(frozen=True)
class Line:
    """A result as it is listed. Title and excerpt are escaped in the end, and what was found in them is marked."""

    row: Entry | Issue | Work
    path: str
    title: str
    mark: str = ""
    source: str = ""
    people: str = ""
    issue_name: str = ""
    day: str = ""
    language: str = ""
    excerpt: str = ""
    # Texts in which words were perhaps found that stand neither in title nor excerpt; one that has them is shown.
    others: tuple[str, ...] = ()
    also: str = ""
    # The same in other languages, where that was found as well.
    editions: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Named:
    """What an address or a number in the box names; without a path, nothing was published about it."""

    name: str
    words: str = ""
    path: str = ""


def search_context(asked: Asked) -> dict:
    """All that the page shows, in a fixed number of queries."""
    site, query = asked.site, parse(asked.text, filters=asked.filters)
    results = (
        Results() if query.is_empty else search(query, site.publication, language=site.language, after=asked.after)
    )
    context = {"asked": asked, "is_asked": not query.is_empty, "was_cut": query.was_cut, "section": "search"}
    context["named"] = _named(site, query, results) if query.identity else None
    if not results.hits and results.suggestion and not asked.after:
        query = parse(results.suggestion, filters=asked.filters)
        context["nearest"] = Link(query.text, asked.path(query.text))
        results = search(query, site.publication, language=site.language)
    marker = Marker(query, results.variants)
    context |= {
        "results": results,
        "lines": _lines(site, marker, results.hits),
        "variants": results.variants[:_VARIANTS_SHOWN],
        "next_path": asked.path(query.text, after=results.next_key) if results.next_key else "",
    }
    if query.is_empty or not results.hits:
        context |= {"topics": _topics(site), "fewer": [] if query.identity else _fewer(asked, query)}
    return context if query.is_empty else context | narrowing(asked, query, results)


# --- Results -------------------------------------------------------------------------------------------------------


def _lines(site: Site, marker: Marker, hits: list[Hit]) -> list[Line]:
    # Many results are of one day.
    day = cache(lambda moment: day_in_words({"site": site}, moment) if moment else "")
    return [
        _shown(marker, found, [_LINES[type(hit.row)](site, hit.row, day) for hit in found])
        for found in _together(site, hits)
    ]


def _together(site: Site, hits: list[Hit]) -> list[list[Hit]]:
    """Editions of the same in one result: the one in the language of the page first, else the one found first."""
    groups: dict[tuple, list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.kind, getattr(hit.row, "translation_key", hit.row.pk)), []).append(hit)
    return [sorted(found, key=lambda hit: hit.language != site.language) for found in groups.values()]


def _shown(marker: Marker, found: list[Hit], lines: list[Line]) -> Line:
    (hit, *_rest), (line, *editions) = found, lines
    title = marker.mark(line.title)
    excerpt, terms = marker.excerpt_and_terms(hit.text)
    terms |= {span.term for span in marker.spans(line.title)}
    # Where all of them are shown, nothing else has to explain why this was found.
    others = line.others if len(terms) < marker.count else ()
    further = (marker.excerpt_and_terms(text) for text in others)
    also = next((shown for shown, found_there in further if found_there - terms), "")
    return dataclasses.replace(
        line,
        title=title,
        excerpt=excerpt,
        also=also,
        language=line.language or html_language(hit.language),
        editions=tuple(
            Link(language_name(other.language), edition.path, html_language(other.language))
            for other, edition in zip(found[1:], editions, strict=True)
        ),
    )


def _entry_line(site: Site, entry: Entry, day: Day) -> Line:
    issue = entry.section.issue
    work = entry.work and (entry.work.merged_into or entry.work)
    domain = entry.domain_shown or naming.site_name(entry.domain)
    return Line(
        entry,
        site.entry_path(entry, issue.language),
        entry.title or entry.source_title or entry.domain or entry.label,
        mark=label_in_margin(entry.label),
        source=naming.work_name(work) if work and work.arxiv_id else domain,
        issue_name=naming.issue_name(issue),
        day=day(issue.published_at),
        others=(entry.source_title, _people(work) if work else ""),
    )


def _issue_line(site: Site, issue: Issue, day: Day) -> Line:
    return Line(
        issue,
        site.issue_path(issue),
        naming.issue_title(issue),
        mark=naming.issue_mark(issue),
        source=naming.kind_name(issue.kind),
        issue_name=naming.issue_name(issue) if issue.title else "",
        day=day(issue.published_at),
    )


def _work_line(site: Site, work: Work, day: Day) -> Line:
    return Line(
        work,
        site.work_path(work),
        work.title or work.identity,
        source=naming.work_name(work),
        people=_people(work, _AUTHORS_SHOWN),
        language=language_of_title(work.title, site.language),
        others=(_people(work),),
    )


_LINES: dict[type, Callable] = {Entry: _entry_line, Issue: _issue_line, Work: _work_line}


def _people(work: Work, most: int | None = None) -> str:
    names = ", ".join(map(str, work.authors[:most]))
    return _("%(names)s and others") % {"names": names} if most and len(work.authors) > most else names


def _named(site: Site, query: Query, results: Results) -> Named:
    """The work that was named. Of one that has not run, nothing is said but what was asked: it may be in a draft."""
    scheme, _colon, key = query.identity.partition(":")
    name = {"arxiv": f"arXiv:{key}", "url": key}.get(scheme, query.identity)
    if not (results.work and results.has_run):
        return Named(name)
    return Named(name, results.work.title or name, site.work_path(results.work))


# --- Where to go on ------------------------------------------------------------------------------------------------


def _topics(site: Site) -> list[Link]:
    """Topics of the newest issues, those of most entries. Two queries."""
    newest = list(listing.issues_of(site).newest_first().only("pk")[:_ISSUES_WITH_TOPICS])
    topics = sorted(listing.recent_topics(site, newest), key=lambda topic: -topic.uses)[:TOPICS_OFFERED]
    return [Link(topic.name_in(site.language), site.topic_path(topic)) for topic in topics]


def _fewer(asked: Asked, query: Query) -> list[Link]:
    """The words one by one, where several were too many."""
    terms = [*query.words, *query.phrases]
    return [Link(term, asked.path(term)) for term in terms[:_WORDS_OFFERED]] if len(terms) > 1 else []
