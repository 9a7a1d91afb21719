"""What a process knows of the stamp: re-read at most once a second, or where somebody must know."""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError
from django.utils.http import http_date

from akira.complaints import Complaints
from common.outages import UNAVAILABLE
from issues.stamping import Reading, read_stamp, read_stamp_of_snapshot

logger = logging.getLogger(__name__)

# While the database is away, readers get the pages that are kept for as long as caches may show them.
LONGEST = 86_400
# For so long a thread waits for the one that reads; then the database is slow, and what was known goes on.
PATIENCE = 0.5
# A state of the pages is dated so many seconds after it was first seen. Meanwhile other processes may still have
# shown the one before, with an older or the same second in their Date.
MARGIN = 5


@dataclass(frozen=True, slots=True)
class Known:
    """A stamp, when the reading of it began (monotonic), and the date of the last change, where that can be told."""

    stamp: str
    read_at: float
    last_modified: int | None
    date: str


class Stamps:
    """The stamp as a process knows it. It never goes back: readings follow one another under a lock."""

    def __init__(self, age: float, on_change: Callable[[], None]):
        self._age, self._on_change = age, on_change
        self._known: Known | None = None
        self._first_seen_at = 0
        self._failed_at = -math.inf
        self._reading = threading.Lock()
        self._reading_since = math.inf
        self._complaints = Complaints(
            logger,
            missing="It can't be told whether pages have changed; readers get those that are kept",
            back="It can be told again whether pages have changed.",
        )

    def at_hand(self) -> Known | None:
        """The stamp if it is fresh, without asking anybody."""
        known = self._known
        return known if known is not None and known.read_at >= time.monotonic() - self._age else None

    def current(self) -> Known | None:
        """The stamp, not older than when the caller asked less a second; older while the database does not answer.

        None where it could never be read, or not for a day.
        """
        now = time.monotonic()
        known = self.at_hand()
        if known is None:
            self._look(now - self._age)
            known = self._known
        return known if known is not None and known.read_at > now - LONGEST else None

    def is_latest(self, known: Known) -> bool:
        """Whether no newer stamp has been read meanwhile."""
        return self._known is not None and self._known.stamp == known.stamp

    def since(self, moment: float) -> Known | None:
        """The stamp of a reading that began at a moment or later; None where there can be none."""
        self._look(moment)
        known = self._known
        return known if known is not None and known.read_at >= moment else None

    def of_snapshot(self) -> Known:
        """The stamp that a transaction sees which has just begun, and in which all is seen as it is now."""
        with self._reading:
            return self._read(read_stamp_of_snapshot)

    def _look(self, wanted: float) -> None:
        """Have a reading that began at `wanted` or later, by whichever thread; nothing where that takes too long."""
        waited = time.monotonic() - self._reading_since
        if not self._reading.acquire(timeout=min(max(PATIENCE - waited, 0), PATIENCE)):
            return
        try:
            self._reading_since = began = time.monotonic()
            is_known = self._known is not None and self._known.read_at >= wanted
            if not is_known and self._failed_at <= began - self._age:
                self._read(read_stamp)
        except (DatabaseError, *UNAVAILABLE) as error:
            self._failed_at = time.monotonic()
            self._complaints.note(error)
        finally:
            self._reading_since = math.inf
            self._reading.release()

    def _read(self, read: Callable[[], Reading]) -> Known:
        began = time.monotonic()
        reading = read()
        if self._known is None or self._known.stamp != reading.stamp:
            self._first_seen_at = reading.at
        dated = self._first_seen_at + MARGIN
        # RFC 9110, section 8.8.2.1: never later than the message's own date.
        is_dated = dated <= min(reading.at, time.time())
        known = Known(reading.stamp, began, dated if is_dated else None, http_date(dated) if is_dated else "")
        has_changed = self._known is not None and self._known.stamp != known.stamp
        self._known = known
        if has_changed:
            self._on_change()
        self._complaints.over()
        return known
