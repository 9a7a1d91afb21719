"""Pages of the desk about one issue: publish, take back, withdraw; each calls a verb."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from issues import publishing
from issues.models import Issue
from issues.rights import require
from issues.site import Site

from .forms import PublishForm
from .words import moment_in_words, state_in_words


def _issue(request, pk, verb):
    """The issue, for somebody who may do this with it."""
    issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    require(request.user, verb, issue)
    return issue


def _back_to(issue):
    return HttpResponseRedirect(reverse("admin:issues_issue_change", args=[issue.pk]))


def _page(request, template, model_admin, issue, **context):
    site = model_admin.admin_site.each_context(request)
    path = Site(issue.publication, issue.language).issue_path(issue)
    context |= {"issue": issue, "opts": model_admin.opts, "state": state_in_words(issue), "public_path": path}
    return TemplateResponse(request, template, {**site, **context})


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, pk, *, model_admin):
    """Ask when an issue shall be public, and make it so."""
    issue = _issue(request, pk, "publish")
    zone = issue.publication.zone
    form = PublishForm(request.POST if request.method == "POST" else None, zone=zone)
    if request.method == "POST" and form.is_valid():
        return _published(request, issue, form.cleaned_data.get("at"), model_admin)
    context = {"form": form, "lacks": publishing.lacks(issue), "now": moment_in_words(timezone.now(), zone)}
    context |= {"entry_count": sum(section.entries.count() for section in issue.sections.all()), "zone": zone}
    return _page(request, "issues/desk/publish.html", model_admin, issue, title=f"Publish “{issue}”", **context)


def _published(request, issue, at, model_admin):
    try:
        publishing.publish(issue, at=at)
    except publishing.PublishingError as refusal:
        messages.error(request, str(refusal))
    else:
        model_admin.log_change(request, issue, f"Published. {state_in_words(issue)}")
        messages.success(request, f"“{issue}” is published. {state_in_words(issue)}")
    return _back_to(issue)


@require_POST
def take_back(request, pk, *, model_admin):
    """Make an issue that waits for its moment a draft again."""
    issue = _issue(request, pk, "take_back")
    try:
        publishing.take_back(issue)
    except publishing.PublishingError as refusal:
        messages.error(request, str(refusal))
    else:
        model_admin.log_change(request, issue, "Taken back to draft.")
        messages.success(request, f"“{issue}” is a draft again.")
    return _back_to(issue)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk, *, model_admin):
    """Say what withdrawing means, and do it when asked."""
    issue = _issue(request, pk, "withdraw")
    if request.method != "POST":
        return _page(request, "issues/desk/withdraw.html", model_admin, issue, title=f"Withdraw “{issue}”")
    try:
        publishing.withdraw(issue)
    except publishing.PublishingError as refusal:
        messages.error(request, str(refusal))
    else:
        model_admin.log_change(request, issue, "Withdrawn.")
        messages.success(request, f"“{issue}” is withdrawn. Its address now says that it is gone.")
    return _back_to(issue)
