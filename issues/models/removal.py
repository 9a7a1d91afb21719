"""What was removed from issues, kept for a while so that it can be brought back."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .issue import Issue


class Removal(models.Model):
    """An entry, a highlight, or a section with its entries, as rows that can be written again."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="removals")
    what = models.CharField(max_length=20, help_text="entry, section or highlight.")
    name = models.TextField(blank=True, help_text="How it was called.")
    rows = models.JSONField(help_text="The row itself, then those that stood in it.")
    removed_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-removed_at", "-pk"]

    def __str__(self):
        return self.name or self.what

    @property
    def entry_count(self) -> int:
        """How many entries it brings back."""
        return sum(row["model"] == "entry" for row in self.rows)
