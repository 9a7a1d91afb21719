"""A paper has no figure, though most papers of the issue have one."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts
from ..finding import Finding, Severity
from ..siblings import without_what_siblings_have

CODE = "no-figure"
SEVERITY = Severity.NOTICE
TITLE = "No figure"


def _has_figure(entry: EntryFacts) -> bool:
    # An imported document may name a figure whose file did not come along.
    return bool(entry.row.figure or entry.row.figure_name)


def find(facts: Facts) -> Iterator[Finding]:
    for entry in without_what_siblings_have(facts, _has_figure):
        message = f"“{entry.title}” has no figure, the other papers have one. Add one from the paper."
        yield Finding(CODE, SEVERITY, entry.place.at("figure"), message, f"{entry.row.title}\n{entry.row.url}")
