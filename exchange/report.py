"""What an import has to say: an outcome for each issue, notes about it, and the report file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from exchange.documents import LeftoverDocument

OUTCOMES = ("created", "updated", "unchanged", "kept", "failed")


@dataclass(frozen=True)
class Note:
    """One thing to know about an import: `kind` is a word for programs, `text` a sentence for people."""

    kind: str
    text: str
    place: str = ""
    line_from: int | None = None
    line_to: int | None = None


@dataclass
class Outcome:
    """What became of one issue of a document, or of a document that holds none that could be read."""

    outcome: str
    document: str
    language: str = ""
    slug: str = ""
    title: str = ""
    message: str = ""
    line: int | None = None
    published: bool = False
    notes: list[Note] = field(default_factory=list)
    leftovers: list[LeftoverDocument] = field(default_factory=list)

    def __str__(self):
        named = f"{self.language}/{self.slug}" if self.slug else ""
        place = f"{self.document}:{self.line}" if self.line else self.document
        if self.outcome == "failed":
            return f"failed     {' '.join(filter(None, [place, named]))}: {self.message}"
        published = ", published" if self.published else ""
        return f"{self.outcome:<10} {named}  {self.title or 'untitled'} ({place}{published})"

    def told(self) -> list[str]:
        """The notes worth a line each on a terminal."""
        quiet = {"leftover"}
        return [f"           {note.text}" for note in self.notes if note.kind not in quiet]


class Report:
    """Counts outcomes, and writes them as JSON lines where a file was asked for."""

    def __init__(self, out: TextIO | None = None):
        self.out = out
        self.counts: Counter[str] = Counter()
        self.leftover_lines = 0

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.outcome] += 1
        for leftover in outcome.leftovers:
            self.leftover_lines += leftover.line_to - leftover.line_from + 1
            self._leftover(outcome.document, leftover.line_from, leftover.line_to, leftover.text, leftover.attached_to)
        for note in outcome.notes:
            if note.kind == "leftover":
                self._leftover(outcome.document, note.line_from, note.line_to, note.text, note.place)
            else:
                self._line(kind=note.kind, document=outcome.document, place=note.place, **_of(outcome), text=note.text)
        named = {"message": outcome.message, "line": outcome.line} if outcome.outcome == "failed" else {}
        self._line(kind="outcome", document=outcome.document, outcome=outcome.outcome, **_of(outcome), **named)

    def say(self, document: str, note: Note) -> None:
        """Write a note about something other than an issue."""
        self._line(kind=note.kind, document=document, place=note.place, text=note.text)

    def summary(self) -> str:
        """One line, such as `2 created, 12 unchanged, 1 failed`."""
        said = [f"{self.counts[word]} {word}" for word in OUTCOMES if self.counts[word]]
        lines = self.leftover_lines
        kept_apart = f"; {lines} {'line' if lines == 1 else 'lines'} in no field, kept as leftovers" if lines else ""
        return (", ".join(said) or "nothing to import") + kept_apart

    def _leftover(self, document: str, line_from: int | None, line_to: int | None, text: str, place: str) -> None:
        self._line(document=document, line_from=line_from, line_to=line_to, text=text, attached_to=place)

    def _line(self, **values: object) -> None:
        if self.out:
            self.out.write(json.dumps(values, ensure_ascii=False) + "\n")


def _of(outcome: Outcome) -> dict[str, str]:
    return {"language": outcome.language, "slug": outcome.slug}
