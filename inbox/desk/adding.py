"""How editors bring links in: by pasting, and by the bookmarklet."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from inbox import listing, showing
from inbox.collecting import Collected, Outcome, Sender, collect
from inbox.models import Candidate, Way
from issues.models import Publication
from papers.addresses import Given, addresses

from .pages import desk_page, show

# What is longer was not meant to be pasted.
LONGEST_PASTE = 1_000_000
OUTCOMES = {Outcome.ADDED: "New", Outcome.KNOWN: "In the inbox already", Outcome.UNREADABLE: "Can't be read"}


@desk_page("add")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, publication):
    """Take links in: any text with addresses in it, or the one page that the bookmarklet names.

    Opening the page takes nothing in, so that no other site can do it by a link.
    """
    if request.method == "POST":
        return _added(request, publication)
    given = {name: request.GET.get(name, "").replace("\0", "") for name in ("url", "title", "note")}
    context = {"title": "Add to the inbox", "is_bookmarklet": bool(given["url"]), "given": given}
    return show(request, "admin/inbox/add.html", context)


def _added(request, publication: Publication) -> HttpResponse:
    posted = {name: request.POST.get(name, "").replace("\0", "") for name in ("text", "url", "title", "note")}
    is_bookmarklet = bool(posted["url"].strip())
    if is_bookmarklet:
        given = [Given(posted["url"].strip(), posted["title"])]
    else:
        given = addresses(posted["text"][:LONGEST_PASTE])
    sender = Sender(Way.BOOKMARKLET if is_bookmarklet else Way.PASTE, by=request.user)
    told = collect(given, sender, publication=publication, note=posted["note"])
    context = {
        "title": "Added to the inbox",
        "is_bookmarklet": is_bookmarklet,
        "given": posted,
        "told": _in_words(told, publication, request.user),
        "is_too_long": len(posted["text"]) > LONGEST_PASTE,
        "counts": [(words, _count(told, outcome)) for outcome, words in OUTCOMES.items() if _count(told, outcome)],
    }
    return show(request, "admin/inbox/add.html", context)


def _count(told: list[Collected], outcome: str) -> int:
    return sum(one.outcome == outcome for one in told)


def _in_words(told: list[Collected], publication: Publication, user) -> list[dict]:
    """What became of each address, with the candidate as the desk shows it: it says where the work has run."""
    keys = {one.candidate.pk for one in told if one.candidate}
    candidates = listing.with_all_shown(Candidate.objects.filter(pk__in=keys))
    shown = {row.candidate.pk: row for row in showing.shown(candidates, publication, user)}
    return [
        {
            "given": one.given.address,
            "outcome": OUTCOMES[one.outcome],
            "is_new": one.outcome == Outcome.ADDED,
            "message": one.message,
            "row": shown.get(one.candidate.pk) if one.candidate else None,
        }
        for one in told
    ]
