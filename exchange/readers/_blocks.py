"""Cuts a Markdown document into its blocks, each with its line numbers: headings, items, tables, paragraphs and so on.

It follows CommonMark where documents do, never fails, and takes time in proportion to the length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from exchange.markdown_form import closed_fences, strip_blank
from exchange.readers._inline import reference_name

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$", re.DOTALL)
_ITEM = re.compile(r"( {0,3}[-*+•●・])(?:([ \t]+)(.*))?$", re.DOTALL)
_NUMBERED = re.compile(r" {0,3}(\*\*|__)?(\d{1,3})(?:、[ \t]*|[.．)）](?:[ \t]+|$))(.*)$", re.DOTALL)
_DEFINITION = re.compile(r" {0,3}\[([^\[\]]{1,999})\]:[ \t]*<?([^\s<>]+)>?(?:[ \t].*)?$", re.DOTALL)
_RULE = re.compile(r"[ \t]*([-*_—–=])(?:[ \t]*\1){2,}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}([-=])\1*[ \t]*$")
_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*$")


@dataclass(eq=False)
class Block:
    """Lines that belong together. `first` and `last` count from 1.

    `raw` are the lines as written, `lines` the same without the marker and the blanks that go with it. `kind` is
    heading, item, numbered, table, quote, fence, comment, definition, rule or paragraph; `level` that of a heading,
    or the number of a numbered one.
    """

    kind: str
    first: int
    last: int
    raw: list[str]
    lines: list[str]
    level: int = 0

    @property
    def text(self) -> str:
        """The block without its marker."""
        return "\n".join(strip_blank(self.lines))

    @property
    def written(self) -> str:
        """The block as it stands in the document."""
        return "\n".join(strip_blank(self.raw))


def cut(lines: list[str], first: int = 1) -> list[Block]:
    """The blocks of these lines, the first of which has the number `first`. Every line with text is in one of them."""
    return _Cutter(lines, first).cut()


def definitions(blocks: list[Block]) -> dict[str, str]:
    """What the reference definitions among the blocks say; the first of a name counts."""
    addresses: dict[str, str] = {}
    for block in blocks:
        if block.kind == "definition":
            match = _DEFINITION.match(block.lines[0])
            addresses.setdefault(reference_name(match[1]), match[2])
    return addresses


class _Cutter:
    def __init__(self, lines: list[str], first: int):
        self.lines = lines
        self.first = first
        self.fences = closed_fences(lines)
        self.last_comment_end = max((i for i, line in enumerate(lines) if "-->" in line), default=-1)
        self.blocks: list[Block] = []
        self.index = 0

    def cut(self) -> list[Block]:
        while self.index < len(self.lines):
            if self.lines[self.index].strip():
                self._take_block()
            else:
                self.index += 1
        return self.blocks

    def _take_block(self) -> None:
        line = self.lines[self.index]
        for take in (self._fence, self._comment, self._heading, self._definition, self._rule, self._table):
            if take(line):
                return
        if not (self._item(line) or self._numbered(line) or self._quote(line)):
            self._paragraph()

    def _add(self, kind: str, end: int, lines: list[str] | None = None, level: int = 0) -> bool:
        """Take the lines up to `end`, exclusive, as a block."""
        raw = self.lines[self.index : end]
        numbers = self.first + self.index, self.first + end - 1
        self.blocks.append(Block(kind, *numbers, raw, raw if lines is None else lines, level))
        self.index = end
        return True

    def _fence(self, line: str) -> bool:
        return self.index in self.fences and self._add("fence", self.fences[self.index] + 1)

    def _comment(self, line: str) -> bool:
        if not line.lstrip().startswith("<!--") or self.index > self.last_comment_end:
            return False
        end = self.index
        while "-->" not in self.lines[end]:
            end += 1
        if self.lines[end].rpartition("-->")[2].strip():
            return False
        return self._add("comment", end + 1)

    def _heading(self, line: str) -> bool:
        match = _HEADING.match(line)
        return bool(match) and self._add("heading", self.index + 1, [(match[2] or "").strip()], level=len(match[1]))

    def _definition(self, line: str) -> bool:
        return bool(_DEFINITION.match(line)) and self._add("definition", self.index + 1)

    def _rule(self, line: str) -> bool:
        return bool(_RULE.match(line)) and self._add("rule", self.index + 1)

    def _table(self, line: str) -> bool:
        if not starts_table(self.lines, self.index):
            return False
        end = self.index + 2
        while end < len(self.lines) and "|" in self.lines[end] and not _HEADING.match(self.lines[end]):
            end += 1
        return self._add("table", end)

    def _item(self, line: str) -> bool:
        match = _ITEM.match(line)
        if not match:
            return False
        width = len(match[1]) + min(len(match[2] or " "), 4)
        indent = _indent(line)
        end = self._end_of_item(self.index + 1, indent, blank_then=lambda inner: _indent(inner) > indent)
        inner = [_dedent(inner, width) for inner in self.lines[self.index + 1 : end]]
        return self._add("item", end, [match[3] or "", *inner])

    def _numbered(self, line: str) -> bool:
        match = _NUMBERED.match(line)
        if not match:
            return False
        wrapper, number, text = match.groups()
        text = text.rstrip().removesuffix(wrapper) if wrapper else text
        indent = _indent(line)
        end = self._end_of_item(self.index + 1, indent, blank_then=lambda inner: _indent(inner) > indent + 2)
        inner = [_dedent(inner, 4) for inner in self.lines[self.index + 1 : end]]
        return self._add("numbered", end, [text, *inner], level=int(number))

    def _end_of_item(self, end: int, indent: int, *, blank_then: Callable[[str], bool]) -> int:
        """Where an item ends: wrapped lines belong to it, and what stands indented after a blank line."""
        after_text = end
        while end < len(self.lines):
            line = self.lines[end]
            if not line.strip():
                end += 1
                continue
            is_after_blank = end > after_text
            if (is_after_blank and not blank_then(line)) or (_indent(line) <= indent and self._interrupts(end)):
                break
            end = after_text = self.fences[end] + 1 if end in self.fences else end + 1
        return after_text

    def _quote(self, line: str) -> bool:
        if not line.lstrip().startswith(">"):
            return False
        end = self.index + 1
        while end < len(self.lines) and self.lines[end].lstrip().startswith(">"):
            end += 1
        return self._add("quote", end)

    def _paragraph(self) -> None:
        end = self.index + 1
        while end < len(self.lines) and self.lines[end].strip() and not self._interrupts(end):
            end += 1
        underline = _UNDERLINE.match(self.lines[end]) if end < len(self.lines) and end == self.index + 1 else None
        if underline:
            self._add("heading", end + 1, [self.lines[self.index].strip()], level=1 if underline[1] == "=" else 2)
        else:
            self._add("paragraph", end)

    def _interrupts(self, index: int) -> bool:
        """Whether a line starts a block of its own although no blank line stands above it."""
        line = self.lines[index]
        if index in self.fences or _HEADING.match(line) or _ITEM.match(line) or starts_table(self.lines, index):
            return True
        if line.lstrip().startswith((">", "<!--")) or _RULE.match(line) or _DEFINITION.match(line):
            return True
        numbered = _NUMBERED.match(line)
        return bool(numbered) and (numbered[2] == "1" or bool(_NUMBERED.match(self.lines[self.index])))


def starts_table(lines: list[str], index: int) -> bool:
    """Whether a table starts here: a row with bars, and below it a row of dashes."""
    if "|" not in lines[index] or index + 1 >= len(lines) or "|" not in lines[index + 1]:
        return False
    return bool(_DELIMITER_ROW.match(lines[index + 1]))


def _indent(line: str) -> int:
    """How many columns of blanks a line starts with; a tab counts as four."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks) + 3 * blanks.count("\t")


def _dedent(line: str, width: int) -> str:
    """The line without at most `width` blanks in front."""
    return line[1:] if line.startswith("\t") else line[min(_indent(line), width) :]
