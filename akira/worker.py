"""Background work: chores that fall due again and again, done one after the other until we are asked to stop."""

import datetime
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone

logger = logging.getLogger(__name__)

# After trouble with the database, a chore is tried again this much later.
RETRY_AFTER = datetime.timedelta(minutes=1)


@dataclass
class Chore:
    """Something to do now and every so often. `do` returns a line for the log, or nothing."""

    name: str
    every: datetime.timedelta
    do: Callable[[], str | None]
    due_at: datetime.datetime = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def clear_sessions() -> None:
    """Delete the sessions of editors that have run out, which Django leaves in the database."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def chores() -> list[Chore]:
    """All that the worker does."""
    return [Chore("clear-sessions", datetime.timedelta(days=1), clear_sessions)]


def work(chores: list[Chore], stop: threading.Event) -> None:
    """Do what falls due until `stop` is set; a chore under way is finished first.

    Trouble with the database is logged and the chore tried again; a fault in our code goes up.
    """
    while not stop.is_set():
        for chore in chores:
            if chore.due_at <= timezone.now() and not stop.is_set():
                _attempt(chore)
        close_old_connections()
        next_at = min(chore.due_at for chore in chores)
        stop.wait(max(0.0, (next_at - timezone.now()).total_seconds()))


def work_once(chores: list[Chore]) -> None:
    """Do everything that is due, and return. What goes wrong goes up."""
    for chore in chores:
        _do(chore)


def _attempt(chore: Chore) -> None:
    try:
        _do(chore)
    except Error:
        logger.exception("Chore %s failed; next try in %s", chore.name, RETRY_AFTER)
        chore.due_at = timezone.now() + RETRY_AFTER


def _do(chore: Chore) -> None:
    logger.info("Chore %s: %s", chore.name, chore.do() or "done")
    chore.due_at = timezone.now() + chore.every
