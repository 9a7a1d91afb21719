"""The shape in which every reader hands over what a document says: plain dataclasses that touch no model."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO


class UnknownForm(Exception):
    """A file that no reader, or not the one asked for, understands.

    `line` is the first line that did not fit, counted from 1, or None where the file as a whole is unreadable.
    """

    def __init__(self, message: str, *, line: int | None = None):
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Source:
    """One file to read. `text` decodes the whole of it; a reader of huge files uses `open()` instead."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def folder(self) -> Path:
        return self.path.parent

    def open(self) -> BinaryIO:
        return self.path.open("rb")

    @functools.cached_property
    def text(self) -> str:
        """The file as text, without byte order mark and with `\\n` line ends; UnknownForm where it is not UTF-8."""
        data = self.path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise UnknownForm("The file is not UTF-8 text; save it as UTF-8 and try again.", line=line) from error
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise UnknownForm("The file holds a NUL character, so it is not a text document.", line=line)
        return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class CardDocument:
    """What a linked page says of itself, as the document shows it. `url_given` is the address as written."""

    url: str = ""
    url_given: str = ""
    title: str = ""
    description: str = ""
    domain: str = ""


@dataclass
class EntryDocument:
    """One item of a section.

    `url_given` is the address as written, `url` the same made absolute (the saver makes it canonical); both are
    empty where the entry has no link. `summary` is Markdown. `figure` is the file name as the document gives it,
    `figure_path` the file beside the document, where there is one. `lines` counts from 1, both ends included.
    """

    title: str = ""
    url: str = ""
    url_given: str = ""
    domain_shown: str | None = None
    source_title: str = ""
    source_arxiv_id: str = ""
    summary: str = ""
    one_liner: str = ""
    starred: bool = False
    figure: str = ""
    figure_path: Path | None = None
    figure_sha256: str = ""
    figure_alt: str = ""
    figure_credit: str = ""
    figure_source_url: str = ""
    figure_license: str = ""
    card: CardDocument | None = None
    topics: list[str] = field(default_factory=list)
    id: str = ""
    translation_key: str = ""
    repeats: str = ""
    label: str = ""
    # The identity of the work it is about, where the format states it; else it follows from the link.
    work: str = ""
    lines: tuple[int, int] | None = None


@dataclass
class SectionDocument:
    """A part of an issue; `number_given` is the number that the document itself gives it, or None."""

    kind: str = "other"
    title: str = ""
    number_given: int | None = None
    translation_key: str = ""
    entries: list[EntryDocument] = field(default_factory=list)
    lines: tuple[int, int] | None = None


@dataclass
class HighlightDocument:
    """A line at the top of an issue: `text` is Markdown with its links inside; `group` is a section kind."""

    group: str = "feature"
    group_title: str = ""
    text: str = ""
    id: str = ""
    translation_key: str = ""
    lines: tuple[int, int] | None = None


@dataclass
class PastIssueDocument:
    """A link to an earlier issue, as a document's own foot lists it."""

    title: str = ""
    url: str = ""
    url_given: str = ""


@dataclass
class LeftoverDocument:
    """Lines that reached no field. `attached_to` says in words where they stood, such as `section 2, entry 1`."""

    line_from: int
    line_to: int
    text: str
    attached_to: str = "issue"


@dataclass
class ErratumDocument:
    """A dated correction; `entry` is the public id of the entry it is about, empty where it is about the issue."""

    noted_on: datetime.date
    text: str
    entry: str = ""


@dataclass
class WaiverDocument:
    """Why a finding of the preflight may stand.

    It is about the entry or highlight with that public id, the section with that key, or, where all are empty, about
    the issue; `text_sha256` is the digest of the text that the finding was about.
    """

    code: str
    text_sha256: str
    reason: str
    entry: str = ""
    highlight: str = ""
    section: str = ""
    field: str = ""
    by: str = ""
    at: datetime.datetime | None = None

    @property
    def row(self) -> str:
        """What it is about, as waivers name it."""
        named = {"entry": self.entry, "highlight": self.highlight, "section": self.section}
        return next((f"{kind}:{name}" for kind, name in named.items() if name), "issue")


@dataclass
class IssueDocument:
    """One issue in one language, as a document states it; None and empty mean that it does not.

    `stated_on` is the day the document names (the first day of its week where it names a week by a day), from which
    the moment of publication is derived when `published_at` is None. `slug`, `language`, `status` and the keys are
    set only by formats that carry them.
    """

    title: str = ""
    kind: str = "weekly"
    number: int | None = None
    year: int | None = None
    week: int | None = None
    month: int | None = None
    date_text: str | None = None
    stated_on: datetime.date | None = None
    intro: str = ""
    contents_stated_count: int | None = None
    contents_lines: list[str] = field(default_factory=list)
    source_url: str = ""
    highlights: list[HighlightDocument] = field(default_factory=list)
    sections: list[SectionDocument] = field(default_factory=list)
    past_issues: list[PastIssueDocument] = field(default_factory=list)
    errata: list[ErratumDocument] = field(default_factory=list)
    waivers: list[WaiverDocument] = field(default_factory=list)
    leftovers: list[LeftoverDocument] = field(default_factory=list)
    # The leftovers as one text, where the format keeps them so (our own archives); else derived from `leftovers`.
    leftovers_text: str = ""
    slug: str = ""
    language: str = ""
    translation_key: str = ""
    status: str = ""
    published_at: datetime.datetime | None = None
    published_at_exact: bool = True
    origin: str = ""
    lines: tuple[int, int] | None = None
    # How many lines of the document carry text at all, for the report's share of what was not understood.
    lines_with_text: int = 0

    def entries(self) -> Iterator[EntryDocument]:
        for section in self.sections:
            yield from section.entries


@dataclass
class RefusedIssue:
    """An issue that a reader found in a document but can't hand over; the other issues of the document go on.

    `where` says which one in the document's own terms, `message` what to mend.
    """

    message: str
    where: str = ""
    line: int | None = None


@dataclass
class PublicationDocument:
    """The newsletter as an archive states it; readers of archives yield it before everything else."""

    name: str
    tagline: str = ""
    about: str = ""
    author_name: str = ""
    author_links: list[str] = field(default_factory=list)
    imprint: str = ""
    languages: list[str] = field(default_factory=list)
    time_zone: str = "UTC"
    sender: str = ""
    campaign: dict[str, dict[str, str]] = field(default_factory=dict)
    recurring_links: list[str] = field(default_factory=list)


@dataclass
class WorkDocument:
    """A work as an archive states it; readers of archives yield works before the issues that point to them."""

    identity: str
    id: str = ""
    kind: str = "other"
    title: str = ""
    authors: list[str] = field(default_factory=list)
    abstract: str = ""
    url: str = ""
    doi: str = ""
    venue: str = ""
    published_on: datetime.date | None = None
    versions: list[str] = field(default_factory=list)
    withdrawn: bool = False
    aliases: list[str] = field(default_factory=list)
    # The identity of the work that it was merged into.
    merged_into: str = ""
    origin: str = ""


@dataclass
class TopicDocument:
    """A topic as an archive states it; readers of archives yield topics before the issues that use them."""

    slug: str
    name: str = ""
    names: dict[str, str] = field(default_factory=dict)
    description: str = ""
    origin: str = ""


# What a reader may yield. Formats other than archives hold nothing but issues.
Document = IssueDocument | RefusedIssue | PublicationDocument | WorkDocument | TopicDocument
