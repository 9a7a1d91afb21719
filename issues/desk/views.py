"""Pages of the desk about one issue that was published: take back, withdraw; each calls a verb."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from issues import publishing
from issues.models import Issue
from issues.rights import require
from issues.site import Site

from .words import state_in_words


def issue_for(request, pk, verb):
    """The issue, for somebody who may do this with it."""
    issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    require(request.user, verb, issue)
    return issue


def back_to(issue):
    return HttpResponseRedirect(reverse("admin:issues_issue_change", args=[issue.pk]))


def desk_page(request, template, model_admin, issue, **context):
    site = model_admin.admin_site.each_context(request)
    path = Site(issue.publication, issue.language).issue_path(issue)
    context |= {"issue": issue, "opts": model_admin.opts, "state": state_in_words(issue), "public_path": path}
    return TemplateResponse(request, template, {**site, **context})


@require_POST
def take_back(request, pk, *, model_admin):
    """Make an issue that waits for its moment a draft again."""
    issue = issue_for(request, pk, "take_back")
    try:
        publishing.take_back(issue, by=request.user)
    except publishing.PublishingError as refusal:
        messages.info(request, str(refusal))
    else:
        model_admin.log_change(request, issue, "Taken back to draft.")
        messages.success(request, f"“{issue}” is a draft again.")
    return back_to(issue)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk, *, model_admin):
    """Say what withdrawing means, and do it when asked."""
    issue = issue_for(request, pk, "withdraw")
    if request.method != "POST":
        return desk_page(request, "issues/desk/withdraw.html", model_admin, issue, title=f"Withdraw “{issue}”")
    try:
        publishing.withdraw(issue, by=request.user)
    except publishing.PublishingError as refusal:
        messages.info(request, str(refusal))
    else:
        model_admin.log_change(request, issue, "Withdrawn.")
        messages.success(request, f"“{issue}” is withdrawn. Its address now says that it is gone.")
    return back_to(issue)
