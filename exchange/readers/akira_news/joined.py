"""Paragraphs that lost the blank lines between them, taken apart again."""

from __future__ import annotations

from dataclasses import replace

from . import words
from .blocks import Block
from .heads import read_head
from .parts import split_number

_LONGEST_CONTENTS_LINE = 60
# No paragraph that lost its blank lines is longer than this.
_MOST_LINES = 200


def _is_numbered_title(line: str) -> bool:
    number, rest = split_number(line)
    return number is not None and len(rest) <= _LONGEST_CONTENTS_LINE and words.is_section_title(rest)


def _is_certain_head(line: str) -> bool:
    head = read_head(line)
    return head is not None and head.sureness == 3


def _lines(block: Block) -> list[Block]:
    return [
        replace(block, text=line, line_from=number, line_to=number, adjacent=block.adjacent or number > block.line_from)
        for number, line in enumerate(block.text.split("\n"), block.line_from)
    ]


def part_joined(blocks: list[Block]) -> list[Block]:
    """The blocks, with heads of entries, section titles and lines of a contents list parted from joined paragraphs."""
    result: list[Block] = []
    for block in blocks:
        if block.kind == "text" and 0 < block.line_to - block.line_from < _MOST_LINES:
            result += _parted(block)
        else:
            result.append(block)
    return result


def _parted(block: Block) -> list[Block]:
    lines = _lines(block)
    titles = [_is_numbered_title(line.plain) for line in lines]
    numbered = all(
        split_number(line.plain)[0] is not None and len(line.text) <= _LONGEST_CONTENTS_LINE for line in lines
    )
    if sum(titles) > 1 and numbered:
        return [replace(line, kind="item", number=split_number(line.plain)[0]) for line in lines]
    parted: list[Block] = []
    open_ = False
    for line, title in zip(lines, titles, strict=True):
        alone = title or _is_certain_head(line.text)
        if alone or not open_:
            parted.append(line)
        else:
            last = parted[-1]
            parted[-1] = replace(last, text=f"{last.text}\n{line.text}", line_to=line.line_to)
        open_ = not alone
    return parted
