"""Tells when the database is out of reach, which passes, from what is wrong for good."""

from django.db import InterfaceError, OperationalError

from common.postgres_place import ClusterError

# What Django raises where the server has gone, refuses, has no room, gives up a statement, or can't be started.
UNAVAILABLE = (OperationalError, InterfaceError, ClusterError)
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections, resources, what an operator does.
_CLASSES = ("08", "53", "57P")


def is_unavailable(error: BaseException | None) -> bool:
    """Whether it is the database that could not answer, so that asking again may do."""
    return isinstance(error, UNAVAILABLE)


def is_away(error: BaseException) -> bool:
    """Whether the server itself is out of reach, and not only this one statement was given up (a deadlock …)."""
    code = getattr(error.__cause__, "pgcode", None)
    return is_unavailable(error) and (code is None or code.startswith(_CLASSES))
