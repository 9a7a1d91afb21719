"""Reads an issue of "Akira's Machine Learning News" from the Markdown in which a mirror of Medium keeps it.

The mirror's documents are machine-translated and damaged: stars that cross paragraphs, links without text, brackets
of every make. So the reader goes by structure. It cuts a document into blocks (`blocks`, `cards`), finds where the
sections and the standing parts of the foot begin (`parts`), and reads front, sections and foot apart (`front`,
`entries`, `foot`). Every block is taken by one of them, or is a leftover with its line numbers.

Taken as standing text, which no field keeps: separators, stray stars, the heading and the announcing sentence of the
list of contents (their count is kept), headings of the foot, the author's note on himself, the invitations to
subscribe and to follow, and what stands between the links of a line of earlier issues. Kept as past issues: every
other link of the foot, be it an earlier issue or another writing, with its title and without what its card says of
the page. A disclaimer above the highlights is introduction.

A heading's link is its entry's title, and words beside the link are leftovers; in a line that is no heading they
belong to the title. An entry whose head shows no title has none: mistakes are imported as they stand.
"""

from .document import NAME, read, recognises

__all__ = ["NAME", "read", "recognises"]
