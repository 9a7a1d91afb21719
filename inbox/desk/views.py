"""The pages that list candidates: the inbox itself, and its pane beside an issue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from inbox import listing, showing
from inbox.listing import OPEN, Filters
from inbox.models import Candidate, CandidateState
from inbox.rights import may, may_place
from inbox.showing import Shown
from issues.models import Issue, Publication, Section
from issues.publishing import READY_FOR_PUBLICATION
from issues.rights import require

from .pages import desk_page, is_piece, key_in, show

CANDIDATES_IN_PANE = 30
# The section into which somebody placed last, so that the next goes there with one key.
LAST_SECTION = "inbox_section"
MOST_UNDONE = 50
# Seconds until the list asks anew for what was still being read; each time twice as long, and then no more.
FIRST_WAIT, LAST_WAIT = 2, 64


@desk_page("view")
@require_safe
def inbox(request, publication):
    """The candidates of a state, newest first."""
    filters = Filters.read(request.GET)
    found = listing.candidates_page(publication, filters)
    context = list_context(request, publication, filters) | {
        "title": "Inbox",
        "rows": (rows := showing.shown(found.candidates, publication, request.user)),
        **waiting(rows, filters),
        "next_query": filters.query(before=str(found.next_key)) if found.next_key else "",
        "sources": listing.sources_to_choose(publication),
        "undo": undone(request.GET.get("undo", "")),
        "may_add": may(request.user, "add"),
        "is_first_page": filters.before is None,
    }
    return show(request, "admin/inbox/list.html", context)


def list_context(request, publication: Publication, filters: Filters) -> dict:
    """What the list and each piece of it need."""
    counts = listing.open_counts(publication)
    sections = listing.sections_to_choose(publication) if may_place(request.user) else []
    return {
        "filters": filters,
        "here": f"{reverse('inbox:list')}?{filters.query(before=str(filters.before or ''))}".rstrip("?"),
        "states": [
            (state, state.label, counts.get(state.value), filters.query(state=state.value)) for state in CandidateState
        ],
        "may_change": may(request.user, "decide"),
        "sections": sections,
        "section": request.session.get(LAST_SECTION),
    }


def undone(given: str) -> list[Candidate]:
    """The candidates of which the last decision can be undone, as the address names them."""
    keys = filter(None, map(key_in, given.split(",")[:MOST_UNDONE]))
    return list(Candidate.objects.filter(pk__in=keys, state__in=[CandidateState.DROPPED, CandidateState.KEPT]))


def waiting(rows: list[Shown], filters: Filters, *, wait: int = FIRST_WAIT) -> dict:
    """What a page needs to ask once more after `wait` seconds for the rows about which something is still read."""
    pending = [row.candidate.pk for row in rows if row.reading == "pending"]
    if not pending or wait > LAST_WAIT:
        return {}
    query = urlencode({"pk": pending, "wait": wait * 2}, doseq=True)
    return {"waits": f"{query}&{filters.query()}", "wait": wait}


@desk_page("view")
@require_safe
def rows(request, publication) -> HttpResponse:
    """The rows of candidates of which it was still being read what the outside says, as they are now."""
    keys = filter(None, map(key_in, request.GET.getlist("pk")[: listing.ON_A_PAGE]))
    filters = Filters.read(request.GET)
    candidates = listing.with_all_shown(Candidate.objects.filter(publication=publication, pk__in=keys))
    shown = showing.shown(candidates, publication, request.user)
    context = list_context(request, publication, filters) | {
        "rows": [row for row in shown if row.reading != "pending" and row.candidate.stands == filters.state],
        **waiting(shown, filters, wait=key_in(request.GET.get("wait", "")) or FIRST_WAIT),
    }
    return show(request, "admin/inbox/_rows.html", context)


@desk_page("view")
@require_safe
def pane(request, publication):
    """The candidates beside an issue that is being written: each goes into one of its sections with one click."""
    issue = get_object_or_404(Issue, pk=key_in(request.GET.get("issue", "")), publication=publication)
    require(request.user, "view", issue)
    # What has run is hidden until somebody asks to see it.
    given = request.GET.copy()
    if "q" not in given:
        given["hide"], given["state"] = "1", OPEN
    filters = Filters.read(given)
    found = listing.candidates_page(publication, filters, size=CANDIDATES_IN_PANE)
    takes = issue.status in READY_FOR_PUBLICATION and may_place(request.user)
    context = {
        "title": f"Inbox beside {issue.name}",
        "issue": issue,
        "filters": filters,
        "rows": showing.shown(found.candidates, publication, request.user),
        "counts": listing.open_counts(publication),
        "has_more": found.next_key is not None,
        "sources": listing.sources_to_choose(publication),
        "sections": list(Section.objects.filter(issue=issue)) if takes else [],
        "section": request.session.get(LAST_SECTION),
        "may_change": may(request.user, "decide"),
        "takes": takes,
    }
    template = "admin/inbox/_pane.html" if is_piece(request) else "admin/inbox/pane.html"
    return show(request, template, context | {"is_piece": is_piece(request)})
