"""The foot of a document: earlier issues and other writings, which are kept, and its standing text, which is known."""

from __future__ import annotations

from exchange.documents import PastIssueDocument

from . import words
from .blocks import Block
from .inline import Piece, absolute, links, pieces, plain
from .parts import Part

_LONGEST_NOTE = 400
_LONGEST_NAVIGATION = 160


def read_foot(part: Part) -> list[PastIssueDocument]:
    """The writings that one part of the foot links to; takes every block of it that is known as standing text."""
    found: list[PastIssueDocument] = []
    if part.head is not None and part.kind != "unknown":
        part.head.take(f"heading of the foot ({part.kind})")
    for block in part.blocks:
        if block.kind == "card":
            found += _card(part, block)
        elif block.kind in ("text", "item", "heading", "quote"):
            found += _text(part, block)
        elif block.kind == "image" and part.kind == "about":
            block.take("portrait")
    return found


def _card(part: Part, block: Block) -> list[PastIssueDocument]:
    card = block.card
    if words.is_own_address(block.url) and not words.is_own_issue(block.url):
        block.take("subscription")
        return []
    if not card.url:
        return []
    block.take("past issue")
    return [PastIssueDocument(card.title, card.url, card.url_given)]


def _text(part: Part, block: Block) -> list[PastIssueDocument]:
    """The links of a line to other writings; what stands between them is only the way through the archive."""
    linked = [piece for piece in links(block.text) if plain(piece.text) and _leads_to_writing(part, piece)]
    between = plain("".join(piece.text for piece in pieces(block.text) if piece.kind == "text"))
    if linked and len(between) <= _LONGEST_NAVIGATION:
        block.take("past issues")
        return [PastIssueDocument(plain(piece.text), absolute(piece.url), piece.url) for piece in linked]
    if _is_standing(part, block, between):
        block.take("standing text")
    return []


def _leads_to_writing(part: Part, link: Piece) -> bool:
    """Whether a link leads to an earlier issue or another writing, not to one of the author's accounts."""
    is_account = words.is_own_address(link.url) or words.is_own_address(link.text)
    return words.is_own_issue(link.url) or (part.kind in ("past", "blogs") and not is_account)


def _is_standing(part: Part, block: Block, between: str) -> bool:
    if words.speaks_of_the_author(block.text) or words.foot_kind(block.plain):
        return True
    if part.kind in ("past", "blogs"):
        return len(between) <= _LONGEST_NAVIGATION and not links(block.text)
    return part.kind != "unknown" and len(block.text) <= _LONGEST_NOTE
