"""A link to arXiv names one version, so that readers miss what is corrected later."""

import re
from collections.abc import Iterator

from papers.identifiers import arxiv_id

from ..facts import EntryFacts, Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "version-pinned"
SEVERITY = Severity.NOTICE
TITLE = "A version is pinned"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        found = arxiv_id(entry.row.url) if entry.row.url else None
        if found and found[1]:
            message = (
                f"The link leads to version {found[1]} of {found[0]}, not to the newest. Link without the version."
            )
            yield Finding(CODE, SEVERITY, entry.place.at("url"), message, entry.row.url, _fix(entry, *found))


def _fix(entry: EntryFacts, number: str, version: str) -> Fix | None:
    url = re.sub(rf"({re.escape(number)}){version}(?!\d)", r"\1", entry.row.url, count=1, flags=re.IGNORECASE)
    if url == entry.row.url:
        return None
    return Fix("Link to the newest version", entry.place.row, (Change("url", entry.row.url, url),))
