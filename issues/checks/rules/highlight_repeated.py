"""Two highlights say the same, or are about the same work."""

from collections.abc import Hashable, Iterator

from ..facts import Facts, HighlightFacts
from ..finding import Change, Finding, Fix, Severity
from ..subjects import subject

CODE = "highlight-repeated"
SEVERITY = Severity.WARNING
TITLE = "A highlight twice"


def find(facts: Facts) -> Iterator[Finding]:
    first: dict[Hashable, HighlightFacts] = {}
    for highlight in facts.highlights:
        keys = [key for key in (_letters(highlight), subject(facts, highlight)) if key is not None]
        if before := next((first[key] for key in keys if key in first), None):
            yield _finding(highlight, before)
        for key in keys:
            first.setdefault(key, highlight)


def _letters(highlight: HighlightFacts) -> tuple[str, str] | None:
    found = "".join(letter for letter in highlight.row.text.casefold() if letter.isalnum())
    return ("text", found) if found else None


def _finding(highlight: HighlightFacts, before: HighlightFacts) -> Finding:
    message = f"Highlight {highlight.number} is about the same as highlight {before.number}. Remove one, or join both."
    text = highlight.row.text
    fix = Fix("Remove the second one", highlight.place.row, (Change("text", text, text),), removes=True)
    return Finding(CODE, SEVERITY, highlight.text.place, message, f"{before.row.text}\n{text}", fix)
