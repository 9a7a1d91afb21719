"""Renders ahead the texts that pages will show, and gives up what was rendered of texts that are no more.

Nothing waits for it: a text that nobody has kept yet is rendered where it is shown. See `issues/texts.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Model

from . import texts
from .models import KeptText

# So many rows are looked at in one query, and so many texts rendered before somebody else has a turn.
LOOKED_AT, RENDERED_AT_ONCE = 2_000, 200


def keep_texts() -> Iterator[int]:
    """Keep what is not kept yet, from the newest row to the oldest; yields after each few how many texts that were.

    Safe to be stopped anywhere, to be repeated, and at once.
    """
    for model in texts.FIELD:
        before, is_last = None, False
        while not is_last:
            rows = _rows(model, before)
            before, is_last = (rows[-1][0] if rows else None), len(rows) < LOOKED_AT
            lacking = sorted({text for _, text in rows if text})
            for start in range(0, max(len(lacking), 1), RENDERED_AT_ONCE):
                yield keep(model, lacking[start : start + RENDERED_AT_ONCE])


def keep(model: type[Model], lacking: Iterable[str]) -> int:
    """Render texts of such rows and keep what came of it; how many texts that were. One query, none for none."""
    level = texts.HEADING_LEVEL[model]
    kept = [_kept(model, text, texts.render(text, level)) for text in lacking if len(text) <= texts.LONGEST]
    # In one order, so that two who keep the same wait for each other, and not both.
    KeptText.objects.bulk_create(sorted(kept, key=lambda row: row.key), ignore_conflicts=True)
    return len(kept)


def _kept(model: type[Model], text: str, made: texts.Rendered) -> KeptText:
    return KeptText(
        key=texts.key(model, text),
        html=made.html,
        away=None if made.away == made.html else made.away,
        words=made.length.words,
        characters=made.length.characters,
        renderer=texts.renderer(),
    )


def _rows(model: type[Model], before: int | None) -> list[tuple[int, str | None]]:
    """The keys of some rows, newest first, with the text of each that is not kept."""
    column = texts.FIELD[model]
    sql = f"""
        SELECT part.id, CASE WHEN kept.key IS NULL AND length(part.text) BETWEEN 1 AND %s THEN part.text END
          FROM (SELECT id, {column} AS text FROM {model._meta.db_table}
                 WHERE %s::bigint IS NULL OR id < %s ORDER BY id DESC LIMIT %s) part
          LEFT JOIN issues_kepttext kept ON kept.key = {texts.key_in_sql("part.text")}
         ORDER BY part.id DESC
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [texts.LONGEST, before, before, LOOKED_AT, texts.form_of(model)])
        return cursor.fetchall()


class Keeper:
    """Keeps texts in small steps, beside other work: each call looks at some rows, and the next goes on there."""

    def __init__(self, *, seconds: float = 2.0, steps: int = 5):
        self._seconds, self._steps = seconds, steps
        self._walk = keep_texts()

    def __call__(self) -> str:
        """Take a few steps, and more of them as long as something lacks; what was done, as a line for a log."""
        end, kept, steps = time.monotonic() + self._seconds, 0, 0
        while steps < self._steps and time.monotonic() < end:
            done = next(self._walk, None)
            if done is None:
                self._walk = keep_texts()
                break
            kept += done
            steps += not done
        return f"{kept} texts kept"


def forget_unused() -> str:
    """Give up what no row says any more, or another renderer made; what was given up, as a line for a log."""
    said = " UNION ALL ".join(
        f"SELECT {texts.key_in_sql(column)} FROM {model._meta.db_table}" for model, column in texts.FIELD.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM issues_kepttext kept USING (
                SELECT key FROM issues_kepttext EXCEPT ({said})) unused
             WHERE kept.key = unused.key
            """,
            [texts.form_of(model) for model in texts.FIELD],
        )
        return f"{cursor.rowcount} kept texts given up"
