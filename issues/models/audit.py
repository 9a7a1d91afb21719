"""The audit trail: who did what that others will ask about, one row for each deed, never changed."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class AuditRecord(models.Model):
    """A login, a publication, an export, a right that was given … Names are as they were at that moment."""

    deed = models.CharField(max_length=60, help_text="Such as issue.published or login.failed.")
    happened_at = models.DateTimeField(db_default=Now(), help_text="By the clock of the database.")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # It stays where the account goes: a trail that forgets its people is none.
    person_name = models.CharField(max_length=150, blank=True)
    via = models.CharField(
        max_length=100, blank=True, help_text="desk, api, or the program that spoke to the database."
    )
    row_model = models.CharField(max_length=100, blank=True, help_text="Such as issues.issue.")
    row_pk = models.CharField(max_length=100, blank=True)
    row_name = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "deed"
        verbose_name_plural = "audit trail"
        ordering = ["-happened_at", "-pk"]
        indexes = [
            # The page of the trail, all of it, of one deed, of one person; and what is thinned.
            models.Index(fields=["-happened_at", "-id"], name="audit_newest_first"),
            models.Index(fields=["deed", "-happened_at", "-id"], name="audit_of_deed"),
            models.Index(fields=["person", "-happened_at", "-id"], name="audit_of_person"),
        ]

    def __str__(self):
        return f"{self.deed}: {self.row_name}" if self.row_name else self.deed
