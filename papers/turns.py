"""Turns at an interface: one request at a time and a distance between two, over all threads, processes and machines.

Who has the turn holds an advisory lock of the database; when the interface was last asked stands in a row, by the
database's clock. Both go over a connection of their own, for three reasons: the moment must be committed before the
request goes out, whatever becomes of the caller's transaction; the lock ends with the process, however that ends; and
nobody who waits keeps rows locked that others need. The lock belongs to the session, so a pool between us and
PostgreSQL must keep sessions together (PgBouncer: `pool_mode = session`).
"""

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2.errors
from django.db import OperationalError, connection

from common.failures import FetchFailed, Reason
from papers.models import Turn

# Any number will do that no other advisory lock with two keys has.
LOCK = 0x7475726E
# Added to each distance, so that clocks which differ by a little never make it too small.
MARGIN = 0.02
# No interface puts us off for longer, and a moment further ahead only means that a clock was set back.
LONGEST_PAUSE = 60 * 60
# How interfaces are called when an editor reads of them.
NAMES = {"arxiv": "arXiv", "crossref": "Crossref"}

# A machine that vanished without a word loses its turn after about a minute instead of two hours.
_SESSION = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
_AGE = f'SELECT EXTRACT(EPOCH FROM clock_timestamp() - taken_at) FROM "{Turn._meta.db_table}" WHERE interface = %s'
_NOTE = f"""
    INSERT INTO "{Turn._meta.db_table}" (interface, taken_at) VALUES (%s, clock_timestamp() + %s * interval '1 second')
    ON CONFLICT (interface) DO UPDATE SET taken_at = excluded.taken_at
"""


@dataclass
class Held:
    """The turn, while it is ours. `pause` is how many seconds the interface is left alone afterwards."""

    pause: float

    def put_off(self, seconds: float) -> None:
        """Leave the interface alone for at least so long once this turn is over; all processes do."""
        self.pause = max(self.pause, min(seconds, LONGEST_PAUSE))


@contextmanager
def turn(interface: str, *, spacing: float, deadline: float) -> Iterator[Held]:
    """Have the turn at an interface for the length of the block: nobody else asks it meanwhile, nor did anybody in the
    last `spacing` seconds.

    Turns come in the order in which they were asked for. Raises FetchFailed (`timeout`, which passes) where ours does
    not come within `deadline` seconds, at once where that is known at once. A process that is killed loses its turn;
    its request counts all the same. May be used within a transaction, which then is open for as long as it takes.
    """
    ends_at = time.monotonic() + deadline
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            _wait_for_lock(cursor, interface, ends_at)
            _wait_for_moment(cursor, interface, spacing, ends_at)
            # When the request really goes out is not known yet. If nobody lives to tell, it counts as late as this.
            _note(cursor, interface, ahead=spacing)
            held = Held(pause=spacing)
            try:
                yield held
            finally:
                _note(cursor, interface, ahead=held.pause - spacing)
    finally:
        own.close()


def _wait_for_lock(cursor, interface: str, ends_at: float) -> None:
    # Zero would mean to wait for ever.
    milliseconds = max(1, int((ends_at - time.monotonic()) * 1000))
    cursor.execute(f"{_SESSION}; SET lock_timeout = {milliseconds}")
    try:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, zlib.crc32(interface.encode()) & 0x7FFFFFFF])
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg2.errors.LockNotAvailable):
            raise
        sentence = f"Too many are waiting to ask {_name(interface)}. Try again later."
        raise FetchFailed(Reason.TIMEOUT, sentence) from error


def _wait_for_moment(cursor, interface: str, spacing: float, ends_at: float) -> None:
    cursor.execute(_AGE, [interface])
    row = cursor.fetchone()
    if row is None or row[0] < -2 * LONGEST_PAUSE:
        return
    rest = spacing + MARGIN - float(row[0])
    if rest > ends_at - time.monotonic():
        sentence = f"{_name(interface)} wants to be left alone for another {rest:.0f} seconds. Try again later."
        raise FetchFailed(Reason.TIMEOUT, sentence, retry_after=rest)
    time.sleep(max(0.0, rest))


def _note(cursor, interface: str, *, ahead: float) -> None:
    cursor.execute(_NOTE, [interface, ahead])


def _name(interface: str) -> str:
    return NAMES.get(interface, interface)
