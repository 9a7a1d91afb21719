"""How the composer answers: with the whole page, with what changed on it, or, without JavaScript, by leading back.

What changed is one fragment, whatever was asked: the order in which everything stands, the lines that the page does not
have yet, those that look different, and what to tell the editor. The script puts it where it belongs, so that nothing
that somebody is typing in is ever replaced.
"""

import datetime
import json
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import timezone

from issues import rendering
from issues.arriving import take_over
from issues.desk.words import state_in_words
from issues.languages import html_language, language_name
from issues.models import Issue, Presence, Removal, SectionKind
from issues.naming import issue_name
from issues.removing import KEPT_FOR
from issues.rights import may

from . import editors
from .rows import Sheet, load, sheet

# The roof may put other apps beside the sheet; without it the page stands for itself.
PAGE = ("akira/compose.html", "admin/issues/compose/page.html")
# Who changed something in this time counts as being at work.
AT_WORK = datetime.timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = 2, 30
MOST_REMOVALS = 20


@dataclass
class Notice:
    """Something to tell beside the issue, with what can be done about it: `again` is an address to be added anyway."""

    words: str
    path: str = ""
    link: str = ""
    again: str = ""


@dataclass
class Told:
    """What became of a request. `undo` is the key of a removal, `opened` a row to open, `added` rows to look at."""

    said: str = ""
    problem: str = ""
    undo: int | None = None
    opened: str = ""
    added: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def wants_piece(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def page_address(issue: Issue, *, opened: str = "", at: str = "") -> str:
    """The address of the page, with a row open, or at one that stays closed."""
    address = reverse("admin:issues_issue_compose", args=[issue.pk])
    place = "#" + (opened or at).replace(":", "-") if opened or at else ""
    return f"{address}{f'?open={opened}' if opened else ''}{place}"


def answer(request: HttpRequest, issue: Issue, told: Told) -> HttpResponse:
    """What changed, to the script; else back to the page, with what there is to tell as messages."""
    if wants_piece(request):
        return changed(request, issue, told)
    if told.problem:
        messages.error(request, told.problem)
    if told.said:
        messages.success(request, told.said)
    for notice in told.notices:
        messages.warning(request, notice.words)
    return HttpResponseRedirect(page_address(issue, opened=told.opened, at=(told.added or [""])[0]))


# --- What changed ----------------------------------------------------------------------------------------------------


def changed(request: HttpRequest, issue: Issue, told: Told) -> HttpResponse:
    """The fragment for a page that says what it has: `known`, `watch` and `open` name rows in the short way."""
    filled = {entry.pk for entry in take_over(issue)}
    fresh = load(issue.pk)
    shown = sheet(fresh, request.user)
    known, watched = keys_in(request_value(request, "known")), keys_in(request_value(request, "watch"))
    pending = [line for line in shown.entries if line.is_pending]
    context = {
        "issue": fresh,
        "sheet": shown,
        "told": told,
        "order": json.dumps(shown.order),
        "new": _unknown(shown, known) if known else [],
        "looks": [line for line in shown.entries if line.key in watched or line.entry.pk in filled]
        + [line for line in shown.highlights if line.key in watched],
        "lang": html_language(fresh.language),
        "fresh": _fresh_fields(request, shown),
        "pending": pending,
        "wait": _next_wait(request, told) if pending else None,
        "people": people(fresh, request.user),
        "is_posted": request.method == "POST",
        "removals": removals(fresh, request.user) if request.method == "POST" else [],
    }
    return HttpResponse(render_to_string("admin/issues/compose/_changed.html", context, request=request))


def request_value(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name) or ""


def keys_in(short: str) -> set[str]:
    """The keys of rows that the script sends shortened, to fit into an address: e12.13_s3 is two entries, a section."""
    kinds = {kind[0]: kind for kind in ("entry", "section", "highlight", "issue")}
    groups = (group for group in short.split("_") if group[:1] in kinds)
    return {f"{kinds[group[0]]}:{number}" for group in groups for number in group[1:].split(".")}


def _unknown(shown: Sheet, known: set[str]) -> list:
    """The lines that the page does not have; the entries of a section that it does not have come with it."""
    sections = [line for line in shown.sections if line.key not in known]
    entries = [line for line in shown.entries if line.key not in known]
    inside = {line.key for section in sections for line in section.entries}
    highlights = [line for line in shown.highlights if line.key not in known]
    for line in (*sections, *highlights):
        has_form = line.kind == "section" and line.may_change
        line.form = editors.form_of(line, shown.site) if has_form else None
    return [*sections, *(line for line in entries if line.key not in inside), *highlights]


def _fresh_fields(request: HttpRequest, shown: Sheet) -> list:
    """The fields, as they are now, of the rows that are open on the page."""
    lines = map(shown.line, sorted(keys_in(request_value(request, "open"))))
    fields = [bound for line in lines if line and line.may_change for bound in editors.form_of(line, shown.site)]
    for bound in fields:
        shown_value = bound.field.prepare_value(bound.initial)
        bound.shown = "" if shown_value is None else str(shown_value)
    return fields


def _next_wait(request: HttpRequest, told: Told) -> int:
    """How long to wait before asking again whether something came: longer each time, but not after something new."""
    last = request_value(request, "wait")
    if told.added or not last.isdecimal():
        return FIRST_WAIT
    return min(int(last) * 3 // 2 + 1, LONGEST_WAIT)


def people(issue: Issue, user) -> list[Presence]:
    """Who else works on the issue. One query."""
    present = issue.presences.filter(seen_at__gte=timezone.now() - AT_WORK).exclude(user=user)
    return list(present.select_related("user"))


def removals(issue: Issue, user) -> list[Removal]:
    """What was removed from the issue and this person may bring back, the last first. One query."""
    kept = issue.removals.filter(removed_at__gte=timezone.now() - KEPT_FOR)
    if not may(user, "restore", issue):
        kept = kept.filter(removed_by=user)
    return [removal for removal in kept[:MOST_REMOVALS] if may(user, "restore", removal)]


def who_else(issue: Issue, user) -> str:
    """Who else saved last, as a name that stands in a sentence."""
    last = issue.presences.exclude(user=user).select_related("user").first()
    if last is None:
        return "Somebody else"
    return last.user.get_short_name() or last.user.get_username()


# --- The whole page --------------------------------------------------------------------------------------------------


def page(request: HttpRequest, model_admin, issue: Issue, *, opened: str = "", moving: str = "", form=None, **more):
    """The page, with one row open; `form` is that of a row of which something could not be saved."""
    take_over(issue)
    fresh = load(issue.pk)
    shown = sheet(fresh, request.user)
    forms = {form.key: form} if form else {}
    # An address may ask to open what this person only reads.
    opened = "" if (line := shown.line(opened)) and not line.may_change else opened
    moving = "" if (line := shown.line(moving)) and not line.may_move else moving
    context = {
        **model_admin.admin_site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": f"Compose {fresh.name}",
        "opts": model_admin.opts,
        "issue": fresh,
        "name": issue_name(fresh),
        "state": state_in_words(fresh),
        "sheet": shown,
        "lang": html_language(fresh.language),
        "may_publish": may(request.user, "publish", fresh),
        "issue_form": forms.get(f"issue:{fresh.pk}") or editors.make_form(fresh, shown.site),
        "opened": opened,
        "moving": shown.line(moving),
        "places": shown.places(shown.line(moving)) if moving else [],
        "intro": rendering.to_html(shown.site, fresh.intro, heading_level=3),
        "licences": editors.LICENCES,
        "pending": [line for line in shown.entries if line.is_pending],
        "order": json.dumps(shown.order),
        "wait": FIRST_WAIT,
        "people": people(fresh, request.user),
        "last": fresh.presences.select_related("user").first(),
        "editions": _editions(fresh),
        "removals": removals(fresh, request.user),
        "section_kinds": SectionKind.choices,
        **more,
    }
    for line in (*shown.sections, *shown.highlights, *shown.entries):
        if (line.kind == "section" and line.may_change) or line.key == opened:
            line.form = forms.get(line.key) or editors.form_of(line, shown.site)
            line.is_open = line.key == opened
    context |= editors.context(shown, shown.line(opened))
    return HttpResponse(select_template(PAGE).render(context, request))


def _editions(issue: Issue) -> list[dict]:
    """The same issue in the languages of the publication, its own among them. One query."""
    found = Issue.objects.filter(publication=issue.publication_id, translation_key=issue.translation_key)
    editions = found.only("language", "publication").order_by("language")
    return [
        {
            "pk": edition.pk,
            "language": html_language(edition.language),
            "name": language_name(edition.language),
            "is_this": edition.pk == issue.pk,
        }
        for edition in editions
    ]
