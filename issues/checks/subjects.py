"""What highlights are about: the entry or the work to which their first link leads."""

from __future__ import annotations

from collections.abc import Hashable

from .facts import EntryFacts, Facts, HighlightFacts, identified


def subject(facts: Facts, highlight: HighlightFacts) -> Hashable | None:
    """The work or the entry that a highlight is about, as a key; None without a link that can be read.

    That is what its first link leads to; links further on are asides.
    """
    if not highlight.addresses:
        return None
    first = highlight.addresses[0]
    if first.given[:6].lower() == "entry:":
        entry = next((entry for entry in facts.entries if entry.row.public_id == first.given[6:]), None)
        return _of_entry(facts, entry) if entry else first.given.lower()
    if first.identified is None:
        return None
    return facts.works.get(first.identified.identity, first.identified.identity)


def _of_entry(facts: Facts, entry: EntryFacts) -> Hashable:
    roots = facts.roots_of(entry)
    return roots[0] if roots else entry.identity or f"entry:{entry.row.public_id}"


def has_entry(facts: Facts, highlight: HighlightFacts) -> bool:
    """Whether an entry is about the same: it has that link, its card has it, or its title is the linked words."""
    key, first = subject(facts, highlight), highlight.addresses[0]
    if first.given[:6].lower() == "entry:":
        return any(entry.row.public_id == first.given[6:] for entry in facts.entries)
    words = _plain(first.words)
    for entry in facts.entries:
        card = identified(entry.row.card_url)
        if key in (*facts.roots_of(entry), entry.identity, card and facts.works.get(card.identity, card.identity)):
            return True
        if words and words == _plain(entry.row.title):
            return True
    return False


def _plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())
