"""Tallies: how often somebody came of late, so that nobody comes too often."""

from django.db import models
from django.db.models import Q


class Tally(models.Model):
    """How often something was asked for under a key since a moment. Who asks is named by a digest, never in clear."""

    key = models.CharField(max_length=100, primary_key=True)
    begun_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.CheckConstraint(name="tally_key_not_empty", condition=~Q(key=""))]

    def __str__(self):
        return f"{self.key}: {self.count}"
