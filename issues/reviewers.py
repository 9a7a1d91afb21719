"""What a reviewer without an account sees by a link, `/preview/<secret>/`: the issue, with room for comments.

The secret is all that is known of who asks: there is no session, no cookie and no token, so that whether a form was one
of ours is asked of the browser. It stands in the address alone, never in the page.
"""

import math
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from common.visitors import comes_from_elsewhere

from . import approvals, previews, rendering, reviewing
from .conversations import conversation, words_of
from .models import Entry, Issue, IssueStatus, ReviewLink
from .public import page_context
from .review_refusals import ChangedMeanwhile, CommentRefused, LinkClosed, TooManyComments, WrongState
from .site import Site, current_publication

# A comment of the greatest length, in letters that take nine bytes each on their way, and room for the rest.
MOST_BYTES = 128 * 1024


# There is no session that another site could make use of; whether a form is ours is asked below.
@csrf_exempt
def reviewer(request: HttpRequest, secret: str, name: str = previews.WEB) -> HttpResponse:
    """The issue of a link, as one of the previews. A POST comments or approves."""
    link = reviewing.link_of(secret)
    if link is None or not link.is_valid or link.issue.status == IssueStatus.WITHDRAWN:
        return _closed(request, 410 if link else 404)
    with rendering.speak(_site(link.issue)):
        if request.method == "POST" and name == previews.WEB:
            return previews.private(_take(request, link))
        reviewing.note_use(link)
        return previews.show(request, link.issue, name, _mount(request, link, name))


def _site(issue: Issue) -> Site:
    return Site(issue.publication, issue.language)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    """The page behind a link that opens nothing: the same for all of them, and silent about the issue."""
    publication = current_publication()
    site = Site(publication, publication.default_language)
    with rendering.speak(site):
        context = page_context(site, site.path("home")) | {"canonical": "", "alternates": []}
        return previews.private(render(request, "issues/review/closed.html", context, status=status))


# --- The page ------------------------------------------------------------------------------------------------------


def _mount(request: HttpRequest, link: ReviewLink, name: str, **refused) -> previews.Mount:
    """Where the previews of a link stand. `refused` says what of a form could not be taken, and why."""
    review = {"link": link, "state": _state(link.issue)}
    if name == previews.WEB:
        review |= _talk(link) | {"refused": refused}
    # Relative, so that the secret does not stand in the page.
    base = "./" if name == previews.WEB else "../"
    context = {"review": review, "site": _site(link.issue)}
    return previews.Mount(base, "issues/review/_bar.html", context, "issues/review/issue.html")


def _state(issue: Issue) -> str:
    """The state in a word that the templates know: written, reviewed, approved, set or public."""
    if issue.status == IssueStatus.PUBLISHED:
        return "public" if issue.is_public else "set"
    return {IssueStatus.DRAFT: "written", IssueStatus.APPROVED: "approved"}.get(issue.status, "reviewed")


def _talk(link: ReviewLink) -> dict:
    """The comments, and what of the issue waits for a verdict."""
    issue, seen = link.issue, approvals.seen_of(link.issue)
    approval = approvals.approval_of(issue)
    changes = approvals.changes_since(approval, seen) if approval else approvals.Changes()
    is_open = issue.status == IssueStatus.IN_REVIEW or (issue.status == IssueStatus.APPROVED and bool(changes))
    return {
        "comments": conversation(issue),
        "highlights": [(f"highlight:{highlight.pk}", words_of(highlight.text)) for highlight in issue.highlights.all()],
        "approval": approval,
        "changes": changes,
        "may_approve": is_open,
        "mark": approvals.mark_of(seen),
        # By which the same form, sent twice, is known.
        "token": secrets.token_urlsafe(9),
        "longest": reviewing.LONGEST_COMMENT,
        "longest_note": reviewing.LONGEST_NOTE,
    }


# --- What is sent --------------------------------------------------------------------------------------------------


def _take(request: HttpRequest, link: ReviewLink) -> HttpResponse:
    """Take a comment or an approval, and lead back to where it stands on the page."""
    if comes_from_elsewhere(request):
        return _refusal(request, link, 403, code="elsewhere")
    sent = _sent(request)
    if sent is None:
        return _refusal(request, link, 400, code="too-much")
    try:
        place = _done(link, sent)
    except LinkClosed:
        return _closed(request, 410)
    except TooManyComments as refusal:
        response = _refusal(request, link, 429, sent, code="too-many", minutes=math.ceil(refusal.wait / 60))
        response.headers["Retry-After"] = str(refusal.wait)
        return response
    except CommentRefused as refusal:
        return _refusal(request, link, 400, sent, code=refusal.code)
    except ChangedMeanwhile:
        return _refusal(request, link, 409, sent, code="changed")
    except WrongState:
        return _refusal(request, link, 409, sent, code="state")
    # The address is that of the page itself, and need not be said again.
    return HttpResponseRedirect(f"./#{place}", status=303)


def _done(link: ReviewLink, sent: dict[str, str]) -> str:
    if sent["do"] == "approve":
        reviewing.approve(link.issue, link=link, note=sent["text"], mark=sent["mark"] or "-")
        return "verdict"
    made = reviewing.comment(link.issue, sent["text"], at=sent["at"], link=link, token=sent["token"])
    return f"c-{made.pk}"


def _sent(request: HttpRequest) -> dict[str, str] | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return None
    bounds = {"do": 10, "at": 40, "token": 40, "mark": 40, "text": None}
    return {name: request.POST.get(name, "").replace("\0", "")[:most] for name, most in bounds.items()}


def _place_shown(issue: Issue, at: str) -> str:
    """The place of a comment that was not taken, or the whole issue where the page no longer shows it."""
    kind, _, key = at.partition(":")
    if kind == "entry" and key.isascii() and key.isdecimal() and len(key) < 18:
        return at if Entry.objects.filter(section__issue=issue, pk=key).exists() else "issue"
    return at if kind in ("highlight", "highlights") and issue.highlights.exists() else "issue"


def _refusal(request: HttpRequest, link: ReviewLink, status: int, sent: dict | None = None, **why) -> HttpResponse:
    """The page once more, with what was typed where it was typed, and why it was not taken."""
    link.issue.refresh_from_db()
    sent = sent and sent | {"at": _place_shown(link.issue, sent["at"])}
    mount = _mount(request, link, previews.WEB, **(sent or {}), **why)
    issue = Issue.objects.with_entries().get(pk=link.issue_id)
    response = previews.private(previews.web(request, issue, mount))
    response.status_code = status
    return response
