"""The page of the desk about the review of an issue: its links, comments and approvals; each button calls a verb."""

from functools import wraps
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from issues import approvals, reviewing, rights
from issues.languages import html_language
from issues.models import Comment, CommentPlace, Issue, note_presence
from issues.review_refusals import CommentRefused, ReviewError

from .review_state import Place, in_words, places, review_state
from .words import moment_in_words, state_in_words

# Where the buttons of review stand, and the page to which each leads back.
_PAGES = {"compose", "change", "publish", "review"}
MOST_COMMENTS = 500


def _issue(request, pk, verb):
    issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    rights.require(request.user, verb, issue)
    return issue


def _back(request, issue, place=""):
    """Back to the page on which the button stood."""
    name = request.POST.get("back", "")
    address = reverse(f"admin:issues_issue_{name if name in _PAGES else 'review'}", args=[issue.pk])
    query = "?show=all" if name not in _PAGES and request.POST.get("show") == "all" else ""
    return HttpResponseRedirect(f"{address}{query}{place}")


# --- The page ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk, *, model_admin):
    """How the review stands. A POST makes a link, whose secret is shown once."""
    issue = _issue(request, pk, "invite" if request.method == "POST" else "view")
    if request.method != "POST":
        return _page(request, model_admin, issue)
    sent = {"name": request.POST.get("name", ""), "days": request.POST.get("days", "")}
    try:
        link, secret = reviewing.invite(issue, name=sent["name"], days=_days(sent["days"]), by=request.user)
    except ReviewError as refusal:
        return _page(request, model_admin, issue, status=400, invitation=sent, invitation_refused=str(refusal))
    note_presence(issue, request.user)
    # It is sent to people elsewhere, by whatever name this editor reached the desk.
    address = settings.AKIRA_BASE_URL + reverse("issues:reviewer", args=[secret])
    return _page(request, model_admin, issue, made=link, address=address, mail=_mail(issue, link, address))


def _days(given: str) -> int:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 5 else 0


def _mail(issue, link, address) -> str:
    """An address that opens the editor's own mail program with the link."""
    zone = issue.publication.zone
    body = f"{address}\n\nValid until {moment_in_words(link.expires_at, zone)}."
    return f"mailto:?subject={quote(f'{issue.publication}: {issue}')}&body={quote(body)}"


def _page(request, model_admin, issue, *, status=200, answering=None, **more):
    shows_all = "all" in (request.GET.get("show"), request.POST.get("show"))
    place_of = places(issue)
    state = review_state(issue, request.user)
    comments = _comments(issue, shows_all, place_of)
    for comment in comments:
        comment.typed = answering if answering and answering["pk"] == comment.pk else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Review of “{issue}”",
        "opts": model_admin.opts,
        "issue": issue,
        "state": state_in_words(issue),
        "review": state,
        "changes": in_words(state.changes, place_of) if state.changes else [],
        "approvals": issue.approvals.all(),
        "review_mark": approvals.mark_of(approvals.seen_of(issue)),
        "demanded": issue.publication.review_required != "none" and issue.publication.get_review_required_display(),
        "links": issue.review_links.select_related("created_by"),
        "comments": comments,
        "shows_all": shows_all,
        "zone": issue.publication.zone,
        "content_language": html_language(issue.language),
        "usual_days": reviewing.USUAL_DAYS,
        "most_days": reviewing.MOST_DAYS,
        "longest": reviewing.LONGEST_COMMENT,
        "may_invite": rights.may(request.user, "invite", issue),
        "may_comment": rights.may(request.user, "comment", issue),
        "may_compose": rights.may(request.user, "compose", issue),
        **more,
    }
    response = TemplateResponse(request, "issues/desk/review.html", context, status=status)
    # It may show a secret.
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _comments(issue, shows_all, place_of) -> list[Comment]:
    """The comments that are open, or all of them, each with its place. One query."""
    found = issue.comments.all() if shows_all else issue.comments.open()
    comments = list(found.select_related("answered_by", "resolved_by", "link")[:MOST_COMMENTS])
    for comment in comments:
        comment.where = _where(comment, place_of)
    return comments


def _where(comment: Comment, place_of) -> Place:
    if comment.place == CommentPlace.ISSUE:
        return place_of("issue")
    if comment.place == CommentPlace.ENTRY:
        place = place_of(f"entry:{comment.entry_id}")
    else:
        place = place_of(f"highlight:{comment.highlight_id}" if comment.highlight_id else "highlights")
        if comment.place_name and not comment.highlight_id:
            place = Place("Removed since")
    if place.path:
        return place
    return Place(f"“{comment.place_name}”, removed since" if comment.place_name else "An entry, removed since")


# --- What is done there --------------------------------------------------------------------------------------------


def _verb(verb):
    """A view that does something to an issue for who may do `verb`; what is refused becomes a message."""

    def decorate(view):
        @require_POST
        @wraps(view)
        def done(request, pk, *, model_admin):
            issue = _issue(request, pk, verb)
            try:
                response = view(request, issue, model_admin)
            except ReviewError as refusal:
                messages.error(request, str(refusal))
                return _back(request, issue)
            note_presence(issue, request.user)
            return response

        return done

    return decorate


@_verb("submit")
def submit(request, issue, model_admin):
    reviewing.submit(issue, by=request.user)
    messages.success(request, f"“{issue}” is in review. Reviewers with a link can approve it now.")
    return _back(request, issue)


@_verb("approve")
def approve(request, issue, model_admin):
    reviewing.approve(issue, by=request.user, note=request.POST.get("note", ""), mark=request.POST.get("mark", ""))
    messages.success(request, f"“{issue}” is approved.")
    return _back(request, issue)


@_verb("reopen")
def reopen(request, issue, model_admin):
    reviewing.reopen(issue, by=request.user)
    messages.success(request, f"“{issue}” is a draft again. Links and comments stay as they are.")
    return _back(request, issue)


@_verb("invite")
def revoke(request, issue, model_admin):
    link = get_object_or_404(issue.review_links, pk=_key(request, "link"))
    reviewing.revoke(link, by=request.user)
    messages.success(request, f"The link for {link.name} opens nothing any more. What was said by it stays.")
    return _back(request, issue, "#links")


@_verb("comment")
def comment(request, issue, model_admin):
    text, at = request.POST.get("text", ""), request.POST.get("at", "issue").replace("\0", "")[:40]
    try:
        made = reviewing.comment(issue, text, at=at, by=request.user, token=request.POST.get("csrfmiddlewaretoken", ""))
    except CommentRefused as refusal:
        return _page(request, model_admin, issue, status=400, said=text, said_refused=str(refusal))
    return _back(request, issue, f"#c-{made.pk}")


@_verb("comment")
def answer(request, issue, model_admin):
    found = get_object_or_404(issue.comments, pk=_key(request, "comment"))
    text, settles = request.POST.get("text", ""), "settle" in request.POST
    # Whoever settles a comment need not answer it.
    if text.strip() or not settles:
        try:
            reviewing.answer(found, text, by=request.user, before=request.POST.get("before", ""))
        except CommentRefused as refusal:
            typed = {"pk": found.pk, "text": text, "refused": str(refusal)}
            return _page(request, model_admin, issue, status=400, answering=typed)
    if settles:
        reviewing.resolve(found, by=request.user)
        messages.success(request, f"The comment of {found.name} is settled.")
        return _back(request, issue, "#comments")
    return _back(request, issue, f"#c-{found.pk}")


@_verb("comment")
def unresolve(request, issue, model_admin):
    found = get_object_or_404(issue.comments, pk=_key(request, "comment"))
    reviewing.unresolve(found, by=request.user)
    return _back(request, issue, f"#c-{found.pk}")


def _key(request, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0


# What comes behind the address of the issue, the name, and the view.
PAGES = [
    ("review/", "review", review),
    ("review/submit/", "review_submit", submit),
    ("review/approve/", "review_approve", approve),
    ("review/reopen/", "review_reopen", reopen),
    ("review/revoke/", "review_revoke", revoke),
    ("review/comment/", "review_comment", comment),
    ("review/answer/", "review_answer", answer),
    ("review/unresolve/", "review_unresolve", unresolve),
]
