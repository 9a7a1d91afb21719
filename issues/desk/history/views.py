"""The pages of the history: of everything, of an issue with all that is in it, of one row; and bringing back."""

import zoneinfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from issues.models import Change, Deed, Issue, Publication
from issues.refusals import ComposingError, in_words
from issues.rights import may, require

from .asking import Asked
from .choosing import choices
from .lines import page_of
from .restoring import restore_row, restore_value
from .values import MODELS, field_name, kind_name


@require_safe
def history(request, *, model_admin, model="", pk=None):
    """The history of a row; that of an issue tells all that is in it; without a row, of everything there is."""
    require(request.user, "history")
    if model and model not in MODELS:
        raise Http404
    bounds = {"issue": pk} if model == "issue" else {"model": model, "row": pk} if model else {}
    asked = Asked.read(request.GET, **bounds)
    offered = choices(asked)
    publication = Publication.objects.first()
    zone = publication.zone if publication else zoneinfo.ZoneInfo("UTC")
    page = page_of(asked, request.user, zone, rows=[*offered.rows, *([(model, pk)] if model else [])])
    row = page.names.row(model, pk) if model else None
    if model and row is None and not page.days:
        raise Http404
    context = {
        **model_admin.admin_site.each_context(request),
        **_about(request, model, pk, row, page.names),
        "asked": asked,
        "page": page,
        "choices": offered,
        "rows": offered.named_rows(page.names),
        "zone": zone,
        "older": asked.query(before=page.older),
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "issues/desk/history.html", context)


def _about(request, model, pk, row, names) -> dict:
    """What the page says of the row whose history it is."""
    if not model:
        return {"title": "History", "opts": Change._meta}
    name = names.name(MODELS[model], pk)
    issue = row if isinstance(row, Issue) else None
    return {
        "title": f"History of “{name}”",
        "opts": MODELS[model]._meta,
        "model": model,
        "kind": kind_name(model),
        "name": name,
        "row": row,
        "list_address": _list_address(model),
        "row_address": row and _row_address(row),
        "may_compose": issue is not None and may(request.user, "compose", issue),
        "is_public": issue is not None and issue.is_public,
    }


def _list_address(model: str) -> str:
    options = MODELS[model]._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_changelist") if model in _WITH_PAGES else ""


def _row_address(row) -> str:
    options = row._meta
    if options.model_name not in _WITH_PAGES:
        return ""
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])


_WITH_PAGES = ("issue", "section", "highlight", "entry", "erratum", "work", "topic", "publication")


@require_POST
def bring_back(request, pk, *, model_admin):
    """Bring back what stood there before a change, or at a step of it, or a row that was removed."""
    require(request.user, "history")
    change = get_object_or_404(Change, pk=pk)
    try:
        messages.success(request, _brought_back(request, change))
    except ComposingError as refusal:
        messages.error(request, str(refusal))
    after = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, allowed_hosts=None) and after.startswith(settings.DESK_PREFIX)
    return HttpResponseRedirect(after if is_ours else reverse("admin:issues_change_changelist"))


def _brought_back(request, change: Change) -> str:
    if change.deed == Deed.REMOVED:
        return f"{in_words(restore_row(change, by=request.user))} is back."
    step = request.POST.get("step", "")
    value = change.old
    if step:
        known = change.steps.filter(pk=int(step)) if step.isdecimal() and len(step) < 18 else change.steps.none()
        value = get_object_or_404(known).value
    row = restore_value(change, value, by=request.user, as_seen=request.POST.get("seen", ""))
    return f"{field_name(change.model, change.field)} of {in_words(row)} was brought back."
