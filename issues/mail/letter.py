"""Texts of an issue for the plain part of its mail: from their HTML to wrapped lines, with their links numbered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, NavigableString, Tag

from .wrapping import columns, wrap

_BLOCKS = {"p", "ul", "ol", "blockquote", "pre", "table", "h2", "h3", "h4", "h5", "h6", "hr", "dl", "details", "figure"}
_AROUND = {"sup": ("^", ""), "sub": ("_", ""), "del": ("~", "~"), "s": ("~", "~"), "q": ("“", "”")}
_BLANKS = re.compile(r"[ \t\r\n\f]+")


@dataclass
class Links:
    """The links of a letter: numbered through, and told below the text in which they stand."""

    count: int = 0
    waiting: list[tuple[int, str]] = field(default_factory=list)

    def number(self, address: str) -> int:
        """The number of a link; twice the same in one place is one number."""
        for number, known in self.waiting:
            if known == address:
                return number
        self.count += 1
        self.waiting.append((self.count, address))
        return self.count

    def told(self, indent: str) -> list[str]:
        """A line for each link since this was asked last."""
        lines = [f"{indent}[{number}] {address}" for number, address in self.waiting]
        self.waiting.clear()
        return lines


def lines_of(html: str, links: Links, indent: str = "", first: str | None = None) -> list[str]:
    """HTML of our own rendering as lines; paragraphs are parted by empty ones. `first` leads the first line."""
    lines: list[str] = []
    for block in _blocks(BeautifulSoup(html, "html.parser"), links, indent):
        lines += ["", *block] if lines and block else block
    if lines and first is not None:
        lines[0] = first + lines[0].removeprefix(indent)
    return lines


def _blocks(parent: Tag, links: Links, indent: str) -> Iterator[list[str]]:
    """The lines of each block; words that stand between blocks are a paragraph."""
    loose: list = []
    for child in parent.children:
        if isinstance(child, Tag) and child.name in _BLOCKS:
            yield _paragraph(loose, links, indent)
            loose = []
            yield from _block(child, links, indent)
        else:
            loose.append(child)
    yield _paragraph(loose, links, indent)


def _block(tag: Tag, links: Links, indent: str) -> Iterator[list[str]]:
    if tag.name in ("ul", "ol"):
        yield _list(tag, links, indent)
    elif tag.name == "blockquote":
        yield _joined(_blocks(tag, links, f"{indent}> "), f"{indent}>")
    elif tag.name == "pre":
        yield [f"{indent}  {line}".rstrip() for line in tag.get_text().strip("\n").split("\n")]
    elif tag.name == "table":
        yield [line for row in tag.find_all("tr") for line in _row(row, links, indent)]
    elif tag.name == "hr":
        yield [f"{indent}* * *"]
    elif any(isinstance(child, Tag) and child.name in _BLOCKS for child in tag.children):
        yield from _blocks(tag, links, indent)
    else:
        yield _paragraph(tag.children, links, indent)


def _joined(blocks: Iterator[list[str]], between: str) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        lines += [between, *block] if lines and block else block
    return lines


def _list(tag: Tag, links: Links, indent: str) -> list[str]:
    start = str(tag.get("start", "1"))
    number = int(start) if start.isdecimal() and len(start) < 10 else 1
    lines: list[str] = []
    for place, item in enumerate(tag.find_all("li", recursive=False)):
        mark = "* " if tag.name == "ul" else f"{number + place}. "
        inner = f"{indent}{' ' * len(mark)}"
        found = [line for block in _blocks(item, links, inner) for line in block]
        first, *others = found or [""]
        lines += [f"{indent}{mark}{first.removeprefix(inner)}".rstrip(), *others]
    return lines


def _row(row: Tag, links: Links, indent: str) -> list[str]:
    cells = [_words(cell.children, links).replace("\n", " ") for cell in row.find_all(["td", "th"])]
    return wrap(" | ".join(cells), first=indent, rest=f"{indent}  ")


def _paragraph(nodes, links: Links, indent: str) -> list[str]:
    return [line for part in _words(nodes, links).split("\n") for line in wrap(part, first=indent)]


def _words(nodes, links: Links) -> str:
    """Inline content as text; a line end stands where the content breaks its line."""
    return "".join(_word(node, links) for node in nodes)


def _word(node, links: Links) -> str:
    if isinstance(node, NavigableString):
        return _BLANKS.sub(" ", node)
    if node.name == "br":
        return "\n"
    words = _words(node.children, links)
    if node.name == "a" and node.get("href"):
        return _linked(words, str(node["href"]), links)
    before, after = _AROUND.get(node.name, ("", ""))
    return f"{before}{words}{after}" if words.strip() else words


def _linked(words: str, address: str, links: Links) -> str:
    # An address that is its own words needs no number.
    if words.strip() in (address, address.removeprefix("mailto:")):
        return words
    # Chinese and Japanese put no blank before a bracket.
    gap = "" if columns(words[-1:]) == 2 else " "
    return f"{words}{gap}[{links.number(address)}]"
