"""The addresses in a text that somebody pastes: Markdown, HTML, a mail, a list, a note in Japanese. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from common.html import INLINE_TAGS
from common.texts import one_line

from .identifiers import arxiv_id

# A longer text, or one with more brackets, is not read as Markdown, which could take long: its addresses still count.
LONGEST_MARKDOWN = 200_000
MOST_BRACKETS = 5_000


@dataclass(frozen=True)
class Given:
    """An address as it stands in a text, and the words that are linked with it, if any."""

    address: str
    title: str = ""


# What can't be part of an address: blanks, control characters, quotes and brackets, which addresses percent-encode, and
# the punctuation of Japanese and Chinese. Letters of any script can be, since browsers show addresses with them.
_ENDS = (
    r"\s\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
    r"<>\"`{}|\\^“”‘’«»„‚‹›…"
    r"、。，．！？：；・（）［］｛｝「」『』【】〔〕〈〉《》〖〗〘〙｟｠～＂＇｀＜＞｜｢｣､｡･"
)
_SPELLING = re.compile(
    rf"https?://[^{_ENDS}]+"
    rf"|(?<![\w@/.-])(?:www\.|(?:arxiv|doi|github)\.(?:org|com)/)[^{_ENDS}]+"
    rf"|(?<![\w/.])arxiv:\s?(?:\d{{4}}\.\d{{4,5}}|[a-z.-]{{2,20}}/\d{{7}})(?:v\d+)?"
    rf"|(?<![\w/.])doi:\s?10\.[^{_ENDS}]+",
    re.IGNORECASE | re.ASCII,
)
_BARE_DOI = re.compile(r"10\.\d{4,9}/\S{1,500}", re.ASCII)
_BARE_ADDRESS = re.compile(rf"(?:[a-z0-9-]+\.)+[a-z]{{2,}}/[^{_ENDS}]*", re.IGNORECASE | re.ASCII)
_BULLETS = " \t\u3000-*+•・‣"

_OPENING = {")": "(", "]": "["}
# What ends a sentence, or sets a word apart, rather than an address.
_TRAILING = ".,;:!?'*_~"
# What is written up against an address. Chinese, Japanese and Korean letters are; where one stands behind a sign that
# begins a new part of an address it may belong there, save for the particle を, with which no word begins.
_GLUED = re.compile(r"[,;](?=https?://)|を|(?<=[A-Za-z0-9%])[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_LOOKS_LIKE_HTML = re.compile(r"\s*<(?!https?:)[a-z!]", re.IGNORECASE)
_OF_THE_WEB = re.compile(r"(?:https?:)?//\S", re.IGNORECASE)


def addresses(text: str) -> list[Given]:
    """Every address in the text, once each, in order of appearance, with the words that are linked with it.

    Read are links of HTML and of Markdown, bare addresses, and ids written as `arXiv:2103.00020` or
    `doi:10.1109/5.771073`; a line that is nothing but an id counts, too. An address ends before the punctuation of its
    sentence, also that of Japanese and Chinese. Pictures don't count. Nothing is checked: what is found may still be
    no address of the web. Never raises.
    """
    found: dict[str, Given] = {}
    for given in _read(text):
        known = found.get(given.address)
        if known is None or (given.title and not known.title):
            found[given.address] = given
    return list(found.values())


def _read(text: str) -> Iterator[Given]:
    if _LOOKS_LIKE_HTML.match(text):
        return _of_html(text)
    if len(text) > LONGEST_MARKDOWN or text.count("[") > MOST_BRACKETS:
        return _of_plain(text)
    return _of_markdown(text)


# --- Plain text ------------------------------------------------------------------------------------------------------


def _of_plain(text: str) -> Iterator[Given]:
    for line in text.splitlines():
        whole = line.strip(_BULLETS)
        if _is_id(whole):
            yield Given(whole)
        else:
            yield from _of_line(line)


def _is_id(line: str) -> bool:
    """Whether the line is nothing but an id, or an address without its scheme."""
    if not line or len(line) > 1_000 or "://" in line:
        return False
    return bool(arxiv_id(line) or _BARE_DOI.fullmatch(line) or _BARE_ADDRESS.fullmatch(line))


def _of_line(line: str) -> Iterator[Given]:
    at = 0
    while match := _SPELLING.search(line, at):
        address = _without_what_follows(match[0])
        yield Given(address)
        at = match.start() + max(len(address), 1)


def _without_what_follows(address: str) -> str:
    """The address without the letters and the punctuation that belong to the sentence around it."""
    if glued := _GLUED.search(address):
        address = address[: glued.start()]
    while address and (address[-1] in _TRAILING or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    opening = _OPENING.get(address[-1])
    return opening is not None and address.count(address[-1]) > address.count(opening)


# --- Markdown --------------------------------------------------------------------------------------------------------

_markdown = MarkdownIt("commonmark")
# Addresses are wanted as they stand; whether they are any is asked later.
_markdown.normalizeLink = lambda address: address
_markdown.validateLink = lambda address: True


def _of_markdown(text: str) -> Iterator[Given]:
    seen: dict = {}
    for token in _markdown.parse(text, seen):
        if token.type == "html_block":
            yield from _of_html(token.content)
        elif token.type in ("code_block", "fence"):
            yield from _of_plain(token.content)
        elif token.children:
            yield from _of_inline(token.children)
    # A link that is defined and never used shows nowhere, but it is an address in the text.
    for definition in seen.get("references", {}).values():
        yield from _link(definition["href"], "")


def _of_inline(tokens: Iterable[Token]) -> Iterator[Given]:
    """The links of a paragraph, and the addresses in the text between them."""
    between, address, words = "", "", ""
    for token in tokens:
        opened, closed = _opens(token), token.type == "link_close" or _closes(token)
        if opened:
            yield from _of_plain(between)
            between, address, words = "", opened, ""
        elif closed and address:
            yield from _link(address, words)
            address = ""
        elif address:
            words += _as_text(token)
        else:
            between += _as_text(token)
    # A link of raw HTML may never be closed.
    yield from _link(address, words)
    yield from _of_plain(between)


def _opens(token: Token) -> str:
    if token.type == "link_open":
        return str(token.attrGet("href") or "")
    if token.type == "html_inline" and token.content[:2].lower() == "<a":
        found = _of_html(token.content)
        return found[0].address if found else ""
    return ""


def _closes(token: Token) -> bool:
    return token.type == "html_inline" and token.content.lower().startswith("</a")


def _as_text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    # What was taken for emphasis may be part of an address: its marks are put back.
    return token.markup if token.type.startswith(("em_", "strong_")) else token.content if token.type != "image" else ""


# --- HTML ------------------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Collects the links of HTML, and the text between them; each as it ends."""

    def __init__(self):
        super().__init__()
        self.found: list[Given] = []
        self._between: list[str] = []
        self._address = ""
        self._words: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.end_piece()
            self._address = dict(attributes).get("href") or ""
        elif tag not in INLINE_TAGS:
            self.handle_data("\n")

    def handle_endtag(self, tag):
        if tag == "a":
            self.end_piece()
        elif tag not in INLINE_TAGS:
            self.handle_data("\n")

    def handle_data(self, data):
        if self.cdata_elem is None:
            (self._words if self._address else self._between).append(data)

    def end_piece(self):
        """Take down what came since the last link began or ended."""
        self.found += [*_of_plain("".join(self._between)), *_link(self._address, "".join(self._words))]
        self._between, self._address, self._words = [], "", []


def _of_html(text: str) -> list[Given]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_piece()
    return reader.found


def _link(address: str, words: str) -> Iterator[Given]:
    address = address.strip()
    if _OF_THE_WEB.match(address):
        words = one_line(words.replace("*", "").replace("`", ""))
        yield Given(address, "" if _repeats(words, address) else words)


def _repeats(words: str, address: str) -> bool:
    """Whether the words are only the address once more, perhaps shortened, and say nothing of what is there."""
    shown = words.removeprefix("www.").rstrip("…/")
    return bool(_OF_THE_WEB.match(words)) or (
        "." in shown and address.partition("//")[2].removeprefix("www.").startswith(shown)
    )
