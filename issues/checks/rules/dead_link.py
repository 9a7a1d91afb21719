"""The page of a link isn't there: when last asked, the site answered that it has no such page, or none any more."""

from collections.abc import Iterator

from common.failures import Reason

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "dead-link"
SEVERITY = Severity.WARNING
TITLE = "A page that isn't there"

_ANSWERS = {Reason.NOT_FOUND: "has no such page (404)", Reason.GONE: "has taken the page away for good (410)"}


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        answer = _ANSWERS.get(entry.fetch.last_error) if entry.fetch else None
        if answer:
            message = f"{entry.row.domain} {answer}. Look for where it is now, or link to a copy."
            yield Finding(CODE, SEVERITY, entry.place.at("url"), message, entry.row.url)
