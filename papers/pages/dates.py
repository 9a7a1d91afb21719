"""The day that a page states, in the forms in which pages state days."""

import datetime
import re
import unicodedata

# Journals date an issue months ahead; more is a slip or a joke.
FURTHEST_AHEAD = datetime.timedelta(days=400)
EARLIEST = datetime.date(1500, 1, 1)
# What programs write where they know no date.
_NO_DATES = {datetime.date(1970, 1, 1), datetime.date(1900, 1, 1)}
_LONGEST = 100

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>[12]\d{3})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        # ISO 8601, with or without a time behind it; and its kin with slashes or points.
        rf"{_YEAR}([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?!\d)",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?=\Z|t|\d{{4}}(?:\d\d)?(?:\.\d+)?z?\Z|\s)",
        rf"{_YEAR}\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일号]",
        # RFC 5322, RFC 850, and how people write.
        rf"(?:[a-z]+\.?,?\s+)?{_DAY}[\s.-]+(?:of\s+)?{_NAME}[\s,-]+{_YEAR}\b",
        rf"(?:[a-z]+\.?,?\s+)?{_NAME}\s+{_DAY},?\s+{_YEAR}\b",
        # asctime and the like of `date`: Fri Mar 05 12:00:00 UTC 2021.
        rf"[a-z]{{3}}\s+{_NAME}\s+{_DAY}\s+\d\d:\d\d:\d\d\s+(?:[a-z0-9+:-]+\s+)?{_YEAR}\b",
        # Where one number can be no month, it is clear which is the day.
        rf"(?P<day>1[3-9]|2\d|3[01])[/.](?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}\b",
        rf"(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}\b",
    )
]
_ERA = re.compile(r"(令和|平成|昭和)\s*(元|\d{1,2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_YEAR_BEFORE_ERA = {"令和": 2018, "平成": 1988, "昭和": 1925}
_SECONDS = re.compile(r"(\d{10})(?:\d{3})?", re.ASCII)


def _stated(text: str) -> tuple[int, int, int] | None:
    for form in _FORMS:
        if match := form.match(text):
            parts = match.groupdict()
            month = int(parts["month"]) if parts.get("month") else _MONTHS[parts["name"][:3].lower()]
            return int(parts["year"]), month, int(parts["day"])
    if era := _ERA.match(text):
        year = 1 if era[2] == "元" else int(era[2])
        return _YEAR_BEFORE_ERA[era[1]] + year, int(era[3]), int(era[4])
    if seconds := _SECONDS.fullmatch(text):
        moment = datetime.datetime.fromtimestamp(int(seconds[1]), datetime.UTC)
        return moment.year, moment.month, moment.day
    return None


def day(text: str) -> datetime.date | None:
    """The day that the text states; None where it states none, only a month or a year, or one that cannot be.

    A moment counts as the day that it is in its own zone, as a reader of that page sees it. A month alone is no day,
    since the first of it would be invented; nor is `03/04/2021`, which is March in one country and April in another.
    """
    stated = _stated(unicodedata.normalize("NFKC", text[:_LONGEST]).strip())
    if stated is None:
        return None
    try:
        found = datetime.date(*stated)
    except ValueError:
        return None
    latest = datetime.date.today() + FURTHEST_AHEAD
    return found if EARLIEST <= found <= latest and found not in _NO_DATES else None
