"""Links, images and stars inside a text: found in one pass, however damaged the Markdown is."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

# Addresses without a host stand in the mirror for addresses on Medium itself.
MEDIUM = "https://medium.com"

_MARKS = re.compile(r"\\[\[\]\\!*()]|!?[\[【]|[\]】]")
_PARENTHESES = re.compile(r"[()\n]")
_DESTINATION = re.compile(r"(?:https?:)?//\S+|/\S*|#\S*|www\.\S+|img/\S+|mailto:\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.I)
_IMAGE = re.compile(r"(?:^|/)img/|\.(?:png|jpe?g|gif|webp|svg|bmp|avif)(?:[?#]|$)", re.I)
_LABEL_TITLE = re.compile(r"""\s+(?:"[^"]*"|'[^']*')\s*$""")
_STARS = re.compile(r"(?<!\\)\*+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")

BARE_URL = re.compile(
    r"(?:https?://|(?<![\w/.-])www\.|(?<![\w/.-])arxiv\.org/(?:abs|pdf)/)[^\s<>\[\]【】（）\"'，。；、*]+", re.I
)


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: plain text, a link or an image. `text` is what stands between the brackets, stars kept."""

    kind: str
    text: str
    url: str = ""


def _closing_parentheses(text: str) -> dict[int, int]:
    """Where each parenthesis that closes on its own line does so."""
    closing, opened = {}, []
    for mark in _PARENTHESES.finditer(text):
        if mark[0] == "\n":
            opened.clear()
        elif mark[0] == "(":
            opened.append(mark.start())
        elif opened:
            closing[opened.pop()] = mark.start()
    return closing


def _destination(text: str, at: int, closing: dict[int, int]) -> tuple[str, int] | None:
    """The address in parentheses that begins at `at`, and where it ends; None where there is none."""
    end = closing.get(at)
    if end is None:
        return None
    given = _LABEL_TITLE.sub("", text[at + 1 : end].strip()).removeprefix("<").removesuffix(">").strip()
    if given and not _DESTINATION.fullmatch(given):
        return None
    return given, end + 1


def _opener(opened: list[tuple[int, str]], closer: str, is_link: bool) -> tuple[int, str]:
    """The bracket that a closing one belongs to; a link's `]` looks past an unclosed `【` for its `[`."""
    if is_link and closer == "]" and any(mark != "【" for _, mark in opened[-4:]):
        while opened[-1][1] == "【":
            opened.pop()
    return opened.pop()


# A text is asked for its links by several judges in a row.
@functools.lru_cache(maxsize=128)
def _found(text: str) -> tuple[tuple[int, int, Piece], ...]:
    """Links and images with the places where they begin and end."""
    if "](" not in text and "】(" not in text:
        return ()
    closing = _closing_parentheses(text)
    found: list[tuple[int, int, Piece]] = []
    opened: list[tuple[int, str]] = []
    beyond = 0
    for mark in _MARKS.finditer(text):
        if mark.start() < beyond or mark[0].startswith("\\"):
            continue
        if mark[0] not in "]】":
            opened.append((mark.start(), mark[0]))
            continue
        if not opened:
            continue
        destination = _destination(text, mark.end(), closing)
        start, opener = _opener(opened, mark[0], destination is not None)
        if destination is None:
            continue
        url, beyond = destination
        found, piece = _nested(found, start), Piece("link", text[start + len(opener) : mark.start()], url)
        if opener.startswith("!"):
            if _IMAGE.search(url):
                found.append((start, beyond, Piece("image", piece.text, url)))
                continue
            start += 1
        # CommonMark allows no link inside a link, so whatever is still open here stays plain text.
        opened.clear()
        found.append((start, beyond, _image_in(piece)))
    return tuple(found)


def _nested(found: list, start: int) -> list:
    while found and found[-1][0] > start:
        found.pop()
    return found


def _image_in(piece: Piece) -> Piece:
    """An image that is a link counts as the image."""
    label = plain_stars(piece.text).strip()
    if label.startswith("![") and label.endswith(")"):
        inner = _found(label)
        if len(inner) == 1 and inner[0][2].kind == "image" and inner[0][:2] == (0, len(label)):
            return inner[0][2]
    return piece


def pieces(text: str) -> list[Piece]:
    """The text cut into plain stretches, links and images, in order. Linear in the length of the text."""
    result, at = [], 0
    for start, end, piece in _found(text):
        if start > at:
            result.append(Piece("text", text[at:start]))
        result.append(piece)
        at = end
    if at < len(text):
        result.append(Piece("text", text[at:]))
    return result


def links(text: str) -> list[Piece]:
    return [piece for piece in pieces(text) if piece.kind == "link"]


def absolute(url: str) -> str:
    """The address with a host: Medium's for a path alone, https for one without a scheme."""
    if url.startswith("//"):
        return "https:" + url
    if url.startswith("/"):
        return MEDIUM + url
    if url and not re.match(r"[a-z][a-z0-9+.-]*:|#|img/", url, re.I):
        return "https://" + url
    return url


def collapse(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _edges(text: str, runs: list[re.Match]) -> list[bool]:
    """Of each run of stars, whether nothing but space stands before it or after it."""
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return [run.start() <= first or run.end() >= last for run in runs]


def plain_stars(text: str) -> str:
    """The text without emphasis: runs of two or more stars go, single ones where they pair or stand at an edge."""
    singles = [run for run in _STARS.finditer(text) if len(run[0]) % 2]
    keep = set()
    if len(singles) % 2:
        inner = [run for run, edge in zip(singles, _edges(text, singles), strict=True) if not edge]
        keep = {run.start() for run in inner} if len(inner) % 2 else set()
    return _STARS.sub(lambda run: "*" if run.start() in keep else "", text)


def plain(text: str) -> str:
    """What a reader sees of a text on one line: labels instead of links, no stars, no images."""
    seen = "".join(piece.text for piece in pieces(text) if piece.kind != "image")
    return collapse(_ESCAPED.sub(r"\1", plain_stars(seen)))


def _protected(text: str) -> list[tuple[int, int]]:
    """Stretches whose stars are no emphasis: the addresses of links and images."""
    spans = []
    for start, end, piece in _found(text):
        after_label = text.rfind(piece.url, start, end) if piece.url else end
        spans.append((after_label, end))
    spans += [match.span() for match in re.finditer(r"https?://[^\s)）\]】*]+", text)]
    return sorted(spans)


def _runs(text: str) -> list[re.Match]:
    """Runs of stars outside addresses."""
    protected, runs, at = _protected(text), [], 0
    for run in _STARS.finditer(text):
        while at < len(protected) and protected[at][1] <= run.start():
            at += 1
        if at == len(protected) or run.start() < protected[at][0]:
            runs.append(run)
    return runs


def _flanked(text: str, opening: re.Match, closing: re.Match) -> bool:
    follows, precedes = text[opening.end() : opening.end() + 1], text[closing.start() - 1 : closing.start()]
    return bool(follows.strip() and precedes.strip() and closing.start() > opening.end())


def _is_sound(text: str, runs: list[re.Match]) -> bool:
    """Whether every run of stars opens or closes an emphasis inside this text, and none wraps the whole of it."""
    if len(runs) % 2:
        return False
    pairs = list(zip(runs[::2], runs[1::2], strict=True))
    if any(len(a[0]) != len(b[0]) or len(a[0]) > 3 or not _flanked(text, a, b) for a, b in pairs):
        return False
    return not (len(pairs) == 1 and all(_edges(text, runs)) and len(runs[0][0]) > 1)


def _kept(text: str, runs: list[re.Match]) -> list[int]:
    """How many stars of each run stay when wrappers that cross paragraphs are taken away."""
    edges = _edges(text, runs)
    kept = [len(run[0]) % 2 if edge or len(run[0]) > 3 else len(run[0]) for run, edge in zip(runs, edges, strict=True)]
    bold = [i for i, count in enumerate(kept) if count > 1]
    if len(bold) % 2 or any(not _flanked(text, runs[a], runs[b]) for a, b in zip(bold[::2], bold[1::2], strict=False)):
        kept = [count % 2 for count in kept]
    single = [i for i, count in enumerate(kept) if count % 2]
    if len(single) % 2:
        kept = [count - 1 if count % 2 and edge else count for count, edge in zip(kept, edges, strict=True)]
    return kept


def without_runaway_stars(text: str) -> str:
    """The paragraph with sound emphasis kept and stars removed that open or close outside of it."""
    runs = _runs(text)
    if not runs or _is_sound(text, runs):
        return text.strip()
    result, at = [], 0
    for run, count in zip(runs, _kept(text, runs), strict=True):
        result += [text[at : run.start()], "*" * count]
        at = run.end()
    return ("".join(result) + text[at:]).strip()


def markdown(text: str) -> str:
    """A paragraph as clean Markdown: links with absolute addresses in square brackets, no runaway stars."""
    return without_runaway_stars("".join(_as_markdown(piece) for piece in pieces(without_runaway_stars(text))))


def _as_markdown(piece: Piece) -> str:
    if piece.kind == "text":
        return piece.text
    if piece.kind == "image":
        return f"![{piece.text}]({piece.url})"
    return f"[{piece.text}]({absolute(piece.url)})" if piece.text.strip("* ") else f"<{absolute(piece.url)}>"
