"""Moments and states as sentences for editors."""

import datetime
import zoneinfo

from django.utils import formats

from common.local_times import Change, far_zone, in_zone
from issues.approvals import Changes
from issues.models import Entry, Highlight, Issue, IssueStatus, Section
from issues.removing import find_removal

FULL = "l, j F Y, H:i"
# Who sees so much that changed has to look at all of it anyway.
MOST_CHANGES = 20
_KINDS = {"issue": Issue, "highlight": Highlight, "section": Section, "entry": Entry}


def moment_in_words(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """A moment in a zone, with UTC beside it: Sunday, 5 September 2027, 08:00 in Asia/Tokyo (4 Sep, 23:00 UTC)."""
    there = moment.astimezone(zone)
    words = formats.date_format(there, FULL)
    if there.utcoffset() == datetime.timedelta(0):
        return f"{words} UTC"
    utc = moment.astimezone(datetime.UTC)
    near = "H:i" if utc.date() == there.date() else "j M, H:i"
    return f"{words} in {zone} ({formats.date_format(utc, near)} UTC)"


def state_in_words(issue: Issue) -> str:
    """Who sees the issue, from when: one sentence."""
    if not issue.published_at:
        return f"{issue.get_status_display()}. Readers don't see it."
    moment = moment_in_words(issue.published_at, issue.publication.zone)
    if issue.status == IssueStatus.WITHDRAWN:
        return f"Withdrawn. Its address says that it is gone. It was published on {moment}."
    if issue.is_waiting:
        return f"Scheduled. Readers see it from {moment}."
    return f"Public since {moment}."


def moment_around_the_world(
    moment: datetime.datetime, zone: zoneinfo.ZoneInfo, *, far: zoneinfo.ZoneInfo | None = None
) -> list[tuple[str, str]]:
    """A moment as the clocks show it in the zone, in UTC and in a zone far away, each with the name of its zone."""
    zones = dict.fromkeys([zone, zoneinfo.ZoneInfo("UTC"), far or far_zone(moment, zone)])
    return [(each.key, formats.date_format(in_zone(moment, each), FULL)) for each in zones]


def change_in_words(change: Change, wall: datetime.datetime) -> str:
    """Why a time does not exist, or exists twice, on its day: one sentence."""
    on_one_day = change.before.date() == change.after.date() == wall.date()
    form = "H:i" if on_one_day else "j F, H:i"
    before, after, shown = (formats.date_format(each, form) for each in (change.before, change.after, wall))
    way, what = ("forward", "does not exist") if change.is_forward else ("back", "comes twice")
    day = formats.date_format(wall, "l, j F Y")
    return f"On {day}, the clocks in {change.zone.key} are put {way} from {before} to {after}: {shown} {what}."


def changes_in_words(changes: Changes, issue: Issue) -> list[str]:
    """What of an issue differs from what was seen, a sentence each, as editors call it; one or two queries for each."""
    ways = [("Changed", changes.changed), ("New", changes.added), ("No longer there", changes.removed)]
    found = [(how, key) for how, keys in ways for key in keys]
    said = [f"{how}: {_named(key, issue)}." for how, key in found[:MOST_CHANGES]]
    said += [f"And {len(found) - MOST_CHANGES} more."] if len(found) > MOST_CHANGES else []
    return [*said, "The order is another one."] if changes.is_reordered else said


def _named(key: str, issue: Issue) -> str:
    """What `entry:12` is called, though it may be gone."""
    kind, _, pk = key.partition(":")
    if kind == "issue":
        return "title, introduction or particulars of the issue"
    if kind not in _KINDS or not pk.isdecimal() or len(pk) > 18:
        return "a part"
    row = _KINDS[kind].objects.filter(pk=pk).first()
    removal = None if row else find_removal(issue, kind, int(pk))
    name = row or (removal and removal.name)
    return f"{kind} “{name}”" if name else f"a {kind}" if kind != "entry" else "an entry"
