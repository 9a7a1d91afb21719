"""A page of the history: a line for each change, by days, with what was there before and what came in its place."""

import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import formats
from django.utils.safestring import SafeString

from issues.languages import html_language
from issues.models import Change, Deed, Step

from .asking import ON_A_PAGE, Asked
from .differences import difference, difference_of_lists, replacement
from .restoring import current, may_restore, seen
from .values import MODELS, ORDERS, TOPICS, Names, column_of, field_name, kind_name

# What only repeats another field that changed with it.
REPEATING = ("url_given", "card_url_given")
# From so many rows on of which one statement changed the same, they are told in one line.
_MANY = 3
_TEXTS = (models.CharField, models.TextField, models.JSONField, ArrayField)
_WAYS = {
    "fetched": "from the linked page",
    "api": "with a token",
    "akira worker": "by background work",
    "akira serve": "on the site",
    "akira runserver": "on the site",
}


@dataclass
class EarlierText:
    """A value that stood there, with what it takes to bring it back; `step` is empty for that before the change."""

    at: str
    text: str
    step: int | str = ""


@dataclass
class Line:
    """A change as the page shows it. `seen` tells how the field was when the page was made."""

    change: Change
    kind: str
    name: str
    field_name: str
    difference: SafeString
    at: str
    who: str
    way: str
    language: str = ""
    may_restore: bool = False
    seen: str = ""
    earlier: list[EarlierText] = field(default_factory=list)

    @property
    def deed(self) -> str:
        return self.change.get_deed_display() if self.change.deed != Deed.CHANGED else ""

    @property
    def is_removal(self) -> bool:
        return self.change.deed == Deed.REMOVED

    @property
    def row_key(self) -> str:
        return f"{self.change.model}:{self.change.row}"


@dataclass
class Day:
    name: str
    bundles: list[list[Line]]


@dataclass
class Page:
    days: list[Day]
    older: int | None
    names: Names


def page_of(asked: Asked, user, zone: zoneinfo.ZoneInfo, *, rows: Iterable[tuple[str, int]] = ()) -> Page:
    """The page that is asked for. `rows` are further ones whose names are wanted. A fixed number of queries."""
    found = list(asked.changes().exclude(field__in=REPEATING)[: ON_A_PAGE + 1])
    changes = found[:ON_A_PAGE]
    names = Names(changes, zone, rows)
    steps = _steps(changes)
    lines = [_line(change, names, steps[change.pk], user) for change in _without_echoes(changes)]
    days = [
        Day(name, [list(bundle) for bundle in _bundles(of_day)])
        for name, of_day in groupby(lines, key=lambda line: _day(line.change, zone))
    ]
    return Page(days, changes[-1].pk if len(found) > ON_A_PAGE else None, names)


def _steps(changes: Collection[Change]) -> dict[int, list[Step]]:
    steps = defaultdict(list)
    for step in Step.objects.filter(change__in=[change.pk for change in changes if change.saves > 1]):
        steps[step.change_id].append(step)
    return steps


def _without_echoes(changes: Collection[Change]) -> list[Change]:
    """The changes, but for topics that an entry lost because it was removed itself."""
    removed = {(change.model, change.row, change.transaction_at) for change in changes if change.deed == Deed.REMOVED}
    return [
        change
        for change in changes
        if change.field != TOPICS or (change.model, change.row, change.transaction_at) not in removed
    ]


def _bundles(lines: Iterable[Line]) -> Iterable[list[Line]]:
    """Lines that tell the same of many rows, changed at once, together; all others each for itself."""
    for _, same in groupby(lines, key=_same):
        same = list(same)
        if len(same) < _MANY:
            yield from ([line] for line in same)
        else:
            yield same


def _same(line: Line) -> tuple:
    change = line.change
    return change.transaction_at, change.model, change.field, change.deed, change.person


def _day(change: Change, zone: zoneinfo.ZoneInfo) -> str:
    return formats.date_format(change.began_at.astimezone(zone), "l, j F Y")


def _clock(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    return formats.date_format(moment.astimezone(zone), "H:i")


def _line(change: Change, names: Names, steps: list[Step], user) -> Line:
    row = names.row(change.model, change.row)
    began, ended = _clock(change.began_at, names.zone), _clock(change.changed_at, names.zone)
    line = Line(
        change=change,
        kind=kind_name(change.model),
        name=names.name(MODELS.get(change.model), change.row),
        field_name=field_name(change.model, change.field) if change.field else "",
        difference=_difference(change, names),
        at=began if began == ended else f"{began} – {ended}",
        who=change.person_name,
        way=_way(change),
        language=_language(row),
    )
    line.may_restore = may_restore(user, change, row)
    if line.may_restore and not line.is_removal:
        _offer(line, row, steps, names)
    return line


def _offer(line: Line, row: models.Model, steps: list[Step], names: Names) -> None:
    """Offer what stood there, as far as it is not what stands there now."""
    change = line.change
    line.seen = seen(row, change.field)
    now = current(row, change.field)
    values = [(_clock(step.saved_at, names.zone), step.value, step.pk) for step in steps]
    for at, value, step in [*values, (line.at, change.old, "")]:
        if not _is_same(change, value, now):
            line.earlier.append(EarlierText(at, names.in_words(change.model, change.field, value), step))
    line.may_restore = bool(line.earlier)


def _is_same(change: Change, value, now) -> bool:
    column = column_of(change.model, change.field)
    if value == now or column is None:
        return value == now
    return value is not None and now is not None and column.to_python(value) == column.to_python(now)


def _difference(change: Change, names: Names) -> SafeString:
    if change.deed == Deed.REMOVED or not change.field:
        return SafeString("")
    if change.field in ORDERS:
        before, after = (names.list_in_words(change.field, value or []) for value in (change.old, change.new))
        return difference_of_lists(before, after)
    before, after = (names.in_words(change.model, change.field, value) for value in (change.old, change.new))
    column = column_of(change.model, change.field)
    is_text = column is None or (isinstance(column, _TEXTS) and not column.choices)
    return difference(before, after) if is_text else replacement(before, after)


def _way(change: Change) -> str:
    """By what way it was changed, where it was not simply done at the desk."""
    if change.via == "desk":
        return ""
    if change.via in _WAYS:
        return _WAYS[change.via]
    if change.via.startswith("akira "):
        return f"by the command {change.via.removeprefix('akira ')}"
    return f"in the database ({change.via})" if change.via else "in the database"


def _language(row: models.Model | None) -> str:
    """In what language the texts of a row are written, if it stands in an issue."""
    section = getattr(row, "section", None)
    issue = row if hasattr(row, "language") else getattr(section or row, "issue", None)
    return html_language(issue.language) if issue is not None and hasattr(issue, "language") else ""
