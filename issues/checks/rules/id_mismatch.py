"""An arXiv id or DOI in the title or the original title is not that of the link: one of the two names another paper."""

import re
import unicodedata
from collections.abc import Iterator

from papers.identifiers import MalformedURL, identity

from ..facts import EntryFacts, Facts
from ..finding import Finding, Severity

CODE = "id-mismatch"
SEVERITY = Severity.ERROR
TITLE = "Another paper's id"

# Ids as they stand in a line of text, with the blanks that translators put around the dot.
_ARXIV = re.compile(r"(?<![\w./])(\d{4})\s?\.\s?(\d{4,5})(?!\d)|(?<![\w./])([a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7})(?!\d)")
_DOI = re.compile(r"(?<![\w.])10\.\d{4,9}/[^\s\]）】」』>\"，。；]+")
_LINES = ("title", "source_title", "source_arxiv_id")


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        scheme = entry.identity.partition(":")[0]
        if scheme not in ("arxiv", "doi"):
            continue
        own = {entry.identity} | {name for root in facts.roots_of(entry) for name in facts.aliases.get(root, ())}
        for field in _LINES:
            named = [found for found in _ids(getattr(entry.row, field)) if found.startswith(f"{scheme}:")]
            if named and not own & set(named):
                yield _finding(entry, field, named[0])


def _ids(text: str) -> list[str]:
    """The identities that a line of text names."""
    text = unicodedata.normalize("NFKC", text[:2_000])
    spelled = [match[3] or f"{match[1]}.{match[2]}" for match in _ARXIV.finditer(text)]
    spelled += [match[0].rstrip(".,;:)") for match in _DOI.finditer(text)]
    return [found for given in spelled if (found := _identity(given))]


def _identity(given: str) -> str:
    try:
        return identity(given)
    except MalformedURL:
        return ""


def _finding(entry: EntryFacts, field: str, named: str) -> Finding:
    where = "The title" if field == "title" else "The line of the original title"
    message = (
        f"{where} names {_shown(named)}, but the link leads to {_shown(entry.identity)}. Correct whichever names the "
        "wrong paper."
    )
    about = "\n".join([entry.row.url, *(getattr(entry.row, name) for name in _LINES)])
    return Finding(CODE, SEVERITY, entry.place.at(field), message, about)


def _shown(key: str) -> str:
    scheme, _, name = key.partition(":")
    return f"{'arXiv' if scheme == 'arxiv' else 'DOI'} {name}"
