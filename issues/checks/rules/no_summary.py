"""An entry says nothing of its own; sections that are mere lists of links are let be."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-summary"
SEVERITY = Severity.WARNING
TITLE = "No summary"

# In so many entries none of which has a summary, that is the form of the section.
_A_LIST = 3
# Of so many entries less than this part has a summary: then links without one are how the newsletter is written.
_A_LONG_LIST, _OF_SUMMARIES = 20, 0.4


def find(facts: Facts) -> Iterator[Finding]:
    told = sum(1 for entry in facts.entries if entry.row.summary.strip())
    if len(facts.entries) >= _A_LONG_LIST and told < _OF_SUMMARIES * len(facts.entries):
        return
    for section in facts.sections:
        without = [entry for entry in section.entries if not entry.row.summary.strip()]
        if len(without) == len(section.entries) >= _A_LIST:
            continue
        for entry in without:
            message = f"“{entry.title}” has no summary. Write a sentence or two on why it is here."
            yield Finding(CODE, SEVERITY, entry.place.at("summary"), message, f"{entry.row.title}\n{entry.row.url}")
