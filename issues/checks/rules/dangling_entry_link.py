"""A text links to an entry that is not there, or that readers of this language can't see."""

from collections.abc import Iterator

from issues.models import IssueStatus

from ..facts import Address, Facts, shortened
from ..finding import Finding, Severity

CODE = "dangling-entry-link"
SEVERITY = Severity.ERROR
TITLE = "A link to an entry that is gone"


def find(facts: Facts) -> Iterator[Finding]:
    for address in facts.addresses:
        if address.given[:6].lower() == "entry:" and (why := _why(facts, address)):
            words = shortened(address.words)
            message = f"The link “{words}” leads to an entry {why} Link to another entry, or take the link away."
            yield Finding(CODE, SEVERITY, address.place, message, f"{address.given}\n{address.words}")


def _why(facts: Facts, address: Address) -> str:
    """Why readers can't follow a link; empty where they can."""
    entry = facts.linked_entries.get(address.given[6:])
    if entry is None:
        return "that isn't there."
    issue = entry.section.issue
    if issue.pk == facts.issue.pk:
        return ""
    if issue.status != IssueStatus.PUBLISHED:
        return f"of {issue.name}, which is {issue.get_status_display().lower()}."
    # Readers are led to an edition in another language, as long as the publication has it.
    spoken = [facts.issue.language, *facts.publication.languages]
    return "" if issue.language in spoken else f"of an edition that is no longer shown ({issue.language})."
