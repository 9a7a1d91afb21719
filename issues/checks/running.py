"""Running the rules over one reading of an issue."""

from __future__ import annotations

from collections.abc import Iterable

from ..models import Issue
from .facts import Facts
from .finding import RANKS, Finding, Severity
from .loading import facts_of
from .registry import RULES, Rule
from .waiving import with_waivers


def check(issue: Issue) -> list[Finding]:
    """Everything that the rules find in an issue as it stands in the database, the gravest first, waived ones marked.

    A fixed number of queries, whatever the size of the issue and of the archive. Never raises, whatever stands in it.
    """
    return findings_in(facts_of(issue))


def findings_in(facts: Facts, rules: Iterable[Rule] = RULES.values()) -> list[Finding]:
    """What all rules find in facts that were loaded already, or only some of them."""
    found = [finding for rule in rules for finding in rule.find(facts)]
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
    """The errors that stand: with any of them the issue is not published.

    Only the rules that find errors are asked: others have the mail written, for which no publication should wait.
    """
    grave = [rule for rule in RULES.values() if rule.severity == Severity.ERROR]
    return [finding for finding in findings_in(facts_of(issue), grave) if finding.stands]


def find_finding(issue: Issue, key: str) -> Finding | None:
    """The finding that a request names by its key; None where it is there no more, or its text has changed since."""
    rule = RULES.get(key.partition(":")[0])
    found = findings_in(facts_of(issue), [rule]) if rule else []
    return next((finding for finding in found if finding.key == key), None)
