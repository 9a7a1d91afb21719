"""The picture of a page, as programs show it where somebody sends its address to somebody else."""

from issues.cards.card import HEIGHT, WIDTH, Card, of_entry, of_issue, of_publication, title_of

__all__ = ["HEIGHT", "WIDTH", "Card", "of_entry", "of_issue", "of_publication", "title_of"]
