"""The original title is not the one that arXiv, Crossref or the page itself states; compared within one script."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts, shortened
from ..finding import Change, Finding, Fix, Severity
from ..likeness import are_titles_of_two_works

CODE = "title-record-mismatch"
SEVERITY = Severity.WARNING
TITLE = "Another title than the work's own"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        stated, known = entry.row.source_title.strip(), _known(entry)
        if stated and known and are_titles_of_two_works(stated, known):
            yield _finding(entry, stated, known)


def _known(entry: EntryFacts) -> str:
    """The title of what the link leads to, as an interface or the page said it, else as the work's row has it."""
    said = entry.record.title if entry.record else ""
    return (said or (entry.work.title if entry.work and entry.is_of_its_work else "")).strip()


def _finding(entry: EntryFacts, stated: str, known: str) -> Finding:
    message = (
        f"The original title is given as “{shortened(stated)}”, but the link leads to “{shortened(known)}”. Correct "
        "the title, or the link."
    )
    fix = Fix("Take the title of the work", entry.place.row, (Change("source_title", entry.row.source_title, known),))
    about = f"{stated}\n{entry.row.url}\n{known}"
    return Finding(CODE, SEVERITY, entry.place.at("source_title"), message, about, fix)
