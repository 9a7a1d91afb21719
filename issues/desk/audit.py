"""The audit trail at the desk: who did what that others will ask about, to be read and narrowed, never changed."""

import datetime
import json
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from issues.models import AuditRecord, Publication
from issues.rights import may, require

ON_A_PAGE = 50
# What can be asked for at once, by what its deeds begin with.
KINDS = {
    "login": "Logins",
    "account": "Accounts",
    "rights": "Rights",
    "password": "Passwords",
    "second_factor": "Second factors",
    "issue": "Publication",
    "review": "Review links",
    "finding": "Findings that may stand",
    "archive": "Archives in and out",
    "token": "Tokens",
}
_IN_WORDS = {
    "login.succeeded": "Logged in",
    "login.failed": "Wrong password or code",
    "login.locked": "Locked after wrong passwords",
    "login.ended": "Logged out",
    "login.ended_elsewhere": "Logged out elsewhere",
    "account.password_set": "Password set outside the desk",
    "rights.given": "Rights given",
    "rights.taken": "Rights taken",
    "rights.changed": "Rights changed",
    "issue.corrected": "Correction noted",
    "issue.taken_back": "Taken back to draft",
    "archive.exported": "Archive exported",
    "archive.imported": "Documents imported",
}


@dataclass(frozen=True)
class Asked:
    """What of the trail is wanted; `before` is the place of the last record of the page before."""

    deed: str = ""
    person: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    before: tuple[datetime.datetime, int] | None = None

    @classmethod
    def read(cls, given: QueryDict) -> "Asked":
        """What a query asks for; what makes no sense in it is passed over."""
        return cls(
            deed=given.get("deed", "").replace("\0", "")[:60],
            person=given.get("person", "").replace("\0", "").strip()[:150],
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            before=_place(given.get("before", "")),
        )

    def records(self, zone: zoneinfo.ZoneInfo) -> QuerySet[AuditRecord]:
        """The records, the newest first, from the page on. The days are those of the zone."""
        found = AuditRecord.objects.order_by("-happened_at", "-pk")
        if self.deed:
            found = (
                found.filter(deed__startswith=f"{self.deed}.") if self.deed in KINDS else found.filter(deed=self.deed)
            )
        if self.person:
            # Who did it, and to whom it was done.
            found = found.filter(Q(person_name=self.person) | Q(row_model="auth.user", row_name=self.person))
        if self.since:
            found = found.filter(happened_at__gte=_midnight(self.since, zone))
        if self.until:
            found = found.filter(happened_at__lt=_midnight(self.until + datetime.timedelta(days=1), zone))
        if self.before:
            moment, pk = self.before
            # The first condition repeats what follows from the second, so that the index bounds the search.
            found = found.filter(happened_at__lte=moment).filter(Q(happened_at__lt=moment) | Q(pk__lt=pk))
        return found

    @property
    def is_narrow(self) -> bool:
        return self != replace(Asked(), before=self.before)

    def query(self, before: AuditRecord | None = None) -> str:
        """The same as the query of an address, from a record on or from the newest."""
        values = {"deed": self.deed, "person": self.person, "since": self.since, "until": self.until}
        if before is not None:
            values["before"] = f"{before.happened_at.timestamp():.6f}-{before.pk}"
        return urlencode({name: value for name, value in values.items() if value})


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    # A day beyond either end of the calendar has no midnight in every zone.
    return day if 2 < day.year < 9998 else None


def _place(text: str) -> tuple[datetime.datetime, int] | None:
    moment, _, pk = text.partition("-")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 18 and len(moment) < 20):
        return None
    try:
        return datetime.datetime.fromtimestamp(float(moment), datetime.UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _midnight(day: datetime.date, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, zone)


def in_words(deed: str) -> str:
    """What a deed is called; of one that we do not know, its own words."""
    return _IN_WORDS.get(deed) or capfirst(" ".join(deed.replace("_", " ").replace("-", " ").split(".")))


@dataclass(frozen=True)
class Line:
    record: AuditRecord
    deed: str
    at: str
    what: str
    address: str
    facts: list[tuple[str, str]]

    @property
    def is_about_doer(self) -> bool:
        return self.record.row_model == "auth.user" and self.record.row_name == self.record.person_name


@require_safe
def trail(request, *, model_admin):
    """The trail, page by page."""
    require(request.user, "audit")
    publication = Publication.objects.first()
    zone = publication.zone if publication else zoneinfo.ZoneInfo("UTC")
    asked = Asked.read(request.GET)
    found = list(asked.records(zone)[: ON_A_PAGE + 1])
    records = found[:ON_A_PAGE]
    lines = [_line(record, zone, may(request.user, "history")) for record in records]
    days = groupby(lines, key=lambda line: formats.date_format(line.record.happened_at.astimezone(zone), "l, j F Y"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Audit trail",
        "opts": model_admin.opts,
        "asked": asked,
        "kinds": KINDS,
        "days": [(day, list(of_day)) for day, of_day in days],
        "older": asked.query(records[-1]) if len(found) > ON_A_PAGE else "",
        "newest": asked.query(),
        "zone": zone,
    }
    return TemplateResponse(request, "issues/desk/audit.html", context)


def _line(record: AuditRecord, zone: zoneinfo.ZoneInfo, may_see_history: bool) -> Line:
    return Line(
        record=record,
        deed=in_words(record.deed),
        at=formats.date_format(record.happened_at.astimezone(zone), "H:i:s"),
        what=record.row_name,
        address=_history_of(record) if may_see_history else "",
        facts=list(_facts(record.detail, zone)),
    )


def _history_of(record: AuditRecord) -> str:
    """Where the history of the issue stands, which is there though the issue be gone."""
    if record.row_model != "issues.issue" or not record.row_pk.isdecimal():
        return ""
    return reverse("admin:issues_change_of", args=["issue", int(record.row_pk)])


def _facts(detail: dict, zone: zoneinfo.ZoneInfo) -> Iterator[tuple[str, str]]:
    for name, value in detail.items():
        if value not in ("", None, [], {}):
            yield capfirst(name.replace("_", " ")), _moment(value, zone) or _fact(value)


def _moment(value, zone: zoneinfo.ZoneInfo) -> str:
    """A moment in words; of anything else the empty string."""
    if not isinstance(value, str) or "T" not in value[10:11]:
        return ""
    try:
        return formats.date_format(datetime.datetime.fromisoformat(value).astimezone(zone), "j F Y, H:i")
    except (ValueError, OverflowError):
        return ""


def _fact(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and len(value) == 2 and all(isinstance(item, bool) for item in value):
        return " → ".join(map(_fact, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
