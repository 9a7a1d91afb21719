"""The issue goes out as a mail of more than 102 kB, of which Gmail shows no end, nor the link to unsubscribe there."""

from collections.abc import Iterator

from issues.mail import CUT_OFF_AT

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "mail-too-large"
SEVERITY = Severity.WARNING
TITLE = "A mail that is cut off"


def find(facts: Facts) -> Iterator[Finding]:
    # What appeared elsewhere goes out from here only where somebody asks for it.
    if not (facts.is_composed_here or facts.issue.mail_on_publication):
        return
    if facts.mail_bytes > CUT_OFF_AT:
        message = (
            f"The mail weighs {-(-facts.mail_bytes // 1000)} of {CUT_OFF_AT // 1000} kB, and Gmail cuts its end off, "
            "with the link to unsubscribe. Shorten the longest summaries, or leave entries out."
        )
        yield Finding(CODE, SEVERITY, facts.place, message, f"{facts.mail_bytes // 10_000}")
