"""The number does not follow the one of the issue before: some are left out, or it was given before."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "number-gap"
SEVERITY = Severity.WARNING
TITLE = "The number does not follow"


def find(facts: Facts) -> Iterator[Finding]:
    number = facts.issue.number
    before = next(
        (other for other in facts.neighbours if other.kind == facts.issue.kind and other.number is not None), None
    )
    if number is None or before is None or number == before.number + 1:
        return
    told = (
        f"{_left_out(before.number, number)} between them. Change the number, or waive this where none is missing"
        if number > before.number
        else f"so it should be {before.number + 1}"
    )
    message = f"The issue before this one is number {before.number}, this one is {number}: {told}."
    yield Finding(CODE, SEVERITY, facts.place.at("number"), message, f"{before.number} {number}")


def _left_out(before: int, number: int) -> str:
    missing = number - before - 1
    return f"number {before + 1} is missing" if missing == 1 else f"{missing} numbers are missing"
