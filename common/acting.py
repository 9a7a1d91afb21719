"""Says to the database for whom we write, so that its triggers can note who changed what."""

import contextlib
import json
from collections.abc import Iterator
from contextvars import ContextVar

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

# Triggers read it; it holds for the transaction at most, so that a connection that others use next knows nothing of it.
_SETTING = "akira.acting"
_WRITES = ("insert", "update", "delete", "with", "merge", "truncate")
_acting: ContextVar[dict | None] = ContextVar("acting", default=None)


@contextlib.contextmanager
def acting(*, by=None, **how) -> Iterator[None]:
    """What is written inside is written by this user, and in this way, such as `via="desk"`.

    One inside another adds to it. Costs no query: what it has to say goes before each statement that writes.
    """
    outer = _acting.get()
    told = (outer or {}) | how
    if getattr(by, "pk", None):
        told |= {"person": by.pk, "name": by.get_username()}
    token = _acting.set(told)
    try:
        with contextlib.nullcontext() if outer is not None else connection.execute_wrapper(_telling):
            yield
    finally:
        _acting.reset(token)
        if outer is None:
            _forget()


def who_acts() -> dict:
    """What was said of whoever writes now: `person` (the key of an account), `name`, `via` …; empty outside."""
    return dict(_acting.get() or {})


def _is_broken() -> bool:
    """Whether the transaction failed: it is rolled back, and what was said in it is forgotten with it."""
    open_one = connection.connection
    return open_one is None or open_one.get_transaction_status() == TRANSACTION_STATUS_INERROR


def _telling(execute, sql, params, many, context):
    told = _acting.get()
    if told is None or not isinstance(sql, str) or not sql.lstrip()[:8].lower().startswith(_WRITES):
        return execute(sql, params, many, context)
    said = json.dumps(told).replace("'", "''")
    before = f"SELECT set_config('{_SETTING}', '{said}', true); "
    # Where there are parameters, a percent sign is one of theirs.
    return execute((before if params is None else before.replace("%", "%%")) + sql, params, many, context)


def _forget() -> None:
    """Within a transaction that goes on, what follows is no longer ours."""
    if connection.in_atomic_block and not connection.needs_rollback and not _is_broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, '', true)", [_SETTING])
