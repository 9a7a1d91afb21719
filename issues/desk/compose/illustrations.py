"""The figure of an entry: uploaded, pasted, dropped, or chosen from the pictures of its page."""

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from common.images import LARGEST_BYTES
from issues import figures, illustrating
from issues.arriving import fetch_of
from issues.languages import html_language
from issues.models import Entry, Issue, note_presence
from issues.refusals import ComposingError
from issues.rights import require
from issues.site import Site

from . import editors
from .answering import page, page_address, wants_piece, who_else
from .requests import asked_issue, asked_key, found
from .saving import save_fields


@require_POST
def figure(request, pk, *, model_admin):
    """Take a figure, or take it away, and show how it stands; the other fields that came are saved, too."""
    issue = asked_issue(request, pk)
    problem, other = "", None
    try:
        entry = found(issue, asked_key(request), Entry)
        require(request.user, "change_entry", entry)
        save_fields(request, issue, entry)
        _illustrate(request, entry)
        note_presence(issue, request.user)
    except illustrating.OtherFigure as refusal:
        problem, other = str(refusal), refusal
    except ComposingError as refusal:
        problem = str(refusal)
    if wants_piece(request):
        return _piece(request, issue, problem, other)
    if not problem:
        return HttpResponseRedirect(page_address(issue, opened=asked_key(request)))
    more = _about(request, issue, problem, other)
    return page(request, model_admin, issue, opened=asked_key(request), figure_told=more)


def _illustrate(request, entry: Entry) -> None:
    base = request.POST.get("seen-figure")
    if "remove-figure" in request.POST:
        illustrating.illustrate(entry, figures.NOTHING, base=base)
    elif chosen := request.POST.get("choose", ""):
        stored, image = illustrating.take_from_page(fetch_of(entry), chosen)
        illustrating.illustrate(entry, stored, base=base, alt=image.alt, source_url=entry.url)
    elif kept := request.POST.get("kept-figure", ""):
        illustrating.illustrate(entry, illustrating.kept_picture(kept))
    elif upload := request.FILES.get("new-figure"):
        # One byte more than is allowed tells that it is too much.
        stored = illustrating.keep_picture(upload.read(LARGEST_BYTES + 1))
        illustrating.illustrate(entry, stored, base=base)
    else:
        raise illustrating.FigureRefused("Choose a picture first: PNG, JPEG, GIF, WebP or SVG.")


def _about(request, issue: Issue, problem: str, other: illustrating.OtherFigure | None) -> dict:
    """What is told beside the figure: what went wrong, and the picture that stands against another one."""
    by = who_else(issue, request.user) if other else ""
    path = default_storage.url(other.stored.name) if other else ""
    return {"problem": problem, "other": other.stored if other else None, "path": path, "by": by}


def _piece(request, issue: Issue, problem: str, other) -> HttpResponse:
    entry = editors.find(issue, asked_key(request))
    if not isinstance(entry, Entry):
        context = {"problem": problem}
        return HttpResponse(render_to_string("admin/issues/compose/_figure_gone.html", context, request))
    site = Site(issue.publication, issue.language)
    context = {"issue": issue, "form": editors.make_form(entry, site), "lang": html_language(issue.language)}
    context |= editors.figure_context(site, entry, figure_told=_about(request, issue, problem, other))
    return HttpResponse(render_to_string("admin/issues/compose/_figure.html", context, request))
