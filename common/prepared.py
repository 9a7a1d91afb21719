"""Queries put into SQL once: for Django, that takes longer than PostgreSQL needs to answer them."""

from __future__ import annotations

import datetime
import inspect
import uuid
from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import NamedTuple

from django.db import connection, models

from .columns import Maker

# Stand for what is given, by type, while the query is put into words: no query has them of its own.
_STAND_INS = {
    int: lambda place: -(10**9) - place,
    str: lambda place: f"\x1fgiven {place}\x1f",
    uuid.UUID: lambda place: uuid.UUID(int=place + 1),
    datetime.datetime: lambda place: datetime.datetime(1, 1, 1, 0, 0, place, tzinfo=datetime.UTC),
}


class Prepared:
    """A function that makes a queryset of its arguments, called as if it gave the rows: a list of instances.

    Its body runs once, with values that stand for the arguments: so it hands them on to the query as they are, and does
    not look at them. They are keywords, annotated as `int`, `str`, `uuid.UUID` or `datetime.datetime`. Each row is one
    instance with its annotations; `select_related()` and the like have no effect.
    """

    def __init__(self, make: Callable[..., models.QuerySet]):
        self._make, self._maker = make, None
        update_wrapper(self, make)

    @cached_property
    def _query(self) -> tuple[type[models.Model], str, list]:
        """The model, the SQL, and its parameters; of those that are given there are the names."""
        kinds = inspect.get_annotations(self._make, eval_str=True)
        names = list(inspect.signature(self._make).parameters)
        given = {name: _STAND_INS[kinds[name]](place) for place, name in enumerate(names)}
        queryset = self._make(**given)
        sql, parameters = queryset.query.sql_with_params()
        name_of = {(type(value), value): _Given(name) for name, value in given.items()}
        # Others, such as lists, can't be looked up.
        is_simple = tuple(_STAND_INS)
        values = [name_of.get((type(v), v), v) if isinstance(v, is_simple) else v for v in parameters]
        return queryset.model, sql, values

    def __call__(self, **given) -> list[models.Model]:
        model, sql, parameters = self._query
        values = [given[value.name] if isinstance(value, _Given) else value for value in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            self._maker = self._maker or _maker(model, cursor.description)
            return [self._maker(row) for row in cursor.fetchall()]


def _maker(model: type[models.Model], description) -> Maker:
    names = {field.column: field.attname for field in model._meta.concrete_fields}
    return Maker(model, [names.get(column.name, column.name) for column in description])


class _Given(NamedTuple):
    name: str
