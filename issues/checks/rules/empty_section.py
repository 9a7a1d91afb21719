"""A section has no entries, so that readers see a heading with nothing below."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "empty-section"
SEVERITY = Severity.WARNING
TITLE = "An empty section"


def find(facts: Facts) -> Iterator[Finding]:
    for section in facts.sections:
        if not section.entries:
            title = section.row.title
            message = f"{section.name[0].upper()}{section.name[1:]}, has no entries. Fill it or remove it."
            fix = Fix("Remove the section", section.place.row, (Change("title", title, title),), removes=True)
            yield Finding(CODE, SEVERITY, section.place, message, title, fix)
