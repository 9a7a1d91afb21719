"""Instances of models out of queries of our own, where Django's would need a trip for each model or cost too much."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.db import connection, models


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
        self.names = [field.attname for field in self.fields]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in self.fields)
        self._key = self.names.index(model._meta.pk.attname)
        # Such as JSON, which the driver hands over as text.
        self._converted = [
            (place, converter)
            for place, field in enumerate(self.fields)
            for converter in field.get_db_converters(connection)
        ]

    def __len__(self) -> int:
        return len(self.fields)

    def instance(self, row: Sequence, start: int = 0) -> models.Model | None:
        """The instance whose columns begin at `start` of the row; None where an outer join found none."""
        values = list(row[start : start + len(self.fields)])
        if values[self._key] is None:
            return None
        for place, convert in self._converted:
            values[place] = convert(values[place], None, connection)
        return self.model.from_db(connection.alias, self.names, values)

    def from_json(self, values: Sequence) -> models.Model:
        """The instance whose columns were put into a JSON array by the query."""
        values = [field.to_python(value) for field, value in zip(self.fields, values, strict=True)]
        return self.model.from_db(connection.alias, self.names, values)


def instances(columns: Sequence[Columns], row: Sequence) -> list[models.Model | None]:
    """The instances of which a row holds the columns, one after the other; what stands behind them is left."""
    found, start = [], 0
    for part in columns:
        found.append(part.instance(row, start))
        start += len(part)
    return found


class _Held(models.QuerySet):
    """Rows that are there. Asked for anything else than these, it asks the database like any other."""

    rest: Callable[[], models.QuerySet]

    def _chain(self):
        return self.rest()


def hold(instance: models.Model, name: str, rows: Sequence[models.Model], rest: Callable[[], models.QuerySet]) -> None:
    """Let `instance.<name>.all()` give these rows, as if they had been prefetched; `rest` makes the query for them."""
    held = _Held(instance._meta.get_field(name).related_model)
    held._result_cache, held._prefetch_done, held.rest = list(rows), True, rest
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[name] = held
