"""The issue or an entry has no title, or one of mere marks."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "no-title"
SEVERITY = Severity.ERROR
TITLE = "No title"


def find(facts: Facts) -> Iterator[Finding]:
    if not _says_something(facts.issue.title):
        message = "The issue has no title. Give it one: it is the subject of the mail, too."
        yield Finding(CODE, SEVERITY, facts.place.at("title"), message, facts.issue.slug)
    for entry in facts.entries:
        if not _says_something(entry.row.title):
            message = f"{entry.name.capitalize()} has no title. Write the headline that readers see."
            about = f"{entry.row.url}\n{entry.row.source_title}"
            yield Finding(CODE, SEVERITY, entry.place.at("title"), message, about, _fix(entry))


def _says_something(title: str) -> bool:
    """Whether there is any letter or digit in it: marks alone are what an import left over."""
    return any(character.isalnum() for character in title)


def _fix(entry: EntryFacts) -> Fix | None:
    """The title of the work itself, where it is known."""
    known = entry.row.source_title or (entry.is_of_its_work and entry.work and entry.work.title) or ""
    if not known.strip():
        return None
    return Fix("Take the title of the original", entry.place.row, (Change("title", entry.row.title, known.strip()),))
