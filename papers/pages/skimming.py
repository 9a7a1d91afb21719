"""The few elements of a page that are read, taken out of it in one pass.

The parser of Python's library takes minutes for some pages of a few hundred kilobytes (`<!--` or `</` a hundred
thousand times), and a tree of a whole page of five megabytes takes ten times as long to build as this pass over it.
So the page is first walked through tag by tag, as the standard of HTML says (WHATWG, 13.2.5, Tokenization), never
going back; what is kept is written anew, well-formed and bounded, and only that is given to Beautiful Soup.
"""

import re
from collections import Counter
from dataclasses import dataclass

from bs4 import BeautifulSoup

from common.html import INLINE_TAGS, names

# What stands behind this is not read. The safe client hands out no more than half of it.
MOST_CHARACTERS = 10_000_000
LONGEST_VALUE = 100_000
LONGEST_HEADING = 5_000
LONGEST_BLOCK = 1_000_000
MOST_BLOCKS = 50
# So many elements of a kind are kept, from the first on. A paper of a large collaboration names its three thousand
# authors, with their institutions, in one `<meta>` each.
_MOST_OF_A_KIND = {
    **{"html": 1, "base": 1, "title": 1, "h1": 3, "meta": 8_000, "link": 500, "time": 50, "img": 300},
    **dict.fromkeys(("article", "aside", "footer", "header", "main", "nav"), 60),
}
_MOST_KEPT = 3_000_000
_CONTAINERS = names("article aside footer header main nav")
_READ_ATTRIBUTES = names(
    "alt class content data-lazy-src data-original data-src data-srcset datetime height href hreflang http-equiv id "
    "itemprop lang name property pubdate rel src srcset width xml:lang"
)

_BLANK = r"[\t\n\f\r ]"
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+"""
# It takes in every character but `>`, so that behind it stands `>` or the end.
_ATTRIBUTES = rf"(?:[\t\n\f\r /]++|=?[^\t\n\f\r />=]++(?:{_BLANK}*+={_BLANK}*+{_VALUE})?+|=)*+"
_TAG = re.compile(rf"<(?:(!--)|([!?])|/(?![a-zA-Z])()|(/?)([a-zA-Z][^\t\n\f\r />]*+)({_ATTRIBUTES})(>|\Z))")
_ATTRIBUTE = re.compile(
    rf"""(=?[^\t\n\f\r />=]++)(?:{_BLANK}*+={_BLANK}*+(?:"([^"]*+)"?|'([^']*+)'?|([^\t\n\f\r >"'][^\t\n\f\r >]*+)?))?"""
)
_COMMENT_END = re.compile("--!?>")
# The text of these is no markup and runs to their end tag, whatever it holds.
_RAW_TEXT = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in names("iframe noembed noframes script style textarea title xmp")
}
_HEADING_END = re.compile("</h1", re.IGNORECASE)
# Tags that dress words are left to those who clean texts.
_OTHER_TAG = re.compile(rf"<(?!/?(?:{'|'.join(sorted(INLINE_TAGS))})[\s/>])[a-zA-Z/!][^<>]*+>")
# In an address, `&copy=1` is an argument and no sign; the standard says so, not every version of the parser.
_ARGUMENT = re.compile(r"&(?=\w+=)")


@dataclass(frozen=True)
class Skimmed:
    """What is read of a page: its few elements as a tree, and its blocks of JSON-LD as they stand."""

    soup: BeautifulSoup
    blocks: tuple[str, ...]


def _escaped(text: str) -> str:
    """Text or value for the markup written anew. Entities stay, since they are decoded when that is read."""
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _attributes(written: str) -> dict[str, str]:
    """Names and values as they stand; of several with one name the first counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        name = match[1].lower()
        if name in _READ_ATTRIBUTES or name == "type":
            found.setdefault(name, next(filter(None, match.group(2, 3, 4)), ""))
    return found


class _Skimming:
    """One walk through a page, from left to right."""

    def __init__(self, html: str):
        self.html = html
        self.kept: list[str] = []
        self.size = 0
        self.counts: Counter[str] = Counter()
        self.open: Counter[str] = Counter()
        self.blocks: list[str] = []
        self.drawings = 0

    def run(self) -> Skimmed:
        position: int | None = 0
        while position is not None and (tag := _TAG.search(self.html, position)):
            position = self._next(tag)
        return Skimmed(BeautifulSoup("".join(self.kept), "html.parser"), tuple(self.blocks))

    def _next(self, tag: re.Match) -> int | None:
        """Where the walk goes on behind this tag; None where the rest of the page belongs to it."""
        comment, _, _, closing, name, attributes, end = tag.groups()
        if name is None:
            # Between `<!--` and `-->` the dashes may be the same: `<!-->` is a whole comment.
            found = _COMMENT_END.search(self.html, tag.start() + 2) if comment else None
            past = found.end() if found else 0 if comment else self.html.find(">", tag.end()) + 1
            return past or None
        if not end:
            return None
        name = name.lower()
        if closing:
            self._close(name)
            return tag.end()
        return self._open(name, attributes, tag.end())

    def _close(self, name: str) -> None:
        if name == "svg":
            self.drawings = max(self.drawings - 1, 0)
        elif name in _CONTAINERS and self.open[name]:
            self.open[name] -= 1
            self._keep(f"</{name}>")

    def _open(self, name: str, attributes: str, position: int) -> int | None:
        if name == "svg":
            self.drawings += not attributes.endswith("/")
        elif name == "plaintext":
            return None
        elif name == "title" and self.drawings:
            # It tells what a drawing shows, and is not the title of the page.
            return position
        elif name in _RAW_TEXT:
            return self._raw_text(name, attributes, position)
        elif name in _MOST_OF_A_KIND:
            self.drawings = 0
            self._element(name, attributes, position)
        return position

    def _raw_text(self, name: str, attributes: str, position: int) -> int | None:
        end = _RAW_TEXT[name].search(self.html, position)
        text = self.html[position : end.start() if end else len(self.html)]
        if name == "title" and self._has_room("title"):
            self._keep(f"<title>{_escaped(text[:LONGEST_VALUE])}</title>")
        elif name == "script" and "ld+json" in _attributes(attributes).get("type", "").lower():
            self._block(text)
        return end.start() if end else None

    def _block(self, text: str) -> None:
        # A part of a block is no JSON, so one that is too long is left out whole.
        if len(text) <= LONGEST_BLOCK and len(self.blocks) < MOST_BLOCKS and self.size < _MOST_KEPT:
            self.size += len(text)
            self.blocks.append(text)

    def _element(self, name: str, written: str, position: int) -> None:
        if not self._has_room(name):
            return
        attributes = "".join(
            f' {key}="{_ARGUMENT.sub("&amp;", _escaped(value[:LONGEST_VALUE]))}"'
            for key, value in _attributes(written).items()
        )
        self._keep(f"<{name}{attributes}>")
        if name in _CONTAINERS:
            self.open[name] += 1
        if name == "h1":
            self._keep(f"{_escaped(self._heading(position))}</h1>")

    def _heading(self, position: int) -> str:
        end = _HEADING_END.search(self.html, position, position + LONGEST_HEADING)
        return _OTHER_TAG.sub(" ", self.html[position : end.start()]) if end else ""

    def _has_room(self, name: str) -> bool:
        self.counts[name] += 1
        return self.counts[name] <= _MOST_OF_A_KIND[name] and self.size < _MOST_KEPT

    def _keep(self, markup: str) -> None:
        self.size += len(markup)
        self.kept.append(markup)


def skim(html: str) -> Skimmed:
    """What is read of the page, whatever it holds; costs a time that grows with its length alone. Never raises."""
    return _Skimming(html[:MOST_CHARACTERS]).run()
