"""Local times as moments: a table of the changes that people will meet, and what holds in every zone."""

import datetime
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.local_times import OutOfRange, change_around, far_zone, in_zone, moments

MINUTE = datetime.timedelta(minutes=1)


def zone(name):
    return zoneinfo.ZoneInfo(name)


def wall(text):
    return datetime.datetime.fromisoformat(text)


def in_utc(found):
    return [f"{moment.astimezone(datetime.UTC):%m-%d %H:%M}" for moment in found]


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("Europe/Berlin", "2027-03-28 01:59", ["03-28 00:59"]),
        ("Europe/Berlin", "2027-03-28 02:00", []),
        ("Europe/Berlin", "2027-03-28 02:30", []),
        ("Europe/Berlin", "2027-03-28 02:59", []),
        ("Europe/Berlin", "2027-03-28 03:00", ["03-28 01:00"]),
        ("Europe/Berlin", "2027-10-31 01:59", ["10-30 23:59"]),
        ("Europe/Berlin", "2027-10-31 02:00", ["10-31 00:00", "10-31 01:00"]),
        ("Europe/Berlin", "2027-10-31 02:30", ["10-31 00:30", "10-31 01:30"]),
        ("Europe/Berlin", "2027-10-31 02:59", ["10-31 00:59", "10-31 01:59"]),
        ("Europe/Berlin", "2027-10-31 03:00", ["10-31 02:00"]),
        ("America/New_York", "2027-03-14 02:30", []),
        ("America/New_York", "2027-11-07 01:30", ["11-07 05:30", "11-07 06:30"]),
        ("Australia/Lord_Howe", "2027-10-03 02:15", []),
        ("Australia/Lord_Howe", "2027-04-04 01:45", ["04-03 14:45", "04-03 15:15"]),
        ("Pacific/Apia", "2011-12-30 12:00", []),
        ("America/Santiago", "2027-09-05 00:30", []),
        ("Asia/Tokyo", "2027-03-28 02:30", ["03-27 17:30"]),
        ("UTC", "2027-03-28 02:30", ["03-28 02:30"]),
    ],
)
def test_a_local_time_is_one_moment_or_two_or_none(name, shown, expected):
    assert in_utc(moments(wall(shown), zone(name))) == expected


@pytest.mark.parametrize(
    ("name", "shown", "before", "after", "last", "first"),
    [
        ("Europe/Berlin", "2027-03-28 02:30", "02:00", "03:00", "28 01:59", "28 03:00"),
        ("Europe/Berlin", "2027-03-28 02:00", "02:00", "03:00", "28 01:59", "28 03:00"),
        ("Europe/Berlin", "2027-10-31 02:30", "03:00", "02:00", "31 02:59", "31 02:00"),
        ("Australia/Lord_Howe", "2027-10-03 02:15", "02:00", "02:30", "03 01:59", "03 02:30"),
        ("America/Santiago", "2027-09-05 00:30", "00:00", "01:00", "04 23:59", "05 01:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "00:00", "00:00", "29 23:59", "31 00:00"),
    ],
    ids=["gap", "start of the gap", "overlap", "half an hour", "midnight", "a whole day"],
)
def test_the_change_of_the_clocks_is_found(name, shown, before, after, last, first):
    change = change_around(wall(shown), zone(name))
    assert (f"{change.before:%H:%M}", f"{change.after:%H:%M}") == (before, after)
    assert f"{change.last_minute:%d %H:%M}" == last
    assert f"{change.first_minute:%d %H:%M}" == first
    assert change.is_forward is (not moments(wall(shown), zone(name)))


def test_a_time_like_any_other_is_near_no_change():
    assert change_around(wall("2027-03-28 01:59"), zone("Europe/Berlin")) is None
    assert change_around(wall("2027-03-28 02:30"), zone("UTC")) is None


@pytest.mark.parametrize(
    ("name", "shown"), [("Asia/Tokyo", "0001-01-01 00:00"), ("America/New_York", "9999-12-31 23:59")]
)
@pytest.mark.parametrize("ask", [moments, change_around])
def test_the_ends_of_the_calendar_are_refused(name, shown, ask):
    with pytest.raises(OutOfRange, match="too far away"):
        ask(wall(shown), zone(name))


# --- What holds in every zone ------------------------------------------------------------------------------------

ZONES = sorted(name for name in zoneinfo.available_timezones() if not name.startswith(("right/", "posix/")))
zones = st.sampled_from(ZONES).map(zone)
# Since 1972 offsets are whole minutes, but for Liberia; and rules are known as far as anybody plans.
days = st.datetimes(wall("1973-01-01"), wall("2099-12-31")).map(lambda day: day.replace(second=0, microsecond=0))


def _changes(name, year):
    """The moments of a year, to the hour, around which the offset of a zone differs."""
    hour, start = datetime.timedelta(hours=1), datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
    days = [start + datetime.timedelta(days=day) for day in range(366)]
    for day in days:
        if in_zone(day, zone(name)).utcoffset() != in_zone(day + 24 * hour, zone(name)).utcoffset():
            yield from (day + number * hour for number in range(-1, 26))


@settings(max_examples=300, deadline=None)
@given(wall=days, zone=zones)
def test_every_moment_that_is_found_shows_that_time_and_none_is_missed(wall, zone):
    found = moments(wall, zone)
    assert all(moment.replace(tzinfo=None, fold=0) == wall for moment in found)
    assert list(found) == sorted(set(found), key=lambda moment: moment.timestamp())
    change = change_around(wall, zone)
    assert {0: change is not None and change.is_forward, 1: change is None}.get(
        len(found), change and not change.is_forward
    )


@settings(max_examples=300, deadline=None)
@given(moment=days.map(lambda day: day.replace(tzinfo=datetime.UTC)), zone=zones)
def test_every_moment_is_found_from_what_the_clocks_show(moment, zone):
    shown = in_zone(moment, zone).replace(tzinfo=None, fold=0)
    assert moment in [found.astimezone(datetime.UTC) for found in moments(shown, zone)]


@pytest.mark.parametrize("year", [2011, 2027])
def test_around_each_change_in_the_world_the_nearest_real_minutes_are_offered(year):
    met = 0
    for name in ZONES:
        for moment in _changes(name, year):
            # Half an hour on, so that the middle of what is left out or repeated is met.
            for shown in (moment.replace(tzinfo=None), moment.replace(minute=30, tzinfo=None)):
                change = change_around(shown, zone(name))
                if change is None or not change.is_forward:
                    continue
                met += 1
                last, first = (each.replace(tzinfo=None, fold=0) for each in (change.last_minute, change.first_minute))
                assert last < shown < first or last < shown == first
                assert moments(last, zone(name))
                assert moments(first, zone(name))
                assert not moments(last + MINUTE, zone(name))
                assert not moments(first - MINUTE, zone(name))
                assert (
                    change.first_minute.astimezone(datetime.UTC) - change.last_minute.astimezone(datetime.UTC) == MINUTE
                )
    assert met > 100


# --- The far zone ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "far"),
    [
        ("Asia/Tokyo", "America/New_York"),
        ("Europe/Berlin", "Australia/Sydney"),
        ("America/Los_Angeles", "Europe/London"),
        ("UTC", "Australia/Sydney"),
    ],
)
def test_the_far_zone_is_far(name, far):
    assert far_zone(wall("2027-01-15 12:00").replace(tzinfo=datetime.UTC), zone(name)) == zone(far)
