"""The two places where tasks wait: our database, or Redis. What waits there may be lost or come twice: rows are due."""

from importlib import import_module
from typing import Protocol

from django.conf import settings


class TaskQueue(Protocol):
    """Where the tasks of the default backend wait. `troubles` are the errors that mean that it is out of reach."""

    troubles: tuple[type[Exception], ...]

    def waiting(self, most: int) -> int:
        """How many tasks wait, counted up to `most`."""

    def run_one(self) -> None:
        """Carry out the task that has waited longest, in this thread; nothing where none waits."""

    def tidy(self) -> str | None:
        """Forget tasks of long ago; return a line for the log, or nothing."""


def queue() -> TaskQueue:
    """The queue that the settings name. What speaks to Redis is loaded only where there is one."""
    if settings.AKIRA_QUEUE_URL:
        return import_module("akira.background.redis_queue").RedisQueue()
    return import_module("akira.background.database_queue").DatabaseQueue()
