"""Lists and paragraphs that begin with a link, each of them an entry: how one jots down an issue."""

from __future__ import annotations

import re

from exchange.documents import EntryDocument
from exchange.readers._blocks import Block, cut
from exchange.readers._inline import Link, links, plain

_SEPARATORS = " \t\n.:;,|–—-：，。、；…"
_TAGS = re.compile(r"(?:\[[^\[\]()]{1,60}\][ \t]*)*")


def leading_link(text: str, definitions: dict[str, str] | None = None) -> tuple[str, Link] | None:
    """The link that a text begins with, and the tags before it such as `[video]`; else None."""
    found = next((link for link in links(text[:5000], definitions, bare=True) if link.is_web), None)
    if found is None:
        return None
    before = text[: found.start]
    bare = re.sub(r"[*_<\s]", "", before)
    if _TAGS.fullmatch(bare):
        return " ".join(re.findall(r"\[[^\[\]]*\]", before)), found
    return None


def after_link(text: str, link: Link) -> str:
    """What follows a leading link, without the mark between the two and without emphasis that closes behind it."""
    before, rest = text[: link.start], text[link.end :]
    for mark, closing in (("***", "***"), ("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("<", ">")):
        if before.rstrip().endswith(mark) and rest.startswith(closing):
            rest = rest.removeprefix(closing)
            break
    return rest.lstrip(_SEPARATORS) if not rest.startswith(("...", "--")) else rest.strip()


def link_led_entries(lines: list[str], first: int) -> tuple[list[EntryDocument], tuple[int, str] | None]:
    """The entries that these lines hold, and what stands before the first of them, with its line number.

    Each item and each paragraph that begins with a link is one; what follows belongs to its summary.
    """
    entries: list[EntryDocument] = []
    prelude: list[Block] = []
    for block in cut(lines, first):
        led = leading_link(block.text) if block.kind in ("item", "numbered", "paragraph") else None
        if led:
            tags, link = led
            title = f"{tags} {plain(link.label)}".strip() or link.url
            entry = EntryDocument(title=title, url=link.url, url_given=link.url, lines=(block.first, block.last))
            entry.summary = after_link(block.text, link)
            entries.append(entry)
        elif entries:
            entries[-1].summary = f"{entries[-1].summary}\n\n{block.written}".lstrip("\n")
            entries[-1].lines = (entries[-1].lines[0], block.last)
        else:
            prelude.append(block)
    if not prelude:
        return entries, None
    start, end = prelude[0].first, prelude[-1].last
    return entries, (start, "\n".join(lines[start - first : end - first + 1]))
