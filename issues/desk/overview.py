"""What the list of issues tells of each: what it lacks, what was said of it, and who has worked on it of late."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from issues.models import Comment, Entry, Issue, Preflight, Presence, Section

# Who has not touched an issue for this long no longer works on it.
OF_LATE = datetime.timedelta(days=7)
# Each lack of an entry, and how many of them are told.
_LACKS = {
    "without a title": Q(title=""),
    "without a link": Q(url=""),
    "without a summary": Q(summary=""),
    "with a figure that nobody has described": ~Q(figure="") & Q(figure_alt=""),
}


@dataclass
class Overview:
    entry_count: int = 0
    missing: list[str] = field(default_factory=list)
    people: list[Presence] = field(default_factory=list)
    # What the preflight found when the issue was last checked, such as “2 errors”, by severity.
    findings: dict[str, str] = field(default_factory=dict)
    open_comments: int = 0


def overview(issues: Collection[Issue]) -> dict[int, Overview]:
    """An overview of each issue, by its key. Five queries, however many issues."""
    told: dict[int, Overview] = defaultdict(Overview)
    keys = [issue.pk for issue in issues]
    counted = {row["section__issue"]: row for row in _lacks_of_entries(keys)}
    empty = dict(Section.objects.filter(issue__in=keys, entries=None).values_list("issue").annotate(Count("pk")))
    for issue in issues:
        lacks = counted.get(issue.pk, {"entry_count": 0})
        told[issue.pk].entry_count = lacks["entry_count"]
        told[issue.pk].missing = _missing(issue, lacks, empty.get(issue.pk, 0))
    comments = Comment.objects.open().filter(issue__in=keys).order_by().values_list("issue").annotate(Count("pk"))
    for key, count in comments:
        told[key].open_comments = count
    for preflight in Preflight.objects.filter(issue__in=keys).defer("findings"):
        told[preflight.issue_id].findings = _counted(preflight)
    for presence in _present(keys):
        told[presence.issue_id].people.append(presence)
    return told


def _counted(preflight: Preflight) -> dict[str, str]:
    counts = {"error": preflight.errors, "warning": preflight.warnings, "notice": preflight.notices}
    return {severity: f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items() if count}


def _lacks_of_entries(keys):
    counts = {f"lack_{place}": Count("pk", filter=lack) for place, lack in enumerate(_LACKS.values())}
    entries = Entry.objects.filter(section__issue__in=keys).order_by()
    return entries.values("section__issue").annotate(entry_count=Count("pk"), **counts)


def _present(keys):
    recent = Presence.objects.filter(issue__in=keys, seen_at__gte=timezone.now() - OF_LATE)
    return recent.select_related("user").order_by("-seen_at", "-pk")


def _missing(issue: Issue, lacks: dict, empty_sections: int) -> list[str]:
    missing = [] if issue.title.strip() else ["no title"]
    if not lacks["entry_count"]:
        return [*missing, "no entries"]
    if empty_sections:
        missing.append(f"{empty_sections} empty section{'s' if empty_sections > 1 else ''}")
    for place, words in enumerate(_LACKS):
        if count := lacks[f"lack_{place}"]:
            missing.append(f"{count} {'entries' if count > 1 else 'entry'} {words}")
    return missing
