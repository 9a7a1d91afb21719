"""Texts from outside made plain: titles, names, descriptions and abstracts as a reader should see them.

What comes out is text, never markup: no tag of HTML or JATS that dressed it, no entity, no LaTeX outside of formulas,
no control or invisible character, NFC, bounded. It still is text of a stranger: what looks like a tag because it was
written as text (`<script>`, `Vec<T>`, `a < b`) is kept, so it must be escaped wherever it is shown, like any text.
"""

import re
from collections.abc import Callable

from . import characters, latex, markup

__all__ = ["LONGEST_LINE", "LONGEST_NAME", "LONGEST_TEXT", "one_line", "paragraphs", "person"]

LONGEST_LINE = 500
LONGEST_NAME = 300
LONGEST_TEXT = 20_000
# What stands further behind in what was given is not read: markup may be longer than its text, but not boundlessly.
_MOST_READ = 10
# Texts encoded twice or thrice need as many passes; more are an attack.
_MOST_PASSES = 8
_MARKS_OF_MARKUP = str.maketrans("", "", "&<>\\{}$`'\"")

_PLAIN = re.compile(r"[A-Za-z0-9.,:;!?()/+*=#%@-]+(?: [A-Za-z0-9.,:;!?()/+*=#%@-]+)*")
_WRITTEN_WITHOUT_BLANKS = "\u2e80-\u30ff\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
# A line end within a sentence of these scripts is none of its blanks; Korean does write blanks.
_BREAK_WITHIN_SENTENCE = re.compile(rf"(?<=[{_WRITTEN_WITHOUT_BLANKS}]) *\n *(?=[{_WRITTEN_WITHOUT_BLANKS}])")
_PARAGRAPH_END = re.compile(r"\n[ \n]*\n")
_BLANKS = re.compile(r"[ \n]+")


def _paragraph(text: str) -> str:
    folded = _BLANKS.sub(" ", _BREAK_WITHIN_SENTENCE.sub("", text))
    return latex.to_text(folded).strip()


def _clean(text: str) -> str:
    """One pass: paragraphs in one line each, parted by an empty line."""
    text = characters.visible(markup.to_text(text))
    return "\n\n".join(filter(None, map(_paragraph, _PARAGRAPH_END.split(text))))


def _clean_line(text: str) -> str:
    return _paragraph(_PARAGRAPH_END.sub("\n", characters.visible(markup.to_text(text))))


def _settled(text: str, clean: Callable[[str], str], longest: int) -> str:
    """The text cleaned until nothing changes any more, so that cleaning it again changes nothing.

    Where it does not come to rest it was built to keep a machine busy, and loses every mark of markup.
    """
    for _ in range(_MOST_PASSES):
        cleaned = latex.shortened(clean(text), longest)
        if cleaned == text:
            return text
        text = cleaned
    text = text.translate(_MARKS_OF_MARKUP)
    for _ in range(_MOST_PASSES):
        text = latex.shortened(clean(text), longest)
    return text


def one_line(text: str, *, longest: int = LONGEST_LINE) -> str:
    """The text in one line of at most `longest` characters, an ellipsis at the end where it was longer.

    Tags that dress the text go and leave it; entities are decoded, twice where encoded twice; `$…$` stays, other LaTeX
    becomes Unicode where it surely is LaTeX. Never raises; cleaning twice changes nothing; costs a bounded time.
    """
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text
    return _settled(text[: _MOST_READ * longest], _clean_line, longest)


def paragraphs(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """The text as `one_line` makes it, but with its paragraphs kept apart by one empty line.

    A paragraph ends where the text has an empty line or a tag that ends one; single line ends only wrap it.
    """
    return _settled(text[: _MOST_READ * longest], _clean, longest)


_SUFFIXES = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|inc|ltd|llc|esq)\.?", re.IGNORECASE)
_BY = re.compile(r"by:? +", re.IGNORECASE)
_CJK = re.compile(rf"[{_WRITTEN_WITHOUT_BLANKS}\uac00-\ud7ff]")


def person(text: str) -> str:
    """A name in one line as it is spoken: `Curie, Marie` becomes `Marie Curie`, `田中, 太郎` becomes `田中 太郎`."""
    name = one_line(text, longest=LONGEST_NAME)
    name = _BY.sub("", name, count=1) if _BY.match(name) else name
    parts = [part.strip() for part in re.split("[,，]", name)]
    suffix = [parts.pop()] if len(parts) > 1 and _SUFFIXES.fullmatch(parts[-1]) else []
    if len(parts) != 2 or not all(parts):
        return name
    family, given = parts
    spoken = [family, given] if _CJK.match(family) else [given, family]
    return " ".join(spoken + suffix)
