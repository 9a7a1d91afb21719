"""The issue takes unusually long to read: more than half an hour for a weekly or special one, an hour for a
monthly, two for an annual."""

from collections.abc import Iterator

from issues.models import Issue, IssueKind
from issues.reading import length, minutes

from ..facts import Facts
from ..finding import Finding, Severity
from ..written import written

CODE = "reading-time"
SEVERITY = Severity.NOTICE
TITLE = "Long to read"

MOST_MINUTES = {IssueKind.MONTHLY: 60, IssueKind.ANNUAL: 120}
_MOST = 30
# What readers read: descriptions are for those who can't see, one-liners are for posts elsewhere.
_READ = {"title", "intro", "text", "summary"}


def find(facts: Facts) -> Iterator[Finding]:
    taken, most = minutes_of(facts), most_minutes(facts.issue)
    if taken > most:
        message = (
            f"The issue takes about {taken} minutes to read; more than {most} are many for its kind. Shorten the "
            "longest summaries, or keep some entries for the next issue."
        )
        yield Finding(CODE, SEVERITY, facts.place, message, f"more than {most} minutes")


def most_minutes(issue: Issue) -> int:
    """From how many minutes on an issue of its kind takes unusually long."""
    return MOST_MINUTES.get(issue.kind, _MOST)


def minutes_of(facts: Facts) -> int:
    """How long the issue takes to read, in whole minutes."""
    text = "\n".join(text.text for text in written(facts) if text.place.field in _READ)
    return minutes(length(text), facts.issue.language)
