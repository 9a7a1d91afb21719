"""How entries and the works they are about are cited."""

import copy

from issues.models import Entry
from issues.site import Site
from papers.citations import bibtex
from papers.models import Work, WorkKind


def citation(site: Site, entry: Entry, label: str) -> str:
    """What to cite: a paper as BibTeX, anything else as a line that names this entry."""
    work = entry.work and (entry.work.merged_into or entry.work)
    if work and work.kind == WorkKind.PAPER:
        return bibtex(titled(work, entry.source_title or entry.title))
    address = site.in_language(entry.section.issue.language).absolute().path("entry", public_id=entry.public_id)
    moment = entry.section.issue.published_at
    source = ", ".join(filter(None, [f"{site.name} {label}", moment and site.day(moment).isoformat()]))
    return f"{entry.title or entry.domain}. {source}. {address}"


def titled(work: Work, title: str) -> Work:
    """The work, or a copy that borrows the title by which an entry calls it, as long as its own is not known."""
    if work.title:
        return work
    borrowed = copy.copy(work)
    borrowed.title = title
    return borrowed
