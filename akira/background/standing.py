"""How background work stands: what waits, what is in work, what failed and why; over all kinds of rows."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from django.db.models import Count, Min, Q, QuerySet, Value
from django.db.models.functions import Now

from common import due
from common.due import DueRow

from .kinds import Kind
from .words import in_words

# Work that is due for so long while nothing is in work is left lying.
LEFT_LYING = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Counts:
    """How many rows of a kind are in which state; none is counted twice, and those without anything to do nowhere."""

    kind: Kind
    waiting: int
    held: int
    retried: int
    given_up: int
    oldest: datetime.datetime | None

    @property
    def is_left_lying(self) -> bool:
        """Whether it looks as if no worker ran."""
        now = datetime.datetime.now(datetime.UTC)
        return bool(self.oldest and not self.held and self.oldest < now - LEFT_LYING)


@dataclass(frozen=True)
class Failure:
    """A row that failed, with its kind."""

    kind: Kind
    row: DueRow

    @property
    def key(self) -> str:
        return f"{self.kind.key}:{self.row.pk}"

    @property
    def reason(self) -> str:
        return in_words(self.row.last_error)

    @property
    def address(self) -> str:
        return self.kind.address(self.row)


def counts(kind: Kind) -> Counts:
    """One query, on what is due or failed alone."""
    # What only waits in the queue is not in work yet, and may wait there for nobody.
    held = Q(leased_until__gt=Now(), holder__isnull=False)
    failed = ~Q(last_error="")
    some = kind.model.objects.filter(failed | Q(due_at__isnull=False))
    found = some.aggregate(
        waiting=Count("pk", filter=~held & ~failed),
        held=Count("pk", filter=held),
        retried=Count("pk", filter=~held & failed & Q(due_at__isnull=False)),
        given_up=Count("pk", filter=failed & Q(due_at=None)),
        oldest=Min("due_at", filter=~held),
    )
    return Counts(kind, **found)


def reasons(kinds: Iterable[Kind]) -> Counter:
    """How many rows failed for which reason; one query for each kind."""
    found = Counter()
    for kind in kinds:
        rows = kind.model.objects.failed().order_by().values_list("last_error")
        found.update(dict(rows.annotate(Count("pk"))))
    return found


def failures(kinds: Sequence[Kind], reason: str = "") -> QuerySet:
    """Kind, key and moment of what failed, for all reasons or for one; the latest failure comes first."""
    found = [
        _failed(kind, reason).annotate(key=Value(kind.key)).values_list("key", "pk", "failed_at") for kind in kinds
    ]
    return reduce(QuerySet.union, found).order_by("-failed_at", "-pk")


def _failed(kind: Kind, reason: str) -> due.DueQuerySet:
    failed = kind.model.objects.failed()
    return failed.filter(last_error=reason) if reason else failed


def rows_of(kinds: Iterable[Kind], listed: Iterable[tuple]) -> list[Failure]:
    """The rows behind a part of `failures()`, in its order; one query for each kind."""
    listed = list(listed)
    found = {}
    for kind in kinds:
        rows = kind.model.objects.select_related(*kind.related)
        rows = rows.in_bulk([key for of, key, _ in listed if of == kind.key])
        found |= {(kind.key, key): Failure(kind, row) for key, row in rows.items()}
    # What was deleted since it was listed is left out.
    return [found[of, key] for of, key, _ in listed if (of, key) in found]


def retry_one(kinds: Iterable[Kind], key: str) -> int:
    """Have one failed row tried again now, by its key; 0 where there is no such row that failed."""
    of, _, number = key.rpartition(":")
    asked = [kind.model.objects.filter(pk=number) for kind in kinds if kind.key == of and number.isdecimal()]
    return sum(map(due.retry, asked))


def retry_all(kinds: Iterable[Kind], reason: str) -> int:
    """Have all that failed for a reason tried again now, and return how many rows that are."""
    return sum(due.retry(_failed(kind, reason)) for kind in kinds)
