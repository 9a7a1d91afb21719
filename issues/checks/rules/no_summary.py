"""An entry says nothing of its own; sections that are mere lists of links are let be."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-summary"
SEVERITY = Severity.WARNING
TITLE = "No summary"

# In so many entries none of which has a summary, that is the form of the section.
_A_LIST = 3


def find(facts: Facts) -> Iterator[Finding]:
    for section in facts.sections:
        without = [entry for entry in section.entries if not entry.row.summary.strip()]
        if len(without) == len(section.entries) >= _A_LIST:
            continue
        for entry in without:
            message = f"“{entry.title}” has no summary. Write a sentence or two on why it is here."
            yield Finding(CODE, SEVERITY, entry.place.at("summary"), message, f"{entry.row.title}\n{entry.row.url}")
