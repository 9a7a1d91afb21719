"""The sitemap: an index, with one file for the standing pages of each language and one for each month of issues.

A month with more issues than a file should hold has a file for each of its days. The forms are those of sitemaps.org,
with the editions of each page as Google reads them (developers.google.com/search/docs/specialty/international).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils import timezone

from issues import counting, heads, listing
from issues.languages import html_language
from issues.models import Entry, EntryMoment, Erratum, Issue
from issues.public import public_page, with_caching
from issues.site import Site
from papers.models import Work

# The protocol allows 50,000 addresses in a file and as many files in an index.
ADDRESSES = 50_000
MONTHS_SHOWN = 1200
# Of a weekly some five issues appear in a month; of a daily thirty.
ISSUES_IN_A_FILE = 60
STANDING_PAGES = ("home", "archive", "topics", "about", "feeds", "search")
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True)
class Page:
    """A page in a sitemap: its address, those of its editions by language (its own included), when it last changed."""

    address: str
    editions: Mapping[str, str] = field(default_factory=dict)
    changed: str = ""


def _written(pages: Iterable[Page]) -> Iterator[str]:
    for page in pages:
        changed = f"<lastmod>{page.changed}</lastmod>" if page.changed else ""
        others = list(page.editions.items()) if len(page.editions) > 1 else []
        # Whose language has no edition is sent to the first, as on the page itself.
        named = [(html_language(language), address) for language, address in others]
        named += [("x-default", others[0][1])] if others else []
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
            for language, address in named
        )
        yield f"<url><loc>{escape(page.address)}</loc>{changed}{links}</url>\n"


def _sitemap(pages: list[Page]) -> HttpResponse:
    rows = "".join(_written(pages[:ADDRESSES]))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_NAMESPACES}>\n{rows}</urlset>\n'
    return with_caching(HttpResponse(text, content_type="application/xml; charset=utf-8"))


def _index(request, addresses: list[str]) -> HttpResponse:
    context = {"addresses": addresses[:ADDRESSES]}
    xml = "application/xml; charset=utf-8"
    return with_caching(render(request, "issues/sitemap_index.xml", context, content_type=xml))


# --- The index -------------------------------------------------------------------------------------------------------


def _spans_of_months(site: Site) -> list[tuple]:
    """The months from the oldest issue to the newest, newest first, as bounds. One query."""
    days = listing.first_and_last_day(site)
    if days is None:
        return []
    first, last = days
    count = min(12 * (last.year - first.year) + last.month - first.month + 1, MONTHS_SHOWN)
    months = [divmod(12 * last.year + last.month - 1 - back, 12) for back in range(count)]
    return [listing.bounds_of(site, year, month + 1) for year, month in months]


def _days_of(span: tuple) -> list[tuple]:
    """The days of a month, newest first, as bounds in the zone of its own."""
    start, finish = span
    count = (finish.date() - start.date()).days
    days = [start + datetime.timedelta(days=number) for number in range(count + 1)]
    return list(zip(days[:-1], days[1:], strict=True))[::-1]


def _counted(site: Site, spans: list[tuple], most: int) -> list[int]:
    return listing.counts_in_spans(site, [(*span, most) for span in spans]) if spans else []


def _files_of_issues(site: Site) -> list[str]:
    """The files of issues, newest first. Three queries, whatever the number of issues."""
    months = _spans_of_months(site)
    counts = _counted(site, months, ISSUES_IN_A_FILE + 1)
    full = [month for month, count in zip(months, counts, strict=True) if count > ISSUES_IN_A_FILE]
    days = [day for month in full for day in _days_of(month)]
    has_issues = {start for (start, _), count in zip(days, _counted(site, days, 1), strict=True) if count}
    files = []
    for (start, finish), count in zip(months, counts, strict=True):
        if count > ISSUES_IN_A_FILE:
            files += [_file_of_day(site, day) for day, _ in _days_of((start, finish)) if day in has_issues]
        elif count:
            files.append(site.path("sitemap_month", year=start.year, month=start.month))
    return files


def _file_of_day(site: Site, day: datetime.datetime) -> str:
    return site.path("sitemap_day", year=day.year, month=day.month, day=day.day)


@public_page
def index(request, site):
    files = []
    for language in site.publication.languages:
        own = site.in_language(language).absolute()
        files += [own.path("sitemap_pages"), *_files_of_issues(own)]
    return _index(request, files)


# --- Standing pages --------------------------------------------------------------------------------------------------


@public_page
def standing_pages(request, site):
    """The pages that every language has, and the topics that it has entries of. One query for each language."""
    sites = {language: site.in_language(language).absolute() for language in site.publication.languages}
    pages = []
    for page in STANDING_PAGES:
        try:
            editions = {language: own.path(page) for language, own in sites.items()}
        except NoReverseMatch:
            continue
        pages.append(Page(editions[site.language], editions))
    topics = {
        language: {topic.pk: own.topic_path(topic) for topic in counting.topics_in_use(own, after="", most=ADDRESSES)}
        for language, own in sites.items()
    }
    for topic, address in topics[site.language].items():
        pages.append(Page(address, {language: found[topic] for language, found in topics.items() if topic in found}))
    return _sitemap(pages)


# --- Issues ----------------------------------------------------------------------------------------------------------


@public_page
def of_month(request, site, year, month):
    """The issues of a month, their entries, and the works first mentioned in them; or the files of its days."""
    if not (1 <= month <= 12 and 1900 <= year <= 9000):
        raise Http404("No such month.")
    own = site.absolute()
    span = listing.bounds_of(own, year, month)
    issues = _issues(own, span, ISSUES_IN_A_FILE + 1)
    if len(issues) <= ISSUES_IN_A_FILE:
        return _sitemap(_pages_of(own, issues, span[0]))
    days = _days_of(span)
    counts = _counted(own, days, 1)
    return _index(request, [_file_of_day(own, day) for (day, _), count in zip(days, counts, strict=True) if count])


@public_page
def of_day(request, site, year, month, day):
    """The same for a day, which many issues may share where they came from elsewhere."""
    try:
        start = datetime.datetime(year, month, day, tzinfo=site.zone)
    except (ValueError, OverflowError) as error:
        raise Http404("No such day.") from error
    if not 1900 <= year <= 9000:
        raise Http404("No such day.")
    own = site.absolute()
    issues = _issues(own, (start, start + datetime.timedelta(days=1)), ADDRESSES)
    return _sitemap(_pages_of(own, issues, start))


def _issues(site: Site, span: tuple, most: int) -> list[Issue]:
    start, finish = span
    issues = listing.issues_of(site).filter(published_at__gte=start, published_at__lt=finish)
    found = list(issues.newest_first().defer("intro", "leftovers")[:most])
    if not found:
        raise Http404("No issue appeared then.")
    return found


def _pages_of(site: Site, issues: list[Issue], start: datetime.datetime) -> list[Page]:
    """The pages of these issues, their entries, and the works mentioned in them and not before. Six queries."""
    entries = list(
        Entry.objects.filter(section__issue__in=[issue.pk for issue in issues])
        .order_by("pk")
        .values("pk", "public_id", "translation_key", "section__issue", "work", "work__merged_into")
    )
    corrected = _corrections(issues)
    by_pk = {issue.pk: issue for issue in issues}
    issue_editions, entry_editions = _editions(site, issues)
    pages = []
    for issue in issues:
        address = site.issue_path(issue)
        editions = issue_editions.get(issue.translation_key, {})
        pages.append(Page(address, _in_order(site, editions, address), _changed(site, issue, corrected.get(issue.pk))))
    for entry in entries:
        issue = by_pk[entry["section__issue"]]
        address = site.path("entry", public_id=entry["public_id"])
        editions = entry_editions.get((issue.translation_key, entry["translation_key"]), {})
        changed = _changed(site, issue, corrected.get((issue.pk, entry["pk"])))
        pages.append(Page(address, _in_order(site, editions, address), changed))
    mentioned = {entry["work__merged_into"] or entry["work"] for entry in entries if entry["work"]}
    return [*pages, *_works(site, mentioned, start)]


def _changed(site: Site, issue: Issue, corrected: datetime.date | None) -> str:
    """When a page last changed for its readers: by its newest correction, else when it appeared."""
    published = heads.published(site, issue)
    return max(published, corrected.isoformat()) if corrected else published


def _corrections(issues: list[Issue]) -> dict:
    """The day of the newest correction of each issue, and of each entry under the keys of both. One query."""
    newest: dict = {}
    found = Erratum.objects.filter(issue__in=[issue.pk for issue in issues]).order_by("noted_on")
    for issue, entry, day in found.values_list("issue", "entry", "noted_on"):
        newest[issue] = newest[issue, entry] = day
    return newest


def _in_order(site: Site, editions: Mapping[str, str], own: str) -> dict[str, str]:
    """The editions of a page, its own among them, in the order of the publication's languages."""
    found = {**editions, site.language: own}
    return {language: found[language] for language in site.publication.languages if language in found}


def _editions(site: Site, issues: list[Issue]) -> tuple[dict, dict]:
    """The addresses of the other editions by language: of issues by their key, of entries by both. Two queries."""
    others = [language for language in site.publication.languages if language != site.language]
    keys = [issue.translation_key for issue in issues]
    of_issues: dict = {}
    of_entries: dict = {}
    found = Issue.objects.published().filter(
        publication=site.publication.pk, translation_key__in=keys, language__in=others
    )
    editions = {edition.pk: edition for edition in found.only("language", "slug", "translation_key", "publication")}
    for edition in editions.values():
        of_issues.setdefault(edition.translation_key, {})[edition.language] = site.issue_path(edition)
    entries = Entry.objects.filter(section__issue__in=list(editions)) if editions else Entry.objects.none()
    for public_id, key, issue in entries.values_list("public_id", "translation_key", "section__issue"):
        edition = editions[issue]
        address = site.in_language(edition.language).path("entry", public_id=public_id)
        of_entries.setdefault((edition.translation_key, key), {})[edition.language] = address
    return of_issues, of_entries


def _works(site: Site, mentioned: set[int], start: datetime.datetime) -> list[Page]:
    """Works, given by their keys, that no issue in the site's language mentioned before that moment. Two queries.

    Each costs an index probe for every language, however often it is mentioned.
    """
    languages = site.publication.languages
    family = listing.works_merged_into(list(mentioned))
    mentions = EntryMoment.objects.filter(work=OuterRef("pk"))
    now = timezone.now()
    probes = {
        f"l{place}": Exists(mentions.filter(language=language, published_at__lte=now))
        for place, language in enumerate(languages)
    }
    probes["earlier"] = Exists(mentions.filter(language=site.language, published_at__lt=start))
    spoken: dict[int, set[str]] = {}
    earlier = set()
    works = {}
    for work in Work.objects.filter(pk__in=family).annotate(**probes).only("public_id", "identity", "title"):
        main = family[work.pk]
        spoken.setdefault(main, set()).update(
            language for place, language in enumerate(languages) if getattr(work, f"l{place}")
        )
        if work.earlier:
            earlier.add(main)
        if work.pk == main:
            works[main] = work
    pages = []
    for key in sorted(works.keys() - earlier):
        editions = {
            language: site.in_language(language).work_path(works[key])
            for language in languages
            if language in spoken[key] or language == site.language
        }
        pages.append(Page(editions[site.language], editions))
    return pages
