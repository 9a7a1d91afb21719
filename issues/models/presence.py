"""Who works on which issue."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .issue import Issue


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


def note_presence(issue: Issue, user) -> None:
    """Remember that this person has just worked on the issue. One query; safe to say again and at once."""
    Presence.objects.bulk_create(
        [Presence(issue=issue, user=user, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["issue", "user"],
        update_fields=["seen_at"],
    )
