"""The end of an import: publishes what had to wait for others, and links what was not there yet."""

from __future__ import annotations

import contextlib
import datetime
from collections import defaultdict

from django.db import connection, transaction

from common.acting import acting
from exchange.catalogue import restore_mergers
from exchange.moments import PACES, at_nine, between_neighbours
from exchange.report import Note, Report
from exchange.run import Run, Undated
from exchange.saving import point_at_repeated, set_state
from issues.models import Change, Entry, Erratum, Highlight, Issue, IssueStatus, Section, TaggedEntry
from papers.models import Alias, Work

_BATCH = 500
# From so many issues on, an import tells PostgreSQL what its tables hold now.
_MANY = 100
_GROWN = (Issue, Section, Highlight, Entry, Erratum, TaggedEntry, Work, Alias)


def settle(run: Run, report: Report) -> None:
    """Publish the issues without a date at moments between those of their neighbours; link repeats; merge works.

    After a large import, PostgreSQL's statistics are renewed, too. Safe to repeat: whatever a crash leaves unpublished
    is a whole draft, which the next import with --publish takes up.
    """
    by_kind: dict[tuple[str, str], list[Undated]] = defaultdict(list)
    unnumbered: dict[str, list[Undated]] = defaultdict(list)
    for undated in run.undated:
        if undated.number is None:
            unnumbered[undated.language].append(undated)
        else:
            by_kind[undated.language, undated.kind].append(undated)
    for (language, kind), waiting in by_kind.items():
        _publish_numbered(run, language, kind, waiting)
    for waiting in unnumbered.values():
        _publish_in_order(run, waiting)
    _link_repeats(run, report)
    _merge_works(run, report)
    if report.counts["created"] + report.counts["updated"] >= _MANY:
        _renew_statistics()


def _renew_statistics() -> None:
    """Until it has statistics, PostgreSQL takes grown tables for small and reads them from end to end for each page.

    It would renew them by itself, but in a minute or two, and not where autovacuum is turned off.
    """
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _GROWN)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _last_nine(run: Run) -> datetime.datetime:
    """The last 09:00 before now, in the publication's zone."""
    zone = run.publication.zone
    today = at_nine(run.now.astimezone(zone).date(), zone)
    return today if today <= run.now else today - datetime.timedelta(days=1)


def _publish_numbered(run: Run, language: str, kind: str, waiting: list[Undated]) -> None:
    anchors = _anchors(run, language, kind, {undated.pk for undated in waiting})
    # Where no issue has a date at all, the highest number is taken for the newest, and for today's.
    anchors = anchors or [(max(undated.number for undated in waiting), _last_nine(run))]
    for undated in waiting:
        moment = between_neighbours(undated.number, anchors, pace=PACES.get(kind, 7), now=run.now)
        _publish(undated.pk, moment)


def _anchors(run: Run, language: str, kind: str, waiting: set[int]) -> list[tuple[int, datetime.datetime]]:
    """Number and moment of the issues that have both, one a number, in order of number."""
    issues = Issue.objects.filter(publication=run.publication, language=language, kind=kind)
    issues = issues.filter(number__isnull=False, published_at__isnull=False).order_by("number", "published_at")
    found = issues.values_list("pk", "number", "published_at").iterator()
    return sorted({number: moment for pk, number, moment in found if pk not in waiting}.items())


def _publish_in_order(run: Run, waiting: list[Undated]) -> None:
    """One after the other in the order of the documents: a minute after the issue before, or a week apart up to now
    where there is none before."""
    streak: list[Undated] = []
    for undated in waiting:
        before = Issue.objects.filter(pk=undated.previous, published_at__isnull=False).first()
        if before is None:
            streak.append(undated)
        else:
            _publish_streak(run, streak)
            streak = []
            _publish(undated.pk, min(before.published_at + datetime.timedelta(minutes=1), run.now))
    _publish_streak(run, streak)


def _publish_streak(run: Run, streak: list[Undated]) -> None:
    last = _last_nine(run)
    for steps, undated in enumerate(reversed(streak)):
        _publish(undated.pk, last - datetime.timedelta(days=PACES.get(undated.kind, 7)) * min(steps, 5_000))


@transaction.atomic
def _publish(pk: int, moment: datetime.datetime) -> None:
    issue = Issue.objects.select_for_update().get(pk=pk)
    # Somebody at the desk may have been quicker.
    if issue.status != IssueStatus.DRAFT:
        return
    # What nobody has changed since it came is still on its way in.
    is_new = not Change.objects.filter(issue=pk).exists()
    with acting(first=True) if is_new else contextlib.nullcontext():
        set_state(issue, IssueStatus.PUBLISHED, moment, exact=False)


def _link_repeats(run: Run, report: Report) -> None:
    for start in range(0, len(run.pending_repeats), _BATCH):
        batch = run.pending_repeats[start : start + _BATCH]
        with transaction.atomic():
            missing = set(point_at_repeated([(entry, target) for entry, target, _ in batch]))
        for entry, target, name in batch:
            if (entry, target) in missing:
                report.say(name, Note("repeats", f"The entry {entry} repeats {target}, which is nowhere.", "issue"))


def _merge_works(run: Run, report: Report) -> None:
    for start in range(0, len(run.mergers), _BATCH):
        batch = run.mergers[start : start + _BATCH]
        for name, note in restore_mergers(batch):
            report.say(name, note)
