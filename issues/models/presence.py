"""Who works on which issue."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .entry import Entry
from .issue import Issue, Section


class Presence(models.Model):
    """When somebody last changed something in an issue at the desk; one row per issue and person."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "user"], name="presence_unique")]

    def __str__(self):
        return f"{self.user}: {self.issue}"


def issue_of(row: Issue | Section | Entry) -> Issue:
    """The issue in which a row stands. Up to two queries."""
    return row if isinstance(row, Issue) else row.issue if isinstance(row, Section) else row.section.issue


def note_presence(row: Issue | Section | Entry, user) -> None:
    """Remember that this person has just worked on the issue of a row. One query; safe to say again and at once."""
    Presence.objects.bulk_create(
        [Presence(issue=issue_of(row), user=user, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["issue", "user"],
        update_fields=["seen_at"],
    )
