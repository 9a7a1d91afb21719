"""A paper has no original title, though most papers of the issue have one."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts
from ..finding import Change, Finding, Fix, Severity
from ..siblings import without_what_siblings_have

CODE = "no-source-title"
SEVERITY = Severity.NOTICE
TITLE = "No original title"


def _has_title(entry: EntryFacts) -> bool:
    return bool(entry.row.source_title.strip())


def find(facts: Facts) -> Iterator[Finding]:
    for entry in without_what_siblings_have(facts, _has_title):
        message = f"“{entry.title}” has no original title, the other papers have one. Add it."
        about = f"{entry.row.title}\n{entry.row.url}"
        yield Finding(CODE, SEVERITY, entry.place.at("source_title"), message, about, _fix(entry))


def _fix(entry: EntryFacts) -> Fix | None:
    said = entry.record.title if entry.record else ""
    known = (said or (entry.work.title if entry.work and entry.is_of_its_work else "")).strip()
    if not known:
        return None
    change = Change("source_title", entry.row.source_title, known)
    return Fix("Take the title of the work", entry.place.row, (change,))
