"""An entry has no link, so that readers can't get to what it is about."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-link"
SEVERITY = Severity.ERROR
TITLE = "No link"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        if not entry.row.url.strip():
            message = f"“{entry.title}” has no link. Paste the address of what it is about."
            yield Finding(CODE, SEVERITY, entry.place.at("url"), message, f"{entry.row.title}\n{entry.row.summary}")
