"""Charts in numbers: no day is lost, none is counted twice, and no letters run into each other."""

import datetime
from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from issues import charts

DAYS = some.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
ZONES = ["UTC", "Asia/Tokyo", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu"]
MOMENTS = some.lists(
    some.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2006, 12, 31), timezones=some.just(datetime.UTC)),
    min_size=1,
    max_size=40,
)


@settings(deadline=None, max_examples=50)
@given(DAYS, DAYS)
def test_periods_follow_each_other_and_hold_both_ends(one, other):
    first, last = sorted([one, other])
    found = charts.periods(first, last)
    assert 1 <= len(found) <= charts.MOST_BARS
    assert all(before.first_month + before.months == after.first_month for before, after in pairwise(found))
    assert found[0].holds(first)
    assert found[-1].holds(last)


@pytest.mark.parametrize(
    ("first", "last", "months", "count"),
    [
        pytest.param("2021-03-31", "2021-03-01", 1, 1, id="one day, the other way round"),
        pytest.param("2020-09-13", "2021-08-29", 1, 12, id="a year by month"),
        pytest.param("2020-09-13", "2021-09-05", 3, 5, id="by quarter"),
        pytest.param("2017-01-01", "2021-12-31", 3, 20, id="five years by quarter"),
        pytest.param("2016-12-31", "2021-12-31", 12, 6, id="by year"),
        pytest.param("1900-01-01", "2021-12-31", 120, 13, id="by decade"),
        pytest.param("0001-01-01", "9999-12-31", 6000, 20, id="all of the calendar"),
    ],
)
def test_periods_are_as_long_as_the_archive_asks(first, last, months, count):
    found = charts.periods(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert (found[0].months, len(found)) == (months, count)
    assert len(charts.boundaries(found, ZoneInfo("Asia/Tokyo"))) == count + 1


@pytest.mark.parametrize("name", ZONES)
@settings(deadline=None, max_examples=50)
@given(moments=MOMENTS, is_hidden=some.lists(some.booleans(), min_size=40, max_size=40))
def test_counts_are_those_of_the_days_in_the_zone(name, moments, is_hidden):
    zone = ZoneInfo(name)
    days = [moment.astimezone(zone).date() for moment in moments]
    shown = charts.periods(min(days), max(days))
    place = {day: next(number for number, period in enumerate(shown, 1) if period.holds(day)) for day in days}
    edges = list(zip(charts.boundaries_in_utc(shown), charts.boundaries(shown, zone), strict=True))
    found = charts.counts(
        shown,
        Counter(charts.month_number(moment.date()) for moment in moments),
        [sum((utc <= moment) * (moment < own) - (own <= moment) * (moment < utc) for moment in moments)
         for utc, own in edges],
        Counter(place[day] for day, hidden in zip(days, is_hidden, strict=False) if hidden),
    )  # fmt: skip
    visible = Counter(place[day] for day, hidden in zip(days, is_hidden, strict=False) if not hidden)
    assert found == [visible[number] for number in range(1, len(shown) + 1)]
    assert sum(found) == sum(visible.values())


@settings(deadline=None, max_examples=50)
@given(some.lists(some.integers(0, 50_000), min_size=1, max_size=20), some.booleans())
def test_bars_stand_side_by_side_and_letters_do_not_overlap(amounts, is_japanese):
    labels = [f"{number % 12 + 1}月" if is_japanese else f"Q{number % 4 + 1}" for number in range(len(amounts))]
    years = [f"{2020 + number // 4}{'年' if is_japanese else ''}" * (number % 4 == 2) for number in range(len(amounts))]
    drawn = charts.bars(amounts, [f"{amount:,}" for amount in amounts], labels, years, len(amounts) - 1)
    assert all(before.x + before.width <= after.x for before, after in pairwise(drawn))
    assert all(charts.TOP - 0.1 <= bar.y <= charts.BASELINE for bar in drawn)
    assert [bar.height > 0 for bar in drawn] == [amount > 0 for amount in amounts]
    assert [bar.is_current for bar in drawn] == [False] * (len(amounts) - 1) + [True]
    for line in ("value", "label", "year"):
        written = [bar for bar in drawn if getattr(bar, line)]
        for before, after in pairwise(written):
            half = (charts.em(getattr(before, line)) + charts.em(getattr(after, line))) / 2 * charts.LETTER
            assert after.middle - before.middle >= half - 0.1
