"""A highlight tells of something that no entry of the issue is about."""

from collections.abc import Iterator

from ..facts import Facts, shortened
from ..finding import Finding, Severity
from ..subjects import has_entry, subject
from .highlight_from_earlier_issue import earlier_of

CODE = "highlight-without-entry"
SEVERITY = Severity.WARNING
TITLE = "A highlight of what is not in the issue"


def find(facts: Facts) -> Iterator[Finding]:
    for highlight in facts.highlights:
        if subject(facts, highlight) is None or has_entry(facts, highlight) or earlier_of(facts, highlight):
            continue
        first = highlight.addresses[0]
        # Entries that are nowhere are told by dangling-entry-link.
        if first.given[:6].lower() == "entry:" and first.given[6:] not in facts.linked_entries:
            continue
        shown = shortened(first.words or first.given)
        message = (
            f"“{shown}” is highlighted, but no entry of the issue is about it. Add an entry, or remove the highlight."
        )
        yield Finding(CODE, SEVERITY, highlight.text.place, message, highlight.row.text)
