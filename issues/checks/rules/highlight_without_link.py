"""A highlight has no link, so that readers can't get to what it tells of."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "highlight-without-link"
SEVERITY = Severity.WARNING
TITLE = "A highlight without a link"


def find(facts: Facts) -> Iterator[Finding]:
    for highlight in facts.highlights:
        if not any(address.given.strip() for address in highlight.addresses):
            message = f"Highlight {highlight.number} has no link. Link some of its words to the entry that it is about."
            yield Finding(CODE, SEVERITY, highlight.text.place, message, highlight.row.text)
