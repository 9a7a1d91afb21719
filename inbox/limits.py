"""How often somebody may come: counted in the database, so that all processes and machines count together."""

import datetime
import math

from django.db import connection
from django.utils import timezone

from .models import Tally

KEPT_FOR = datetime.timedelta(days=2)
_COUNT = """
    INSERT INTO inbox_tally (key, begun_at, count) VALUES (%(key)s, statement_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN inbox_tally.begun_at <= statement_timestamp() - %(per)s THEN 1
                ELSE LEAST(inbox_tally.count, 1000000000) + 1 END,
        begun_at = CASE WHEN inbox_tally.begun_at <= statement_timestamp() - %(per)s THEN statement_timestamp()
                   ELSE inbox_tally.begun_at END
    RETURNING count, EXTRACT(EPOCH FROM begun_at + %(per)s - statement_timestamp())
"""


def count(key: str, *, most: int, per: datetime.timedelta) -> int:
    """Count one more under the key, and return 0, or after how many seconds to come again where that was too many.

    `most` may come in each span of time that begins with the first of them. One query, also for two at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "per": per})
        number, left = cursor.fetchone()
    return max(1, math.ceil(left)) if number > most else 0


def forget_old() -> int:
    """Delete what no longer counts, and return how many."""
    deleted, _ = Tally.objects.filter(begun_at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
