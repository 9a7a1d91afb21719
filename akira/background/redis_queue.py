"""Tasks that wait in Redis, for many machines. What carries them out is rq, in our threads instead of its processes."""

import contextlib
import threading

import django_rq
from django.db import Error
from django_tasks import DEFAULT_TASK_QUEUE_NAME
from django_tasks_rq import Job, RQBackend
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import InvalidJobOperation
from rq.timeouts import BaseDeathPenalty


class RedisBackend(RQBackend):
    """The backend, without the app of django-rq that its check would ask for: its pages keep none of our rules."""

    def check(self, **kwargs):
        return []


class Errand(Job):
    """A task as our threads carry it out: nobody is told how it ended, since that stands in its row.

    Redis may be emptied while it is carried out. rq then has nothing to tidy up, which is no fault.
    """

    def get_status(self, refresh=True):
        try:
            return super().get_status(refresh)
        except InvalidJobOperation:
            return None

    def cleanup(self, *arguments, **named):
        # What it is to forget may be gone; rq has no error of its own for that.
        with contextlib.suppress(ValueError):
            super().cleanup(*arguments, **named)

    def execute_success_callback(self, *arguments, **named):
        pass

    def execute_failure_callback(self, *arguments, **named):
        pass


class NoDeathPenalty(BaseDeathPenalty):
    """Tasks keep deadlines of their own; rq's way to enforce one is a signal, which no thread but the first gets."""

    def setup_death_penalty(self):
        pass

    def cancel_death_penalty(self):
        pass


class Hand(SimpleWorker):
    death_penalty_class = NoDeathPenalty


class RedisQueue:
    troubles = (RedisError, Error)

    def __init__(self):
        self._queue = django_rq.get_queue(DEFAULT_TASK_QUEUE_NAME, job_class=Errand)
        self._of_thread = threading.local()

    def waiting(self, most: int) -> int:
        return min(self._queue.count, most)

    def run_one(self) -> None:
        known = {"connection": self._queue.connection, "serializer": self._queue.serializer}
        found = self._queue.dequeue_any([self._queue], None, job_class=Errand, **known)
        if found:
            self._hand().execute_job(*found)

    def tidy(self) -> None:
        """Let rq forget the tasks of workers that died; their rows were claimed again long ago."""
        self._hand().clean_registries()

    def _hand(self) -> Hand:
        if not hasattr(self._of_thread, "hand"):
            self._of_thread.hand = Hand(
                [self._queue],
                connection=self._queue.connection,
                serializer=self._queue.serializer,
                job_class=Errand,
                queue_class=type(self._queue),
                # What came of a task stands in its row.
                default_result_ttl=0,
                # It is not announced to other programs of rq; the time it is remembered also bounds all waiting.
                prepare_for_work=False,
                worker_ttl=20,
            )
        return self._of_thread.hand
