"""Saving what is typed, field by field: to the script as JSON, without it as a form that comes back where needed."""

from django.db import transaction
from django.http import JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.views.decorators.http import require_POST

from common.editing import same_lines
from issues import removing
from issues.models import Entry, Issue, note_presence
from issues.rights import changing, may, require
from issues.site import Site

from . import editors
from .answering import Told, answer, page, who_else
from .requests import GONE, asked_issue, asked_key
from .rows import load, sheet


@require_POST
def save(request, pk, *, model_admin):
    """Save the fields of a row that were sent: to the script as JSON, else back to the page."""
    issue = asked_issue(request, pk)
    key = asked_key(request)
    row = editors.find(issue, key)
    form, saved = (None, []) if row is None else save_fields(request, issue, row)
    if row is None or form.is_gone:
        return _answer_gone(request, issue, key, model_admin)
    if wants_json(request):
        try:
            return JsonResponse(_saved(request, issue, row, form, saved))
        except type(row).DoesNotExist:
            # It was removed between the save and this.
            return _answer_gone(request, issue, key, model_admin)
    if form.errors or form.conflicts:
        return page(request, model_admin, issue, opened=key, form=form, was_refused=True)
    stay = "" if "done" in request.POST else key
    return answer(request, issue, Told(said=f"Saved at {_now(issue)}.", opened="" if key == f"issue:{pk}" else stay))


def wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


def save_fields(request, issue: Issue, row):
    """Save what is sound of the fields that came; the form, and the names of what was saved.

    Raises PermissionDenied where this person may not change the row.
    """
    site = Site(issue.publication, issue.language)
    data = _chosen(request.POST)
    only = editors.sent(data, editors.FORMS[type(row)])
    require(request.user, changing(row), row)
    may_add_topics = may(request.user, "add_topic")
    with transaction.atomic():
        form = editors.make_form(row, site, data, only=only, may_add_topics=may_add_topics)
        form.is_valid()
        saved = [] if form.is_gone else form.keep()
    if saved:
        note_presence(issue, request.user)
    if form.conflicts:
        editors.mark_conflicts(form, who_else(issue, request.user))
    return form, saved


def _chosen(posted: QueryDict) -> QueryDict:
    """What was sent, as an editor without the script chose between two texts: theirs, or both in one."""
    data = posted.copy()
    if taken := data.get("take"):
        data.pop(taken, None)
        data.pop(f"initial-{taken}", None)
    if (merged := data.get("merge")) and f"both-{merged}" in data:
        data[merged] = data[f"both-{merged}"]
    return data


def _now(issue: Issue) -> str:
    return formats.date_format(timezone.now().astimezone(issue.publication.zone), "H:i")


def _saved(request, issue: Issue, row, form, saved: list[str]) -> dict:
    """What the script has to know: stored texts that differ from those sent, errors, and both texts of conflicts."""
    row.refresh_from_db()
    ids = {name: f"{form.key.replace(':', '-')}-{name}" for name in {*saved, *form.fields}}
    said = {
        "at": _now(issue) if saved else "",
        "stored": {ids[name]: _other_text(form, row, name) for name in saved},
        # What is wrong with the whole is said beside the field that was sent.
        "problems": {ids.get(name) or ids[min(form.fields)]: " ".join(why) for name, why in form.errors.items()},
        "conflicts": {ids[conflict.name]: _conflict(request, form, conflict) for conflict in form.conflicts},
    }
    if isinstance(row, Entry) and "url" in saved:
        said["look"] = _look(request, issue, row)
    return said


def _other_text(form, row, name: str) -> str | None:
    """A stored value as its field shows it; None where that is what was sent, but for blank ends."""
    value = row._meta.get_field(name).value_from_object(row)
    shown = form.fields[name].prepare_value(value) if name in form.fields else value
    text = "" if shown is None else str(shown)
    sent = same_lines(form.data.get(name) or "").strip()
    return None if text == sent or isinstance(value, bool) else text


def _conflict(request, form, conflict) -> str:
    context = {"conflict": form[conflict.name].conflict, "form": form}
    return render_to_string("admin/issues/compose/_conflict.html", context, request=request)


def _look(request, issue: Issue, entry: Entry) -> str:
    shown = sheet(load(issue.pk), request.user)
    context = {"line": shown.line(f"entry:{entry.pk}"), "issue": issue}
    return render_to_string("admin/issues/compose/_look.html", context, request=request)


def gone(request, issue: Issue, key: str) -> str:
    """What is said of a row that somebody removed while it was edited, with what was typed and the way back."""
    kind, _, number = key.partition(":")
    removal = removing.find_removal(issue, kind, int(number)) if number.isdecimal() and len(number) < 18 else None
    form_class = {model._meta.model_name: form for model, form in editors.FORMS.items()}.get(kind)
    sent = editors.sent(request.POST, form_class) if form_class else set()
    texts = [(name, request.POST[name]) for name in sorted(sent) if request.POST.get(name)]
    context = {"removal": removal, "texts": texts, "issue": issue, "key": key, "said": GONE}
    return render_to_string("admin/issues/compose/_gone.html", context, request=request)


def _answer_gone(request, issue: Issue, key: str, model_admin):
    piece = gone(request, issue, key)
    if wants_json(request):
        return JsonResponse({"gone": piece})
    return page(request, model_admin, issue, gone=piece)
