"""What stands on the picture of a page. Its digest is part of the address: a corrected title gets a new one."""

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property

from django.utils import formats
from django.utils.translation import gettext as _

from issues import naming
from issues.languages import html_language
from issues.models import Entry, Issue
from issues.rendering import label_in_margin
from issues.site import Site

# The size that the programs agree on (ogp.me gives none; nearly 1.91:1 is shown whole by all of them).
WIDTH, HEIGHT = 1200, 630
# Raised when the same content is drawn otherwise, so that addresses under which pictures are kept change, too.
DRAWN_AS = 1
_PLAIN = re.compile(r"[0-9W.-]+")


@dataclass(frozen=True)
class Card:
    """What is drawn. What has no letters on the machine that draws is left out, but for what `plain_…` says.

    Those hold nothing but digits, W, dot and hyphen, of which we have outlines of our own.
    """

    name: str
    title: str
    language: str
    mark: str = ""
    plain_mark: str = ""
    kind: str = ""
    kind_name: str = ""
    day: str = ""
    plain_day: str = ""
    source: str = ""
    is_cover: bool = False

    @cached_property
    def digest(self) -> str:
        """A few letters that tell this content from any other; the same on every machine."""
        content = json.dumps([DRAWN_AS, *(getattr(self, name) for name in _FIELDS)], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_FIELDS = [field.name for field in dataclasses.fields(Card)]


def of_publication(site: Site) -> Card:
    """The picture of every page that has none of its own."""
    return Card(
        name=site.name,
        title=site.name,
        language=site.html_language,
        source=site.publication.tagline,
        is_cover=True,
    )


def of_issue(site: Site, issue: Issue) -> Card:
    """The picture of a published issue. Like the next, call it within `rendering.speak(site)`."""
    mark = naming.issue_mark(issue)
    return Card(
        title=naming.issue_title(issue),
        mark=mark,
        plain_mark=_plain(issue.label_stem) if mark else "",
        **_of_both(site, issue),
    )


def of_entry(site: Site, entry: Entry) -> Card:
    """The picture of a published entry, loaded with its issue and its work."""
    work = entry.work and (entry.work.merged_into or entry.work)
    label = label_in_margin(entry.label)
    return Card(
        title=title_of(entry),
        mark=label,
        plain_mark=_plain(label),
        source=naming.work_name(work)
        if work and work.arxiv_id
        else entry.domain_shown or naming.site_name(entry.domain),
        **_of_both(site, entry.section.issue),
    )


def title_of(entry: Entry) -> str:
    """How an entry is called where one line stands for it."""
    return entry.title or entry.source_title or entry.domain or entry.label


def _of_both(site: Site, issue: Issue) -> dict:
    day = site.day(issue.published_at)
    return {
        "name": site.name,
        "language": html_language(issue.language),
        "kind": issue.kind,
        "kind_name": naming.kind_name(issue.kind),
        "day": formats.date_format(day, _("j F Y")),
        "plain_day": day.isoformat(),
    }


def _plain(mark: str) -> str:
    return mark if _PLAIN.fullmatch(mark) else ""
