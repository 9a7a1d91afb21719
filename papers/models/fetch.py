"""Fetches: what the outside says of a work, wanted, read or failed."""

from django.db import models
from django.db.models import Q

from common.due import DueQuerySet, DueRow
from papers.records import Record, from_json

from .work import Work


class Fetch(DueRow):
    """What the outside says of a work, one row per work. Fetches of one lane are done one after the other."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, related_name="fetch")
    said = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What was read last; nothing empty ever replaces it."
    )
    written = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What of it went into the work, to tell it from edits."
    )
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)
    etag = models.TextField(blank=True, editable=False)
    last_modified = models.TextField(blank=True, editable=False)
    image = models.FileField(upload_to="cards/", max_length=300, blank=True, editable=False)
    image_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, blank=True, editable=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "fetches"
        indexes = [
            # The tick of the worker asks for what is due; the desk, for what failed.
            models.Index(fields=["due_at"], name="fetch_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-failed_at"], name="fetch_failed", condition=~Q(last_error="")),
        ]

    def __str__(self):
        return str(self.work)

    @property
    def record(self) -> Record | None:
        """What was read last; None where nothing was yet."""
        return from_json(self.said) if self.said else None
