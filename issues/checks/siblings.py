"""Which entries of an issue are of one kind, so that what most of them have is missed in the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from papers.models import WorkKind

from .facts import EntryFacts, Facts


def is_paper(entry: EntryFacts) -> bool:
    """Whether an entry is about a paper: by its link, else by what its work was found to be."""
    if entry.link and entry.link.kind == WorkKind.PAPER:
        return True
    return bool(entry.work) and entry.is_of_its_work and entry.work.kind == WorkKind.PAPER


def without_what_siblings_have(facts: Facts, has: Callable[[EntryFacts], bool]) -> Iterator[EntryFacts]:
    """The papers that lack what most papers of the issue have. An article has a link card in its place."""
    papers = [entry for entry in facts.entries if is_paper(entry)]
    lacking = [entry for entry in papers if not has(entry)]
    if 2 * len(lacking) < len(papers):
        yield from lacking
