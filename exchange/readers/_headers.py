"""What the top of a document says of the issue: title, number, date; from a heading or from lines `Name: value`."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from exchange.documents import IssueDocument, LeftoverDocument
from exchange.readers._front_matter import day

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_TO = r"\s*(?:[-–—~〜～]|to)\s*"
_DATES = [
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month_number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(
        r"(?:(?<!\d)(?P<year>(?:19|20)\d\d)\s*年\s*)?(?<!\d)(?P<month_number>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
    ),
    re.compile(
        rf"\b{_MONTH.format('month')}\s*{_DAY.format('day')}"
        rf"(?:{_TO}(?:{_MONTH.format('last_month')}\s*)?{_DAY.format('last_day')})?(?:,?\s*{_YEAR})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\d){_DAY.format('day')}(?:{_TO}{_DAY.format('last_day')})?\s*(?:of\s+)?"
        rf"{_MONTH.format('month')}\b(?:,?\s*{_YEAR})?",
        re.IGNORECASE,
    ),
]
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBERS = [
    re.compile(r"第\s*(\d{1,5})\s*[期号號回]"),
    re.compile(r"(?<!\w)#\s*(\d{1,5})(?!\w)"),
    re.compile(r"\b(?:issue|no\.?|number|vol\.?|volume|episode)\s*#?\s*(\d{1,5})(?!\w)", re.IGNORECASE),
    re.compile(r"[A-Za-z]\s+(\d{1,5})$"),
]
_FIELD = re.compile(r"([A-Za-z][\w-]{0,30})[ \t]*:[ \t]*(.*)$", re.DOTALL)


@dataclass(frozen=True)
class StatedDate:
    """A date as a text states it; `first_day` is None where the text doesn't say of which year it is."""

    text: str
    year: int | None
    first_day: datetime.date | None


def date_in(text: str) -> StatedDate | None:
    """The first date that a title states, or None; a year that stands elsewhere in it is taken for the date's."""
    text = text[:1000]
    match = next(filter(None, (pattern.search(text) for pattern in _DATES)), None)
    if match is None:
        return None
    found = match.groupdict()
    stated = found.get("year") or _year_elsewhere(text, match)
    year = int(stated) if stated else None
    month, last_month = _month(found), _month_number(found.get("last_month"))
    # A week that runs from December into January is named by the year in which it ends.
    first_year = year - 1 if year and last_month and last_month < month else year
    try:
        first_day = datetime.date(first_year, month, int(found["day"])) if first_year else None
    except ValueError:
        return None
    return StatedDate(match[0].strip(), year, first_day)


def _year_elsewhere(text: str, match: re.Match) -> str | None:
    others = _ANY_YEAR.findall(text[: match.start()] + " " + text[match.end() :])
    return others[0] if others else None


def _month(found: dict[str, str | None]) -> int:
    return int(found["month_number"]) if found.get("month_number") else _month_number(found["month"])


def _month_number(name: str | None) -> int:
    return _MONTHS.index(name[:3].lower()) + 1 if name else 0


def number_in(title: str) -> int | None:
    """The number of an issue that its title states, or None; a year is no number."""
    for pattern in _NUMBERS:
        match = pattern.search(title[:1000])
        if match and not (pattern is _NUMBERS[-1] and _ANY_YEAR.fullmatch(match[1])):
            return int(match[1])
    return None


def take_title(issue: IssueDocument, title: str) -> None:
    """Set the title and what it states of number and date, where nothing else has."""
    issue.title = title
    if issue.number is None:
        issue.number = number_in(title)
    date = date_in(title)
    if date and issue.date_text is None:
        issue.date_text, issue.year, issue.stated_on = date.text, date.year, date.first_day


def take_fields(issue: IssueDocument, lines: list[str]) -> int:
    """Read the lines `Name: value` on top of a document, if `Title` is among them; how many lines they are.

    Names that say nothing of an issue here, such as a category, become leftovers.
    """
    fields = []
    for line in lines:
        match = _FIELD.match(line)
        if not match:
            break
        fields.append((match[1].lower(), match[2].strip()))
    names = dict(fields)
    if not names.get("title"):
        return 0
    for number, (name, value) in enumerate(fields, start=1):
        if not _take_field(issue, name, value):
            issue.leftovers.append(LeftoverDocument(number, number, lines[number - 1], "header"))
    take_title(issue, names["title"])
    return len(fields)


def _take_field(issue: IssueDocument, name: str, value: str) -> bool:
    """Whether the field says something of an issue; what it says is set."""
    if name in ("number", "issue") and re.fullmatch(r"#?\d{1,9}", value, re.ASCII):
        issue.number = int(value.lstrip("#"))
    elif name == "date" and value:
        issue.date_text = value
        date = date_in(value)
        issue.stated_on = day(value) or (date.first_day if date else None)
        issue.year = issue.stated_on.year if issue.stated_on else None
    elif name in ("url", "source", "link", "permalink") and re.match(r"https?://", value):
        issue.source_url = value
    elif name in ("lang", "language") and re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value):
        issue.language = value.lower()
    elif name in ("summary", "description"):
        issue.intro = value
    else:
        return name == "title"
    return True
