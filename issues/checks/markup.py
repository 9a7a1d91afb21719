"""A text in Markdown as the rules read it: its links as they stand, and marks that show since nothing closes them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from common import emphasis
from common.html import encodable, names
from common.markdown import LONGEST_TEXT, MOST_BRACKETS
from common.rawhtml import HTML_TAGS


@dataclass(frozen=True)
class TextLink:
    """A link in a text: where it leads, as it is written, and the words that are linked."""

    address: str
    words: str


@dataclass(frozen=True)
class Markup:
    """What is in a text. `loose` are the places where a mark stands alone, each with a few letters around it."""

    links: tuple[TextLink, ...] = ()
    loose: tuple[str, ...] = ()


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False, double_inline=True
    )
    parser.use(emphasis.plugin)
    # What is escaped has to be told from what is not.
    parser.disable("text_join")
    # Addresses are wanted as they stand; whether they are any is what the rules ask.
    parser.normalizeLink = lambda address: address
    parser.validateLink = lambda address: True
    return parser


_parser = _make_parser()


def read(text: str) -> Markup:
    """The links and the loose marks of a text. Never raises; a text that is too long to be shown as one has none."""
    if not text or len(text) > LONGEST_TEXT or text.count("[") > MOST_BRACKETS:
        return Markup()
    return _read(text) if len(text) > 20_000 else _read_cached(text)


def _read(text: str) -> Markup:
    text = encodable(text)
    tokens = _parser.parse(text, {})
    links, loose = [], list(_unclosed_blocks(tokens, text))
    for token in tokens:
        if token.type == "html_block":
            links += _of_html(token.content)
            loose += _loose_tags(_tags(token.content))
        elif token.type == "inline":
            children = token.children or []
            links += _of_inline(children)
            loose += _loose(children)
    return Markup(tuple(links), tuple(dict.fromkeys(loose)))


_read_cached = lru_cache(maxsize=2_048)(_read)


# --- Links -----------------------------------------------------------------------------------------------------------

_ANCHOR = re.compile(
    r"""<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))[^>]*>(?:(.*?)</a>)?""", re.IGNORECASE | re.DOTALL
)


def _of_html(markup: str) -> Iterator[TextLink]:
    for match in _ANCHOR.finditer(markup):
        address = html.unescape(next(filter(None, match.groups()[:3]), ""))
        yield TextLink(address, re.sub(r"<[^>]*>", "", match[4] or ""))


def _of_inline(children: list[Token]) -> Iterator[TextLink]:
    address, words, is_open = "", "", False
    for token in children:
        if token.type == "link_open":
            address, words, is_open = str(token.attrGet("href") or ""), "", True
        elif token.type == "link_close" and is_open:
            yield TextLink(address, words.strip())
            is_open = False
        elif token.type == "html_inline":
            yield from _of_html(token.content)
        elif is_open:
            words += token.content


# --- Loose marks -----------------------------------------------------------------------------------------------------

_AROUND = 24
# What is left of a link whose brackets are not whole: [words](address without an end, words](address).
_BROKEN_LINK = re.compile(
    r"\]\((?=\S)|\]\s\((?=https?:|entry:)|\[[^\]\[]{1,200}\((?:https?:|entry:)|\]\s?\[(?=https?:)"
)
# Strong emphasis, code and strikethrough come in pairs; one left over was meant to be a pair. Two numbers or names
# with a power between (2**10, a**b) and keyword arguments (**kwargs) are code that somebody wrote without its marks.
_LEFT_OVER = re.compile(r"(?<![\w*])\*{2,3}(?!kwargs\b|[\s*])|(?<=[^\s*])\*{2,3}(?![\w*])|`+|(?<!~)~~(?!~)")
# A single star: at the beginning of a word, or at the end of one that is longer than names such as A* and Q*.
_LEFT_OVER_STAR = re.compile(r"(?<![\w*\\/.])\*(?=[^\W\d_])(?![^\s*]*[(.])|(?<=[^\W\d_]{4})\*(?![\w*])")
# A dollar that begins a formula, not a sum of money.
_LEFT_OVER_DOLLAR = re.compile(r"\$\$|\$(?=[^\s$]{0,40}[\\^_{])|[\\^_{}][^\s$]{0,40}\$")


def _loose(children: list[Token]) -> Iterator[str]:
    """The marks that stand in the text of one paragraph as letters."""
    pieces = [_plain(token) for token in children]
    text = "".join(pieces)
    for pattern in (_LEFT_OVER, _LEFT_OVER_STAR, _LEFT_OVER_DOLLAR, _BROKEN_LINK):
        for match in pattern.finditer(text):
            yield _shown(text, match.start())
    yield from _loose_tags(token.content for token in children if token.type == "html_inline")


def _plain(token: Token) -> str:
    """What readers see of a token as text; what is code, formula or escaped holds no marks."""
    if token.type == "text":
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type in ("code_inline", "math_inline", "math_inline_double", "text_special", "image"):
        return "\ufffc"
    return ""


def _shown(text: str, place: int) -> str:
    start = max(0, place - _AROUND)
    return " ".join(text[start : place + _AROUND].replace("\ufffc", "…").split())


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^>]*?(/?)>")
# Tags that HTML lets stand without an end.
_ALONE = names("area base br col dd dt embed hr img input li link meta option p source td th tr track wbr")


def _tags(markup: str) -> list[str]:
    return [match[0] for match in _TAG.finditer(markup)]


def _loose_tags(tags) -> Iterator[str]:
    """Tags that are opened and not closed, or closed and not opened."""
    is_open: list[tuple[str, str]] = []
    for tag in tags:
        match = _TAG.fullmatch(tag)
        # A name that is none of HTML, as in `Vec<T>`, is shown as it stands, and has no other half.
        if match is None or match[3] or match[2].lower() in _ALONE or match[2].lower() not in HTML_TAGS:
            continue
        name = match[2].lower()
        if not match[1]:
            is_open.append((name, tag))
        elif name in [opened for opened, _ in is_open]:
            while is_open.pop()[0] != name:
                pass
        else:
            yield tag[:60]
    yield from (tag[:60] for _, tag in is_open)


_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})\s*")


def _unclosed_blocks(tokens: list[Token], text: str) -> Iterator[str]:
    """Fenced code that goes on to the end of the text since nothing closes it."""
    lines = text.splitlines()
    for token in tokens:
        if token.type != "fence" or not token.map:
            continue
        last = lines[token.map[1] - 1] if token.map[1] <= len(lines) else ""
        closed = _FENCE.fullmatch(last)
        if token.map[1] - token.map[0] < 2 or not closed or not closed[1].startswith(token.markup[:3]):
            yield token.markup
