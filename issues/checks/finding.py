"""What a rule says about an issue: how grave, where, in which words, and the change that would mend it. Pure data."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

# What a field of a row may hold, as far as fixes change it; a relation is the key of the row that it points to.
Value = str | int | bool | None


class Severity(TextChoices):
    """How grave a finding is: an error keeps the issue from being published."""

    ERROR = "error", "Error"
    WARNING = "warning", "Warning"
    NOTICE = "notice", "Notice"


RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


@dataclass(frozen=True)
class Place:
    """Where in an issue. Positions count from 1 and are None where the finding is about the whole.

    `row` names the row in this database (`entry:12`), `name` by what outlives export and import (`entry:abcdefghij`).
    """

    row: str
    name: str
    section: int | None = None
    entry: int | None = None
    highlight: int | None = None
    entry_id: str | None = None
    field: str | None = None

    @property
    def in_words(self) -> str:
        """Such as: entry 2 of section 3. Empty where it is the whole."""
        if self.highlight is not None:
            return f"highlight {self.highlight}"
        if self.entry is not None:
            return f"entry {self.entry} of section {self.section}"
        return f"section {self.section}" if self.section is not None else ""

    def at(self, field: str) -> Place:
        """The same row, at one of its fields."""
        return dataclasses.replace(self, field=field)


@dataclass(frozen=True)
class Change:
    """One field of the row: what it holds where the fix was found, and what the fix makes of it."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Fix:
    """A change that one click applies: fields of one row, or the row's removal.

    It is refused where the row no longer holds what stands under `before`; see `fixing`.
    """

    label: str
    row: str
    changes: tuple[Change, ...] = ()
    removes: bool = False

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def fix_from_json(stored: dict[str, Any]) -> Fix:
    """The fix that `as_json` wrote."""
    return Fix(**stored | {"changes": tuple(Change(**change) for change in stored["changes"])})


@dataclass(frozen=True)
class Waived:
    """The reason for which an editor lets a finding stand."""

    reason: str
    by: str
    at: datetime.datetime


@dataclass(frozen=True)
class Finding:
    """What one rule found at one place. `about` is the text on which a waiver rests: it lapses when that changes."""

    code: str
    severity: str
    place: Place
    message: str
    about: str = ""
    fix: Fix | None = None
    waivable: bool = True
    waiver: Waived | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the text that the finding is about."""
        return hashlib.sha256(self.about.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def sentence(self) -> str:
        """The message with its place, for lists in which nothing else tells it."""
        place = self.place.in_words
        return (
            f"{self.message} ({place[0].upper()}{place[1:]}.)"
            if place and place not in self.message.lower()
            else self.message
        )

    @property
    def key(self) -> str:
        """What requests name it by; it changes when the text changes that it is about."""
        return ":".join([self.code, self.place.row, self.place.field or "", self.digest[:16]])

    @property
    def waived(self) -> bool:
        return self.waiver is not None

    @property
    def stands(self) -> bool:
        return self.waiver is None

    def as_json(self) -> dict[str, Any]:
        """The finding as it is kept with the issue, for lists that don't check anew."""
        place = dataclasses.asdict(self.place)
        waiver = self.waiver and {"reason": self.waiver.reason, "by": self.waiver.by, "at": self.waiver.at.isoformat()}
        return {
            "key": self.key,
            "code": self.code,
            "severity": str(self.severity),
            "place": place,
            "message": self.message,
            "fix": self.fix.label if self.fix else None,
            "waivable": self.waivable,
            "waiver": waiver,
        }
