"""The verbs that change what readers may see of an issue: publish, reschedule, take back, withdraw, correct."""

import datetime

from django.db import transaction
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from .approvals import Changes, Seen, difference, ready_states, review_lack, seen_of
from .audit import note
from .checks import Finding, gate
from .labels import assign_labels
from .models import Entry, Erratum, Issue, IssueStatus

READY_FOR_PUBLICATION = [IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.APPROVED]
# Moments are chosen to the minute, and a minute may pass between the choice and the verb.
GRACE = datetime.timedelta(minutes=1)


class PublishingError(Exception):
    """A verb of this module refused; the text says why, in words for an editor."""


class NotReady(PublishingError):
    """The issue lacks something without which it can't be published.

    `reasons` has a sentence for each lack, `findings` the errors of the preflight among them.
    """

    def __init__(self, issue: Issue, reasons: list[str], findings: list[Finding] = ()):
        super().__init__(f"“{issue}” can't be published yet. {' '.join(reasons)}")
        self.reasons = reasons
        self.findings = list(findings)


class AlreadyPublished(PublishingError):
    """The issue was published before, now or for a later moment."""


class AlreadyWithdrawn(PublishingError):
    """The issue was withdrawn; its address says so for ever."""


class NotPublished(PublishingError):
    """The issue isn't public, so there is nothing to withdraw, take back or correct."""


class MomentPassed(PublishingError):
    """The moment lies in the past; what appeared elsewhere before is imported with its moment instead."""


class ChangedMeanwhile(PublishingError):
    """The issue isn't what was looked at when it was to be published; `changes` names what differs."""

    def __init__(self, issue: Issue, changes: Changes):
        super().__init__(f"“{issue}” changed after you opened this page. Look at what changed, then publish it.")
        self.changes = changes


class Rescheduled(PublishingError):
    """Somebody else set the issue for another moment meanwhile."""


class CorrectionRefused(PublishingError):
    """The correction has no text, or is about an entry of another issue."""


def lacks(issue: Issue) -> list[str]:
    """What keeps an issue from being published, a sentence each, the errors of the preflight among them; empty when
    nothing does. A fixed number of queries."""
    reasons, _ = _lacks(issue)
    return reasons


def _lacks(issue: Issue) -> tuple[list[str], list[Finding]]:
    """The same sentences, and the errors among them; the rest no rule tells, since no reason excuses it."""
    errors = gate(issue)
    unreviewed = review_lack(issue)
    has_entries = Entry.objects.filter(section__issue=issue).exists()
    reasons = [*([unreviewed] if unreviewed else []), *([] if has_entries else ["The issue has no entries."])]
    return [*reasons, *(finding.sentence for finding in errors)], errors


def _refuse_moment(at: datetime.datetime | None, now: datetime.datetime) -> None:
    if at is None:
        return
    if timezone.is_naive(at):
        raise ValueError("The moment of publication needs a time zone.")
    if at <= now - GRACE:
        raise MomentPassed("That moment has passed. Choose a later one, or publish now.")


def _refuse_unready(issue: Issue, seen: Seen | None) -> None:
    reasons, errors = _lacks(issue)
    if reasons:
        raise NotReady(issue, reasons, errors)
    if seen is not None and (changes := difference(seen, seen_of(issue))):
        raise ChangedMeanwhile(issue, changes)


@transaction.atomic
def publish(issue: Issue, *, at: datetime.datetime | None = None, by=None, seen: Seen | None = None) -> Issue:
    """Make an issue public, now or from the moment `at`, which may lie ahead; its entries get their labels.

    Whoever calls first publishes; each further call raises AlreadyPublished (or AlreadyWithdrawn). An issue that is
    not complete raises NotReady, one that is no longer what `seen` holds (`approvals.seen_of`) ChangedMeanwhile, a
    moment that has passed MomentPassed; all stays as it was then. No mail is caused: `mail_on_publication` is left
    alone. "Now" is what the clock of this machine says, and what readers see no clock takes back.
    """
    now = timezone.now()
    _refuse_moment(at, now)
    moment = at or now
    # The update comes first: it holds the row until the end, so that of many callers one goes on.
    changed = Issue.objects.filter(pk=issue.pk, status__in=ready_states(issue)).update(
        status=IssueStatus.PUBLISHED,
        published_at=moment,
        published_at_exact=True,
        appeared_at=now if moment <= now else None,
        updated_at=now,
    )
    if not changed:
        raise _why_not_ready(issue)
    fresh = Issue.objects.get(pk=issue.pk)
    _refuse_unready(fresh, seen)
    assign_labels(fresh)
    note("issue.published", fresh, by=by, published_at=moment, was_scheduled=moment > now)
    issue.refresh_from_db()
    return issue


def _why_not_ready(issue: Issue) -> PublishingError:
    issue = Issue.objects.get(pk=issue.pk)
    if issue.status in READY_FOR_PUBLICATION:
        return NotReady(issue, *_lacks(issue))
    if issue.status == IssueStatus.WITHDRAWN:
        return AlreadyWithdrawn(f"“{issue}” was withdrawn and can't be published again. Make a new issue instead.")
    if issue.is_public:
        return AlreadyPublished(f"“{issue}” is already public.")
    return AlreadyPublished(f"“{issue}” is already set for publication. Take it back to draft to choose anew.")


def _waiting(issue: Issue, now: datetime.datetime) -> Issue:
    """The issue as it is now, held, if it waits for a moment that nobody has seen come; else raises why not."""
    held = Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
    if held.status != IssueStatus.PUBLISHED:
        raise NotPublished(f"“{held}” isn't set for publication.")
    if held.appeared_at or held.published_at <= now:
        raise AlreadyPublished(f"“{held}” is public already. It can be corrected or withdrawn.")
    return held


@transaction.atomic
def reschedule(
    issue: Issue,
    *,
    at: datetime.datetime | None = None,
    instead_of: datetime.datetime | None = None,
    by=None,
    seen: Seen | None = None,
) -> Issue:
    """Set an issue that waits for its moment for another one, or make it public now; in one step, labels stay.

    Raises NotPublished when it isn't set for publication, AlreadyPublished from its moment on, Rescheduled when the
    moment is not `instead_of` any more, and NotReady, ChangedMeanwhile and MomentPassed as `publish` does.
    """
    now = timezone.now()
    _refuse_moment(at, now)
    moment = at or now
    before = _waiting(issue, now)
    if instead_of is not None and before.published_at != instead_of:
        raise Rescheduled(f"“{before}” was set for another moment by somebody else meanwhile.")
    _refuse_unready(before, seen)
    Issue.objects.filter(pk=issue.pk).update(
        published_at=moment, appeared_at=now if moment <= now else None, updated_at=now
    )
    assign_labels(before)
    note("issue.rescheduled", before, by=by, published_at=moment, instead_of=before.published_at)
    issue.refresh_from_db()
    return issue


@transaction.atomic
def take_back(issue: Issue, *, by=None) -> Issue:
    """Make an issue that waits for its moment a draft again; nobody has seen it, so its labels go too.

    Raises NotPublished when it isn't set for publication, AlreadyPublished from its moment on.
    """
    now = timezone.now()
    before = _waiting(issue, now)
    Issue.objects.filter(pk=before.pk).update(status=IssueStatus.DRAFT, published_at=None, updated_at=now)
    Entry.objects.filter(section__issue=issue).update(label="")
    note("issue.taken_back", before, by=by, instead_of=before.published_at)
    issue.refresh_from_db()
    return issue


@transaction.atomic
def withdraw(issue: Issue, *, by=None) -> Issue:
    """Take a published issue away from readers for good: its address answers that it is gone, its moment is kept.

    Raises NotPublished when it was never published, AlreadyWithdrawn when this was done before.
    """
    now = timezone.now()
    published = Issue.objects.filter(pk=issue.pk, status=IssueStatus.PUBLISHED)
    # Where its moment has come but no reader has been here yet to note it.
    appeared = Case(When(published_at__lte=now, then=Coalesce("appeared_at", Value(now))), default="appeared_at")
    if not published.update(status=IssueStatus.WITHDRAWN, appeared_at=appeared, updated_at=now):
        issue = Issue.objects.get(pk=issue.pk)
        if issue.status == IssueStatus.WITHDRAWN:
            raise AlreadyWithdrawn(f"“{issue}” is withdrawn already.")
        raise NotPublished(f"“{issue}” isn't published, so there is nothing to withdraw.")
    issue.refresh_from_db()
    note("issue.withdrawn", issue, by=by, published_at=issue.published_at)
    return issue


@transaction.atomic
def correct(
    issue: Issue, text: str, *, entry: Entry | None = None, noted_on: datetime.date | None = None, by=None
) -> Erratum:
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
    note("issue.corrected", issue, by=by, noted_on=noted_on, entry=entry.public_id if entry else None)
    return Erratum.objects.create(issue=issue, entry=entry, noted_on=noted_on, text=text)
