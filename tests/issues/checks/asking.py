"""What the tests of rules ask: the findings of one rule in an issue."""

from issues.checks import RULES, facts_of
from issues.checks.waiving import with_waivers


def findings(issue, code):
    """What one rule finds, as `check` would tell it; the others are not run, since each asks for its time."""
    facts = facts_of(issue)
    return with_waivers(RULES[code].find(facts), facts.waivers)


def places(issue, code):
    """Section and entry, or the highlight, of each finding of a rule."""
    found = [finding.place for finding in findings(issue, code)]
    return [place.highlight or (place.section, place.entry) for place in found]
