"""Where a document's parts begin: front, sections, and the standing parts of its foot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import words
from .blocks import Block
from .inline import links

_LONGEST_TITLE = 80
_LONGEST_NAVIGATION = 1000
_NUMBER = re.compile(
    r"^[\W_]{0,3}?(?:第\s*|(?:part|section|chapter)\s*)?"
    r"(?:(\d{1,2})\s*(?:部分|章|节|[.．。、,，:：)）\]】—–-])(?!\d(?!\d{0,3}\s*[年月周週]))|([①-⑳])|([一二三四五六七八九十])\s*(?:部分|章|节|[、.．:：)）]))\s*(?=\S)",
    re.I,
)
_LOOSE_NUMBER = re.compile(r"^(\d{1,2})\s+(?=\S)")
_CHINESE = {numeral: n for n, numeral in enumerate("一二三四五六七八九十", 1)}


@dataclass
class Part:
    """A section or a standing part of the foot: the block that heads it, and those below it."""

    kind: str
    title: str = ""
    number: int | None = None
    head: Block | None = None
    blocks: list[Block] = field(default_factory=list)
    # Whether the title is one that the contents list or made of words for sections.
    is_known: bool = False


def split_number(title: str) -> tuple[int | None, str]:
    """The number before a title in any form (`3.`, `３、`, `③`, `三、`), and the title without it."""
    found = _NUMBER.match(title)
    if not found:
        return None, title
    digits, circled, chinese = found.groups()
    number = int(digits) if digits else ord(circled) - ord("①") + 1 if circled else _CHINESE[chinese]
    return number, title[found.end() :].strip()


def _title_of(block: Block) -> str | None:
    """The text of a block that may head a part: short, on one line, not leading anywhere."""
    if block.kind not in ("heading", "text", "item") or "\n" in block.text or len(block.text) > 4 * _LONGEST_TITLE:
        return None
    if any(not piece.url.startswith("#") and not words.is_own_address(piece.url) for piece in links(block.text)):
        return None
    title = block.plain
    return title if title and len(title) <= _LONGEST_TITLE else None


class _Evidence:
    """What the document as a whole says about where its sections begin."""

    def __init__(self, blocks: list[Block], contents: list[Block]):
        self.blocks = blocks
        self.listed = {words.key(split_number(block.plain)[1]) for block in contents}
        content = [at for at, block in enumerate(blocks) if block.kind not in ("rule", "residue")][:2]
        # The document's own title heads no section, be it first or below the line that names the source.
        self.title_at = next((at for at in content if blocks[at].kind != "quote"), -1)
        self.after_contents = blocks.index(contents[-1]) if contents else -1
        self.before_contents = blocks.index(contents[0]) if contents else -1

    def neighbour(self, at: int, step: int) -> Block | None:
        at += step
        while 0 <= at < len(self.blocks) and self.blocks[at].kind == "residue":
            at += step
        return self.blocks[at] if 0 <= at < len(self.blocks) else None

    def is_ruled(self, at: int) -> bool:
        sides = self.neighbour(at, -1), self.neighbour(at, 1)
        return any(side is not None and side.kind == "rule" for side in sides)

    def leads_a_list(self, at: int) -> bool:
        """Whether only list items follow until the next heading or rule, as below a heading of highlights."""
        below = self.neighbour(at, 1)
        return below is not None and below.kind == "item"

    def leads_cards_only(self, at: int) -> bool:
        """Whether link cards and nothing else follow until the next heading or rule."""
        kinds = set()
        while (at := at + 1) < len(self.blocks) and self.blocks[at].kind not in ("heading", "rule"):
            kinds.add(self.blocks[at].kind)
        return kinds - {"residue"} == {"card"}

    def is_row_of_cards(self, at: int) -> bool:
        """Whether a card begins a row of them below a text, as no entry does."""
        above, below = self.neighbour(at, -1), self.neighbour(at, 1)
        if self.blocks[at].kind != "card" or above is None or above.kind in ("card", "heading"):
            return False
        return below is not None and below.kind == "card" and (above.kind == "rule" or len(above.text) > _LONGEST_TITLE)

    def stands_alone(self, at: int) -> bool:
        """Whether a list item has no other beside it."""
        return all(side is None or side.kind != "item" for side in (self.neighbour(at, -1), self.neighbour(at, 1)))

    def is_known(self, title: str) -> bool:
        return words.key(title) in self.listed or words.is_section_title(title)

    def section(self, at: int, *, first: bool) -> Part | None:
        """The section that a block heads, or None. `first`: no section was found before it."""
        block = self.blocks[at]
        title = _title_of(block)
        if title is None or at == self.title_at or self.before_contents <= at <= self.after_contents:
            return None
        number, rest = split_number(title)
        number = block.number if block.kind == "item" else number
        if number is None and (loose := _LOOSE_NUMBER.match(title)) and self.is_known(title[loose.end() :]):
            number, rest = int(loose[1]), title[loose.end() :]
        listed, named = words.key(rest) in self.listed, words.is_section_title(rest)
        if number is None:
            likely = self._likely_without_number(at, listed, named, first)
        else:
            likely = block.kind == "heading" or (listed or named) and (block.kind == "text" or self.stands_alone(at))
        return Part("section", rest, number, block, is_known=listed or named) if likely else None

    def _likely_without_number(self, at: int, listed: bool, named: bool, first: bool) -> bool:
        block = self.blocks[at]
        if (
            block.kind == "item"
            or not (listed or named)
            or (first and (at < self.after_contents or self.leads_a_list(at)))
        ):
            return False
        if (words.foot_kind(block.plain) or words.is_contents_heading(block.plain)) and not listed:
            return False
        return block.kind == "heading" or (listed and len(words.key(block.plain)) > 1) or self.is_ruled(at)


def find_contents(blocks: list[Block]) -> list[Block]:
    """The document's own list of contents: the first list of short lines that name sections."""
    run: list[Block] = []
    for block in [*blocks, None]:
        alike = not run or block is None or (block.number is None) == (run[-1].number is None)
        if block is not None and block.kind == "item" and alike:
            run.append(block)
        elif block is None or block.kind not in ("residue",):
            if _is_contents(run):
                return run
            run = [block] if block is not None and block.kind == "item" else []
    return []


def _is_contents(run: list[Block]) -> bool:
    if len(run) < 2 or any(_title_of(block) is None for block in run):
        return False
    named = sum(words.is_section_title(split_number(block.plain)[1]) for block in run)
    kinds = sum(words.kind_of(block.plain) is not None for block in run)
    numbered = all(block.number is not None for block in run)
    return named * 2 >= len(run) or (numbered and kinds * 2 >= len(run))


def _foot_part(evidence: _Evidence, at: int, *, is_last: bool) -> Part | None:
    """The standing part that a block heads: past issues, other blogs, subscription, about the author.

    `is_last`: no section follows. Between sections only what shows the whole form of such a part counts.
    """
    block, below = evidence.blocks[at], evidence.neighbour(at, 1)
    title = _title_of(block)
    if title is None or block.kind == "item" or split_number(title)[0] is not None:
        return None
    own = below is not None and _headless_foot(below)
    kind = words.foot_kind(title) or (own if block.kind == "heading" else None)
    if kind is None and is_last and block.kind == "heading" and evidence.is_ruled(at) and evidence.leads_cards_only(at):
        kind = "blogs"
    whole = is_last or (block.kind == "heading" and (own or below is None or below.kind == "card"))
    return Part(kind, title, None, block) if kind and whole else None


def _headless_foot(block: Block) -> str | None:
    """The kind of a standing part without a heading, known by the author's own addresses."""
    if block.kind == "card" and words.is_own_address(block.url):
        return "past"
    if block.kind == "text" and len(block.text) < _LONGEST_NAVIGATION and any(map(words.is_own_issue, _urls(block))):
        return "past"
    if block.kind == "text" and words.speaks_of_the_author(block.text):
        return "about"
    return None


def _urls(block: Block) -> list[str]:
    return [piece.url for piece in links(block.text)]


def _sections(evidence: _Evidence) -> dict[int, Part]:
    """The sections by the place of their heads.

    Where some heads are known by their words, a numbered heading that is not counts only on the same level and under
    a number that none of them has.
    """
    found: dict[int, Part] = {}
    for at in range(len(evidence.blocks)):
        part = evidence.section(at, first=not found)
        if part is not None:
            found[at] = part
    known = [part for part in found.values() if part.is_known]
    if not known:
        return found
    first = min((at for at, part in found.items() if part.number is not None), default=0)
    if sum(part.number is not None for part in known) > 1:
        # Above the first of several numbered sections a heading without number is one of highlights.
        found = {at: part for at, part in found.items() if at >= first}
    level, numbers = max(part.head.level for part in known), {part.number for part in known}
    return {
        at: part
        for at, part in found.items()
        if part.is_known or (part.head.level <= level and part.number not in numbers)
    }


def split_parts(blocks: list[Block], contents: list[Block]) -> tuple[list[Block], list[Part]]:
    """The front, and the sections and standing parts after it in order; every block is in exactly one of them."""
    evidence = _Evidence(blocks, contents)
    sections = _sections(evidence)
    last = max(sections, default=-1)
    front: list[Block] = []
    parts: list[Part] = []
    for at, block in enumerate(blocks):
        part = sections.get(at) or (_foot_at(evidence, at, parts[-1], is_last=at > last) if parts else None)
        if part is not None:
            parts.append(part)
        elif parts:
            parts[-1].blocks.append(block)
        else:
            front.append(block)
    return front, parts


def _foot_at(evidence: _Evidence, at: int, within: Part, *, is_last: bool) -> Part | None:
    """The standing part that begins with a block, be it with a heading or without."""
    block = evidence.blocks[at]
    part = _foot_part(evidence, at, is_last=is_last)
    if part is not None or not is_last:
        return part
    if within.kind == "section":
        kind = _headless_foot(block) or ("blogs" if evidence.is_row_of_cards(at) else None)
        return Part(kind, blocks=[block]) if kind else None
    if block.kind == "heading":
        return Part("unknown", block.plain, None, block)
    return None
