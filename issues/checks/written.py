"""Each text of an issue that readers see, field by field: what the rules about wording read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .facts import Facts
from .finding import Change, Fix, Place

# Running text in Markdown; the other fields are lines of plain text.
IN_MARKDOWN = frozenset({"intro", "text", "summary"})
_OF_ENTRIES = ("title", "summary", "source_title", "figure_alt", "figure_credit", "one_liner")
_WORDS = {
    "title": "title",
    "intro": "introduction",
    "text": "text",
    "summary": "summary",
    "source_title": "original title",
    "figure_alt": "description of the figure",
    "figure_credit": "credit of the figure",
    "one_liner": "one line for posts",
    "group_title": "heading",
}


@dataclass(frozen=True)
class Written:
    """One field with a text in it; `of` names the row in messages, `shown_in` the field."""

    place: Place
    text: str
    of: str

    @property
    def is_markdown(self) -> bool:
        return self.place.field in IN_MARKDOWN

    @property
    def shown_in(self) -> str:
        """What messages call it: the summary of entry 2 of section 3."""
        return f"the {_WORDS[self.place.field]} of {self.of}"

    def fix(self, label: str, better: str) -> Fix:
        """One click that writes the better text in place of this one."""
        return Fix(label, self.place.row, (Change(self.place.field, self.text, better),))


def written(facts: Facts) -> Iterator[Written]:
    """The texts of the issue that are not empty, in the order of the page."""
    yield from _fields(facts.place, facts.issue, "the issue", ("title", "intro"))
    for highlight in facts.highlights:
        yield from _fields(highlight.place, highlight.row, f"highlight {highlight.number}", ("group_title", "text"))
    for section in facts.sections:
        yield from _fields(section.place, section.row, f"section {section.number}", ("title",))
        for entry in section.entries:
            yield from _fields(entry.place, entry.row, entry.name, _OF_ENTRIES)


def _fields(place: Place, row, of: str, fields: tuple[str, ...]) -> Iterator[Written]:
    for field in fields:
        if (text := getattr(row, field)).strip():
            yield Written(place.at(field), text, of)
