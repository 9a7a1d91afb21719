"""When imported issues were published, from what their documents state."""

import datetime
import zoneinfo

import pytest

from exchange.moments import between_neighbours, derived_day, stated_moment, week_begins

TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")
NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


def day(text):
    return datetime.date.fromisoformat(text)


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("year", "week", "sunday"),
    [(2021, 1, "2021-01-03"), (2021, 23, "2021-06-06"), (2021, 26, "2021-06-27"), (2023, 1, "2023-01-01")],
)
def test_weeks_begin_on_sunday_and_the_first_with_the_first_sunday(year, week, sunday):
    assert week_begins(year, week) == day(sunday)
    assert int(day(sunday).strftime("%U")) == week


@pytest.mark.parametrize(
    ("kind", "year", "week", "month", "expected"),
    [
        pytest.param("weekly", 2021, 10, None, "2021-03-07", id="week"),
        pytest.param("monthly", 2021, None, 2, "2021-02-28", id="month is over"),
        pytest.param("annual", 2020, None, None, "2020-12-31", id="year is over"),
    ],
)
def test_day_follows_from_the_period(kind, year, week, month, expected):
    assert derived_day(kind, year, week, month) == day(expected)


@pytest.mark.parametrize("year", [None, 0, 1, 9999, 32767])
def test_year_that_is_none_gives_no_day(year):
    assert derived_day("weekly", year, 53, None) is None


def test_stated_day_is_nine_in_the_zone_and_exact():
    found = stated_moment("weekly", 2021, 1, None, stated_on=day("2021-07-25"), zone=TOKYO, now=NOW)
    assert found == (moment("2021-07-25T00:00"), True)


def test_derived_moment_is_not_exact_and_never_ahead():
    assert stated_moment("weekly", 2021, 10, None, stated_on=None, zone=TOKYO, now=NOW) == (
        moment("2021-03-07T00:00"),
        False,
    )
    assert stated_moment("annual", 2030, None, None, stated_on=None, zone=TOKYO, now=NOW) == (NOW, False)
    assert stated_moment("weekly", None, None, None, stated_on=None, zone=TOKYO, now=NOW) == (None, False)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(15, "2021-01-06T00:00", id="between, in proportion"),
        pytest.param(22, "2021-01-25T00:00", id="after the last, by the pace"),
        pytest.param(8, "2020-12-18T00:00", id="before the first, by the pace"),
        pytest.param(20, "2021-01-11T00:00", id="same number"),
        pytest.param(2_000_000_000, "2030-01-01T00:00", id="never ahead of now"),
    ],
)
def test_number_between_numbers_gives_a_moment_between_moments(number, expected):
    anchors = [(10, moment("2021-01-01T00:00")), (20, moment("2021-01-11T00:00"))]
    assert between_neighbours(number, anchors, pace=7, now=NOW) == moment(expected)


def test_number_far_before_the_first_stays_within_what_a_date_can_be():
    anchors = [(2_000_000_000, moment("2021-01-01T00:00"))]
    assert between_neighbours(0, anchors, pace=365, now=NOW).year == 1521
