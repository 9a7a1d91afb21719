"""The page on which an issue is published: look at it, say when, see what goes out."""

import json

from django.contrib import messages
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from issues import publishing
from issues.approvals import seen_of
from issues.languages import language_name
from issues.models import Issue
from issues.models.issue import WITH_A_MOMENT
from issues.site import Site

from .forms import PublishForm
from .views import back_to, desk_page, issue_for
from .words import changes_in_words, moment_around_the_world, state_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, pk, *, model_admin):
    """Ask when an issue shall be public, show what that means, and make it so; or give it another moment."""
    issue = issue_for(request, pk, "publish")
    posted = request.POST if request.method == "POST" else None
    if posted is None and issue.status in WITH_A_MOMENT and not issue.is_waiting:
        messages.info(request, f"“{issue}” can't be published again. {state_in_words(issue)}")
        return back_to(issue)
    waits_for = issue.published_at if issue.is_waiting else None
    form = PublishForm(posted, zone=issue.publication.zone, waits_for=waits_for)
    if posted is not None and form.is_valid() and form.is_settled:
        return _publish(request, issue, form, model_admin)
    return _ask(request, issue, form, model_admin)


def _publish(request, issue, form, model_admin):
    given = form.cleaned_data
    values = {"at": given.get("at"), "seen": given["seen"], "by": request.user}
    try:
        if given["instead_of"]:
            publishing.reschedule(issue, instead_of=given["instead_of"], **values)
        else:
            publishing.publish(issue, **values)
    except (publishing.NotReady, publishing.ChangedMeanwhile) as refusal:
        # What was read of it before is old.
        return _ask(request, issue_for(request, issue.pk, "publish"), form, model_admin, refusal)
    except publishing.PublishingError as refusal:
        messages.info(request, str(refusal))
    else:
        model_admin.log_change(request, issue, f"Published. {state_in_words(issue)}")
        messages.success(request, f"“{issue}” is published. {state_in_words(issue)}")
    return back_to(issue)


def _ask(request, issue, form, model_admin, refusal=None):
    """The page, with what was chosen so far; where the verb refused, with the reason, as a conflict (409)."""
    changes = getattr(refusal, "changes", None)
    zone = issue.publication.zone
    seen = "" if changes else form["seen"].data or ""
    context = {
        "form": form,
        "zone": zone,
        "now": moment_around_the_world(timezone.now(), zone),
        "lacks": publishing.lacks(issue),
        "refusal": refusal,
        "changes": changes_in_words(changes, issue) if changes else [],
        # What was looked at first counts, also where the moment is asked for a second time.
        "seen": seen or json.dumps(seen_of(issue), separators=(",", ":")),
        "instead_of": (form["instead_of"].data if form.is_bound else _iso(issue.published_at)) or "",
        "last": issue.presences.select_related("user").first(),
        **_what_goes_out(issue),
    }
    title = f"Another moment for “{issue}”" if issue.is_waiting else f"Publish “{issue}”"
    page = desk_page(request, "issues/desk/publish.html", model_admin, issue, title=title, **context)
    page.status_code = 409 if refusal else 200
    return page


def _iso(moment):
    return moment.isoformat() if moment else ""


def _what_goes_out(issue: Issue) -> dict:
    """What of the issue reaches readers, and where. Two queries."""
    sections = [(section, len(section.entries.all())) for section in issue.sections.prefetch_related("entries")]
    entry_count = sum(count for _, count in sections)
    return {
        "sections": sections,
        "entry_count": entry_count,
        "first_label": f"{issue.label_stem}.1",
        "last_label": f"{issue.label_stem}.{entry_count}",
        "language": language_name(issue.language),
        "feed_path": Site(issue.publication, issue.language).path("feed"),
    }
