"""The entries of a section: each from its head to the next, with figure, link card, original title and summary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from exchange.documents import EntryDocument, LeftoverDocument
from exchange.readers._pictures import file_beside

from .blocks import Block
from .heads import Head, is_address, read_head, read_heading
from .inline import BARE_URL, absolute, links, markdown, pieces, plain
from .originals import Original, read_original, with_address, without_placeholders

_PAPER_HOST = re.compile(
    r"arxiv\.org|openreview\.net|thecvf\.com|aclanthology\.org|aclweb\.org|biorxiv\.org|jmlr\.org|mlr\.press", re.I
)
_LONGEST_PLAIN_HEAD = 80


@dataclass
class _Draft:
    """An entry while its blocks are gathered."""

    head: Head
    block: Block | None
    figure: Block | None = None
    more: list[Block] = field(default_factory=list)
    card: Block | None = None
    body: list[Block] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether it has all that an entry needs, so that another may begin."""
        return bool(self.body or self.card)

    def blocks(self) -> list[Block]:
        return [b for b in (self.block, *self.more, self.figure, self.card, *self.body) if b is not None]


class SectionReader:
    """Reads the blocks of one section into entries; what belongs to none stays untaken."""

    def __init__(self, blocks: list[Block], place: str, folder: Path | None = None):
        self.blocks = [block for block in blocks if block.kind not in ("rule", "residue")]
        self.place = place
        self.folder = folder
        self.drafts: list[_Draft] = []
        self.waiting: Block | None = None
        self.figure_first = bool(self.blocks) and self.blocks[0].kind == "image"
        self.leftovers: list[LeftoverDocument] = []

    @property
    def current(self) -> _Draft | None:
        return self.drafts[-1] if self.drafts else None

    def read(self) -> list[EntryDocument]:
        for at, block in enumerate(self.blocks):
            head = self._head(at)
            if head is not None and self._continues(head, block):
                self._continue(head, block)
            elif head is not None:
                self._begin(head, block)
            elif block.kind == "image":
                self._figure(at)
            elif block.kind == "card":
                self._card(at)
            elif self.current is not None:
                self.current.body.append(block)
        if not self.drafts:
            self._essay()
        return [self._entry(number, draft) for number, draft in enumerate(self.drafts, 1)]

    def _begin(self, head: Head, block: Block | None) -> None:
        self.drafts.append(_Draft(head, block, figure=self.waiting))
        self.waiting = None

    def _continues(self, head: Head, block: Block) -> bool:
        """Whether a line of dash and domain is the rest of the head right above it."""
        draft = self.current
        if draft is None or head.title or draft.figure or draft.card or draft.body or draft.head.domain_shown:
            return False
        return block.kind == "text" and _bare(head.url_given) in ("", _bare(draft.head.url_given))

    def _continue(self, head: Head, block: Block) -> None:
        draft = self.current
        draft.head = replace(
            draft.head, domain_shown=head.domain_shown, url_given=draft.head.url_given or head.url_given
        )
        draft.more.append(block)

    def _block(self, at: int) -> Block | None:
        return self.blocks[at] if 0 <= at < len(self.blocks) else None

    def _head(self, at: int) -> Head | None:
        """The head of an entry in this block, or None. What is less than certain needs its surroundings to fit."""
        block, below = self.blocks[at], self._block(at + 1)
        if block.kind == "heading":
            return None if self._is_subheading(at) else read_heading(block.text)
        if block.kind == "item":
            return self._item_head(block, below)
        if block.kind != "text":
            return None
        head = read_head(block.text)
        if head is None:
            return self._plain_head(at)
        fits = below is not None and (below.kind in ("image", "card") or (below.kind == "text" and not _is_head(below)))
        settled = self.current is None or self.current.is_settled
        if head.sureness == 3 or (fits and settled and head.sureness == 2):
            return head
        return head if fits and settled and below.kind in ("image", "card") else None

    def _is_subheading(self, at: int) -> bool:
        """A heading without link and text whose next block is a deeper heading groups entries and is none."""
        block, below = self.blocks[at], self._block(at + 1)
        return below is not None and below.kind == "heading" and below.level > block.level and not links(block.text)

    def _item_head(self, block: Block, below: Block | None) -> Head | None:
        """A list item heads an entry where the section is a list of links, or where a figure or card follows it."""
        listed = self.current is None or (self.current.block is not None and self.current.block.kind == "item")
        leads = below is not None and below.kind in ("image", "card")
        head = read_head(block.text) if listed or leads else None
        return head if head is not None and head.url_given and (listed or head.sureness == 3) else None

    def _plain_head(self, at: int) -> Head | None:
        """A short line without a link right before a figure or card, where the entry before it has all of its own."""
        block, below = self.blocks[at], self._block(at + 1)
        title = block.plain
        if below is None or below.kind not in ("image", "card") or "\n" in block.text or links(block.text):
            return None
        if (
            not title
            or len(title) > _LONGEST_PLAIN_HEAD
            or title[-1] in "。；;"
            or title[0] in "【["
            or is_address(title)
        ):
            return None
        draft = self.current
        complete = draft is None or (
            draft.body and (draft.card if below.kind == "card" else draft.figure or draft.card)
        )
        return Head(title, "", None, 1) if complete else None

    def _figure(self, at: int) -> None:
        block, draft = self.blocks[at], self.current
        leads = at + 1 < len(self.blocks) and self._head(at + 1) is not None
        if self.waiting is None and (draft is None or (leads and (self.figure_first or draft.figure is not None))):
            self.waiting = block
        elif draft is not None and draft.figure is None:
            draft.figure = block

    def _card(self, at: int) -> None:
        """A card goes to the entry before it, or is an entry of its own where that one is complete."""
        draft = self.current
        if draft is None or (draft.card is not None and (draft.body or draft.block is None)):
            self._begin(Head("", "", None, 1), None)
            draft = self.current
        if draft.card is None:
            draft.card = self.blocks[at]

    def _essay(self) -> None:
        """A section of prose without any head is one entry, if it leads anywhere."""
        texts = [block for block in self.blocks if block.kind in ("text", "item", "quote")]
        if any(links(block.text) or BARE_URL.search(block.text) for block in texts):
            self._begin(Head("", "", None, 1), None)
            self.current.body = texts

    def _entry(self, number: int, draft: _Draft) -> EntryDocument:
        place = f"{self.place}, entry {number}"
        for block in draft.blocks():
            block.take(place)
        original, body = _original(draft)
        given = draft.head.url_given or original.url_given or _card_address(draft) or _first_address(draft)
        if draft.head.stray and draft.block is not None:
            line = draft.block.line_from
            self.leftovers.append(LeftoverDocument(line, line, draft.head.stray, place))
        lines = [line for block in draft.blocks() for line in (block.line_from, block.line_to)]
        return EntryDocument(
            title=draft.head.title,
            url=absolute(given),
            url_given=given,
            domain_shown=draft.head.domain_shown,
            source_title=original.title,
            source_arxiv_id=original.arxiv_id,
            summary=_summary(original.rest, body),
            figure=draft.figure.url.rsplit("/", 1)[-1] if draft.figure else "",
            figure_path=file_beside(self.folder, draft.figure.url) if draft.figure and self.folder else None,
            figure_alt=draft.figure.text if draft.figure else "",
            card=draft.card.card if draft.card else None,
            lines=(min(lines), max(lines)),
        )


def _bare(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


def _is_head(block: Block) -> bool:
    head = read_head(block.text) if block.kind == "text" else None
    return head is not None and head.sureness == 3


def _original(draft: _Draft) -> tuple[Original, list[Block]]:
    """The original title and what goes with it, and the blocks that are summary alone."""
    body = draft.body
    if not body or body[0].kind != "text":
        return Original(), body
    first, rest = body[0], body[1:]
    is_work = draft.figure is not None or bool(_PAPER_HOST.search(draft.head.url_given))
    if not draft.head.url_given:
        found = with_address(first.text)
        if found is not None:
            return found, rest
    found = read_original(first.text, is_alone=not any(block.kind == "text" for block in rest), is_work=is_work)
    if found is None:
        return Original(), body
    if not draft.head.url_given and not found.rest and rest and rest[0].kind == "text":
        address = with_address(rest[0].text)
        if address is not None and not address.title:
            return Original(found.title, found.arxiv_id, address.url_given, address.rest), rest[1:]
    return found, rest


def _card_address(draft: _Draft) -> str:
    return draft.card.card.url_given if draft.card else ""


def _first_address(draft: _Draft) -> str:
    """The address with which an entry's text begins, where the entry has no other."""
    for block in draft.body[:1]:
        first = next((piece for piece in pieces(block.text) if piece.kind != "text" or piece.text.strip("* ")), None)
        if first is not None and first.kind == "link":
            return first.url
        if draft.block is None and (found := links(block.text)):
            return found[0].url
    return ""


_MARKS = {"item": "- ", "quote": "> ", "heading": ""}


def _summary(first: str, blocks: list[Block]) -> str:
    """The summary as clean Markdown: paragraphs apart, list items on lines of their own."""
    parts = [markdown(first)] if first.strip("* \n") else []
    for at, block in enumerate(blocks):
        mark = f"{block.number}. " if block.number is not None else _MARKS.get(block.kind, "")
        text = mark + markdown(without_placeholders(block.text))
        if block.kind == "item" and at and blocks[at - 1].kind == "item":
            parts[-1] += "\n" + text
        elif plain(text):
            parts.append(text)
    return "\n\n".join(parts).strip()
