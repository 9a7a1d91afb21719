"""What previews show that readers get elsewhere: an item as feed readers have it, and pages made fit for a frame."""

import copy
import datetime
import re
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString

from issues import rendering
from issues.feeds import issue_feed
from issues.models import Issue
from issues.site import Site

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_LINK_AWAY = re.compile(r'<a (?=(?:[^>]* )?href="(?!#))')
_PICTURE = re.compile(r'(<img (?:[^>"]|"[^"]*")*?src=")([^"]*)')
_ITEM = re.compile(r"<item>.*</item>", re.DOTALL)
_BETWEEN_TAGS = re.compile(r"(?<=>)(?=<)")


@dataclass(frozen=True)
class FeedItem:
    """An item of our feed, as a program reads it."""

    title: str
    author: str
    day: datetime.date
    content: SafeString
    language: str
    xml: str


def links_beside(html: str) -> str:
    """The page with links that open beside it: in a frame, other sites and our own public pages refuse to be shown."""
    return _LINK_AWAY.sub('<a target="_blank" ', html)


def own_pictures(html: str) -> str:
    """The HTML with its pictures asked for where it is shown, since the site may answer to other names than its own."""
    return _PICTURE.sub(lambda found: found[1] + found[2].removeprefix(settings.AKIRA_BASE_URL), html)


def darkened(html: str) -> str:
    """The HTML of a mail of ours as a program in the dark shows it, wherever it is shown."""
    return html.replace("@media(prefers-color-scheme:dark)", "@media all", 1)


def read_feed(site: Site, issue: Issue) -> FeedItem:
    """The item of an issue loaded `with_entries()`, read back from the feed in which it would stand, alone."""
    appearing = copy.copy(issue)
    # What has no moment yet would appear now.
    appearing.published_at = issue.published_at or timezone.now()
    with rendering.speak(site):
        feed = issue_feed(site, [appearing])
    written = feed.writeString("utf-8")
    item = fromstring(written).find("channel/item")
    # The content comes out of our own renderer; the way through XML changes nothing in it.
    content = SafeString(own_pictures(item.findtext(_CONTENT, "")))
    return FeedItem(
        title=item.findtext("title", ""),
        author=item.findtext("{http://purl.org/dc/elements/1.1/}creator", ""),
        day=site.day(appearing.published_at),
        content=content,
        language=site.html_language,
        xml=_BETWEEN_TAGS.sub("\n", _ITEM.search(written)[0]),
    )
