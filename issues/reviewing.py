"""The verbs of review: submit, approve, reopen; links for reviewers; comments, answers, and what is settled."""

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.texts import one_line, several_lines

from . import audit
from .approvals import approval_of, changes_since, mark_of, seen_of
from .conversations import place_in
from .models import Approval, Comment, Issue, IssueStatus, ReviewLink
from .models.review import LONGEST_NAME
from .moving import hold
from .review_refusals import (
    ChangedMeanwhile,
    CommentRefused,
    LinkClosed,
    LinkRefused,
    TooManyComments,
    WrongState,
)

LONGEST_COMMENT = 5_000
LONGEST_NOTE = 2_000
USUAL_DAYS, MOST_DAYS = 14, 90
# What one reviewer may write: (most, in how long).
OF_ONE = ((40, datetime.timedelta(minutes=10)), (300, datetime.timedelta(days=1)))
# Who reads for an hour would otherwise have the row written with each page.
_USE_NOTED_EVERY = datetime.timedelta(minutes=1)


def name_of(user) -> str:
    """How a person with an account is called beside what they say."""
    return user.get_short_name() or user.get_username()


# --- States --------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(issue: Issue, *, by=None) -> Issue:
    """Give a draft to review. Of many callers one does; the others, and any other state, raise WrongState."""
    if not _move(issue, [IssueStatus.DRAFT], IssueStatus.IN_REVIEW):
        raise _wrong_state(issue, "submitted for review")
    audit.note("issue.submitted", issue, by=by)
    issue.refresh_from_db()
    return issue


@transaction.atomic
def reopen(issue: Issue, *, by=None) -> Issue:
    """Make an issue in review, or an approved one, a draft again; its approval no longer holds.

    Links stay valid, comments stay. Raises WrongState from any other state.
    """
    if not _move(issue, [IssueStatus.IN_REVIEW, IssueStatus.APPROVED], IssueStatus.DRAFT):
        raise _wrong_state(issue, "taken back to draft")
    audit.note("issue.reopened", issue, by=by)
    issue.refresh_from_db()
    return issue


@transaction.atomic
def approve(issue: Issue, *, by=None, link: ReviewLink | None = None, note: str = "", mark: str = "") -> Approval:
    """Find an issue in review fit for publication, as somebody with an account or by a valid link.

    An issue that was changed after it was approved can be approved again. `mark` says what was looked at (see
    `approvals.mark_of`): where the issue is no longer that, ChangedMeanwhile is raised, since nobody has seen what it
    is now. Safe to say again by the same person. Raises WrongState from any other state and for an issue that somebody
    else approved as it is, LinkClosed, and CommentRefused for a note that is too long.
    """
    note = _text(note, LONGEST_NOTE)
    link = _held(issue, link, "approved")
    seen = seen_of(issue)
    moved = _move(issue, [IssueStatus.IN_REVIEW], IssueStatus.APPROVED)
    issue.refresh_from_db()
    if not moved and not _may_be_renewed(issue, seen):
        if own := _own_approval(issue, by, link):
            return own
        raise _wrong_state(issue, "approved")
    if mark and mark != mark_of(seen):
        raise ChangedMeanwhile(f"“{issue}” was changed while you looked at it. Look again, then approve it.")
    name = link.name if link else name_of(by)
    approval = Approval.objects.create(issue=issue, link=link, user=by, name=name, note=note, seen=seen)
    if link:
        ReviewLink.objects.filter(pk=link.pk).update(approved_at=approval.approved_at)
    audit.note("issue.approved", issue, by=by, reviewer=name, by_link=bool(link))
    return approval


def _move(issue: Issue, sources: list[str], target: str) -> int:
    moment = {"status": target, "updated_at": timezone.now()}
    return Issue.objects.filter(pk=issue.pk, status__in=sources).update(**moment)


def _may_be_renewed(issue: Issue, seen) -> bool:
    """Whether the approval of an approved issue is about what it no longer is."""
    if issue.status != IssueStatus.APPROVED:
        return False
    approval = approval_of(issue)
    return approval is None or bool(changes_since(approval, seen))


def _own_approval(issue: Issue, by, link: ReviewLink | None) -> Approval | None:
    """The approval that holds, if it is of this very person."""
    approval = approval_of(issue) if issue.status == IssueStatus.APPROVED else None
    is_own = approval and (approval.link_id, approval.user_id) == (link and link.pk, by and by.pk)
    return approval if is_own else None


def _wrong_state(issue: Issue, deed: str) -> WrongState:
    issue = Issue.objects.filter(pk=issue.pk).first()
    if issue is None:
        return WrongState("The issue was removed by somebody else.")
    if issue.status == IssueStatus.APPROVED and (approval := approval_of(issue)):
        state = f"is approved already, by {approval.name}"
    else:
        state = {
            IssueStatus.DRAFT: "is a draft",
            IssueStatus.IN_REVIEW: "is in review already",
            IssueStatus.APPROVED: "is approved already",
            IssueStatus.PUBLISHED: "is published, or set for publication",
            IssueStatus.WITHDRAWN: "was withdrawn",
        }[issue.status]
    return WrongState(f"“{issue}” {state}, so it can't be {deed}.")


# --- Links ---------------------------------------------------------------------------------------------------------


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so that a plain digest can't be undone by guessing."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def invite(issue: Issue, *, name: str, days: int = USUAL_DAYS, by=None) -> tuple[ReviewLink, str]:
    """A link by which somebody without an account sees the issue for so many days, and its secret.

    The secret can't be had again. Raises LinkRefused without a name, for too many days, or a withdrawn issue.
    """
    name = one_line(name, longest=LONGEST_NAME)
    if not name:
        raise LinkRefused("Say for whom the link is: the name stands beside what they write.")
    if not 1 <= days <= MOST_DAYS:
        raise LinkRefused(f"A link can be valid for 1 to {MOST_DAYS} days.")
    if Issue.objects.filter(pk=issue.pk, status=IssueStatus.WITHDRAWN).exists():
        raise LinkRefused(f"“{issue}” was withdrawn, so there is nothing to review.")
    secret, now = secrets.token_urlsafe(32), timezone.now()
    link = ReviewLink.objects.create(
        issue=issue,
        name=name,
        digest=digest_of(secret),
        created_by=by,
        created_at=now,
        expires_at=now + datetime.timedelta(days=days),
    )
    audit.note("review.invited", issue, by=by, reviewer=name, until=link.expires_at)
    return link, secret


@transaction.atomic
def revoke(link: ReviewLink, *, by=None) -> None:
    """Let a link open nothing any more, from now on. Safe to say again."""
    if ReviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.note("review.revoked", link.issue, by=by, reviewer=link.name)


def link_of(secret: str) -> ReviewLink | None:
    """The link with this secret, with its issue, whether it is still valid or not. One query."""
    links = ReviewLink.objects.select_related("issue__publication")
    return links.filter(digest=digest_of(secret)).first()


def note_use(link: ReviewLink) -> None:
    """Remember that the link was used, now and then."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
    ReviewLink.objects.filter(stale, pk=link.pk).update(last_used_at=now)


def _held(issue: Issue, link: ReviewLink | None, deed: str) -> ReviewLink | None:
    """Hold the issue, and the link if there is one, so that its revocation comes before or after what is said by it."""
    held = hold(issue.pk)
    if link:
        link = ReviewLink.objects.valid().select_for_update().filter(pk=link.pk).first()
        if link is None:
            raise LinkClosed("This link is no longer valid.")
    if issue.pk not in held:
        raise _wrong_state(issue, deed)
    return link


# --- Comments ------------------------------------------------------------------------------------------------------


@transaction.atomic
def comment(
    issue: Issue, text: str, *, at: str = "issue", by=None, link: ReviewLink | None = None, token: str = ""
) -> Comment:
    """Say something about an issue: about the whole, `at="highlights"`, `at="highlight:3"` or `at="entry:12"`.

    What is no longer there is named, and the comment kept on the issue. The same text, sent again from the same form,
    which `token` names, is kept once. Raises CommentRefused for an empty text or one that is too long, LinkClosed, and
    TooManyComments where somebody without an account writes too much.
    """
    text = _text(text, LONGEST_COMMENT)
    if not text:
        raise CommentRefused("empty", "Write something first: the comment is empty.")
    link = _held(issue, link, "commented on")
    submission = _submission(token, link, by, at, text)
    if submission and (sent := Comment.objects.filter(submission=submission).first()):
        return sent
    if link:
        _admit(link)
    name = link.name if link else name_of(by)
    return Comment.objects.create(
        issue=issue, link=link, user=by, name=name, text=text, submission=submission, **place_in(issue, at)
    )


def _text(text: str, longest: int) -> str:
    """The text, fit to be kept whole: what would have to be cut is refused."""
    # Browsers send line ends as two characters, which whoever wrote them did not count.
    if len(text.replace("\r\n", "\n")) > longest:
        raise CommentRefused("too-long", f"Shorten this to {longest} characters.")
    return several_lines(text, longest=longest)


def _submission(token: str, link: ReviewLink | None, by, at: str, text: str) -> str:
    if not token:
        return ""
    who = f"link {link.pk}" if link else f"user {by.pk}"
    return hashlib.sha256(f"{who}\0{token}\0{at}\0{text}".encode("utf-8", "replace")).hexdigest()


def _admit(link: ReviewLink) -> None:
    now = timezone.now()
    for most, span in OF_ONE:
        latest = link.comments.filter(created_at__gt=now - span).order_by("-created_at")
        begun = latest.values_list("created_at", flat=True)[most - 1 : most].first()
        if begun:
            raise TooManyComments(max(1, round((begun + span - now).total_seconds())))


@transaction.atomic
def answer(comment: Comment, text: str, *, by, before: str = "") -> Comment:
    """Answer a comment, or write the answer anew. `before` is the answer that was there when the form was opened.

    Raises CommentRefused for an empty text or one that is too long, and where somebody else answered meanwhile.
    """
    text = _text(text, LONGEST_COMMENT)
    if not text:
        raise CommentRefused("empty", "Write something first: the answer is empty.")
    now = timezone.now()
    unchanged = Comment.objects.filter(pk=comment.pk, answer=_text(before, LONGEST_COMMENT))
    if not unchanged.update(answer=text, answered_at=now, answered_by=by):
        comment.refresh_from_db()
        if comment.answer != text:
            raise CommentRefused("answered", f"Somebody else answered meanwhile: {comment.answer}")
    comment.refresh_from_db()
    return comment


def resolve(comment: Comment, *, by) -> Comment:
    """Call a comment settled; whoever was first stays named. Safe to say again."""
    Comment.objects.open().filter(pk=comment.pk).update(resolved_at=timezone.now(), resolved_by=by)
    comment.refresh_from_db()
    return comment


def unresolve(comment: Comment, *, by=None) -> Comment:
    """Open a settled comment again. Safe to say again."""
    Comment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)
    comment.refresh_from_db()
    return comment
