"""Texts from outside, made fit to be kept: no control characters, no tricks of direction, no boundless length. Pure."""

import re
import unicodedata

from common.html import encodable

LONGEST_TITLE = 500
LONGEST_TEXT = 5_000

_BLANKS = re.compile(r"[^\S\n]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
# They turn the direction of what follows, so that a text can look like another one.
_OF_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _is_fit(character: str) -> bool:
    return character not in _OF_DIRECTION and (character in "\n\t" or unicodedata.category(character) != "Cc")


def several_lines(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """The text in its lines, without control characters and blank ends; what is too long ends in an ellipsis."""
    text = encodable(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    lines = (_BLANKS.sub(" ", "".join(filter(_is_fit, line))).strip() for line in text.split("\n"))
    return _bounded(_MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip(), longest)


def one_line(text: str, *, longest: int = LONGEST_TITLE) -> str:
    """The text as one line, likewise."""
    return _bounded(" ".join(several_lines(text, longest=10 * longest).split()), longest)


def _bounded(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
