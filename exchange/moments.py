"""When an imported issue was published: the moment that follows from what its document states. Pure."""

from __future__ import annotations

import bisect
import calendar
import datetime
import zoneinfo
from collections.abc import Sequence

HOUR = datetime.time(9)
# How far apart issues of a kind are, where nothing but their numbers is known.
PACES = {"weekly": 7, "monthly": 30, "annual": 365, "special": 7}


def at_nine(day: datetime.date, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """09:00 of the day in the zone, as UTC."""
    return datetime.datetime.combine(day, HOUR, zone).astimezone(datetime.UTC)


def week_begins(year: int, week: int) -> datetime.date:
    """The Sunday on which a week begins; week 1 begins with the first Sunday of the year (`%U` of strftime).

    Newsletters number weeks in several ways. This one is that of the archive Akira was first built for: of the days
    that it states beside week numbers most agree, and no paper in an issue without a day is younger than its week.
    """
    first = datetime.date(year, 1, 1)
    sunday = first + datetime.timedelta(days=(6 - first.weekday()) % 7)
    return sunday + datetime.timedelta(weeks=week - 1)


def derived_day(kind: str, year: int | None, week: int | None, month: int | None) -> datetime.date | None:
    """The day that follows from a week, a month (its last day: a round-up comes when it is over) or a year."""
    if year is None or not 2 <= year <= 9990:
        return None
    if week is not None:
        return week_begins(year, week)
    if month is not None:
        return datetime.date(year, month, calendar.monthrange(year, month)[1])
    return datetime.date(year, 12, 31) if kind == "annual" else None


def stated_moment(
    kind: str,
    year: int | None,
    week: int | None,
    month: int | None,
    *,
    stated_on: datetime.date | None,
    zone: zoneinfo.ZoneInfo,
    now: datetime.datetime,
) -> tuple[datetime.datetime | None, bool]:
    """(moment, whether it is exact) from a stated day, week, month or year; (None, False) where none is stated.

    A derived moment never lies ahead of `now`: what is imported was published already.
    """
    if stated_on is not None and 2 <= stated_on.year <= 9990:
        return at_nine(stated_on, zone), True
    day = derived_day(kind, year, week, month)
    return (min(at_nine(day, zone), now), False) if day else (None, False)


def between_neighbours(
    number: int,
    anchors: Sequence[tuple[int, datetime.datetime]],
    *,
    pace: int,
    now: datetime.datetime,
) -> datetime.datetime:
    """The moment of an issue known by its number alone, from the (number, moment) of others in order of number.

    Between two neighbours it lies in proportion; before the first and after the last it is `pace` days a number away,
    never ahead of `now`. Whole minutes, so that it reads as what it is.
    """
    place = bisect.bisect_left(anchors, number, key=lambda anchor: anchor[0])
    day = datetime.timedelta(days=pace)
    if place < len(anchors) and anchors[place][0] == number:
        moment = anchors[place][1]
    elif 0 < place < len(anchors):
        (low, before), (high, after) = anchors[place - 1], anchors[place]
        moment = before + (after - before) * ((number - low) / (high - low))
    elif place:
        moment = _shifted(anchors[-1][1], day, number - anchors[-1][0])
    else:
        moment = _shifted(anchors[0][1], day, number - anchors[0][0])
    return min(moment, now).replace(second=0, microsecond=0)


def _shifted(moment: datetime.datetime, step: datetime.timedelta, steps: int) -> datetime.datetime:
    """The moment some steps on, held within the years that the database shows without trouble."""
    limit = datetime.timedelta(days=365 * 500)
    return moment + max(-limit, min(limit, step * max(-100_000, min(100_000, steps))))
