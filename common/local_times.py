"""What a clock on a wall shows, as moments: also where the clocks are put forward or back, or a day is left out."""

import datetime
import zoneinfo
from dataclasses import dataclass

SECOND = datetime.timedelta(seconds=1)
# In the order in which they are tried; together they lie all around the world.
KNOWN_ZONES = ("America/Los_Angeles", "Asia/Tokyo", "Europe/London", "America/New_York", "Australia/Sydney")


class OutOfRange(ValueError):
    """A day so early or late that some zone has no name for it."""


@dataclass(frozen=True)
class Change:
    """How the clocks of a zone are changed: at the moment `at` (UTC), from `before` to `after` as the wall shows it."""

    zone: zoneinfo.ZoneInfo
    at: datetime.datetime
    before: datetime.datetime
    after: datetime.datetime

    @property
    def is_forward(self) -> bool:
        return self.after > self.before

    @property
    def last_minute(self) -> datetime.datetime:
        """The last whole minute before it, in the zone."""
        return in_zone(self.at - SECOND, self.zone).replace(second=0, microsecond=0)

    @property
    def first_minute(self) -> datetime.datetime:
        """The first whole minute from it on, in the zone."""
        seconds = -self.after.second % 60
        return in_zone(self.at + seconds * SECOND, self.zone)


def in_zone(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """The moment as the clocks of the zone show it. Python adds to what the wall shows, hence the way by UTC."""
    return moment.astimezone(datetime.UTC).astimezone(zone)


def _utc(wall: datetime.datetime, zone: zoneinfo.ZoneInfo, fold: int) -> datetime.datetime:
    try:
        return wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC)
    except OverflowError as error:
        raise OutOfRange(f"{wall:%Y-%m-%d} is too far away.") from error


def moments(wall: datetime.datetime, zone: zoneinfo.ZoneInfo) -> tuple[datetime.datetime, ...]:
    """The moments, in order, at which the clocks of a zone show `wall` (which names no zone).

    One as a rule; two where the clocks are put back over it; none where they are put forward over it. Raises
    OutOfRange at the ends of the calendar.
    """
    found = {_utc(wall, zone, fold) for fold in (0, 1)}
    shown = [in_zone(moment, zone) for moment in sorted(found)]
    return tuple(moment for moment in shown if moment.replace(tzinfo=None, fold=0) == wall)


def change_around(wall: datetime.datetime, zone: zoneinfo.ZoneInfo) -> Change | None:
    """The change of the clocks by which `wall` exists twice or not at all; None where it exists once.

    Raises OutOfRange at the ends of the calendar.
    """
    wall = wall.replace(microsecond=0)
    # PEP 495: with fold=0 the offset from before the change holds, with fold=1 the one from after it.
    early, late = sorted((_utc(wall, zone, 0), _utc(wall, zone, 1)))
    if early == late:
        return None
    offset = in_zone(early - SECOND, zone).utcoffset()
    early, late = early - SECOND, late + SECOND
    while late - early > SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (middle, late) if in_zone(middle, zone).utcoffset() == offset else (early, middle)
    before, after = (late + each for each in (offset, in_zone(late, zone).utcoffset()))
    return Change(zone, late, before.replace(tzinfo=None), after.replace(tzinfo=None))


def far_zone(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> zoneinfo.ZoneInfo:
    """Of some well-known zones the one whose clocks differ most from those of `zone` at that moment."""

    def distance(name: str) -> float:
        offsets = [in_zone(moment, each).utcoffset() for each in (zone, zoneinfo.ZoneInfo(name))]
        hours = abs(offsets[0] - offsets[1]) / datetime.timedelta(hours=1) % 24
        return min(hours, 24 - hours)

    return zoneinfo.ZoneInfo(max(KNOWN_ZONES, key=distance))
