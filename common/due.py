"""Rows that are due: work for the background, whose truth is in the row and not in a queue.

A row is claimed by the tick of a worker, which leases it to the queue; it is taken by whoever carries it out, as its
holder; and it is finished, failed or given up by that holder alone. All moments are those of the database's clock, so
that machines whose clocks differ agree on what is due and whose lease has run out.
"""

import datetime
import math
import random
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Now

# How long to wait after each failure that may pass; after the last of them, a row is given up.
PAUSES = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    datetime.timedelta(hours=12),
)
# Each pause is longer by up to this part of it, so that what failed together is not tried again together.
JITTER = 0.25
# Nobody makes us wait longer than this by asking for it.
LONGEST_PAUSE = datetime.timedelta(days=7)
# A row that was in work this often when its worker died is what the worker dies of.
MOST_DEATHS = 5
WORKER_DIED = "worker-died"
FAULT = "fault"


class DueQuerySet(models.QuerySet):
    def due(self, at=None):
        """Rows whose time has come and that nobody holds; those whose worker died, too."""
        now = at or Now()
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now), due_at__lte=now)

    def held(self, at=None):
        """Rows that somebody has taken, or that wait in a queue to be taken."""
        # What is leased is due; to say so lets the index of what is due find it.
        return self.filter(leased_until__gt=at or Now(), due_at__isnull=False)

    def queued(self, at=None):
        """Rows that wait in a queue to be taken."""
        return self.held(at).filter(holder=None)

    def failed(self):
        """Rows whose last attempt failed: those that are tried again by themselves, and those that were given up."""
        return self.exclude(last_error="")

    def given_up(self):
        """Rows that are not tried again unless somebody asks."""
        return self.failed().filter(due_at=None)

    def first_of_lanes(self):
        """Of each lane in which nothing is held the due row that has waited longest."""
        busy = self.model._default_manager.held().filter(lane=OuterRef("lane"))
        return self.due().filter(~Exists(busy)).order_by("lane", "due_at", "pk").distinct("lane")


class DueRow(models.Model):
    """Something to do at or after a moment, by any worker, at least once.

    `due_at` is empty where nothing is to be done. Who takes the row leases it: until `leased_until` it is nobody
    else's. `holder` is set while it is worked on, and empty while it only waits in a queue. A lease that ran out is
    that of a worker that died.
    """

    lane = models.CharField(
        max_length=300,
        editable=False,
        help_text="The host or interface that is asked; one request at a time goes there.",
    )
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


def _lease_end():
    return Now() + datetime.timedelta(seconds=settings.AKIRA_LEASE)


# --- What the tick does ----------------------------------------------------------------------------------------------


@transaction.atomic
def claim(model: type[DueRow], *, most: int) -> list[int]:
    """Lease up to `most` due rows to the queue, one of each lane, and return their keys; those due longest come first.

    One claim at a time may run on a model, or a lane may be claimed twice. Rows whose worker died are claimed again;
    those over which it died too often are given up instead. One query where nothing is due, two where something is,
    and one or two more where a worker died.
    """
    rows = model._default_manager.due().filter(pk__in=model._default_manager.first_of_lanes().values("pk"))
    rows = rows.order_by("due_at", "pk").select_for_update(skip_locked=True)
    found = list(rows.only("pk", "holder", "attempts")[:most])
    died = [row.pk for row in found if row.holder]
    worn = {row.pk for row in found if row.holder and row.attempts >= MOST_DEATHS}
    if died:
        _note_deaths(model, died, worn)
    claimed = [row.pk for row in found if row.pk not in worn]
    if claimed:
        model._default_manager.filter(pk__in=claimed).update(leased_until=_lease_end(), holder=None)
    return claimed


def _note_deaths(model, died, worn):
    said = "The worker ended while it was at work on this."
    model._default_manager.filter(pk__in=died).update(last_error=WORKER_DIED, last_message=said, failed_at=Now())
    if worn:
        said = f"The worker ended while it was at work on this, and {MOST_DEATHS} attempts are enough."
        model._default_manager.filter(pk__in=worn).update(
            due_at=None, leased_until=None, holder=None, last_message=said
        )


def release(model: type[DueRow], keys: Iterable[int]) -> None:
    """Take back from the queue what could not be handed to it; the next tick claims it again."""
    model._default_manager.queued().filter(pk__in=list(keys)).update(leased_until=None)


# --- What the holder does --------------------------------------------------------------------------------------------


def take(rows: DueQuerySet, key: int) -> DueRow | None:
    """Make a row that waits in the queue ours, and return it; None where it is not ours to take.

    That is so where a task comes late or twice: the row is done, is held, or its lease ran out. In the last case it
    is claimed again, after which another task brings it.
    """
    waiting = rows.queued().filter(pk=key)
    if not waiting.update(holder=new_holder(), leased_until=_lease_end(), attempts=F("attempts") + 1):
        return None
    return rows.filter(pk=key).first()


@transaction.atomic
def take_along(rows: DueQuerySet, row: DueRow, *, most: int) -> list[DueRow]:
    """Take up to `most` further due rows of the lane of a row that we hold, to carry them out in one go with it."""
    worn = Q(holder__isnull=False, attempts__gte=MOST_DEATHS)
    others = rows.due().filter(~worn, lane=row.lane).order_by("due_at", "pk")
    keys = list(others.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:most])
    if not keys:
        return []
    taken = rows.filter(pk__in=keys)
    taken.update(holder=row.holder, leased_until=_lease_end(), attempts=F("attempts") + 1)
    return list(taken.order_by("due_at", "pk"))


def _still_held(row: DueRow) -> models.QuerySet:
    return type(row)._default_manager.filter(pk=row.pk, holder=row.holder)


def lock(row: DueRow) -> bool:
    """Hold off everybody else from a row until the transaction ends; False where it is no longer ours.

    What is to be written for a row is written behind this, so that who comes back late writes nothing.
    """
    return _still_held(row).select_for_update().exists()


def finish(row: DueRow) -> bool:
    """Note that a row is done; False, and nothing noted, where it is no longer ours.

    What was asked for again while it was carried out stays due.
    """
    return _end(
        row,
        due_at=Case(When(due_at=row.due_at, then=None), default=F("due_at")),
        attempts=0,
        last_error="",
        last_message="",
        failed_at=None,
    )


def fail(
    row: DueRow, reason: str, message: str, *, is_passing: bool = False, retry_after: float | None = None
) -> datetime.timedelta | None:
    """Note why an attempt failed, and return how long it is until the next; None where there is none.

    What may pass is tried again after growing pauses, not before the seconds of `retry_after`, which the whole lane
    waits. What may not pass, or failed too often, is given up: it stays as it is until somebody asks for it again.
    Nothing is noted where the row is no longer ours.
    """
    pause = _pause(row.attempts, retry_after) if is_passing else None
    noted = _end(row, due_at=pause and Now() + pause, last_error=reason, last_message=message, failed_at=Now())
    if noted and is_passing and retry_after:
        _hold_back(row, _asked_for(retry_after))
    return pause if noted else None


def _end(row, **values) -> bool:
    return bool(_still_held(row).update(leased_until=None, holder=None, **values))


def _pause(attempts: int, retry_after: float | None) -> datetime.timedelta | None:
    """How long to wait after so many attempts; None where they were enough."""
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[max(attempts, 1) - 1]
    return max(pause, _asked_for(retry_after)) * random.uniform(1, 1 + JITTER)


def _asked_for(retry_after: float | None) -> datetime.timedelta:
    if not retry_after or math.isnan(retry_after) or retry_after < 0:
        return datetime.timedelta()
    return datetime.timedelta(seconds=min(retry_after, LONGEST_PAUSE.total_seconds()))


def _hold_back(row: DueRow, pause: datetime.timedelta) -> None:
    others = type(row)._default_manager.filter(lane=row.lane, leased_until=None, due_at__lt=Now() + pause)
    others.update(due_at=Now() + pause)


# --- What a person does ----------------------------------------------------------------------------------------------


def retry(rows: DueQuerySet) -> int:
    """Make failed rows due now, as if they had never been tried, and return how many; what is in work is left."""
    idle = rows.failed().filter(Q(leased_until=None) | Q(leased_until__lte=Now()))
    return idle.update(
        due_at=Now(), leased_until=None, holder=None, attempts=0, last_error="", last_message="", failed_at=None
    )
