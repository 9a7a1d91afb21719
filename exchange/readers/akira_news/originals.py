"""The original title of a work and its address, as they stand at the head of an entry's text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .heads import ORIGINAL_ID, PLACEHOLDER
from .inline import BARE_URL, collapse, links, pieces, plain

_STARS = re.compile(r"\*+")
_LABEL = re.compile(
    r"^\W{0,2}(?:原(?:标题|标题名|题|文标题|題|標題|タイトル)|original(?: title)?|title|タイトル)\s*[:：]\s*", re.I
)
_BETWEEN_CHINESE = re.compile(
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff，。？！：、）】])[ \u3000]+(?=[\u3040-\u30ff\u4e00-\u9fff])"
)
_SENTENCE_END = "。.！!；;：:，,…"
_LONGEST_TITLE = 160
_SHORTEST_IN_BRACKETS = 8
_BRACKETS = {"【": "】]", "[": "]】"}


@dataclass(frozen=True)
class Original:
    """Original title, the id beside it, the address below it, and the text that remains for the summary."""

    title: str = ""
    arxiv_id: str = ""
    url_given: str = ""
    rest: str = ""


def without_placeholders(text: str) -> str:
    return PLACEHOLDER.sub("", text)


def _is_address_line(line: str) -> bool:
    """Whether a line holds the address of the work: as text, or as a link that shows it."""
    shown = [piece for piece in pieces(line) if piece.kind == "link" and BARE_URL.search(piece.text)]
    alone = BARE_URL.match(plain(line).strip("【】[]()<>（） "))
    return bool(shown or alone)


def _address_in(line: str) -> tuple[str, str]:
    """The address on a line, and the words that stand beside it."""
    for piece in pieces(line):
        if piece.kind == "link" and BARE_URL.search(piece.text):
            words = "".join(BARE_URL.sub("", p.text) for p in pieces(line))
            return piece.url, words
    found = BARE_URL.search(line)
    return found[0], line[: found.start()] + line[found.end() :]


def _is_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _joined(lines: list[str]) -> str:
    """Lines as one title: with a space beside a Latin word."""
    title = ""
    for line in (plain(line) for line in lines):
        # The mirror sets Latin words apart from Chinese ones by a space.
        spaced = title and line and (_is_word(title[-1]) or _is_word(line[0]))
        title += (" " if spaced else "") + line
    return collapse(title)


def with_address(text: str) -> Original | None:
    """Title and address where the text holds the address on a line of its own near its beginning."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:4]):
        if _is_address_line(line):
            url, beside = _address_in(without_placeholders(line))
            beside = re.sub(r"[【】<>]|\[\s*\]|\(\s*\)", " ", beside) if at or len(beside) < _LONGEST_TITLE else beside
            if len(plain(beside)) > _LONGEST_TITLE:
                return None
            if plain(beside).endswith(("。", "．")):
                return Original("", "", url, text)
            # What precedes a shown address belongs to the title, and so does what follows it on the same line.
            return Original(_joined([*lines[:at], beside]), "", url, "\n".join(lines[at + 1 :]).strip())
    return None


def _emphasis(text: str) -> tuple[str, str] | None:
    """A text that begins in italics: the part in italics, and the rest."""
    runs = list(_STARS.finditer(text))[:3]
    bracket = re.match(r"\**[【\[]\*(?!\*)", text)
    if bracket:
        close = text.find("*", bracket.end())
        return (text[:close].replace("*", ""), text[close + 1 :]) if close > 0 else None
    if len(runs) < 2 or runs[0].start() or len(runs[0][0]) % 2 == 0 or len(runs[1][0]) % 2 == 0:
        return None
    return text[runs[0].end() : runs[1].start()], text[runs[1].end() :]


def _line_or_words(text: str, *, is_alone: bool) -> tuple[str, str] | None:
    """The title at the head of a text that marks it by a line break, by its own paragraph, or by nothing."""
    line, newline, rest = text.partition("\n")
    if newline:
        return line, rest
    if not is_alone:
        return text, ""
    boundary = _BETWEEN_CHINESE.search(text)
    return (text[: boundary.start()], text[boundary.end() :]) if boundary else None


def _with_id(text: str, *, is_alone: bool) -> Original | None:
    """`[2103.00430] Title`, in brackets of any make."""
    bare = text.lstrip("* ")
    found = ORIGINAL_ID.match(bare)
    if not found:
        return None
    arxiv_id = re.sub(r"\s", "", unicodedata.normalize("NFKC", found["id"]))
    cut = _emphasis(text) or _line_or_words(bare, is_alone=is_alone)
    if cut is None:
        return Original("", arxiv_id, "", bare[found.end() :].strip())
    title = plain(ORIGINAL_ID.sub("", cut[0].lstrip("* "), count=1))
    return Original(title, arxiv_id, "", cut[1].strip())


def _in_brackets(text: str) -> Original | None:
    """`【Title】` without an id, its closing bracket perhaps of another make or missing."""
    emphasis = _emphasis(text)
    line, _, below = text.partition("\n")
    if emphasis and not emphasis[0].lstrip("* ").startswith(("【", "[")):
        return None
    first, rest = emphasis or (line, below)
    bare = plain(first)
    if not bare.startswith(("【", "[")) or len(bare) > _LONGEST_TITLE and not below:
        return None
    place = max(bare.rfind(mark) for mark in "】]")
    after = bare[place + 1 :].strip() if place > 0 else ""
    inside = bare[1:place] if place > 0 else bare[1:]
    if not rest.strip() and after and not emphasis:
        # On one line with the summary: the bracket alone is the title, if it is long enough to be one.
        if place < _SHORTEST_IN_BRACKETS or len(after) < 20:
            return None
        return Original(_LABEL.sub("", inside).strip(), "", "", text[_end_of_bracket(text) :].strip())
    title = bare if after else inside
    return Original(_LABEL.sub("", title).strip(), "", "", rest.strip())


def _end_of_bracket(text: str) -> int:
    line = text.partition("\n")[0]
    return max(line.rfind("】"), line.rfind("]")) + 1


def _plain_line(text: str, *, is_alone: bool) -> Original | None:
    """A title that nothing marks but its own line or paragraph, or italics."""
    emphasis = _emphasis(text)
    if emphasis and (emphasis[1].strip("* \n") or not is_alone):
        return Original(plain(emphasis[0]), "", "", emphasis[1].strip())
    line, newline, rest = text.partition("\n")
    title = plain(line)
    if not title or links(line) or len(title) > _LONGEST_TITLE or title[-1] in _SENTENCE_END:
        return None
    if newline and len(title) < len(plain(rest)):
        return Original(title, "", "", rest.strip())
    return None


def _unlinked(text: str) -> str:
    """The text, its first line without the link that the whole of an original title may be."""
    line, newline, rest = text.partition("\n")
    found = pieces(line.strip("* "))
    if len(found) == 1 and found[0].kind == "link" and ORIGINAL_ID.match(found[0].text):
        return found[0].text + newline + rest
    return text


def read_original(text: str, *, is_alone: bool, is_work: bool) -> Original | None:
    """The original title at the head of an entry's first paragraph, or None where the paragraph is all summary.

    `is_alone`: no other paragraph follows. `is_work`: the entry shows a figure or leads to a paper, so that a short
    paragraph of its own is read as a title.
    """
    text = _unlinked(without_placeholders(text))
    labelled = _LABEL.match(plain(text.partition("\n")[0]))
    found = _with_id(text, is_alone=is_alone) or _in_brackets(text) or _plain_line(text, is_alone=is_alone)
    if found is None and labelled:
        line, _, rest = text.partition("\n")
        found = Original(_LABEL.sub("", plain(line)), "", "", rest.strip())
    if found is None and is_work and not is_alone and "\n" not in text and not links(text):
        title = plain(text)
        if title and len(title) <= 80 and title[-1] not in _SENTENCE_END:
            found = Original(title)
    return found
