"""Instances of models out of queries of our own, where Django's would need a trip for each model or cost too much."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

from django.db import DEFAULT_DB_ALIAS, connection, models


class Columns:
    """The columns of a model as a part of a SELECT, and its instances out of the rows that answer it.

    What is left out is asked of the database where somebody reads it, as with `defer()`; `only` names what is not.
    """

    def __init__(
        self, model: type[models.Model], alias: str, *, only: Collection[str] = (), without: Collection[str] = ()
    ):
        self.model = model
        fields = [field for field in model._meta.concrete_fields if not only or field.name in only]
        self.fields = [field for field in fields if field.name not in without]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in self.fields)
        self._make = Maker(model, [field.attname for field in self.fields])
        self._key = self.fields.index(model._meta.pk)

    def __len__(self) -> int:
        return len(self.fields)

    def instance(self, row: Sequence, start: int = 0) -> models.Model | None:
        """The instance whose columns begin at `start` of the row; None where an outer join found none."""
        return None if row[start + self._key] is None else self._make(row[start : start + len(self.fields)])

    def from_json(self, values: Sequence) -> models.Model:
        """The instance whose columns were put into a JSON array by the query."""
        return self._make.as_it_is([field.to_python(value) for field, value in zip(self.fields, values, strict=True)])


class Maker:
    """Makes instances of a model out of what the database gives for its fields, and for annotations.

    Like `Model.from_db()` but for the signals, and ten times as quick: that one asks each field of each row.
    """

    def __init__(self, model: type[models.Model], names: Sequence[str]):
        self.model, self.names = model, list(names)
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # Such as JSON, which the driver hands over as text.
        self._converted = [
            (place, convert)
            for place, name in enumerate(self.names)
            if name in fields
            for convert in fields[name].get_db_converters(connection)
        ]

    def __call__(self, values: Iterable) -> models.Model:
        values = list(values)
        for place, convert in self._converted:
            values[place] = convert(values[place], None, connection)
        return self.as_it_is(values)

    def as_it_is(self, values: Iterable) -> models.Model:
        instance = self.model.__new__(self.model)
        instance.__dict__.update(zip(self.names, values, strict=True))
        instance._state = state = models.base.ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        return instance


def relate(instance: models.Model, name: str, other: models.Model | None) -> None:
    """Let `instance.<name>` be the row that it points to, which was loaded with it."""
    instance._state.fields_cache[name] = other


class _Held(models.QuerySet):
    """Rows that are there. Asked for anything else than these, it asks the database like any other."""

    rest: Callable[[], models.QuerySet]

    def _chain(self):
        return self.rest()


@cache
def _of(model: type[models.Model], name: str) -> tuple[type[models.Model], models.sql.Query]:
    """What a queryset of these rows is made of; nobody changes the query, since nobody asks it."""
    related = model._meta.get_field(name).related_model
    return related, models.sql.Query(related)


def hold(instance: models.Model, name: str, rows: Sequence[models.Model], rest: Callable[[], models.QuerySet]) -> None:
    """Let `instance.<name>.all()` give these rows, as if they had been prefetched; `rest` makes the query for them."""
    held = _Held(*_of(type(instance), name))
    held._result_cache, held._prefetch_done, held.rest = list(rows), True, rest
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[name] = held
