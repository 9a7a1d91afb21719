"""What the tests of rules ask: the findings of one rule in an issue."""

from issues.checks import check


def findings(issue, code):
    return [finding for finding in check(issue) if finding.code == code]


def places(issue, code):
    """Section and entry, or the highlight, of each finding of a rule."""
    found = [finding.place for finding in findings(issue, code)]
    return [place.highlight or (place.section, place.entry) for place in found]
