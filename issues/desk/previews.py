"""The previews of an issue at the desk, with a bar that leads from one to the other, to the composer and onwards."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from issues import previews, rights
from issues.languages import language_name
from issues.models import Issue

from .words import state_in_words


def preview(request: HttpRequest, pk: int, *, model_admin, name: str = previews.WEB) -> HttpResponse:
    """The issue as readers will get it, whatever its state."""
    issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    rights.require(request.user, "view", issue)
    return previews.show(request, issue, name, _mount(request, issue, name))


def _mount(request: HttpRequest, issue: Issue, name: str) -> previews.Mount:
    context = {
        "state": state_in_words(issue),
        "editions": _editions(issue, name),
        "may_compose": rights.may(request.user, "compose", issue),
        "may_publish": rights.may(request.user, "publish", issue),
    }
    base = reverse("admin:issues_issue_preview", args=[issue.pk])
    return previews.Mount(base, "issues/desk/preview_bar.html", context)


def _editions(issue: Issue, name: str) -> list[dict]:
    """The editions of the issue, each with its preview of the same kind. One query."""
    found = Issue.objects.filter(publication=issue.publication_id, translation_key=issue.translation_key)
    return [
        {
            "path": previews.Mount(reverse("admin:issues_issue_preview", args=[edition.pk]), "").path(name),
            "words": language_name(edition.language),
            "language": edition.language,
            "is_this": edition.pk == issue.pk,
        }
        for edition in found.only("language").order_by("language")
    ]
