"""Running the rules over one reading of an issue."""

from __future__ import annotations

from ..models import Issue
from .facts import Facts
from .finding import RANKS, Finding, Severity
from .loading import facts_of
from .registry import RULES
from .waiving import with_waivers


def check(issue: Issue) -> list[Finding]:
    """Everything that the rules find in an issue as it stands in the database, the gravest first, waived ones marked.

    A fixed number of queries, whatever the size of the issue and of the archive. Never raises, whatever stands in it.
    """
    return findings_in(facts_of(issue))


def findings_in(facts: Facts) -> list[Finding]:
    """The same of facts that were loaded already. No query."""
    found = [finding for rule in RULES.values() for finding in rule.find(facts)]
    return sorted(with_waivers(found, facts.waivers), key=_order)


def _order(finding: Finding) -> tuple:
    place = finding.place
    # Highlights stand above the sections; what is about the whole comes first.
    return (
        RANKS[finding.severity],
        place.highlight is None and place.section is not None,
        place.section or 0,
        place.entry or 0,
        place.highlight or 0,
        finding.code,
    )


def gate(issue: Issue) -> list[Finding]:
    """The errors that stand: with any of them the issue is not published."""
    return [finding for finding in check(issue) if finding.severity == Severity.ERROR and finding.stands]


def find_finding(issue: Issue, key: str) -> Finding | None:
    """The finding that a request names by its key; None where it is there no more, or its text has changed since."""
    return next((finding for finding in check(issue) if finding.key == key), None)
