"""Link cards: a link over several paragraphs, its title a heading, with description and domain below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exchange.documents import CardDocument

from .inline import absolute, plain

# A card opens with a heading inside square brackets: `[## Title`. Where the mark of heading got lost, it is known by
# the empty link before it and by going on after a blank line.
_OPEN = re.compile(
    r"[\[【][ \t*]*(?:#{2,6}[ \t*]*|#[ \t*]+)(?=[^\s#])|\[\]\((?P<lead>[^\s()]+)\)[ \t*]*\[(?=[^\]\n\[#]+\n\s*\n)"
)
_CLOSE = re.compile(r"[\]】]\([ \t]*(?=\S)")
_UNCLOSED = re.compile(r"[^\n]+\n\s*#{2,6}[^\n]+(?:\n\s*\n?[ \t]*[\w. -]{1,60}\.[\w. -]{2,40}[ \t]*(?=\n|$))?")
_DESCRIPTION = re.compile(r"(?:^|\s)#{2,6}\s+(?=\S)")
_DOMAIN = re.compile(r"(?:[\w-]+ ){0,3}[\w-]+(?: ?\. ?[\w-]+)* ?\. ?(?:[A-Za-z][A-Za-z-]{1,23}|[^\W\da-zA-Z_]{2,12})")
_LONGEST = 6000
_LONGEST_ADDRESS = 3000
_LONGEST_DOMAIN = 80
_MOST_LINES = 16


@dataclass(frozen=True)
class FoundCard:
    raw: str
    card: CardDocument


def looks_like_domain(text: str) -> bool:
    """Whether a text is a domain as the documents show them: translated, broken by spaces, but with its dots."""
    bare = plain(text).strip("【】[]() ")
    return len(bare) <= _LONGEST_DOMAIN and bool(_DOMAIN.fullmatch(bare))


def _address(text: str, at: int) -> tuple[str, int] | None:
    """The address that begins at `at`, up to the parenthesis that closes it, and where that ends."""
    depth = 0
    for place in range(at, min(len(text), at + _LONGEST_ADDRESS)):
        if text[place].isspace():
            break
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth < 0:
            return text[at:place].removeprefix("<").removesuffix(">"), place + 1
    return None


def _end_of(text: str, mark: re.Match) -> tuple[int, int, str] | None:
    """Where the card's text ends, where the card ends, and its address; None for what is no card."""
    window = mark.end() + _LONGEST
    following = _OPEN.search(text, mark.end(), window)
    limit = following.start() if following else min(len(text), window)
    close = _CLOSE.search(text, mark.end(), limit)
    if close and text.count("\n", mark.end(), close.start()) <= _MOST_LINES:
        address = _address(text, close.end())
        if address:
            return close.start(), address[1], address[0]
    unclosed = _UNCLOSED.match(text, mark.end(), limit)
    return (unclosed.end(), unclosed.end(), "") if unclosed else None


def _lead(before: str) -> tuple[int, str] | None:
    """The empty link that ends a text: where it begins and its address."""
    bare = before.rstrip("* \t\n")
    middle = bare.rfind("](")
    start = bare.rfind("[", 0, middle)
    if middle < 0 or start < 0 or not bare.endswith(")") or bare[start + 1 : middle].strip("* "):
        return None
    url = bare[middle + 2 : -1].strip("<> ")
    return (start, url) if url and not re.search(r"\s", url) else None


def _visible_lines(text: str) -> list[str]:
    return [line for line in (plain(line) for line in text.split("\n")) if line]


def _without_domain(lines: list[str]) -> tuple[list[str], str]:
    """The lines below a card's title, and the domain that ends them, on a line of its own or not."""
    if not lines:
        return [], ""
    before, _, last = lines[-1].rpartition(" ")
    if before and looks_like_domain(last) and (len(lines) == 1 or not looks_like_domain(lines[-1])):
        return [*lines[:-1], before], last
    return (lines[:-1], lines[-1]) if looks_like_domain(lines[-1]) else (lines, "")


def _read(inside: str, url: str) -> CardDocument:
    """Title, description and domain out of a card's text, whatever its line breaks are."""
    title, *rest = _DESCRIPTION.split(inside, maxsplit=1)
    head = _visible_lines(title)
    lines = _visible_lines(rest[0]) if rest else head[1:]
    lines, domain = _without_domain(lines)
    return CardDocument(absolute(url), url, " ".join(head if rest else head[:1]), " ".join(lines), domain)


def find_cards(text: str) -> Iterator[str | FoundCard]:
    """The text cut into stretches without cards and cards, in order; joined they give the text again."""
    done = 0
    for mark in _OPEN.finditer(text):
        end = _end_of(text, mark) if mark.start() >= done else None
        if end is None:
            continue
        inside_end, card_end, url = end
        start, lead_url = mark.start(), mark["lead"] or ""
        begin = max(done, start - _LONGEST_ADDRESS)
        if not lead_url and (lead := _lead(text[begin:start])):
            start, lead_url = begin + lead[0], lead[1]
        yield text[done:start]
        yield FoundCard(text[start:card_end], _read(text[mark.end() : inside_end], url or lead_url))
        done = card_end
    yield text[done:]
