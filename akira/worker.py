"""The worker: ticks, threads that carry out what the tick hands on, and chores that fall due again and again."""

import datetime
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from akira.accounts import sessions, tries
from akira.background.hands import Hands
from akira.background.queues import TaskQueue
from akira.background.ticking import is_anything_due, tick
from akira.complaints import Complaints, in_a_line
from issues.checks.keeping import request_stale
from issues.keeping_texts import Keeper, forget_unused
from issues.thinning import thin

logger = logging.getLogger(__name__)

# How often we look what is due, in seconds, and how soon again at the earliest: a task that is done frees its lane.
EVERY = 1.0
AT_MOST_EVERY = 0.05
# What is under way when we are asked to stop gets this long: less than the supervisor gives us.
PATIENCE = 15.0
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


def clear_logins() -> str:
    """Delete wrong passwords that no longer count, and what is known of sessions that are over."""
    return f"{tries.forget_old()} counts of tries and {sessions.forget_ended()} ended sessions forgotten"


def chores(queue: TaskQueue) -> list[Chore]:
    """All that the worker does beside what is due in rows."""
    return [
        Chore("clear-sessions", datetime.timedelta(days=1), clear_sessions),
        Chore("clear-logins", datetime.timedelta(hours=6), clear_logins),
        Chore("tidy-queue", datetime.timedelta(days=1), queue.tidy),
        Chore("thin-history", datetime.timedelta(days=1), thin),
        Chore("request-checks", datetime.timedelta(minutes=1), request_stale),
        Chore("keep-texts", datetime.timedelta(minutes=1), Keeper()),
        Chore("forget-texts", datetime.timedelta(days=1), forget_unused),
    ]


class Worker:
    """One worker: a process runs one of them, any number of processes share what is due."""

    def __init__(self, queue: TaskQueue, chores: list[Chore], *, threads: int):
        self.queue = queue
        self.chores = chores
        self.threads = threads
        self._is_stopping = False
        self._took = 0.0
        # What wakes us: a task was done, or we are to stop. Unlike an Event it may be set by a signal's handler.
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._complaints = Complaints(
            logger,
            missing="Background work waits for its database or queue",
            back="Background work goes on.",
        )

    def stop(self) -> None:
        """End after what is under way; to be called from anywhere, a signal's handler included."""
        self._is_stopping = True
        self._calls.put(None)

    def run(self) -> None:
        """Work until asked to stop. What is out of reach is waited for; a fault in a chore goes up."""
        with self._hands() as hands:
            while not self._is_stopping:
                for chore in self.chores:
                    if chore.due_at <= timezone.now() and not self._is_stopping:
                        self._attempt(chore)
                if not self._is_stopping:
                    self._attempt_round(hands)
                    self._pause()
                close_old_connections()

    def run_once(self) -> None:
        """Do every chore and everything that is due, and return. What goes wrong goes up."""
        for chore in self.chores:
            _do(chore)
        with self._hands() as hands:
            while self._round(hands) or hands.busy or is_anything_due():
                self._pause()

    def _hands(self) -> Hands:
        return Hands(self.threads, do=self._do_task, done=lambda: self._calls.put(None), patience=PATIENCE)

    def _round(self, hands: Hands) -> int:
        """Hand on what is due and have done what waits; return how much was found."""
        began = time.monotonic()
        handed_on = tick(self.queue)
        waiting = self.queue.waiting(max(hands.idle, 1))
        if self.threads:
            hands.call(waiting)
        elif waiting:
            self.queue.run_one()
            self._calls.put(None)
        self._took = time.monotonic() - began
        return handed_on + waiting

    def _attempt_round(self, hands: Hands) -> None:
        try:
            self._round(hands)
        except self.queue.troubles as error:
            self._complaints.note(error)
        else:
            self._complaints.over()

    def _do_task(self) -> None:
        try:
            self.queue.run_one()
        except self.queue.troubles as error:
            self._complaints.note(error)
        except Exception:
            logger.exception("A task could not be carried out; what it was for is claimed again.")

    def _pause(self) -> None:
        """Wait until a task is done or a second has passed; where much is due, no less than the last round took."""
        try:
            self._calls.get(timeout=EVERY)
            time.sleep(max(AT_MOST_EVERY, self._took))
            while True:
                self._calls.get_nowait()
        except Empty:
            pass

    def _attempt(self, chore: Chore) -> None:
        try:
            _do(chore)
        except self.queue.troubles as error:
            logger.error("Chore %s failed (%s); next try in %s", chore.name, in_a_line(error), RETRY_AFTER)
            chore.due_at = timezone.now() + RETRY_AFTER


def _do(chore: Chore) -> None:
    logger.info("Chore %s: %s", chore.name, chore.do() or "done")
    chore.due_at = timezone.now() + chore.every
