"""The foot of a document: earlier issues and other writings, which are kept, and its standing text, which is known."""

from __future__ import annotations

import re

from exchange.documents import PastIssueDocument

from . import words
from .blocks import Block
from .inline import absolute, links, pieces, plain
from .parts import Part

_PROFILE = re.compile(r"getrevue\.co/profile/[^/?#]+/?(?:[?#]|$)", re.I)
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
    if _PROFILE.search(block.url) or (
        part.kind == "subscribe" and words.is_own_address(block.url) and "issues" not in block.url
    ):
        block.take("subscription")
        return []
    if not card.url:
        return []
    block.take("past issue")
    return [PastIssueDocument(card.title, card.url, card.url_given)]


def _text(part: Part, block: Block) -> list[PastIssueDocument]:
    """Links of a line of earlier issues; what stands between them is only the way through the archive."""
    if words.speaks_of_the_author(block.text) or (
        part.kind in ("about", "social", "subscribe", "thanks") and len(block.text) <= _LONGEST_NOTE
    ):
        block.take("standing text")
        return []
    if part.kind not in ("past", "blogs"):
        if words.foot_kind(block.plain):
            block.take("standing text")
        return []
    linked = [
        piece
        for piece in links(block.text)
        if plain(piece.text) and not words.is_own_address(piece.url) or "issues" in piece.url
    ]
    between = plain("".join(piece.text for piece in pieces(block.text) if piece.kind == "text"))
    if len(between) <= _LONGEST_NAVIGATION:
        block.take("past issues" if linked else "standing text")
        return [PastIssueDocument(plain(piece.text), absolute(piece.url), piece.url) for piece in linked]
    return []
