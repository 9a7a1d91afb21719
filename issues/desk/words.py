"""Moments and states as sentences for editors."""

import datetime
import zoneinfo

from django.utils import formats

from issues.models import Issue, IssueStatus


def moment_in_words(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """A moment in a zone, with UTC beside it: Sunday, 5 September 2027, 08:00 in Asia/Tokyo (4 Sep, 23:00 UTC)."""
    there = moment.astimezone(zone)
    words = formats.date_format(there, "l, j F Y, H:i")
    if there.utcoffset() == datetime.timedelta(0):
        return f"{words} UTC"
    utc = moment.astimezone(datetime.UTC)
    near = "H:i" if utc.date() == there.date() else "j M, H:i"
    return f"{words} in {zone} ({formats.date_format(utc, near)} UTC)"


def state_in_words(issue: Issue) -> str:
    """Who sees the issue, from when: one sentence."""
    if not issue.published_at:
        return f"{issue.get_status_display()}. Only editors see it."
    moment = moment_in_words(issue.published_at, issue.publication.zone)
    if issue.status == IssueStatus.WITHDRAWN:
        return f"Withdrawn. Its address says that it is gone. It was published on {moment}."
    if issue.is_waiting:
        return f"Scheduled. Readers see it from {moment}."
    return f"Public since {moment}."
