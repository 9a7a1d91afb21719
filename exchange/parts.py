"""The parts of an issue to be, as values of rows with their digests, and which values these are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from common.images import Picture
from exchange import documents
from exchange.report import Note
from issues.models import Entry, Highlight, Issue, Section

ISSUE_FIELDS = (
    "kind",
    "number",
    "year",
    "week",
    "month",
    "title",
    "date_text",
    "intro",
    "leftovers",
    "contents_stated_count",
    "contents_lines",
    "past_issues",
    "source_url",
)
SECTION_FIELDS = ("kind", "title", "number_given")
HIGHLIGHT_FIELDS = ("group", "group_title", "text")
ENTRY_FIELDS = (
    "title",
    "url",
    "url_given",
    "domain_shown",
    "source_title",
    "source_arxiv_id",
    "summary",
    "one_liner",
    "starred",
    "figure_name",
    "figure_sha256",
    "figure_alt",
    "figure_credit",
    "figure_source_url",
    "figure_license",
    "card_url",
    "card_url_given",
    "card_title",
    "card_description",
    "card_domain",
)
FIELDS = {Issue: ISSUE_FIELDS, Section: SECTION_FIELDS, Highlight: HIGHLIGHT_FIELDS, Entry: ENTRY_FIELDS}

# The smallest and largest whole numbers that the columns take.
BOUNDS = {
    "number": (0, 2_147_483_647),
    "year": (0, 32_767),
    "week": (0, 53),
    "month": (1, 12),
    "contents_stated_count": (0, 2_147_483_647),
    "number_given": (-2_147_483_648, 2_147_483_647),
}


def _text_limits(model: type) -> dict[str, int]:
    fields = ((name, model._meta.get_field(name)) for name in FIELDS[model])
    return {name: found.max_length for name, found in fields if found.max_length and not found.choices}


LIMITS = {model: _text_limits(model) for model in FIELDS}


def digest(*parts: object) -> str:
    """32 hexadecimal digits that differ where the parts do."""
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def row_digest(row: Issue | Section | Highlight | Entry) -> str:
    """The digest of what a row says now. That of an entry asks for its topics: prefetch them."""
    values = {name: getattr(row, name) for name in FIELDS[type(row)]}
    if isinstance(row, Entry):
        values["topics"] = sorted(topic.slug for topic in row.topics.all())
    return digest(values)


@dataclass
class Part:
    """A row to be: its values, its digest, and what the document says of it beyond them."""

    values: dict[str, object]
    digest: str
    place: str
    document: object
    topics: list[tuple[str, str]] = field(default_factory=list)
    picture: Picture | None = None
    entries: list[Part] = field(default_factory=list)


@dataclass
class PreparedIssue:
    """An issue to be. `digest` covers all of the document, `own` the issue without its parts."""

    document: documents.IssueDocument
    own: Part
    highlights: list[Part]
    sections: list[Part]
    errata: list[documents.ErratumDocument]
    notes: list[Note]
    digest: str = ""

    @property
    def entries(self) -> list[Part]:
        return [entry for section in self.sections for entry in section.entries]
