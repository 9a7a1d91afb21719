"""Where at the desk a row is worked on."""

from django.urls import reverse

from issues.models import Issue


def workplace(issue: Issue) -> str:
    """The address of the page on which an issue is made."""
    return reverse("admin:issues_issue_compose", args=[issue.pk])
