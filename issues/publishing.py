"""The verbs that change what readers may see of an issue: publish, take back, withdraw, correct."""

import datetime

from django.db import transaction
from django.utils import timezone

from .approvals import ready_states, review_lack
from .labels import assign_labels
from .models import Entry, Erratum, Issue, IssueStatus

READY_FOR_PUBLICATION = [IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.APPROVED]


class PublishingError(Exception):
    """A verb of this module refused; the text says why, in words for an editor."""


class NotReady(PublishingError):
    """The issue lacks something without which it can't be published; `reasons` has a sentence for each lack."""

    def __init__(self, issue: Issue, reasons: list[str]):
        super().__init__(f"“{issue}” can't be published yet. {' '.join(reasons)}")
        self.reasons = reasons


class AlreadyPublished(PublishingError):
    """The issue was published before, now or for a later moment."""


class AlreadyWithdrawn(PublishingError):
    """The issue was withdrawn; its address says so for ever."""


class NotPublished(PublishingError):
    """The issue isn't public, so there is nothing to withdraw, take back or correct."""


class CorrectionRefused(PublishingError):
    """The correction has no text, or is about an entry of another issue."""


def lacks(issue: Issue) -> list[str]:
    """What keeps an issue from being published, a sentence each; empty when nothing does. Three queries."""
    sections = list(issue.sections.prefetch_related("entries"))
    reasons = [] if issue.title.strip() else ["The issue has no title."]
    if unreviewed := review_lack(issue):
        reasons.append(unreviewed)
    if not any(section.entries.all() for section in sections):
        return [*reasons, "The issue has no entries."]
    for place, section in enumerate(sections, start=1):
        entries = section.entries.all()
        if not entries:
            reasons.append(f"Section {place}, “{section}”, has no entries: fill it or remove it.")
        for number, entry in enumerate(entries, start=1):
            if not entry.title.strip():
                reasons.append(f"Entry {number} of section {place}, “{section}”, has no title.")
    return reasons


@transaction.atomic
def publish(issue: Issue, *, at: datetime.datetime | None = None) -> Issue:
    """Make an issue public, now or from the moment `at`, which may lie ahead; its entries get their labels.

    Whoever calls first publishes; each further call raises AlreadyPublished (or AlreadyWithdrawn), and an issue that
    is not complete raises NotReady and stays as it was. No mail is caused: `mail_on_publication` is left alone.
    """
    now = timezone.now()
    if at is not None and timezone.is_naive(at):
        raise ValueError("The moment of publication needs a time zone.")
    # The update comes first: it holds the row until the end, so that of many callers one goes on.
    changed = Issue.objects.filter(pk=issue.pk, status__in=ready_states(issue)).update(
        status=IssueStatus.PUBLISHED, published_at=at or now, published_at_exact=True, updated_at=now
    )
    if not changed:
        raise _why_not_ready(issue)
    fresh = Issue.objects.get(pk=issue.pk)
    if reasons := lacks(fresh):
        raise NotReady(fresh, reasons)
    assign_labels(fresh)
    issue.refresh_from_db()
    return issue


def _why_not_ready(issue: Issue) -> PublishingError:
    issue = Issue.objects.get(pk=issue.pk)
    if issue.status in READY_FOR_PUBLICATION:
        return NotReady(issue, lacks(issue))
    if issue.status == IssueStatus.WITHDRAWN:
        return AlreadyWithdrawn(f"“{issue}” was withdrawn and can't be published again. Make a new issue instead.")
    if issue.is_public:
        return AlreadyPublished(f"“{issue}” is already public.")
    return AlreadyPublished(f"“{issue}” is already set for publication. Take it back to draft to choose anew.")


@transaction.atomic
def take_back(issue: Issue) -> Issue:
    """Make an issue that waits for its moment a draft again; nobody has seen it, so its labels go too.

    Raises NotPublished when it isn't set for publication, AlreadyPublished from its moment on.
    """
    now = timezone.now()
    waiting = Issue.objects.filter(pk=issue.pk, status=IssueStatus.PUBLISHED, published_at__gt=now)
    if not waiting.update(status=IssueStatus.DRAFT, published_at=None, updated_at=now):
        issue = Issue.objects.get(pk=issue.pk)
        if issue.status == IssueStatus.PUBLISHED:
            raise AlreadyPublished(f"“{issue}” is public already. It can be corrected or withdrawn.")
        raise NotPublished(f"“{issue}” isn't set for publication.")
    Entry.objects.filter(section__issue=issue).update(label="")
    issue.refresh_from_db()
    return issue


@transaction.atomic
def withdraw(issue: Issue) -> Issue:
    """Take a published issue away from readers for good: its address answers that it is gone, its moment is kept.

    Raises NotPublished when it was never published, AlreadyWithdrawn when this was done before.
    """
    published = Issue.objects.filter(pk=issue.pk, status=IssueStatus.PUBLISHED)
    if not published.update(status=IssueStatus.WITHDRAWN, updated_at=timezone.now()):
        issue = Issue.objects.get(pk=issue.pk)
        if issue.status == IssueStatus.WITHDRAWN:
            raise AlreadyWithdrawn(f"“{issue}” is withdrawn already.")
        raise NotPublished(f"“{issue}” isn't published, so there is nothing to withdraw.")
    issue.refresh_from_db()
    return issue


@transaction.atomic
def correct(issue: Issue, text: str, *, entry: Entry | None = None, noted_on: datetime.date | None = None) -> Erratum:
    """Note a correction of a public issue, or of one of its entries, dated today in the publication's zone.

    Readers see it on the page and their feed readers see an update; it never mails. Raises NotPublished for an issue
    that readers can't see (its text can simply be changed), CorrectionRefused for an empty text or a foreign entry.
    """
    if not text.strip():
        raise CorrectionRefused("A correction needs a text: say what was wrong and what is right.")
    if entry is not None and entry.section.issue_id != issue.pk:
        raise CorrectionRefused(f"“{entry}” is no entry of “{issue}”.")
    # The feed tells by this moment that the issue changed; the count tells whether readers see it at all.
    if not Issue.objects.published().filter(pk=issue.pk).update(updated_at=timezone.now()):
        raise NotPublished(f"“{issue}” isn't public, so it needs no correction: change its text instead.")
    noted_on = noted_on or timezone.localdate(timezone=issue.publication.zone)
    return Erratum.objects.create(issue=issue, entry=entry, noted_on=noted_on, text=text)
