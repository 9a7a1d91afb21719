"""The block of YAML at the top of a document: text, lists and mappings that know their lines, and nothing else of YAML.

Aliases, tags and deep nesting are refused as they come, so that no small text grows into a large structure.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from exchange.documents import UnknownForm

_MOST_CHARACTERS = 512 * 1024
_DEEPEST = 4


@dataclass
class Value:
    """One value: `text` or None, with `items` where it is a list and `names` where it is a mapping."""

    line: int
    text: str | None = None
    items: list[Value] | None = None
    names: dict[str, Value] | None = None

    def as_text(self) -> str:
        """The value as text; UnknownForm where it is a list or a mapping."""
        if self.text is None:
            raise UnknownForm(f"Line {self.line} should hold a text, not a list or fields.", line=self.line)
        return self.text

    def as_number(self) -> int | None:
        """The value as a whole number, None where it is empty; UnknownForm where it is anything else."""
        text = self.as_text().strip()
        if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            raise UnknownForm(f"Line {self.line} should hold a whole number, not {text[:40]!r}.", line=self.line)
        return int(text) if text else None

    def as_truth(self) -> bool:
        """The value as yes or no; UnknownForm where it is neither."""
        return truth(self.as_text(), self.line)

    def as_choice(self, choices: tuple[str, ...]) -> str:
        """The value as one of these words; UnknownForm where it is none of them."""
        return choice(self.as_text(), choices, self.line)

    def as_moment(self) -> datetime.datetime | None:
        """The value as a moment with its offset, None where it is empty; UnknownForm where it is neither."""
        text = self.as_text().strip()
        if not text:
            return None
        try:
            moment = datetime.datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise UnknownForm(
                f"Line {self.line} should hold a moment such as 2021-08-06T09:00:00+09:00, not {text[:40]!r}.",
                line=self.line,
            )
        return moment

    def as_list(self) -> list[Value]:
        """The items of the value; none where it is empty, UnknownForm where it is no list."""
        if self.items is None and self.text != "":
            raise UnknownForm(f"Line {self.line} should hold a list, each item after a dash.", line=self.line)
        return self.items or []

    def as_names(self, known: tuple[str, ...]) -> dict[str, Value]:
        """The fields of the value; UnknownForm where it has none or one of another name."""
        if self.names is None and self.text != "":
            raise UnknownForm(f"Line {self.line} should hold the fields {', '.join(known)}.", line=self.line)
        for name, value in (self.names or {}).items():
            if name not in known:
                raise UnknownForm(f"Line {value.line}: {name[:40]!r} is none of {', '.join(known)}.", line=value.line)
        return self.names or {}


def truth(text: str, line: int) -> bool:
    """Whether a word means yes; UnknownForm where it means neither yes nor no."""
    word = text.strip().lower()
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0", ""}:
        return False
    raise UnknownForm(f"Line {line} should hold yes or no, not {text[:40]!r}.", line=line)


def choice(text: str, choices: tuple[str, ...], line: int) -> str:
    """The word itself; UnknownForm where it is not one of the choices."""
    if text not in choices:
        raise UnknownForm(f"Line {line} should hold one of {', '.join(choices)}, not {text[:40]!r}.", line=line)
    return text


def day(text: str) -> datetime.date | None:
    """The day that a text names as 2021-08-02, or None."""
    try:
        return datetime.date.fromisoformat(text.strip()) if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", text) else None
    except ValueError:
        return None


def end_of_front_matter(lines: list[str]) -> int | None:
    """Index of the line that closes the block on top, or None where there is no such block."""
    if not lines or lines[0].rstrip() != "---":
        return None
    length = 0
    for index, line in enumerate(lines[1:], start=1):
        length += len(line) + 1
        if line.rstrip() == "---":
            return index
        if length > _MOST_CHARACTERS:
            return None
    return None


def read_front_matter(lines: list[str]) -> dict[str, Value]:
    """The names and values of a block of YAML that starts in line 2; UnknownForm where it is not such a block."""
    try:
        return _Builder(yaml.parse("\n".join(lines) + "\n", Loader=yaml.BaseLoader)).build()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
        raise UnknownForm(f"The block between the dashes can't be read: {problem}.", line=line) from error


@dataclass
class _Builder:
    events: Iterator[yaml.Event]
    depth: int = field(default=0)

    def build(self) -> dict[str, Value]:
        for event in self.events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                return {}
            top = self._value(event)
            if top.names is None and top.text != "":
                raise UnknownForm("The block between the dashes should hold lines such as title: …", line=top.line)
            self._expect_end()
            return top.names or {}
        return {}

    def _expect_end(self) -> None:
        for event in self.events:
            if not isinstance(event, (yaml.DocumentEndEvent, yaml.StreamEndEvent)):
                raise UnknownForm("The block between the dashes holds more than one document.", line=_line(event))

    def _value(self, event: yaml.Event) -> Value:
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag not in (None, "!"):
            raise UnknownForm("Anchors, aliases and tags of YAML are not understood here.", line=_line(event))
        if isinstance(event, yaml.ScalarEvent):
            return Value(_line(event), text=event.value)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnknownForm("The block between the dashes is nested too deeply.", line=_line(event))
        is_list = isinstance(event, yaml.SequenceStartEvent)
        value = self._list(event) if is_list else self._mapping(event)
        self.depth -= 1
        return value

    def _list(self, start: yaml.Event) -> Value:
        items = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event))
        return Value(_line(start), items=items)

    def _mapping(self, start: yaml.Event) -> Value:
        names: dict[str, Value] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._value(event)
            if key.text is None or key.text in names:
                raise UnknownForm(f"Line {key.line} has a name that is no word, or stands there twice.", line=key.line)
            names[key.text] = self._value(next(self.events))
            names[key.text].line = key.line
        return Value(_line(start), names=names)


def _line(event: yaml.Event) -> int:
    """Where in the document an event stands: the block starts in its second line."""
    return event.start_mark.line + 2
