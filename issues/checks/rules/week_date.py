"""The week that the issue states fits none of the usual countings (ISO 8601, weeks from the first Sunday, weeks
from 1 January) on the day that it states or the six days after it."""

import datetime
from collections.abc import Iterator

from issues.stating import read_dates

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "week-date"
SEVERITY = Severity.WARNING
TITLE = "Week and day do not fit"


def find(facts: Facts) -> Iterator[Finding]:
    issue = facts.issue
    for field in ("title", "date_text", "intro"):
        text = getattr(issue, field)[:500]
        stated = read_dates(text, year=issue.year)
        week, year = issue.week or stated.week, issue.year or stated.year
        if stated.day is None or not week:
            continue
        if not any(week in weeks_of(day) for day in _days_from(stated.day)) or _is_another_year(stated.day, year):
            said = f"{stated.day.day} {stated.day:%B} {stated.day.year}"
            fitting = ", ".join(map(str, sorted({each for each in weeks_of(stated.day) if each})))
            message = (
                f"The issue is of week {week}{f' of {year}' if year else ''} and states the day {said}, which is in "
                f"week {fitting}. Change the one that is wrong."
            )
            yield Finding(CODE, SEVERITY, facts.place.at(field), message, f"{text}\n{week} {year}")
        return


def _days_from(day: datetime.date) -> Iterator[datetime.date]:
    for ahead in range(7):
        if day.toordinal() + ahead <= datetime.date.max.toordinal():
            yield day + datetime.timedelta(days=ahead)


def weeks_of(day: datetime.date) -> set[int]:
    """The numbers of a day's week: by ISO 8601, by `%U` of strftime, and with the week of 1 January as the first, be it
    begun on Sunday or on Monday."""
    first = datetime.date(day.year, 1, 1)
    of_year = day.timetuple().tm_yday - 1
    from_sunday, from_monday = ((of_year + first.isoweekday() % 7) // 7 + 1, (of_year + first.weekday()) // 7 + 1)
    return {day.isocalendar().week, int(day.strftime("%U")), from_sunday, from_monday}


def _is_another_year(day: datetime.date, year: int | None) -> bool:
    """Whether the day lies in another year than the week's; around New Year it may."""
    return year is not None and all(year not in (each.year, each.isocalendar().year) for each in _days_from(day))
