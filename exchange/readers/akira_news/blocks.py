"""The document as a row of blocks with line numbers: headings, rules, images, link cards, list items, paragraphs.

Every line that carries text belongs to at least one block, and every block is taken by whoever understands it, with a
word that says as what. What nobody takes is a leftover; so nothing can fall between.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from exchange.documents import CardDocument

from .cards import find_cards
from .inline import collapse, pieces, plain

DASHES = "-－‐‑‒–—―−─━_=~～ー・·•*#＿＝"
_BLANK = " \t\u3000\u00a0\u200b\u200c\u200d\ufeff\u2028\x0b\x0c"
_HEADING = re.compile(r"[\s*]*([#＃]{1,6})(?:[\s*]+|(?<=[#＃]{2})|(?=[\[!【]|\d{1,2}[.、．]))(?=\S)")
_CLOSING_HASHES = re.compile(r"\s+#+[\s*]*$")
_QUOTE = re.compile(r"[\s*]*>\s?")
_BULLET = re.compile(r"\s*(?:\*\*){0,4}(?:[*+•●○◦‣▪・]|-(?=[ \t]))[ \t\u3000]+(?=\S)|\s*[•●○◦‣▪・](?=\S)")
_NUMBER = re.compile(r"\s*(?:\*\*){0,4}(\d{1,2})[.)．）][ \t\u3000]+(?=\S)")


@dataclass(eq=False)
class Block:
    """A heading, rule, image, card, item, quote, text or residue, and who took it."""

    kind: str
    text: str
    line_from: int
    line_to: int
    level: int = 0
    number: int | None = None
    url: str = ""
    card: CardDocument | None = None
    # Whether no blank line stands between this block and the one before it.
    adjacent: bool = False
    taken_as: str = ""

    @functools.cached_property
    def plain(self) -> str:
        return plain(self.text)

    def take(self, reason: str) -> None:
        self.taken_as = reason


def is_blank(line: str) -> bool:
    return not line.strip(_BLANK)


def is_rule(text: str) -> bool:
    """Whether a line is a separator: nothing but dashes of any make, spaces and marks of emphasis or heading."""
    bare = "".join(text.split()).strip(_BLANK)
    return bool(bare) and not bare.strip(DASHES) and bool(bare.strip("*#"))


def _is_stars(text: str) -> bool:
    return not text.strip("*#" + _BLANK + "\n")


class _Lexer:
    """Turns lines into blocks; a paragraph goes on until a blank line or a line that begins something else."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.open: list[tuple[int, str]] = []
        self.after_blank = True

    def close(self) -> None:
        if self.open:
            lines, self.open = self.open, []
            self.add("text", "\n".join(text for _, text in lines), lines[0][0], lines[-1][0])

    def add(self, kind: str, text: str, line_from: int, line_to: int, **more) -> None:
        self.blocks.append(Block(kind, text, line_from, line_to, adjacent=not self.after_blank, **more))
        self.after_blank = False

    def blank(self) -> None:
        self.close()
        self.after_blank = True

    def line(self, number: int, line: str) -> None:
        if _is_stars(line):
            self.close()
            stars = line.split()
            is_rule_of_stars = stars == ["***"] or (len(stars) > 2 and set("".join(stars)) == {"*"})
            self.add("rule" if is_rule_of_stars else "residue", line, number, number)
        elif is_rule(line):
            self.close()
            self.add("rule", line.strip(), number, number)
        elif not self._marked(number, line):
            self._plain_line(number, line)

    def _marked(self, number: int, line: str) -> bool:
        """A heading, quote or list item."""
        for kind, form in (("heading", _HEADING), ("quote", _QUOTE), ("item", _NUMBER), ("item", _BULLET)):
            mark = form.match(line)
            if not mark or (form is _BULLET and line[mark.end() :].strip() == ""):
                continue
            self.close()
            text = line[mark.end() :].strip(_BLANK)
            if kind == "heading":
                self._cut(number, _CLOSING_HASHES.sub("", text), "heading", level=len(mark[1]))
            else:
                self.add(kind, text, number, number, number=int(mark[1]) if form is _NUMBER else None)
            return True
        return False

    def _plain_line(self, number: int, line: str) -> None:
        if "![" in line and any(piece.kind == "image" for piece in pieces(line)):
            self.close()
            self._cut(number, line, "text")
        else:
            self.open.append((number, line.strip(_BLANK)))

    def _cut(self, number: int, line: str, kind: str, **more) -> None:
        """Add a line, its images as blocks of their own."""
        words = ""
        for piece in pieces(line):
            if piece.kind == "image":
                self._words(number, words, kind, **more)
                words = ""
                self.add("image", collapse(piece.text), number, number, url=piece.url)
            else:
                words += piece.text if piece.kind == "text" else f"[{piece.text}]({piece.url})"
        self._words(number, words, kind, **more)

    def _words(self, number: int, words: str, kind: str, **more) -> None:
        if not _is_stars(words):
            self.add(kind, words.strip(_BLANK), number, number, **more)


def read_blocks(text: str, first_line: int = 1) -> list[Block]:
    """The blocks of a document in order. Any text has some; linear in its length."""
    lexer, number = _Lexer(), first_line
    for part in find_cards(text):
        if isinstance(part, str):
            number = _read_lines(lexer, part, number)
        else:
            last = number + part.raw.count("\n")
            lexer.add("card", part.raw, number, last, url=part.card.url, card=part.card)
            number = last
    return lexer.blocks


def _read_lines(lexer: _Lexer, text: str, number: int) -> int:
    """Read a stretch without cards that begins on a line; the line on which it ends."""
    lines = text.split("\n")
    last = len(lines) - 1
    for offset, line in enumerate(lines):
        if not is_blank(line):
            lexer.line(number + offset, line)
        elif offset in (0, last):
            # A piece of a line beside a card is no blank line.
            lexer.close()
        else:
            lexer.blank()
    lexer.close()
    return number + last
