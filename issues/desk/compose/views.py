"""The page of the composer, and the pieces of it that are fetched for themselves."""

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from common.markdown import LONGEST_TEXT
from issues import rendering
from issues.languages import html_language
from issues.rights import changing, require
from issues.rights import moving as moving_verb
from issues.site import Site

from . import editors
from .answering import Told, changed, page
from .requests import asked_issue, asked_key
from .rows import load, sheet
from .saving import gone
from .topics import complete


@require_safe
def compose(request, pk, *, model_admin):
    """The issue on one page, one row of it open."""
    issue = asked_issue(request, pk)
    return page(request, model_admin, issue, opened=asked_key(request, "open"), moving=asked_key(request, "move"))


@require_safe
def state(request, pk, *, model_admin):
    """What changed since the page last heard, by whomever."""
    return changed(request, asked_issue(request, pk), Told())


@require_safe
def edit(request, pk, *, model_admin):
    """The fields of one row, to be put in its place."""
    issue = asked_issue(request, pk)
    shown = sheet(load(issue.pk), request.user)
    line = shown.line(asked_key(request))
    if line is None:
        return HttpResponse(gone(request, issue, asked_key(request)))
    require(request.user, changing(line.row), line.row)
    line.form = editors.form_of(line, shown.site)
    context = {"line": line, "issue": issue, "sheet": shown, "lang": html_language(issue.language)}
    context |= editors.context(shown, line)
    return HttpResponse(render_to_string("admin/issues/compose/_edit.html", context, request=request))


@require_safe
def place(request, pk, *, model_admin):
    """The places to which a row can be moved, to be chosen from a list."""
    issue = asked_issue(request, pk)
    shown = sheet(load(issue.pk), request.user)
    moving = shown.line(asked_key(request))
    if moving:
        require(request.user, moving_verb(moving.row), moving.row)
    context = {"moving": moving, "issue": issue, "places": shown.places(moving)}
    return HttpResponse(render_to_string("admin/issues/compose/_place.html", context, request=request))


@require_POST
def preview(request, pk, *, model_admin):
    """Markdown as readers will see it."""
    issue = asked_issue(request, pk)
    site = Site(issue.publication, issue.language)
    text = next((request.POST[name] for name in ("summary", "intro", "text") if name in request.POST), "")
    with rendering.speak(site):
        html = rendering.to_html(site, text[: LONGEST_TEXT + 1], heading_level=4)
    return HttpResponse(html)


@require_safe
def topics(request, pk, *, model_admin):
    """Names of topics that begin like what was typed, as JSON."""
    issue = asked_issue(request, pk)
    begun = request.GET.get("q", "").replace("\0", "")[:100]
    return JsonResponse({"names": complete(begun, Site(issue.publication, issue.language))})
