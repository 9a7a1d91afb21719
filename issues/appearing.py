"""Notes which scheduled issues have come to their moment, so that no clock that is put back hides them again.

What is published at once is noted by the verb that does it. An issue that waits for its moment needs nobody to appear;
the first page that a reader asks for afterwards notes it.
"""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Issue, IssueStatus


def appeared_at(published_at: datetime.datetime | None) -> datetime.datetime | None:
    """What is noted of an issue that was published elsewhere: its moment where that has come, else nothing."""
    return published_at if published_at is not None and published_at <= timezone.now() else None


def unnoted(*, now: datetime.datetime | None = None) -> QuerySet[Issue]:
    """Issues whose moment has come, of which that is not yet written down: an index finds them, as a rule none."""
    now = now or timezone.now()
    return Issue.objects.filter(status=IssueStatus.PUBLISHED, appeared_at=None, published_at__lte=now)


@transaction.atomic
def note_appearances() -> int:
    """Write down of which issues the moment has come, and return of how many. Waits for nobody who holds a row."""
    free = unnoted().select_for_update(skip_locked=True, no_key=True).order_by().values("pk")
    return Issue.objects.filter(pk__in=free).update(appeared_at=timezone.now())
