"""What exactly of an issue was approved, what has changed in it since, and whether it was reviewed as demanded."""

import hashlib
import json
from dataclasses import dataclass, field

from django.db.models import Prefetch

from .models import Approval, Entry, Highlight, Issue, IssueStatus, Publication, ReviewRequired, Section

# What readers see of each row; a change of anything else leaves an approval as it is.
_SHOWN = {
    Issue: ("title", "intro", "kind", "number", "year", "week", "month", "slug", "source_url"),
    Highlight: ("group", "group_title", "text"),
    Section: ("kind", "title"),
    Entry: (
        *("title", "url", "domain_shown", "source_title", "source_arxiv_id", "summary", "repeats_id"),
        *("figure", "figure_alt", "figure_credit", "figure_source_url", "figure_license"),
        *("card_url", "card_title", "card_description", "card_domain"),
    ),
}
# From which states an issue may be published, by what the publication demands.
READY_STATES = {
    ReviewRequired.NONE: [IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.APPROVED],
    ReviewRequired.SUBMITTED: [IssueStatus.IN_REVIEW, IssueStatus.APPROVED],
    ReviewRequired.APPROVED: [IssueStatus.APPROVED],
}
BEFORE_PUBLICATION = READY_STATES[ReviewRequired.NONE]

# Each part of an issue in order, by its key such as `entry:12`, with a digest of what readers see of it.
Seen = list[list[str]]


@dataclass(frozen=True)
class Changes:
    """What differs between an issue as it was seen and as it is, by keys such as `entry:12`."""

    changed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed or self.is_reordered)


def seen_of(issue: Issue) -> Seen:
    """The issue as readers would see it at this moment. Five queries, whatever its size; none of it from memory."""
    entries = Prefetch("entries", Entry.objects.prefetch_related("topics"))
    sections = Prefetch("sections", Section.objects.prefetch_related(entries))
    fresh = Issue.objects.prefetch_related("highlights", sections).get(pk=issue.pk)
    seen = [[_key(fresh), _digest(fresh)]]
    seen += [[_key(row), _digest(row)] for row in fresh.highlights.all()]
    for section in fresh.sections.all():
        seen.append([_key(section), _digest(section)])
        for entry in section.entries.all():
            seen.append([_key(entry), _digest(entry, sorted(topic.slug for topic in entry.topics.all()))])
    return seen


def mark_of(seen: Seen) -> str:
    """A mark of the whole, by which a form can say what was looked at when it was filled in."""
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]


def _key(row) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def _digest(row, *more) -> str:
    values = [getattr(row, name) for name in _SHOWN[type(row)]]
    written = json.dumps([*values, *more], ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def difference(before: Seen, now: Seen) -> Changes:
    """What became of the parts of an issue. Pure."""
    old, new = dict(map(tuple, before)), dict(map(tuple, now))
    stayed = [key for key in old if key in new]
    return Changes(
        changed=[key for key in new if key in old and old[key] != new[key]],
        added=[key for key in new if key not in old],
        removed=[key for key in old if key not in new],
        is_reordered=stayed != [key for key in new if key in old],
    )


def approval_of(issue: Issue) -> Approval | None:
    """The approval that holds: the last one, unless the issue went back to draft since. One query."""
    if issue.status in (IssueStatus.DRAFT, IssueStatus.IN_REVIEW):
        return None
    return issue.approvals.first()


def changes_since(approval: Approval, seen: Seen | None = None) -> Changes:
    """What readers would see otherwise than whoever approved. Five queries where `seen` is not given."""
    return difference(approval.seen, seen_of(approval.issue) if seen is None else seen)


# --- What the publication demands --------------------------------------------------------------------------------


def demanded_of(issue: Issue) -> str:
    """The review that the publication demands now, whatever was read of it before. One query."""
    return Publication.objects.values_list("review_required", flat=True).get(pk=issue.publication_id)


def ready_states(issue: Issue) -> list[str]:
    """The states from which the publication lets an issue be published. One query."""
    return READY_STATES[demanded_of(issue)]


def review_lack(issue: Issue) -> str:
    """Why an issue is not yet reviewed as its publication demands, a sentence; empty where it is.

    One query where nothing is demanded; for a published issue, whether it is what was approved.
    """
    demanded = demanded_of(issue)
    if demanded == ReviewRequired.NONE:
        return ""
    if issue.status not in READY_STATES[demanded] and issue.status in BEFORE_PUBLICATION:
        if demanded == ReviewRequired.SUBMITTED:
            return "The newsletter demands a review first: submit the issue for review."
        return "The newsletter demands an approval first: submit the issue, and have it approved."
    if demanded == ReviewRequired.APPROVED and (approval := issue.approvals.first()) and changes_since(approval):
        return f"It was changed after {approval.name} approved it: have it approved again."
    return ""
