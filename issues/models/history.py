"""What changed, field by field: written by triggers of the database, whatever way a change took."""

from django.db import models
from django.db.models.functions import Now


class Deed(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    RESTORED = "restored", "Brought back"


class Change(models.Model):
    """A field of a row that got another value, or a row that came or went.

    Keys are plain numbers, since history outlives what it tells of: `row` is of the model `model`, `issue` that in
    which it stood. What one person does to one field within ten minutes is one change, in as many `saves`; what stood
    there in between is in its steps for a while. A row that goes leaves all its columns in `old`.
    """

    model = models.CharField(max_length=30, help_text="Such as entry; what is about topics of an entry is the entry's.")
    row = models.BigIntegerField()
    issue = models.BigIntegerField(null=True)
    field = models.CharField(max_length=100, help_text="The name of the column; empty where the whole row is meant.")
    deed = models.CharField(max_length=10, choices=Deed)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    began_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    # What happened in one transaction began at the same moment; its number would mean another one in a restored copy.
    transaction_at = models.DateTimeField(db_default=Now())
    saves = models.PositiveIntegerField(default=1)
    person = models.BigIntegerField(null=True, help_text="The key of the account, which may be gone.")
    person_name = models.CharField(max_length=150, help_text="As it was called then.")
    via = models.CharField(max_length=100, help_text="desk, api, or the program that spoke to the database.")

    class Meta:
        verbose_name_plural = "history"
        ordering = ["-pk"]
        indexes = [
            # The history of an issue with all that is in it, the newest first.
            models.Index(fields=["issue", "-id"], name="change_of_issue", condition=models.Q(issue__isnull=False)),
            # The history of a row or field; the triggers look here for the change that goes on.
            models.Index(fields=["model", "row", "field", "-id"], name="change_of_field"),
        ]
        constraints = [
            models.CheckConstraint(name="change_deed_known", condition=models.Q(deed__in=Deed.values)),
        ]

    def __str__(self):
        return f"{self.deed} {self.model}:{self.row} {self.field}".rstrip()


class Step(models.Model):
    """A value that stood in a field while it was being changed; kept for a while only."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="steps")
    saved_at = models.DateTimeField()
    value = models.JSONField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.change_id} at {self.saved_at}"
