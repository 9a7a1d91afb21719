"""Keeping what the preflight found with the issue, so that lists show it without checking anew, and renewing it.

Who checks an issue at the desk keeps what was found. What changes elsewhere (an import, a link that died, a colleague's
edit past the desk) is noticed by a chore of the worker, which makes issues due; the worker checks them.
"""

from __future__ import annotations

import datetime
import logging
from collections import Counter
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from common import due
from papers.models import Fetch

from ..models import Entry, Issue, Preflight, Presence
from ..models.issue import WITH_A_MOMENT
from .finding import Finding, Severity
from .loading import facts_of
from .running import findings_in

logger = logging.getLogger(__name__)

# Checks cost the database alone, so that one after the other is enough; so many are done in one go.
LANE = "preflight"
BATCH = 50
# So many issues are made due at once; an import of thousands is worked off bit by bit.
MOST_REQUESTED = 1_000
# What a draft is compared with changes by itself: issues are published, works merged.
LONGEST_KEPT = datetime.timedelta(days=1)


def refresh(issue: Issue) -> list[Finding]:
    """Check an issue, keep what was found, and return it."""
    before = timezone.now()
    findings = findings_in(facts_of(issue))
    keep(issue, findings, before)
    return findings


def keep(issue: Issue, findings: list[Finding], checked_at: datetime.datetime) -> None:
    """Keep what was found with the issue; `checked_at` is the moment before it was read."""
    values = _values(findings, checked_at)
    Preflight.objects.update_or_create(issue=issue, defaults=values, create_defaults=values | {"lane": LANE})


def _values(findings: list[Finding], checked_at: datetime.datetime) -> dict:
    counted = Counter(finding.severity for finding in findings if finding.stands)
    return {
        "findings": [finding.as_json() for finding in findings],
        "errors": counted[Severity.ERROR],
        "warnings": counted[Severity.WARNING],
        "notices": counted[Severity.NOTICE],
        # What is written while a check goes on is newer than the check.
        "checked_at": checked_at,
    }


# --- In the background -----------------------------------------------------------------------------------------------


def request(issues: Iterable[Issue | int]) -> int:
    """Have issues checked soon, and return how many. One query."""
    rows = [Preflight(issue_id=getattr(issue, "pk", issue), lane=LANE, due_at=Now()) for issue in issues]
    made = Preflight.objects.bulk_create(rows, update_conflicts=True, unique_fields=["issue"], update_fields=["due_at"])
    return len(made)


def request_stale() -> str:
    """Have those issues checked that never were, or that may have changed since; what was done, as a line for a log.

    Two queries; what changed is asked of moments that rows have anyway.
    """
    worked_on = Presence.objects.filter(issue=OuterRef("pk"), seen_at__gt=OuterRef("preflight__checked_at"))
    checked_at = OuterRef("section__issue__preflight__checked_at")
    asked = Fetch.objects.filter(Q(fetched_at__gt=checked_at) | Q(failed_at__gt=checked_at), work=OuterRef("work"))
    entries = Entry.objects.filter(Exists(asked), section__issue=OuterRef("pk"))
    is_old = Q(preflight__checked_at__lt=timezone.now() - LONGEST_KEPT)
    is_draft = ~Q(status__in=WITH_A_MOMENT)
    has_changed = Q(updated_at__gt=F("preflight__checked_at")) | Exists(worked_on)
    stale = Issue.objects.filter(
        Q(preflight=None) | Q(preflight__due_at=None) & (has_changed | is_draft & (is_old | Exists(entries)))
    )
    count = request(stale.order_by("-pk").values_list("pk", flat=True)[:MOST_REQUESTED])
    return f"{count} to check" if count else ""


def carry_out(key: int) -> None:
    """Check an issue whose turn it is, and others that are due with it.

    Nothing is done for a row that is not ours to take. Raises only what means that the database has gone.
    """
    rows = Preflight.objects.select_related("issue")
    row = due.take(rows, key)
    if row is None:
        logger.info("Check %s: nothing to do", key)
        return
    for each in [row, *due.take_along(rows, row, most=BATCH - 1)]:
        _check(each)


def _check(row: Preflight) -> None:
    before = timezone.now()
    try:
        findings = findings_in(facts_of(row.issue))
        with transaction.atomic():
            if due.lock(row):
                Preflight.objects.filter(pk=row.pk).update(**_values(findings, before))
                due.finish(row)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Check %s: a fault in Akira", row.pk)
        due.fail(row, due.FAULT, f"A fault in Akira itself. The log of the worker tells more of check {row.pk}.")
