"""Tasks that wait in our own database: enough for one machine, and for a few."""

import datetime

from django.db import Error, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

# Whatever became of a task of so long ago, its row has been claimed again since.
KEPT = datetime.timedelta(days=7)


class DatabaseQueue:
    troubles = (Error,)

    def __init__(self):
        # Of the worker of django-tasks-db we need what it does with one task; when and in which thread is ours to say.
        self._worker = Worker(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            worker_id=get_random_string(32),
            interval=0,
            startup_delay=False,
            batch=True,
            max_tasks=None,
        )

    def waiting(self, most: int) -> int:
        return self._ready()[:most].count()

    def run_one(self) -> None:
        with transaction.atomic():
            found = self._ready().get_locked()
            if found:
                found.claim(self._worker.worker_id)
        if found:
            self._worker.run_task(found)

    def tidy(self) -> str:
        deleted, _ = DBTaskResult.objects.filter(enqueued_at__lt=timezone.now() - KEPT).delete()
        return f"{deleted} old tasks forgotten"

    def _ready(self) -> QuerySet[DBTaskResult]:
        return DBTaskResult.objects.ready().filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS)
