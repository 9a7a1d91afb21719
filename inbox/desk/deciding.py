"""What an editor decides about candidates: each page takes a form, calls a verb, and says what became of it."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from inbox import listing, showing, triage
from inbox.listing import Filters
from inbox.models import Candidate
from inbox.rights import require, require_for_each
from inbox.triage import Decided, NotThere, TriageError
from issues import rights
from issues.models import Publication, Section
from papers import recording
from papers.models import Work

from .pages import back, desk_page, is_piece, key_in, show
from .views import LAST_SECTION, list_context

DONE = {"keep": "kept", "drop": "dropped", "take-back": "taken back", "place": "placed"}
# What can be undone with one click afterwards.
UNDOABLE = {"keep", "drop"}
BY_KIND = "by-kind"


@desk_page("decide")
@require_POST
def decide(request, publication, decision, pk=None):
    """Keep, drop, take back or place: one candidate, or those that were selected."""
    keys = [pk] if pk else list(filter(None, map(key_in, request.POST.getlist("pk"))))
    require_for_each(request.user, "decide", keys[: listing.ON_A_PAGE])
    decided = _decide(request, publication, decision, keys[: listing.ON_A_PAGE])
    if not keys:
        decided.refused.append(TriageError("Select candidates first."))
    said = _said(decided, decision)
    if is_piece(request) and pk:
        return _piece(request, publication, pk, decided, said)
    for level, sentence in said:
        messages.add_message(request, level, sentence)
    undo = ",".join(str(one.pk) for one in decided.changed) if decision in UNDOABLE else ""
    return back(request, undo=undo)


def _decide(request, publication: Publication, decision: str, keys: list[int]) -> Decided:
    seen = request.POST.get(f"seen-{keys[0]}", "") if len(keys) == 1 else ""
    if decision == "place":
        return _place(request, publication, keys)
    if decision == "take-back":
        return triage.take_back(keys, by=request.user)
    return {"keep": triage.keep, "drop": triage.drop}[decision](keys, by=request.user, seen=seen)


def _place(request, publication: Publication, keys: list[int]) -> Decided:
    rights.require(request.user, "add_entry")
    section = _section(request, publication, keys)
    if section is None:
        return Decided(refused=[TriageError("Choose the section first, then place it.")])
    rights.require(request.user, "add_entry", section)
    return triage.place(keys, section, by=request.user)


def _section(request, publication: Publication, keys: list[int]) -> Section | None:
    """The section that the form names; in a pane it may be the one in which works of that kind stand."""
    sections = Section.objects.filter(issue__publication=publication).select_related("issue")
    if request.POST.get("section") == BY_KIND:
        work = Work.objects.filter(candidates__in=keys[:1]).first()
        return work and triage.section_for(work, list(sections.filter(issue=key_in(request.POST.get("pane", "")))))
    section = sections.filter(pk=key_in(request.POST.get("section", ""))).first()
    if section:
        request.session[LAST_SECTION] = section.pk
    return section


def _said(decided: Decided, decision: str) -> list[tuple[int, str]]:
    """What became of it, as messages."""
    said = [(messages.WARNING, str(refusal)) for refusal in decided.refused]
    where = ""
    if decision == "place" and decided.changed:
        section = decided.changed[0].entry.section
        where = f" in {section.issue.name}, {section}"
    if len(decided.changed) == 1:
        said.append((messages.SUCCESS, f"“{_title(decided.changed[0])}” is {DONE[decision]}{where}."))
    elif decided.changed:
        said.append((messages.SUCCESS, f"{len(decided.changed)} candidates are {DONE[decision]}{where}."))
    return said


def _title(candidate: Candidate) -> str:
    work = candidate.work.merged_into or candidate.work
    return work.title or candidate.title or candidate.url


def _piece(request, publication: Publication, pk: int, decided: Decided, said: list[tuple[int, str]]) -> HttpResponse:
    """The candidate's row as it is now, with what was said, and the counts."""
    response = _row(request, publication, pk, said)
    if decided.changed and (entry := decided.changed[0].entry):
        # The page of the issue, if this is a pane of it, learns what it has to show anew.
        placed = {"entry": entry.pk, "section": entry.section_id, "issue": entry.section.issue_id}
        response.headers["HX-Trigger"] = json.dumps({"inbox-placed": placed})
    return response


def _row(request, publication: Publication, pk: int, said: list[tuple[int, str]], **more) -> HttpResponse:
    filters = Filters.read(request.POST)
    rows = showing.shown(listing.with_all_shown(Candidate.objects.filter(pk=pk)), publication, request.user)
    context = list_context(request, publication, filters) | {
        "row": rows[0] if rows else None,
        "pk": pk,
        "said": said,
        "is_pane": "pane" in request.POST,
    }
    return show(request, "admin/inbox/_answer.html", context | more)


def _candidate(request, publication: Publication, pk: int) -> Candidate:
    """The candidate, for somebody who may decide about it."""
    candidate = get_object_or_404(Candidate.objects.select_related("work"), pk=pk, publication=publication)
    require(request.user, "decide", candidate)
    return candidate


@desk_page("decide")
@require_POST
def star(request, publication, pk):
    """Mark a candidate, or take the mark away."""
    starred = request.POST.get("starred") == "1"
    triage.star(_candidate(request, publication, pk).pk, starred=starred)
    sentence = "Marked with a star." if starred else "The star is taken away."
    return _answered(request, publication, pk, sentence)


@desk_page("decide")
@require_POST
def read_again(request, publication, pk):
    """Have it looked up again what the outside says of the candidate's work."""
    recording.request([_candidate(request, publication, pk).work])
    return _answered(request, publication, pk, "It will be read again in a moment.")


def _answered(request: HttpRequest, publication: Publication, pk: int, sentence: str) -> HttpResponse:
    if is_piece(request):
        return _row(request, publication, pk, [(messages.SUCCESS, sentence)])
    messages.success(request, sentence)
    return back(request)


@desk_page("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def note(request, publication, pk):
    """The note of a candidate: to write it, and to see what somebody else wrote meanwhile."""
    if request.method != "POST":
        candidate = _candidate(request, publication, pk)
        return _note_page(request, candidate, candidate.note, candidate.note)
    require_for_each(request.user, "decide", [pk])
    text, was = (request.POST.get(f"{name}-{pk}", "").replace("\0", "") for name in ("note", "note-was"))
    try:
        triage.write_note(pk, text, was=was)
    except triage.NoteChanged as refusal:
        # The next save is based on what they wrote, and so it is a decision.
        return _note_page(request, _candidate(request, publication, pk), text, refusal.theirs, theirs=refusal.theirs)
    except NotThere as refusal:
        raise Http404(str(refusal)) from refusal
    return _answered(request, publication, pk, "The note is kept.")


def _note_page(request, candidate: Candidate, text: str, was: str, *, theirs: str | None = None) -> HttpResponse:
    context = {"candidate": candidate, "text": text, "was": was, "theirs": theirs, "has_changed": theirs is not None}
    context |= {"title": f"Note on “{_title(candidate)}”", "next": request.POST.get("next", "")}
    template = "admin/inbox/_note.html" if is_piece(request) else "admin/inbox/note.html"
    return show(request, template, context)
