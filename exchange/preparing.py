"""Turns a document into the values of rows: cleaned, made to fit, each part with its digest. Touches no row."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container

from common.html import encodable
from common.images import ImageRefused, Picture, take_in
from common.markdown import clean_markdown
from exchange import documents
from exchange.parts import BOUNDS, LIMITS, Part, PreparedIssue, digest
from exchange.report import Note
from issues.models import Entry, Highlight, Issue, Section
from papers.identifiers import MalformedURL, canonical_url

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def plain(text: str | None) -> str:
    """Text without control characters, lone surrogates and blanks at its ends; line ends are `\\n`."""
    if not text:
        return ""
    # By far the most texts are of this kind.
    if text.isprintable():
        return text.strip()
    text = encodable(text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).strip()


def markdown(text: str | None) -> str:
    """Markdown with harmless HTML only. Cleaning what is clean changes nothing."""
    return clean_markdown(text) if text else ""


def prepare(document: documents.IssueDocument, slugs: Slugs) -> PreparedIssue:
    """The rows that the document asks for, with a note for whatever in it could not be taken as it stands."""
    return _Preparation(document, slugs).run()


class Slugs:
    """Slugs of topics, by the words that documents use for them; `known` are those that are topics already."""

    def __init__(self, known: Container[str] = ()):
        self.known = known
        self._met: dict[str, tuple[str, str]] = {}

    def of(self, words: str) -> tuple[str, str]:
        """(slug, name) of a topic; an empty slug where nothing of the words can stand in one."""
        if words in self.known:
            return words, words
        if words not in self._met:
            if len(self._met) > 10_000:
                self._met.clear()
            name = plain(words)
            self._met[words] = (topic_slug(name), name) if len(name) <= 100 else ("", "")
        return self._met[words]


def topic_slug(name: str) -> str:
    """The words as a slug: letters and digits of any script in small letters, apart by hyphens."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:100].strip("-")


class _Preparation:
    """One document on its way to rows; collects notes and leftovers as it goes."""

    def __init__(self, document: documents.IssueDocument, slugs: Slugs):
        self.document = document
        self.slugs = slugs
        self.notes: list[Note] = []
        self.added: list[str] = []

    def run(self) -> PreparedIssue:
        document = self.document
        highlights = [self._highlight(place, part) for place, part in enumerate(document.highlights, start=1)]
        sections = [self._section(place, part) for place, part in enumerate(document.sections, start=1)]
        errata = [self._erratum(erratum) for erratum in document.errata]
        own = self._issue()
        prepared = PreparedIssue(
            document, own, highlights, sections, [erratum for erratum in errata if erratum.text], self.notes
        )
        prepared.digest = digest(
            own.digest,
            [document.slug, document.translation_key, document.status, document.published_at],
            [document.published_at_exact, document.stated_on],
            [[part.digest, _keys(part)] for part in highlights],
            [[part.digest, _keys(part), [[entry.digest, _keys(entry)] for entry in part.entries]] for part in sections],
            [[erratum.noted_on, erratum.entry, erratum.text] for erratum in prepared.errata],
            # Documents without any keep the digest that they had before there were waivers.
            *([dataclasses.astuple(waiver)] for waiver in document.waivers),
        )
        return prepared

    def _issue(self) -> Part:
        document = self.document
        values = self._fitted(
            Issue,
            "issue",
            kind=document.kind,
            number=document.number,
            year=document.year,
            week=document.week,
            month=document.month,
            title=plain(document.title),
            date_text=plain(document.date_text),
            intro=markdown(document.intro),
            leftovers="",
            contents_stated_count=document.contents_stated_count,
            contents_lines=[plain(line) for line in document.contents_lines],
            past_issues=[self._past_issue(past) for past in document.past_issues],
            source_url=self._address(document.source_url, "issue", "source_url"),
        )
        # Last, since the values above may have added to them.
        values["leftovers"] = self._leftovers()
        return Part(values, digest(values), "issue", document)

    def _leftovers(self) -> str:
        stated = self.document.leftovers_text
        texts = [stated] if stated else [leftover.text for leftover in self.document.leftovers]
        return plain("\n\n".join(text for text in [*texts, *self.added] if text))

    def _section(self, number: int, section: documents.SectionDocument) -> Part:
        place = f"section {number}"
        values = self._fitted(
            Section, place, kind=section.kind, title=plain(section.title), number_given=section.number_given
        )
        entries = [
            self._entry(f"{place}, entry {position}", entry) for position, entry in enumerate(section.entries, start=1)
        ]
        return Part(values, digest(values), place, section, entries=entries)

    def _highlight(self, number: int, highlight: documents.HighlightDocument) -> Part:
        place = f"highlight {number}"
        values = self._fitted(
            Highlight,
            place,
            group=highlight.group,
            group_title=plain(highlight.group_title),
            text=markdown(highlight.text),
        )
        return Part(values, digest(values), place, highlight)

    def _entry(self, place: str, entry: documents.EntryDocument) -> Part:
        url, url_given = self._link(entry, place)
        picture = self._picture(entry, place)
        card = entry.card or documents.CardDocument()
        card_url = self._address(card.url, place, "the address of its card", keep=bool(card.url_given))
        values = self._fitted(
            Entry,
            place,
            title=plain(entry.title),
            url=url,
            url_given=url_given,
            domain_shown=plain(entry.domain_shown),
            source_title=plain(entry.source_title),
            source_arxiv_id=plain(entry.source_arxiv_id),
            summary=markdown(entry.summary),
            one_liner=plain(entry.one_liner),
            starred=bool(entry.starred),
            figure_name=plain(entry.figure),
            figure_sha256=picture.sha256 if picture else entry.figure_sha256,
            figure_alt=plain(entry.figure_alt),
            figure_credit=plain(entry.figure_credit),
            figure_source_url=self._address(entry.figure_source_url, place, "figure_source_url"),
            figure_license=plain(entry.figure_license),
            card_url=card_url,
            card_url_given=plain(card.url_given),
            card_title=plain(card.title),
            card_description=plain(card.description),
            card_domain=plain(card.domain),
        )
        topics = self._topics(entry.topics, place)
        values["topics"] = sorted(slug for slug, _ in topics)
        found = digest(values)
        del values["topics"]
        return Part(values, found, place, entry, topics=topics, picture=picture)

    def _link(self, entry: documents.EntryDocument, place: str) -> tuple[str, str]:
        """The linkable address, empty where there is none, and the address as given, which is always kept."""
        url, given = plain(entry.url), plain(entry.url_given)
        if not url:
            return "", given
        try:
            return canonical_url(url), given
        except MalformedURL as error:
            self._note("malformed", place, f"The link {_shown(given or url)} is no address: {error}", entry)
            return "", given or url

    def _address(self, given: str, place: str, name: str, *, keep: bool = False) -> str:
        """An address beside the link, canonical; what is none goes to the leftovers, unless `keep` says it is kept."""
        given = plain(given)
        if not given:
            return ""
        try:
            return canonical_url(given)
        except MalformedURL:
            if not keep:
                self._leave_over(place, name, given)
            return ""

    def _past_issue(self, past: documents.PastIssueDocument) -> dict[str, str]:
        given = plain(past.url_given)
        url = self._address(past.url, "past issues", "url", keep=bool(given))
        return {"title": plain(past.title), "url": url, "url_given": given}

    def _topics(self, topics: list[str], place: str) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for words in topics:
            slug, name = self.slugs.of(words)
            if slug:
                found.setdefault(slug, name)
            else:
                self._leave_over(place, "topic", plain(words))
        return list(found.items())

    def _picture(self, entry: documents.EntryDocument, place: str) -> Picture | None:
        if entry.figure_path is None:
            return None
        try:
            picture = take_in(entry.figure_path)
            # An archive of old may know it by the checksum of what it was with its metadata.
            if entry.figure_sha256 and entry.figure_sha256 not in (picture.sha256, picture.given_sha256):
                raise ImageRefused("its bytes are not those of the checksum.")
        except ImageRefused as error:
            self._note("figure", place, f"The figure {_shown(entry.figure)} was left out: {error}", entry)
            return None
        return picture

    def _erratum(self, erratum: documents.ErratumDocument) -> documents.ErratumDocument:
        return documents.ErratumDocument(erratum.noted_on, markdown(erratum.text), erratum.entry)

    def _fitted(self, model: type, place: str, **values: object) -> dict[str, object]:
        """The values; those that their column can't take become empty and go to the leftovers, never cut."""
        limits = LIMITS[model]
        for name, value in values.items():
            if name in limits and len(value) > limits[name]:
                self._leave_over(place, name, value)
                values[name] = ""
            elif name in BOUNDS and value is not None and not BOUNDS[name][0] <= value <= BOUNDS[name][1]:
                self._leave_over(place, name, str(value))
                values[name] = None
        return values

    def _leave_over(self, place: str, name: str, value: str) -> None:
        if not value:
            return
        text = f"{place}, {name}: {value}"
        self.added.append(text)
        # What an archive kept as leftovers already holds the words of an earlier import.
        self._note("leftover", place, text, self.document)

    def _note(self, kind: str, place: str, text: str, part: object) -> None:
        lines = getattr(part, "lines", None) or (None, None)
        self.notes.append(Note(kind, text, place, *lines))


def _keys(part: Part) -> list[object]:
    """What a part states of itself beside its values, so that a change of it is a change of the document."""
    document = part.document
    keys = [getattr(document, name, None) for name in ("id", "translation_key", "label", "repeats", "work")]
    return [*keys, bool(part.picture)]


def _shown(value: str) -> str:
    return f"“{value}”" if len(value) <= 120 else f"“{value[:119]}…”"
