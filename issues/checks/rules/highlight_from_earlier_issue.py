"""A highlight was left over from an earlier issue: its text stood there, or it tells of a work that ran only there."""

from collections.abc import Iterator

from ..facts import Facts, HighlightFacts, shortened
from ..finding import Change, Finding, Fix, Severity
from ..subjects import has_entry, subject

CODE = "highlight-from-earlier-issue"
SEVERITY = Severity.WARNING
TITLE = "A highlight of an earlier issue"


def find(facts: Facts) -> Iterator[Finding]:
    for highlight in facts.highlights:
        if where := earlier_of(facts, highlight):
            message = (
                f"“{shortened(highlight.row.text)}” is a highlight of {where}. Replace it by one of this issue, or "
                "remove it."
            )
            text = highlight.row.text
            fix = Fix("Remove the highlight", highlight.place.row, (Change("text", text, text),), removes=True)
            yield Finding(CODE, SEVERITY, highlight.text.place, message, text, fix)


def earlier_of(facts: Facts, highlight: HighlightFacts) -> str:
    """The earlier issue from which a highlight is left over; the empty string where it is none."""
    if facts.previous and _plain(highlight.row.text) in {_plain(other.text) for other in facts.previous.highlights}:
        return facts.previous.issue.name
    key = subject(facts, highlight)
    if key is None or has_entry(facts, highlight):
        return ""
    first = highlight.addresses[0].given
    if first[:6].lower() == "entry:":
        entry = facts.linked_entries.get(first[6:])
        return entry.section.issue.name if entry and entry.section.issue_id != facts.issue.pk else ""
    earlier = facts.earlier.get(key) if isinstance(key, int) and not facts.may_recur(first) else None
    return earlier[0].issue.name if earlier else ""


def _plain(text: str) -> str:
    """A text by its letters, so that blanks and marks make no difference."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
