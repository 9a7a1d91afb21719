"""The feed of issues: RSS 2.0 with the full text, one per language."""

import datetime
import re
import uuid

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from issues import listing, naming, rendering
from issues.models import Issue
from issues.public import public_page, with_caching
from issues.site import Site

ISSUES_IN_FEED = 10
# An empty feed has no moment of its own; a fixed one makes asking twice give the same bytes.
BEFORE_EVERYTHING = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
# What XML 1.0 (section 2.2) can't hold, not even escaped.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def guid(issue: Issue) -> str:
    """The identifier of an issue in feeds, for ever: it follows from what no move, title or correction changes."""
    return uuid.uuid5(issue.translation_key, issue.language).urn


class IssueFeed(Rss201rev2Feed):
    """RSS 2.0 (rssboard.org/rss-specification) with `content:encoded`, and `atom:updated` for corrected issues."""

    def rss_attributes(self):
        return super().rss_attributes() | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def latest_post_date(self):
        return super().latest_post_date() if self.items else BEFORE_EVERYTHING

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict) -> None:
        super().add_item_elements(handler, item)
        if item["updateddate"]:
            handler.addQuickElement("atom:updated", item["updateddate"].isoformat())
        handler.addQuickElement("content:encoded", item["content"])


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _content(site: Site, issue: Issue) -> str:
    """The whole issue as HTML for programs that show no styles, every address absolute."""
    return _xml(render_to_string("issues/feed_issue.html", {"site": site, **rendering.issue_parts(site, issue)}))


def corrected_at(site: Site, issue: Issue) -> datetime.datetime | None:
    """The start of the day of the newest correction, but not before the issue appeared; None without one."""
    days = [erratum.noted_on for erratum in issue.errata.all()]
    if not days:
        return None
    start = datetime.datetime.combine(max(days), datetime.time(), tzinfo=site.zone)
    return max(start, issue.published_at)


def issue_feed(site: Site, issues: list[Issue]) -> IssueFeed:
    """The feed of these issues, loaded `with_entries()`. Asks the database nothing."""
    site = site.absolute()
    found = IssueFeed(
        title=_xml(site.name),
        link=site.path("home"),
        description=_xml(site.publication.tagline or site.name),
        language=site.html_language,
        feed_url=site.path("feed"),
    )
    for issue in issues:
        found.add_item(
            title=_xml(naming.issue_title(issue)),
            link=site.issue_path(issue),
            # Readers take a description for HTML.
            description=_xml(escape(rendering.teaser(issue))),
            author_name=_xml(site.publication.author_name) or None,
            pubdate=issue.published_at,
            updateddate=corrected_at(site, issue),
            unique_id=guid(issue),
            unique_id_is_permalink=False,
            content=_content(site, issue),
        )
    return found


@public_page
def feed(request, site):
    issues = list(listing.issues_of(site).newest_first()[:ISSUES_IN_FEED].with_entries())
    written = issue_feed(site, issues)
    response = HttpResponse(written.writeString("utf-8"), content_type=IssueFeed.content_type)
    return with_caching(response)
