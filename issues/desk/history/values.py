"""What rows and values of the history are called: keys become names, choices words, moments those of a zone."""

import datetime
import json
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.text import capfirst

from issues.models import (
    Change,
    Comment,
    Deed,
    Entry,
    Erratum,
    Highlight,
    Issue,
    Publication,
    Section,
    Topic,
    Waiver,
)
from papers.models import Work

MODELS: dict[str, type[models.Model]] = {
    model._meta.model_name: model
    for model in (Issue, Section, Highlight, Entry, Erratum, Comment, Waiver, Work, Topic, Publication)
}
# What the triggers tell of a row beside its columns: the order of what stands in it.
ORDERS = {"sections": Section, "highlights": Highlight, "entries": Entry}
TOPICS = "topics"
LONGEST_NAME = 90

_WITH = {
    Entry: ("section__issue__publication",),
    Section: ("issue__publication",),
    Highlight: ("issue__publication",),
    Erratum: ("issue__publication",),
    Issue: ("publication",),
}


def column_of(model: str, name: str) -> models.Field | None:
    """The column that a change names, if there still is one."""
    if model not in MODELS:
        return None
    try:
        return next(field for field in MODELS[model]._meta.concrete_fields if field.attname == name)
    except StopIteration:
        return None


def field_name(model: str, name: str) -> str:
    """How a field is called."""
    if name in ORDERS:
        return f"Order of {name}"
    column = column_of(model, name)
    return capfirst(str(column.verbose_name)) if column else capfirst(name.replace("_", " "))


def kind_name(model: str) -> str:
    return capfirst(str(MODELS[model]._meta.verbose_name)) if model in MODELS else model


class Names:
    """The rows of a page of changes, as they are now, and what those are called that the changes point to.

    A query for each model that occurs, and one for rows that are gone, however many changes there are.
    """

    def __init__(self, changes: Collection[Change], zone: zoneinfo.ZoneInfo, rows: Iterable[tuple[str, int]] = ()):
        self.zone = zone
        wanted = defaultdict(set)
        for model, key in rows:
            wanted[MODELS.get(model)].add(key)
        for change in changes:
            wanted[MODELS.get(change.model)].add(change.row)
            for model, keys in _keys_in(change):
                wanted[model].update(keys)
        wanted.pop(None, None)
        self._rows = {model: _load(model, keys) for model, keys in wanted.items()}
        self._gone = _names_of_gone(
            (model, key) for model, keys in wanted.items() for key in keys if key not in self._rows[model]
        )
        slugs = {
            slug for change in changes if change.field == TOPICS for slug in [*_list(change.old), *_list(change.new)]
        }
        self._topics = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}

    def row(self, model: str, key: int) -> models.Model | None:
        """A row as it is now; None where it is gone."""
        return self._rows.get(MODELS.get(model), {}).get(key)

    def name(self, model: type[models.Model] | None, key: int) -> str:
        """How a row is called, or was when it was removed."""
        row = self._rows.get(model, {}).get(key)
        name = _name(row) if row is not None else self._gone.get((model, key), "")
        return _short(name) or f"no. {key}"

    def in_words(self, model: str, name: str, value) -> str:
        """A value of a field as a text."""
        if value is None or value == "":
            return ""
        if name == TOPICS:
            return ", ".join(self._topics.get(slug, slug) for slug in _list(value))
        column = column_of(model, name)
        if isinstance(column, models.ForeignKey):
            return self.name(column.related_model, value) if isinstance(value, int) else str(value)
        if column is not None and column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(column, models.DateTimeField):
            return self._moment(value)
        return value if isinstance(value, str) else _json(value)

    def list_in_words(self, name: str, keys: Iterable[int]) -> list[str]:
        """What stands in an order, by name."""
        return [self.name(ORDERS[name], key) for key in keys]

    def _moment(self, value: str) -> str:
        try:
            moment = datetime.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return str(value)
        moment = moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)
        return formats.date_format(moment.astimezone(self.zone), "j F Y, H:i:s")


def _json(value) -> str:
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return "\n".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, indent=1) if isinstance(value, list | dict) else str(value)


def _list(value) -> list:
    return value if isinstance(value, list) else []


def _keys_in(change: Change):
    """What the values of a change point to."""
    if change.field in ORDERS:
        yield ORDERS[change.field], {key for key in [*_list(change.old), *_list(change.new)] if isinstance(key, int)}
        return
    column = column_of(change.model, change.field)
    if isinstance(column, models.ForeignKey):
        yield column.related_model, {key for key in (change.old, change.new) if isinstance(key, int)}


def _load(model: type[models.Model], keys: set[int]) -> dict[int, models.Model]:
    rows = model._base_manager.filter(pk__in=keys).select_related(*_WITH.get(model, ()))
    return {row.pk: row for row in (rows.prefetch_related("topics") if model is Entry else rows)}


def _names_of_gone(rows: Iterable[tuple[type[models.Model], int]]) -> dict:
    """What removed rows were called, by what they left behind. One query, none where nothing is gone."""
    keys = defaultdict(set)
    for model, key in rows:
        keys[model._meta.model_name].add(key)
    sought = Q()
    for model, gone in keys.items():
        sought |= Q(model=model, row__in=gone)
    left = Change.objects.filter(sought, deed=Deed.REMOVED).order_by("pk") if keys else []
    return {(MODELS[change.model], change.row): _name_in(change.old) for change in left if change.model in MODELS}


def _name(row: models.Model) -> str:
    if isinstance(row, get_user_model()):
        return row.get_username()
    return str(row)


def _name_in(columns) -> str:
    if not isinstance(columns, dict):
        return ""
    return next(
        (str(columns[name]) for name in ("title", "text", "name", "identity", "url", "reason") if columns.get(name)), ""
    )


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
