"""The sitemap: an index with one file for the standing pages of each language and one for each month of issues."""

import datetime

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render

from issues import listing
from issues.models import Entry, Publication
from issues.public import public_page, with_caching
from issues.site import Site
from papers.models import Work

# The protocol (sitemaps.org) allows 50,000 addresses in a file and as many files in an index.
ADDRESSES = 50_000
MONTHS_SHOWN = 1200
STANDING_PAGES = ("home", "archive", "topics", "about", "feeds")


def _next_month(month: datetime.datetime) -> datetime.datetime:
    return (month.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def _month(site: Site, year: int, month: int) -> datetime.datetime:
    return datetime.datetime(year, month, 1, tzinfo=site.zone)


def months(site: Site) -> list[datetime.datetime]:
    """The months in which issues appeared, newest first, as their first moments. Two queries."""
    days = listing.first_and_last_day(site)
    if days is None:
        return []
    first, last = (_month(site, day.year, day.month) for day in days)
    starts = [first]
    while starts[-1] <= last:
        starts.append(_next_month(starts[-1]))
    starts = starts[-MONTHS_SHOWN - 1 :]
    found = listing.starts_of_spans_with_issues(site, starts)
    return [start for start in reversed(starts) if start in found]


def _xml(request, template: str, context: dict) -> HttpResponse:
    return with_caching(render(request, template, context, content_type="application/xml; charset=utf-8"))


@public_page
def index(request, site):
    files = []
    for language in site.publication.languages:
        own = site.in_language(language).absolute()
        files.append(own.path("sitemap_pages"))
        files += [own.path("sitemap_month", year=month.year, month=month.month) for month in months(own)]
    return _xml(request, "issues/sitemap_index.xml", {"addresses": files[:ADDRESSES]})


@public_page
def standing_pages(request, site):
    own = site.absolute()
    found = [own.path(page) for page in STANDING_PAGES]
    found += [own.topic_path(topic) for topic in listing.topics_page(own).rows]
    return _xml(request, "issues/sitemap.xml", {"addresses": found})


@public_page
def of_month(request, site, year, month):
    """The issues of a month, their entries, and the works that are first mentioned in them."""
    if not (1 <= month <= 12 and 1900 <= year <= 9000):
        raise Http404("No such month.")
    if request.path != site.path("sitemap_month", year=year, month=month):
        raise Http404("A month is written without zeros in front, so that it has one address.")
    own, start = site.absolute(), _month(site, year, month)
    bounds = {"published_at__gte": start, "published_at__lt": _next_month(start)}
    issues = list(listing.issues_of(own).filter(**bounds).newest_first()[:ADDRESSES])
    if not issues:
        raise Http404("No issue appeared in this month.")
    of_entries = {f"section__issue__{name}": value for name, value in bounds.items()}
    entries = listing.entries_of(own).filter(**of_entries)
    earlier = Entry.objects.published().filter(
        work=OuterRef("pk"), section__issue__language=own.language, section__issue__published_at__lt=start
    )
    works = Work.objects.current().filter(pk__in=entries.values("work")).exclude(Exists(earlier))
    found = [own.issue_path(issue) for issue in issues]
    found += [own.entry_path(entry) for entry in entries.only("public_id").order_by("pk")[:ADDRESSES]]
    found += [own.work_path(work) for work in works.only("public_id", "identity", "title").order_by("pk")]
    return _xml(request, "issues/sitemap.xml", {"addresses": found[:ADDRESSES]})


def robots(request):
    """What programs should leave alone, and where the sitemap is."""
    address = Site(Publication(languages=["en"]), "en").absolute().path("sitemap")
    text = f"User-agent: *\nDisallow: /admin/\nDisallow: /preview/\n\nSitemap: {address}\n"
    return with_caching(HttpResponse(text, content_type="text/plain; charset=utf-8"))
