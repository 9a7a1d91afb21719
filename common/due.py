"""Rows that are due: work for the background, whose truth is in the row and not in a queue."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class DueQuerySet(models.QuerySet):
    def due(self, at=None):
        """Rows whose time has come and that nobody holds."""
        now = at or timezone.now()
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now), due_at__lte=now)

    def held(self, at=None):
        """Rows that somebody has taken, or that wait in a queue to be taken."""
        return self.filter(leased_until__gt=at or timezone.now())

    def failed(self):
        """Rows whose last attempt failed: those that are tried again by themselves, and those that were given up."""
        return self.exclude(last_error="")

    def given_up(self):
        """Rows that are not tried again unless somebody asks."""
        return self.failed().filter(due_at=None)


class DueRow(models.Model):
    """Something to do at or after a moment, by any worker, at least once.

    `due_at` is empty where nothing is to be done. Who takes the row leases it: until `leased_until` it is nobody
    else's. `holder` is set while it is worked on, and empty while it only waits in a queue. A lease that ran out is
    that of a worker that died.
    """

    due_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    holder = models.UUIDField(null=True, blank=True, editable=False, default=None)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=40, blank=True, editable=False)
    last_message = models.TextField(blank=True, editable=False)
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def new_holder() -> uuid.UUID:
    """A name for one taking of rows, so that who comes back late finds that they are no longer its own."""
    return uuid.uuid4()
