"""The inside of a line of Markdown: its links, its plain text, its first sentence; all in linear time."""

from __future__ import annotations

import bisect
import html
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\\.|`+|!?\[|\]", re.DOTALL)
# The same, and bare addresses; punctuation behind one does not belong to it.
_TOKEN_OR_ADDRESS = re.compile(
    r"\\.|`+|!?\[|\]|(?<![\w(])https?://[^\s<>()\[\]\"'|`\\，。、；）】」]*[^\s<>()\[\]\"'|`\\，。、；）】」.,;:!?*_]",
    re.DOTALL,
)
_TARGET = re.compile(
    r"""\(\s*+(?:<(?P<angled>[^<>\n]*+)>|(?P<bare>[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+))
    (?:\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?+\s*+\)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\[([^\[\]]{0,999}+)\]")
_LONGEST_LABEL = 999
# Punctuation that a backslash takes its meaning from (CommonMark 0.31, 2.4).
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = re.compile(r"\0([0-9a-f]{2})")
_EMPHASIS = re.compile(r"(\*{1,3})(?=\S)([^*]*+)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,2})(?=[^\s_])([^_]*+)(?<=\S)\1(?!\w)")
_STRAY_STARS = re.compile(r"(?<!\S)\*{2,}(?=\S)|(?<=\S)\*{2,}(?!\S)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_SENTENCE_END = re.compile(r"[。！？]+[”」』）\")]*|[.!?]+[\"”’)]*(?=\s|$)")
_ABBREVIATIONS = ("vs.", "e.g.", "i.e.", "cf.", "etc.", "al.", "No.", "Dr.", "Mr.", "Ms.", "St.", "vol.", "approx.")
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Link:
    """A link or an image: where it stands in its text, its label as written, its address."""

    start: int
    end: int
    label: str
    url: str
    is_image: bool
    is_reference: bool = False

    @property
    def is_web(self) -> bool:
        """Whether it leads to a page that an entry can be about."""
        return not self.is_image and bool(re.match(r"https?://[^\s/]", self.url, re.IGNORECASE))


def links(text: str, definitions: Mapping[str, str] | None = None, *, bare: bool = False) -> list[Link]:
    """The links and images of a text in their order, without those inside others' labels.

    Inline ones, `[label](address)`; where definitions are given, references: `[label][name]`, `[label]`; and with
    `bare` addresses that stand for themselves.
    """
    return _Scan(text, definitions or {}, _TOKEN_OR_ADDRESS if bare else _TOKEN).links()


class _Scan:
    def __init__(self, text: str, definitions: Mapping[str, str], token: re.Pattern):
        self.text = text
        self.token = token
        self.definitions = definitions
        self.found: list[tuple[int, int, int, int, str, bool, bool]] = []
        self.openers: list[tuple[int, int, bool]] = []
        # Brackets opened before this place can't be links any more: a link holds no link.
        self.barrier = 0

    def links(self) -> list[Link]:
        ticks = _Ticks(self.text)
        position = 0
        while token := self.token.search(self.text, position):
            position = token.end()
            if token[0][0] == "h":
                self.found.append((token.start(), token.start(), position, position, token[0], False, False))
            elif token[0][0] == "`":
                position = ticks.after_closing(token.start(), position)
            elif token[0] == "]":
                position = self._close(token.start(), position)
            elif token[0][0] != "\\":
                self.openers.append((token.start(), token.end(), token[0] == "!["))
        return [
            Link(start, end, self.text[label:label_end], url, is_image, is_reference)
            for start, label, label_end, end, url, is_image, is_reference in self.found
        ]

    def _close(self, at: int, after: int) -> int:
        if not self.openers:
            return after
        start, label, is_image = self.openers.pop()
        target = None if start < self.barrier and not is_image else self._target(label, at, after)
        if target is None:
            return after
        url, end, is_reference = target
        while self.found and self.found[-1][0] > start:
            self.found.pop()
        self.found.append((start, label, at, end, url, is_image, is_reference))
        if not is_image:
            self.barrier = end
        return end

    def _target(self, label: int, at: int, after: int) -> tuple[str, int, bool] | None:
        inline = _TARGET.match(self.text, after)
        if inline:
            url = inline["bare"] if inline["angled"] is None else inline["angled"]
            return unescape(url), inline.end(), False
        if not self.definitions or at - label > _LONGEST_LABEL:
            return None
        name = _LABEL.match(self.text, after)
        written = self.text[label:at]
        for candidate, end in ([(name[1] or written, name.end())] if name else []) + [(written, after)]:
            url = self.definitions.get(reference_name(candidate))
            if url is not None:
                return url, end, True
        return None


class _Ticks:
    """Where runs of backticks stand, to find the end of a code span."""

    def __init__(self, text: str):
        self.starts: dict[int, list[int]] = {}
        for run in re.finditer(r"`+", text):
            self.starts.setdefault(len(run[0]), []).append(run.start())

    def after_closing(self, start: int, end: int) -> int:
        """The place after the code span that opens here, or after the opening run where nothing closes it."""
        length = end - start
        starts = self.starts.get(length, [])
        index = bisect.bisect_left(starts, end)
        return starts[index] + length if index < len(starts) else end


def reference_name(label: str) -> str:
    """What two spellings of one reference's name have in common (CommonMark: case and white space don't count)."""
    return " ".join(label.split()).casefold()


def resolve(text: str, definitions: Mapping[str, str]) -> str:
    """The text with every reference written out as `[label](address)`."""
    pieces, position = [], 0
    for link in links(text, definitions):
        if link.is_reference:
            opening = "![" if link.is_image else "["
            pieces += [text[position : link.start], f"{opening}{link.label}]({target(link.url)})"]
            position = link.end
    return "".join([*pieces, text[position:]])


def target(url: str) -> str:
    """An address as it stands between the parentheses of a link."""
    written = _TARGET.fullmatch(f"({url})")
    if written and written["bare"] == url and "\\" not in url:
        return url
    return "<" + re.sub(r"[<>\s]", "", url) + ">"


def unescape(text: str) -> str:
    """The text without the backslashes and entities that Markdown needs."""
    return html.unescape(_ESCAPE.sub(r"\1", text))


def plain(text: str) -> str:
    """What a reader sees of a line of Markdown, in one line: labels of links, no emphasis, no tags."""
    text = _hide_code(_ESCAPE.sub(lambda match: _hide(match[1]), text))
    text = _without_links(text)
    for pattern in (_EMPHASIS, _EMPHASIS):
        text = pattern.sub(r"\2", text)
    text = _STRAY_STARS.sub("", _UNDERSCORES.sub(r"\2", text))
    text = html.unescape(_TAG.sub(" ", text))
    text = _HIDDEN.sub(lambda match: chr(int(match[1], 16)), text)
    return " ".join(text.split())


def _without_links(text: str, depth: int = 0) -> str:
    pieces, position = [], 0
    for link in links(text):
        label = link.label if link.is_image or depth else _without_links(link.label, depth + 1)
        pieces += [text[position : link.start], label]
        position = link.end
    return "".join([*pieces, text[position:]])


def _hide(character: str) -> str:
    """A character in a spelling in which it means nothing; no document holds a NUL."""
    return f"\0{ord(character):02x}"


def _hide_code(text: str) -> str:
    ticks = _Ticks(text)
    pieces, position = [], 0
    while run := re.compile(r"`+").search(text, position):
        end = ticks.after_closing(run.start(), run.end())
        code = text[run.end() : max(run.end(), end - len(run[0]))]
        pieces += [text[position : run.start()], re.sub(r"[!-/:-@\[-`{-~]", lambda match: _hide(match[0]), code)]
        position = end
    return "".join([*pieces, text[position:]])


def first_sentence(text: str) -> str:
    """The first sentence of a plain text, without its full stop, and no longer than a title may be."""
    for match in _SENTENCE_END.finditer(text[: _LONGEST_TITLE + 100]):
        sentence = text[: match.end()]
        if not sentence.endswith(_ABBREVIATIONS) and len(sentence.strip(". ")) > 1:
            return shorten(sentence.rstrip(".。 ") or sentence)
    return shorten(text.strip())


def shorten(text: str) -> str:
    """The text, cut at a word with an ellipsis where it is longer than a title may be."""
    if len(text) <= _LONGEST_TITLE:
        return text
    cut = text[:_LONGEST_TITLE]
    return (cut.rpartition(" ")[0] if " " in cut[_LONGEST_TITLE // 2 :] else cut).rstrip(" ,;:") + "…"


def file_name(address: str) -> str:
    """The name of the file at the end of an address or a path."""
    path = address.partition("?")[0].partition("#")[0].rstrip("/")
    return urllib.parse.unquote(path.rpartition("/")[2])
