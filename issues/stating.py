"""What a line says of an issue: its number, and the year, week, month or day it is of. Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from common.folding import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ["january", "jan"],
            ["february", "feb"],
            ["march", "mar"],
            ["april", "apr"],
            ["may"],
            ["june", "jun"],
            ["july", "jul"],
            ["august", "aug"],
            ["september", "sept", "sep"],
            ["october", "oct"],
            ["november", "nov"],
            ["december", "dec"],
        ],
        1,
    )
    for name in names
}
_MONTH_NAME = rf"\b(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:19|20)\d\d"

_NUMBER = [
    re.compile(r"[#＃№]\s*第?\s*(\d{1,4})(?!\d|\s*(?:[年月日周/-]|个?星期))"),
    re.compile(r"第\s*(\d{1,4})\s*[期号回版集卷]"),
    re.compile(r"\b(?:issue|vol(?:ume)?|no|number|edition)\b\.?\s*[#-]?\s*(\d{1,4})(?!\d)"),
    re.compile(r"(?:新闻|消息|通讯|news|ニュース|newsletter)[—–―:：\s-]+(\d{1,3})\s*$"),
]
_WEEK = [
    re.compile(rf"(?P<year>{_YEAR})\s*(?:年度?)?\s*[,，/.-]?\s*的?\s*第?\s*(?P<week>\d{{1,2}})\s*(?:周|个?星期)"),
    re.compile(rf"第?\s*(?P<week>\d{{1,2}})\s*(?:周|个?星期)\s*[,，(/-]?\s*(?P<year>{_YEAR})"),
    re.compile(rf"\bweek\s*[#-]?\s*(?P<week>\d{{1,2}})\b[\s,，/(-]*(?:(?:of|in)\s*)?(?P<year>{_YEAR})\b"),
    re.compile(rf"\b(?P<year>{_YEAR})\b[\s,，/-]*week\s*[#-]?\s*(?P<week>\d{{1,2}})\b"),
    re.compile(r"第\s*(?P<week>\d{1,2})\s*(?:周|个?星期)"),
    re.compile(r"\bweek\s*[#-]?\s*(?P<week>\d{1,2})\b"),
]
_DAY = [
    re.compile(rf"(?:(?P<year>{_YEAR})\s*年\s*)?(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]"),
    re.compile(rf"\b(?P<year>{_YEAR})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})\b"),
    re.compile(rf"(?P<name>{_MONTH_NAME})\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:\s*,?\s*(?P<year>{_YEAR}))?"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_MONTH_NAME})(?:\s*,?\s*(?P<year>{_YEAR}))?"
    ),
    re.compile(r"\(\s*(?P<month>\d{1,2})[/.](?P<day>\d{1,2})\s*[~〜∼-]"),
]
_MONTH = [
    re.compile(rf"(?P<year>{_YEAR})\s*年\s*(?P<month>\d{{1,2}})\s*月(?!\s*\d{{1,2}}\s*[日号])"),
    re.compile(rf"(?P<name>{_MONTH_NAME})[\s,，/-]*(?P<year>{_YEAR})\b"),
    re.compile(rf"\b(?P<year>{_YEAR})[\s,，/-]*(?P<name>{_MONTH_NAME})(?!\s*\d)"),
]
_YEAR_ALONE = re.compile(rf"(?<!\d)({_YEAR})(?!\d)\s*年?")
_SUMMARY = re.compile(r"总结|汇总|摘要|回顾|盘点|まとめ|总まとめ|振り返り|summary|review|round-?up|recap")
_PARENTHESIS = re.compile(r"\s*[(（][^()（）\n]{1,40}[)）]?")


@dataclass(frozen=True)
class Stated:
    """What a text says of the issue's place in time; `span` is the stretch of the text that says it."""

    number: int | None = None
    year: int | None = None
    week: int | None = None
    month: int | None = None
    day: datetime.date | None = None
    is_summary: bool = False
    span: tuple[int, int] | None = None

    @property
    def says_when(self) -> bool:
        return bool(self.year or self.week or self.month or self.day)


def _first(forms: list[re.Pattern], text: str) -> re.Match | None:
    return next((found for form in forms if (found := form.search(text))), None)


def _value(found: re.Match | None, name: str) -> int | None:
    given = found.groupdict().get(name) if found else None
    return int(given) if given else None


def _month_of(found: re.Match | None) -> int | None:
    if found is None:
        return None
    name = found.groupdict().get("name")
    number = _MONTHS.get(name.strip(". ")) if name else _value(found, "month")
    return number if number and 1 <= number <= 12 else None


def _date(found: re.Match | None, year: int | None, week: int | None) -> datetime.date | None:
    """The day, its year taken from the week's where it names none: a first week may begin in December."""
    month, day = _month_of(found), _value(found, "day")
    own_year = _value(found, "year")
    if own_year is None and year and week and month:
        own_year = year - (week <= 2 and month == 12) + (week >= 52 and month == 1)
    try:
        return datetime.date(own_year or year, month, day)
    except (TypeError, ValueError):
        return None


def _same_length(text: str) -> str:
    """The folded text, character for character, so that places in it are places in the text."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


def read_dates(text: str, *, year: int | None = None) -> Stated:
    """What a line states. A number out of range counts as not stated.

    A day without a year is taken to be of the given `year`, which is not thereby stated.
    """
    known_year = year
    folded = _same_length(text[:2000])
    week_found, day_found = _first(_WEEK, folded), _first(_DAY, folded)
    week, year = _value(week_found, "week"), _value(week_found, "year")
    week = week if week and 1 <= week <= 53 else None
    day_year = _value(day_found, "year")
    month_found = None if week else _first(_MONTH, folded)
    alone = _YEAR_ALONE.search(folded)
    year = year or day_year or _value(month_found, "year") or (int(alone[1]) if alone else None)
    day = _date(day_found, year or known_year, week)
    month = None if day or week else _month_of(month_found)
    found = next((f for f in (week_found if week else None, day_found, month_found, alone) if f), None)
    number = _first(_NUMBER, folded)
    return Stated(
        int(number[1]) if number else None, year, week, month, day, bool(_SUMMARY.search(folded)), _span(found, folded)
    )


def _span(found: re.Match | None, text: str) -> tuple[int, int] | None:
    """The stretch of the statement with the parenthesis after it, such as the first day of a week."""
    if found is None:
        return None
    more = _PARENTHESIS.match(text, found.end())
    return found.start(), more.end() if more else found.end()


def is_date_line(text: str) -> bool:
    """Whether a short line says hardly anything but a date."""
    if len(text) > 60 or not any(letter.isdigit() for letter in text):
        return False
    stated = read_dates(text)
    if not (stated.week or stated.day or stated.month or (stated.year and stated.is_summary)):
        return False
    start, end = stated.span
    rest = re.sub(r"[\W_\d]+", "", text[:start] + text[end:])
    return len(rest) <= (24 if rest.isascii() else 14)
