"""What the preflight said of an issue, and why editors let some of it stand."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.due import DueQuerySet, DueRow

from .issue import Issue


class Waiver(models.Model):
    """An editor's written reason why a finding may stand.

    It holds for the finding of this rule, row and field, as long as the digest of the text that the finding is about
    stays what it was. Rows are named by what outlives export and import: `entry:` and its public id, and so on.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="waivers")
    code = models.CharField(max_length=40, help_text="The rule, such as ran-before.")
    row = models.CharField(max_length=80, help_text="The row that the finding is about, such as entry:abcdefghij.")
    field = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text that the finding is about.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Accounts go, and archives know no accounts: the name stays.
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "code", "row", "field", "digest"], name="waiver_once_per_finding"),
            models.CheckConstraint(name="waiver_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.code}: {self.reason[:60]}"


class Preflight(DueRow):
    """What the preflight found in an issue when it was last checked, one row an issue; due where it may be stale."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="preflight")
    findings = models.JSONField(default=list, blank=True, editable=False)
    # Those that stand: what was waived is not counted.
    errors = models.PositiveIntegerField(default=0, editable=False)
    warnings = models.PositiveIntegerField(default=0, editable=False)
    notices = models.PositiveIntegerField(default=0, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        indexes = [
            # The tick of the worker asks for what is due; the page of background work, for what failed.
            models.Index(fields=["due_at"], name="preflight_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-failed_at"], name="preflight_failed", condition=~Q(last_error="")),
        ]

    def __str__(self):
        return str(self.issue)
