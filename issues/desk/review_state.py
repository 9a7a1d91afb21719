"""How the review of an issue stands, and what somebody may do about it; shown on each page about the issue."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from issues import approvals, rendering, rights
from issues.conversations import open_counts, words_of
from issues.models import Approval, Entry, Highlight, Issue, IssueStatus


@dataclass(frozen=True)
class Step:
    """A button: the verb that it calls, and its words."""

    verb: str
    words: str


@dataclass(frozen=True)
class ReviewState:
    open_count: int
    approval: Approval | None
    changes: approvals.Changes
    steps: list[Step]


def review_state(issue: Issue, user) -> ReviewState:
    """The review of an issue as this person is concerned by it. Two queries, and five more for an approved one."""
    approval = approvals.approval_of(issue)
    changes = approvals.changes_since(approval) if approval else approvals.Changes()
    steps = [step for step in _steps(issue, changes) if rights.may(user, step.verb, issue)]
    return ReviewState(sum(open_counts(issue).values()), approval, changes, steps)


def _steps(issue: Issue, changes: approvals.Changes) -> list[Step]:
    back = Step("reopen", "Back to draft")
    if issue.status == IssueStatus.DRAFT:
        return [Step("submit", "Submit for review")]
    if issue.status == IssueStatus.IN_REVIEW:
        return [Step("approve", "Approve"), back]
    if issue.status == IssueStatus.APPROVED:
        return [Step("approve", "Approve again"), back] if changes else [back]
    return []


# --- Places of an issue, in words ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A part of an issue: how an editor knows it, and where it is written; no path where it is gone."""

    words: str
    path: str = ""


def places(issue: Issue) -> Callable[[str], Place]:
    """What knows each part of an issue by its key, such as `entry:12`. Two queries, whatever it is asked for."""
    composer = reverse("admin:issues_issue_compose", args=[issue.pk])
    known = {
        "issue": Place("The whole issue", composer),
        "highlights": Place("The highlights", f"{composer}#highlights"),
    }
    known[f"issue:{issue.pk}"] = Place("Title, introduction or number", composer)
    for highlight in issue.highlights.all():
        known[f"highlight:{highlight.pk}"] = Place(
            f"Highlight “{words_of(highlight.text)}”", _opened(composer, highlight)
        )
    entries = Entry.objects.filter(section__issue=issue).select_related("section")
    entries = list(entries.order_by("section__position", "section_id", "position", "pk"))
    for label, entry in zip(rendering.labels(issue, entries), entries, strict=True):
        known[f"entry:{entry.pk}"] = Place(f"{label} {entry.title or entry.domain}".strip(), _opened(composer, entry))
        section = entry.section
        known[f"section:{section.pk}"] = Place(f"Section “{section}”", f"{composer}#section-{section.pk}")
    return lambda key: known.get(key, Place("A part that was empty" if key.startswith("section") else "Removed since"))


def _opened(composer: str, row: Entry | Highlight) -> str:
    kind = row._meta.model_name
    return f"{composer}?open={kind}:{row.pk}#{kind}-{row.pk}"


def in_words(changes: approvals.Changes, place_of: Callable[[str], Place]) -> list[Place]:
    """What has changed, a line each."""
    lines = [place_of(key) for key in changes.changed]
    lines += [Place(f"New: {place.words}", place.path) for place in map(place_of, changes.added)]
    if removed := len(changes.removed):
        lines.append(Place(f"{removed} part{'s were' if removed > 1 else ' was'} removed"))
    return [*lines, Place("The order")] if changes.is_reordered else lines
