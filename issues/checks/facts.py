"""Everything that the rules read of one issue, loaded in a fixed number of queries whatever the archive's size."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import FileSystemStorage

from papers.identifiers import Identified, MalformedURL, canonical_url, identify
from papers.models import Fetch, Work
from papers.records import Record, from_json

from ..mail import render
from ..models import Entry, Erratum, Highlight, Issue, Publication, Section, Waiver
from . import markup
from .finding import Place


@dataclass(frozen=True)
class Text:
    """A text in Markdown, its place, and what stands in it."""

    place: Place
    text: str

    @cached_property
    def markup(self) -> markup.Markup:
        return markup.read(self.text)


@dataclass(frozen=True)
class Address:
    """An address that readers may follow: the link of an entry, of its card or figure, or one in a text."""

    place: Place
    given: str
    words: str = ""

    @cached_property
    def identified(self) -> Identified | None:
        """Whose address it is; None where it can't be read."""
        return identified(self.given)


def identified(address: str) -> Identified | None:
    """What an address is known by; None where it can't be read."""
    try:
        return identify(address) if address else None
    except MalformedURL:
        return None


@dataclass(frozen=True)
class Earlier:
    """An entry of an issue before this one."""

    pk: int
    public_id: str
    title: str
    source_title: str
    summary: str
    url: str
    work: int | None
    issue: Issue

    def in_words(self, publication: Publication) -> str:
        """Where and when it ran: #21 of 5 August 2021."""
        return f"{self.issue.name} of {day_in_words(self.issue.published_at, publication)}"


def day_in_words(moment: datetime.datetime, publication: Publication) -> str:
    """The day of a moment in the publication's zone, in English: 5 August 2021."""
    day = moment.astimezone(publication.zone)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(eq=False)
class HighlightFacts:
    row: Highlight
    place: Place
    text: Text

    @property
    def number(self) -> int:
        return self.place.highlight

    @cached_property
    def addresses(self) -> list[Address]:
        """Where its links lead, those to entries too."""
        return [Address(self.place.at("text"), link.address, link.words) for link in self.text.markup.links]

    @cached_property
    def entry_ids(self) -> list[str]:
        """The public ids of the entries that it links to."""
        return [address.given[6:] for address in self.addresses if address.given.lower().startswith("entry:")]


@dataclass(eq=False)
class SectionFacts:
    row: Section
    place: Place
    entries: list[EntryFacts] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.place.section

    @property
    def name(self) -> str:
        """How messages call it: section 3, “Papers”."""
        return f"section {self.number}, “{self.row}”"


@dataclass(eq=False)
class EntryFacts:
    row: Entry
    place: Place
    section: SectionFacts
    summary: Text
    # Whether its link leads to the work that its row points to; what is known of the work else says nothing of it.
    is_of_its_work: bool = True

    @property
    def name(self) -> str:
        """How messages call it: entry 2 of section 3."""
        return f"entry {self.place.entry} of section {self.place.section}"

    @property
    def title(self) -> str:
        """What tells it from others in a message."""
        return shortened(self.row.title or self.row.source_title or self.row.url or self.name)

    @cached_property
    def link(self) -> Identified | None:
        """What its link is known by; None without a link, or where it can't be read."""
        return identified(self.row.url)

    @property
    def identity(self) -> str:
        """The identity that its link names, or the empty string."""
        return self.link.identity if self.link else ""

    @property
    def work(self) -> Work | None:
        """The work that it is about, as what it became by merging."""
        return self.row.work and (self.row.work.merged_into or self.row.work)

    @property
    def fetch(self) -> Fetch | None:
        """What became of asking the outside about its work. None, too, where its link leads to another work."""
        return getattr(self.work, "fetch", None) if self.is_of_its_work else None

    @cached_property
    def record(self) -> Record | None:
        """What an interface or a page says of its work, where anything was read."""
        said = self.fetch.said if self.fetch else None
        if not said or not all(isinstance(said.get(name, ""), str) for name in ("identity", "url", "title")):
            return None
        try:
            return from_json({"identity": "", "url": ""} | said)
        except (TypeError, ValueError):
            # Whatever a row holds, the preflight goes on.
            return None

    @cached_property
    def figure_bytes(self) -> int | None:
        """The size of the figure's file; None where there is none, or the store is another machine."""
        figure = self.row.figure
        if not figure or not isinstance(figure.storage, FileSystemStorage):
            return None
        try:
            return figure.size
        except (OSError, ValueError, SuspiciousOperation):
            return None

    @cached_property
    def addresses(self) -> list[Address]:
        """Every address of it that readers may follow, its link first."""
        fields = [(name, getattr(self.row, name)) for name in ("url", "card_url", "figure_source_url")]
        given = [Address(self.place.at(name), address) for name, address in fields if address]
        return given + [
            Address(self.place.at("summary"), link.address, link.words) for link in self.summary.markup.links
        ]


@dataclass(eq=False)
class PreviousIssue:
    """The issue of the same kind before this one, with its texts."""

    issue: Issue
    highlights: list[Highlight]
    entries: list[Entry]


@dataclass(eq=False)
class Facts:
    """One reading of an issue.

    `earlier` has the newest entries about a work in issues before this one, by key of the work as it is now; `works`
    the key of the work that an identity is known by; `aliases` what else a work is known by; `linked_entries` the
    entries that texts link to, by public id, wherever they stand. `neighbours` are the issues before this one, newest
    first, as many as it takes to find the one of the same kind.
    """

    issue: Issue
    publication: Publication
    highlights: list[HighlightFacts] = field(default_factory=list)
    sections: list[SectionFacts] = field(default_factory=list)
    errata: list[Erratum] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    works: dict[str, int] = field(default_factory=dict)
    aliases: dict[int, set[str]] = field(default_factory=dict)
    earlier: dict[int, list[Earlier]] = field(default_factory=dict)
    linked_entries: dict[str, Entry] = field(default_factory=dict)
    neighbours: list[Issue] = field(default_factory=list)
    previous: PreviousIssue | None = None

    @cached_property
    def place(self) -> Place:
        """The issue as a whole."""
        return Place(row=f"issue:{self.issue.pk}", name="issue")

    @cached_property
    def entries(self) -> list[EntryFacts]:
        return [entry for section in self.sections for entry in section.entries]

    @property
    def is_composed_here(self) -> bool:
        return self.issue.origin == "desk"

    @cached_property
    def mail_bytes(self) -> int:
        """How much the mail of the issue weighs. A fixed number of queries, as for the page of the issue."""
        return render(Issue.objects.with_entries().get(pk=self.issue.pk)).size

    @cached_property
    def texts(self) -> list[Text]:
        """Every text in Markdown: the introduction, the highlights, the summaries."""
        intro = Text(self.place.at("intro"), self.issue.intro)
        return [intro, *(item.text for item in self.highlights), *(entry.summary for entry in self.entries)]

    @cached_property
    def addresses(self) -> list[Address]:
        """Every address that readers may follow, links to entries included, in the order of the page."""
        intro = [Address(self.place.at("intro"), link.address, link.words) for link in self.texts[0].markup.links]
        highlights = [address for item in self.highlights for address in item.addresses]
        return [*intro, *highlights, *(address for entry in self.entries for address in entry.addresses)]

    def roots_of(self, entry: EntryFacts) -> list[int]:
        """The keys of the works that an entry is about: that of its row, and that of its link where it is another."""
        found = [entry.work.pk] if entry.work else []
        linked = self.works.get(entry.identity)
        return found + [linked] if linked and linked not in found else found

    def earlier_mentions(self, entry: EntryFacts) -> list[Earlier]:
        """The newest entries about the same work in earlier issues, newest first."""
        found = [mention for root in self.roots_of(entry) for mention in self.earlier.get(root, ())]
        return sorted(found, key=_newest_first)

    def may_recur(self, address: str) -> bool:
        """Whether editors let this address run in any number of issues."""
        return any(recurs(address) for recurs in self._recurring)

    @cached_property
    def _recurring(self) -> list:
        return [test for line in self.publication.recurring_links if (test := _recurring_test(line))]


def _newest_first(mention: Earlier) -> tuple:
    issue = mention.issue
    return (-issue.published_at.timestamp(), -(issue.number or 0), -issue.pk, mention.pk)


def _recurring_test(line: str):
    """Tells addresses that a line of the allow-list covers; None for a line that is no address."""
    try:
        if line.rstrip().endswith("*"):
            start = canonical_url(line.rstrip()[:-1])
            return lambda address: _canonical(address).startswith(start)
        key = identify(line).identity
    except MalformedURL:
        return None
    return lambda address: (found := identified(address)) is not None and found.identity == key


def _canonical(address: str) -> str:
    try:
        return canonical_url(address)
    except MalformedURL:
        return ""


def shortened(text: str, longest: int = 60) -> str:
    """A text as one line that fits a message."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def entries_linked(texts: list[Text]) -> Iterator[str]:
    """The public ids in links to entries."""
    for text in texts:
        for link in text.markup.links:
            if link.address.lower().startswith("entry:"):
                yield link.address[6:]
