"""The tick: claims what is due and hands it to the queue; of all workers, one does so at a time."""

import logging

from django.conf import settings
from django.db import connection, transaction

from common import due

from .kinds import KINDS, Kind
from .queues import TaskQueue

logger = logging.getLogger(__name__)

# Any number will do, as long as every worker uses the same, and nothing else does.
TICK_LOCK = 0x7469636B
# So many tasks for each thread wait in the queue, so that none idles; more would outwait their leases.
QUEUED_FOR_A_THREAD = 4


def tick(queue: TaskQueue) -> int:
    """Hand what is due to the queue, as much as it should hold, and return how many rows that were.

    Raises what the queue raises where it is out of reach; the rows are then due again. One query where another worker
    is at it, and one more for each kind where nothing is due.
    """
    return sum(_hand_on(kind, keys, queue) for kind, keys in _claimed())


@transaction.atomic
def _claimed() -> list[tuple[Kind, list[int]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TICK_LOCK])
        if not cursor.fetchone()[0]:
            return []
    return [(kind, due.claim(kind.model, most=_room(kind))) for kind in KINDS if kind.model.objects.due().exists()]


def _room(kind: Kind) -> int:
    """How many more rows of a kind the queue should hold; each kind has its own, so that none waits for another."""
    most = QUEUED_FOR_A_THREAD * max(settings.AKIRA_WORKER_THREADS, 1)
    return max(0, most - kind.model.objects.queued().count())


def _hand_on(kind: Kind, keys: list[int], queue: TaskQueue) -> int:
    for number, key in enumerate(keys):
        try:
            kind.enqueue(key)
        except queue.troubles:
            due.release(kind.model, keys[number:])
            raise
    return len(keys)


def is_anything_due() -> bool:
    """Whether any row is due that nobody holds."""
    return any(kind.model.objects.due().exists() for kind in KINDS)
