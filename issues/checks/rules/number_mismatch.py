"""The title states another number, week, month or year than the issue has."""

import dataclasses
import re
from collections.abc import Iterator

from issues.models import IssueKind
from issues.stating import Stated, read_dates

from ..facts import Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "number-mismatch"
SEVERITY = Severity.WARNING
TITLE = "The title has another number"

_CALLED = {"number": "number", "year": "the year", "week": "week", "month": "month"}


def find(facts: Facts) -> Iterator[Finding]:
    stated = read_dates(facts.issue.title)
    if stated.number is None:
        stated = dataclasses.replace(stated, number=_number_as_before(facts))
    for field in _stated_fields(facts, stated):
        said, held = getattr(stated, field), getattr(facts.issue, field)
        if said == held:
            continue
        what = f"has {_CALLED[field]} {held}" if held is not None else f"has no {field}"
        message = f"The title says {_CALLED[field]} {said}, but the issue {what}. Change the one that is wrong."
        fix = Fix(f"Make it {_CALLED[field]} {said}", facts.place.row, (Change(field, held, said),))
        yield Finding(CODE, SEVERITY, facts.place.at("title"), message, f"{facts.issue.title}\n{field} {held}", fix)
        # What follows from one mistake is not told again.
        return


def _number_as_before(facts: Facts) -> int | None:
    """The number that stands where the title of the issue before has its own, as “6” in “Pebbles 6: tide tables”."""
    before = facts.previous and facts.previous.issue
    if not before or before.number is None:
        return None
    name, number, _rest = before.title.partition(str(before.number))
    # A name of one letter or none, and digits within a longer number, say nothing.
    if not number or len(name.strip()) < 2 or name[-1:].isdigit() or not facts.issue.title.startswith(name):
        return None
    found = re.match(r"(\d{1,4})(?![\d.,:/-]*\d)", facts.issue.title[len(name) :])
    return int(found[1]) if found else None


def _stated_fields(facts: Facts, stated: Stated) -> Iterator[str]:
    """What the title states and the issue is counted by."""
    issue = facts.issue
    is_counted = any(value is not None for value in (issue.number, issue.week, issue.month))
    if stated.number is not None and (issue.number is not None or not is_counted):
        yield "number"
    if stated.week and (issue.week is not None or issue.kind == IssueKind.WEEKLY and issue.number is None):
        yield "week"
    if stated.month and issue.month is not None:
        yield "month"
    if stated.year and issue.year is not None and (stated.week or stated.month or stated.is_summary):
        yield "year"
