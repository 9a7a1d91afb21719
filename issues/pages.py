"""What each public page shows: asks for the rows, a fixed number of queries, and hands them to `rendering`."""

import dataclasses
import datetime
import re
import uuid
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.columns import hold
from common.prepared import Prepared
from issues import listing, naming, rendering, texts
from issues.beside import beside, earlier_mentions
from issues.gathering import gather, gather_lines
from issues.languages import html_language, language_name, language_of_text, language_of_title
from issues.models import Entry, Erratum, Issue
from issues.models.issue import NOT_SHOWN
from issues.public import page_context
from issues.relating import related_entries
from issues.site import Site

RECENT_ISSUES = 5


@dataclass(frozen=True)
class IssueLine:
    """An issue in a list."""

    issue: Issue
    title: str
    mark: str
    path: str
    entry_count: int
    teaser: str = ""


def issue_line(site: Site, issue: Issue, *, with_teaser: bool = False) -> IssueLine:
    """A line about an issue of `listing.with_entry_counts()`; with a teaser its lines should be gathered."""
    return IssueLine(
        issue=issue,
        title=naming.issue_title(issue),
        mark=naming.issue_mark(issue),
        path=site.issue_path(issue),
        entry_count=issue.entry_count,
        teaser=rendering.teaser(issue) if with_teaser else "",
    )


def published_issue(site: Site, slug: str) -> Issue | None:
    """The published issue at an address, with all that its page shows. Three queries."""
    found = _published_issues(publication=site.publication.pk, language=site.language, slug=slug, now=timezone.now())
    for issue in found:
        issue.publication = site.publication
    gather(found)
    return next(iter(found), None)


@Prepared
def _published_issues(publication: int, language: str, slug: str, now: datetime.datetime):
    issues = Issue.objects.published(now=now).order_by()
    return issues.filter(publication=publication, language=language, slug=slug).defer(*NOT_SHOWN)


def _edition_links(site: Site, others: list[Issue]) -> list[rendering.Link]:
    return [
        rendering.Link(
            language_name(edition.language),
            site.issue_path(edition),
            html_language(edition.language),
        )
        for edition in others
    ]


def _in_a_row(links: list[rendering.Link]) -> SafeString:
    """Links to editions as a list within a sentence."""
    one = '<a href="{0}" lang="{1}" hreflang="{1}">{2}</a>'
    return format_html_join(_(", "), one, ((link.path, link.language, link.words) for link in links))


def issue_context(issue: Issue, site: Site | None = None, *, preview: bool = False) -> dict:
    """The context of `issues/issue_detail.html`, for any issue, published or not, loaded `with_entries()`.

    Call it, and render, within `rendering.speak(site)`.
    """
    site = site or Site(issue.publication, issue.language)
    around = beside(site, issue, rendering.entries_in_order(issue))
    paths = {edition.language: site.issue_path(edition) for edition in around.editions}
    context = page_context(site, site.issue_path(issue), paths)
    context |= rendering.issue_parts(site, issue, earlier=around.earlier)
    links = _edition_links(site, around.editions)
    context |= {"editions": links, "also_in": _in_a_row(links), "preview": preview, "section": "issues"}
    # Here the introduction stands right under the title.
    context["intro"] = _raised(context["intro"], 1)
    context["source_host"] = naming.site_name(urlsplit(issue.source_url).hostname or issue.source_url)
    context["description"] = rendering.teaser(issue) or context["title"]
    context |= {"previous": _neighbour(site, around.previous), "next": _neighbour(site, around.next)}
    return context


def _neighbour(site: Site, issue: Issue | None) -> rendering.Link | None:
    return rendering.Link(naming.issue_title(issue), site.issue_path(issue)) if issue else None


def _raised(text: SafeString, by: int) -> SafeString:
    """The text with its headings so many levels higher. It comes out of our own renderer: they have no attributes."""
    if "<h" not in text:
        return text
    return SafeString(re.sub(r"<(/?)h([3-6])>", lambda match: f"<{match[1]}h{int(match[2]) - by}>", text))


# --- Home ----------------------------------------------------------------------------------------------------------


def home_context(site: Site) -> dict | None:
    """The context of the home page; None while nothing is published in the site's language."""
    newest = list(listing.issues_of(site).newest_first()[:1].with_entries())
    if not newest:
        return None
    issue = newest[0]
    recent = list(listing.with_entry_counts(listing.issues_of(site).earlier_than(issue))[:RECENT_ISSUES])
    gather_lines(recent)
    return {
        **rendering.issue_parts(site, issue, on_its_page=False),
        "path": site.issue_path(issue),
        "since": listing.first_and_last_day(site)[0],
        "recent": [issue_line(site, other, with_teaser=True) for other in recent],
        "topics": [
            (rendering.topic_links(site, [topic])[0], topic.uses)
            for topic in listing.recent_topics(site, [issue, *recent])
        ],
    }


# --- Entries and works ---------------------------------------------------------------------------------------------


def published_entry(site: Site, public_id: str) -> Entry | None:
    """The published entry with an id, and all that its page shows: it comes with its issue. Three queries."""
    issues = _issues_of_entry(public_id=public_id, now=timezone.now())
    for issue in issues:
        issue.publication = site.publication
    gather(issues)
    entries = (entry for issue in issues for entry in rendering.entries_in_order(issue))
    found = next((entry for entry in entries if entry.public_id == public_id), None)
    if found:
        errata = [erratum for erratum in found.section.issue.errata.all() if erratum.entry_id == found.pk]
        hold(found, "errata", errata, partial(Erratum.objects.filter, entry=found))
    return found


@Prepared
def _issues_of_entry(public_id: str, now: datetime.datetime):
    issues = Issue.objects.published(now=now).order_by()
    return issues.filter(sections__entries__public_id=public_id).defer(*NOT_SHOWN)


def entry_context(site: Site, entry: Entry) -> dict:
    """An entry on a page of its own, with its neighbours in the issue. `entry` is a `published_entry()`."""
    issue = entry.section.issue
    sections = [section.pk for section in issue.sections.all()]
    siblings = rendering.entries_in_order(issue)
    labels = rendering.labels(issue, siblings)
    place = [sibling.pk for sibling in siblings].index(entry.pk)
    earlier = earlier_mentions(site, issue, [entry]).get(entry.pk)
    parts = rendering.entry_parts(site, entry, labels[place], errata=entry.errata.all(), earlier=earlier, lazy=False)
    # Here the title of the entry is the first heading, and not the third.
    parts = dataclasses.replace(parts, summary=_raised(parts.summary, 2))

    def neighbour(position: int) -> dict | None:
        if not 0 <= position < len(siblings):
            return None
        other = siblings[position]
        return {"label": labels[position], "title": other.title or other.source_title, "path": site.entry_path(other)}

    return {
        "entry": parts,
        "issue": issue,
        "issue_path": site.issue_path(issue),
        "issue_title": naming.issue_title(issue),
        "issue_name": naming.issue_name(issue),
        "section_title": entry.section.title or naming.section_kind_name(entry.section.kind),
        "section_number": sections.index(entry.section_id) + 1,
        "description": " ".join(texts.rendered(entry.summary, texts.HEADING_LEVEL[Entry]).plain.split()) or parts.title,
        "related": [_related(site, other) for other in related_entries(site, entry)],
        "previous": neighbour(place - 1),
        "next": neighbour(place + 1),
        "content_language": html_language(issue.language),
        "section": "issues",
    }


def _related(site: Site, entry: Entry) -> dict:
    """A line about one of `related_entries()`."""
    title = entry.title or entry.source_title or entry.domain or entry.label
    return {
        "label": rendering.label_in_margin(entry.label),
        "link": rendering.Link(
            title, site.entry_path(entry), language_of_title(title, site.language) if not title.isascii() else ""
        ),
        "reason": entry.reason,
        "issue": entry.section.issue,
    }


def entry_editions(site: Site, entry: Entry) -> dict[str, str]:
    """The addresses of a published entry in other editions of its issue, by language. One query."""
    issue = entry.section.issue
    editions = _editions_with_entry(
        publication=issue.publication_id,
        issue_key=issue.translation_key,
        entry_key=entry.translation_key,
        now=timezone.now(),
    )
    return {
        edition.language: site.in_language(edition.language).path("entry", public_id=edition.entry_id)
        for edition in editions
        if edition.pk != issue.pk and edition.language in site.publication.languages
    }


@Prepared
def _editions_with_entry(publication: int, issue_key: uuid.UUID, entry_key: uuid.UUID, now: datetime.datetime):
    editions = Issue.objects.published(now=now).filter(publication=publication, translation_key=issue_key).order_by()
    editions = editions.filter(sections__entries__translation_key=entry_key).only("language")
    return editions.annotate(entry_id=F("sections__entries__public_id"))


# --- About ---------------------------------------------------------------------------------------------------------


def about_context(site: Site) -> dict:
    """The text of the about page, parted at its headings, and who stands behind it."""
    publication = site.publication
    rendered = rendering.to_html(site, publication.about, heading_level=2)
    # The text comes out of our own renderer, in which a heading has no attributes.
    opening, *rest = re.split(r"<h2>(.*?)</h2>", rendered, flags=re.DOTALL)
    return {
        "opening": SafeString(opening),
        "parts": [(SafeString(heading), SafeString(text)) for heading, text in zip(rest[::2], rest[1::2], strict=True)],
        "about_language": language_of_text(publication.about, site.language, publication.default_language),
        "author_links": [link for link in publication.author_links if _is_web_address(link)],
        "section": "about",
    }


def _is_web_address(link) -> bool:
    return isinstance(link, str) and link.startswith(("https://", "http://"))
