"""Running text as an entry: its figure taken out, references written out, wrapped lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from exchange.documents import EntryDocument
from exchange.readers._blocks import Block
from exchange.readers._inline import Link, file_name, links, plain, resolve, target
from exchange.readers._pictures import file_beside

# Scripts that are written without blanks between words: a wrapped line goes on without one.
_WITHOUT_BLANKS = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]")


@dataclass(frozen=True)
class Prose:
    """What the texts of one document need to be understood: its reference definitions and its folder."""

    definitions: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()

    def links(self, text: str) -> list[Link]:
        """The links of a text that lead to pages on the web."""
        return [link for link in links(text, self.definitions, bare=True) if link.is_web]

    def first_link(self, blocks: Iterable[Block]) -> str:
        """The address of the first link on the web in these blocks, or nothing."""
        for block in blocks:
            if block.kind not in ("fence", "comment", "definition") and (found := self.links(block.text)):
                return found[0].url
        return ""

    def fill(self, entry: EntryDocument, blocks: Iterable[Block], opening: str = "") -> EntryDocument:
        """Make the blocks the entry's summary, behind an opening text, and their first picture its figure."""
        text, before = opening.strip(), None
        for block in blocks:
            piece = self._written(entry, block)
            if piece:
                text += ("\n" if _is_next_item(before, block) else "\n\n") * bool(text) + piece
                before = block
        entry.summary = text
        return entry

    def _written(self, entry: EntryDocument, block: Block) -> str:
        if block.kind in ("comment", "definition"):
            return ""
        return block.written if block.kind == "fence" else self.without_pictures(entry, block.written)

    def without_pictures(self, entry: EntryDocument, text: str) -> str:
        """The text with references written out; its first picture becomes the figure, any other a link to it."""
        text = resolve(text, self.definitions)
        pieces, position = [], 0
        for link in links(text):
            instead = self._instead_of_picture(entry, link)
            if instead is not None:
                pieces += [text[position : link.start], instead]
                position = link.end
        return "".join([*pieces, text[position:]]).strip()

    def _instead_of_picture(self, entry: EntryDocument, link: Link) -> str | None:
        """What stands for a picture, or for a link around nothing but one; None where it is neither."""
        picture, around = (link, "") if link.is_image else (_only_picture(link.label), link.url)
        if picture is None:
            return None
        name = plain(picture.label) or file_name(picture.url) or "image"
        taken = self._take_figure(entry, picture)
        addresses = [address for address in ("" if taken else picture.url, around) if address not in ("", entry.url)]
        return " ".join(f"[{name}]({target(address)})" for address in addresses)

    def _take_figure(self, entry: EntryDocument, picture: Link) -> bool:
        name = file_name(picture.url)
        if entry.figure or not name or picture.url.lower().startswith("data:"):
            return False
        entry.figure, entry.figure_alt = name, plain(picture.label)
        if re.match(r"(?:https?:)?//", picture.url, re.IGNORECASE):
            entry.figure_source_url = picture.url
        else:
            entry.figure_path = file_beside(self.folder, picture.url)
        return True


def _is_next_item(before: Block | None, block: Block) -> bool:
    """Whether a block goes on with the list that the one before it belongs to."""
    return before is not None and before.kind == block.kind == "item" and before.last + 1 == block.first


def _only_picture(label: str) -> Link | None:
    """The picture that is the whole of a link's label, or None."""
    inner = links(label)
    return inner[0] if len(inner) == 1 and inner[0].is_image and label[: inner[0].start].strip() == "" else None


def joined(text: str) -> str:
    """The text in one line: wrapped lines joined, by a blank where the script has blanks between words."""
    whole = ""
    pieces = []
    for line in (line.strip() for line in text.split("\n")):
        if not line:
            continue
        if pieces and not (_WITHOUT_BLANKS.match(whole[-1]) and _WITHOUT_BLANKS.match(line)):
            pieces.append(" ")
        pieces.append(line)
        whole = line
    return "".join(pieces)
