"""A chart over time in numbers: into which periods time is parted, how much is in each, and where the bars stand.

Nothing here asks the database or speaks a language; `issues/topics.py` brings the counts and the words, the template
draws.
"""

import bisect
import datetime
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

MOST_MONTHS, MOST_BARS = 12, 20
MONTH, QUARTER, YEAR = 1, 3, 12
# Longer periods, in years, for archives that outlive their editors.
SPANS_OF_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

# In units of the drawing. On a phone it is shown at about half its size, with letters of LETTER units.
WIDTH, BASELINE, TOP = 740, 220, 49
HEIGHT = 286
WIDEST_BAR, SHARE_OF_SLOT = 104, 0.72
LETTER, GAP = 25, 10
LOWEST_BAR = 2


def month_number(day: datetime.date) -> int:
    """Months since the year 0, as `EntryCount` numbers them."""
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Period:
    """So many months from the first day of one."""

    first_month: int
    months: int

    @property
    def year(self) -> int:
        return self.first_month // 12

    @property
    def month(self) -> int:
        """The first month, from 1 to 12."""
        return self.first_month % 12 + 1

    @property
    def last_year(self) -> int:
        return (self.first_month + self.months - 1) // 12

    @property
    def quarter(self) -> int:
        return (self.month + 2) // 3

    def holds(self, day: datetime.date) -> bool:
        return self.first_month <= month_number(day) < self.first_month + self.months


def periods(first: datetime.date, last: datetime.date) -> list[Period]:
    """Periods without a gap from the one of the first day to that of the last, at most MOST_BARS of them.

    Months where there are few; else quarters, else years, else as many years as it takes.
    """
    start, end = month_number(first), month_number(max(first, last))
    lengths = [MONTH, QUARTER, *(YEAR * years for years in SPANS_OF_YEARS)]
    for length in lengths:
        begin = start - start % length
        count = (end - begin) // length + 1
        if count <= (MOST_MONTHS if length == MONTH else MOST_BARS):
            break
    return [Period(begin + number * length, length) for number in range(count)]


def boundaries(given: Sequence[Period], zone: ZoneInfo) -> list[datetime.datetime]:
    """The moments at which the periods begin in a zone, and that at which the last one ends."""
    return [_start(month, zone) for month in _edges(given)]


def boundaries_in_utc(given: Sequence[Period]) -> list[datetime.datetime]:
    """The moments at which the same months begin in UTC, in which `EntryCount` counts."""
    return [_start(month, datetime.UTC) for month in _edges(given)]


def _edges(given: Sequence[Period]) -> list[int]:
    return [*(period.first_month for period in given), given[-1].first_month + given[-1].months]


def _start(month: int, zone: datetime.tzinfo) -> datetime.datetime:
    # What lies beyond the calendar is never.
    year = min(max(month // 12, datetime.MINYEAR), datetime.MAXYEAR)
    return datetime.datetime(year, month % 12 + 1, 1, tzinfo=zone)


def counts(
    given: Sequence[Period], by_month: Mapping[int, int], at_edges: Sequence[int], waiting: Mapping[int, int]
) -> list[int]:
    """How many there are in each period of a zone.

    `by_month` counts in months of UTC; `at_edges`, for each boundary, how many lie between that of UTC and that of the
    zone: below zero where the zone's comes first. `waiting` is what is counted but not yet to be seen, by the place
    of its period, from 1.
    """
    months = sorted(by_month)
    before = [0, *accumulate(by_month[month] for month in months)]
    until = [before[bisect.bisect_left(months, edge)] for edge in _edges(given)]
    until = [count + more for count, more in zip(until, at_edges, strict=True)]
    return [until[n + 1] - until[n] - waiting.get(n + 1, 0) for n in range(len(given))]


# --- Where the bars stand --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One bar and its letters, in units of the drawing; texts that would run into others are empty."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    is_current: bool
    value: str
    label: str
    year: str

    @property
    def above(self) -> float:
        """Where the value stands."""
        return round(self.y - 8, 1)

    @property
    def below(self) -> int:
        """Where the label stands."""
        return BASELINE + 26


def em(text: str) -> float:
    """About how wide a text is in a sans-serif face, in widths of a Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.58 for letter in text)


def bars(
    amounts: Sequence[int], values: Sequence[str], labels: Sequence[str], years: Sequence[str], current: int | None
) -> list[Bar]:
    """The bars of a chart: their heights follow from `amounts`, the texts stand above and below them.

    `years` are second lines of the labels, empty where the year is that of the bar before. `current` is the place of
    the period that is not over.
    """
    slot = WIDTH / len(amounts)
    width = min(WIDEST_BAR, slot * SHARE_OF_SLOT)
    most = max(amounts) or 1
    shown = _values_shown(amounts, values, slot)
    every = _every(labels, slot)
    fits = _years_shown(years, slot)
    found = []
    for place, amount in enumerate(amounts):
        height = max(LOWEST_BAR, amount / most * (BASELINE - TOP)) if amount else 0
        middle = slot * (place + 0.5)
        found.append(
            Bar(
                x=round(middle - width / 2, 1),
                y=round(BASELINE - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                is_current=place == current,
                value=values[place] if place in shown else "",
                label=labels[place] if place % every == 0 else "",
                year=years[place] if place in fits else "",
            )
        )
    return found


def _room(texts: Iterable[str]) -> float:
    return max(em(text) for text in texts) * LETTER + GAP


def _every(labels: Sequence[str], slot: float) -> int:
    """Each how many-th label has room."""
    return next(every for every in range(1, len(labels) + 2) if _room(labels) <= slot * every or every > len(labels))


def _values_shown(amounts: Sequence[int], values: Sequence[str], slot: float) -> set[int]:
    """All values where there is room, else the highest and the last one, but for neighbours that would overlap."""
    if _room(values) <= slot:
        return set(range(len(amounts)))
    highest, last = amounts.index(max(amounts)), len(amounts) - 1
    return {highest, last} if (last - highest) * slot >= _room(values) else {highest}


def _years_shown(years: Sequence[str], slot: float) -> set[int]:
    """The second lines that do not run into the one after them."""
    places = [place for place, text in enumerate(years) if text]
    crowded = {before for before, after in pairwise(places) if (after - before) * slot < _room([years[before]])}
    return set(places) - crowded


def margin(drawn: Sequence[Bar]) -> float:
    """How far letters reach beyond the bars on either side."""
    halves = [(bar.middle, em(text) * LETTER / 2) for bar in drawn for text in (bar.value, bar.label, bar.year) if text]
    return round(max([0, *(max(half - at, at + half - WIDTH) for at, half in halves)]))
