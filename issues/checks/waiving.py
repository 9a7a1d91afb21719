"""Letting a finding stand for a written reason, which holds until the text changes that the finding is about."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ..audit import note
from ..models import Issue, Waiver
from ..refusals import ComposingError
from .finding import Finding, Waived


class CannotWaive(ComposingError):
    """The finding must not stand, or no reason was given; the text says which."""


def with_waivers(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> list[Finding]:
    """The findings, each that was waived with the reason. Pure."""
    reasons = {(waiver.code, waiver.row, waiver.field, waiver.digest): waiver for waiver in waivers}
    return [_marked(finding, reasons.get(_key(finding))) for finding in findings]


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.place.name, finding.place.field or "", finding.digest


def _marked(finding: Finding, waiver: Waiver | None) -> Finding:
    if waiver is None or not finding.waivable:
        return finding
    return dataclasses.replace(finding, waiver=Waived(waiver.reason, waiver.by_name, waiver.at))


@transaction.atomic
def waive(issue: Issue, finding: Finding, reason: str, by=None) -> Waiver:
    """Let a finding stand, and keep why. Waiving it again replaces the reason.

    Raises CannotWaive without a reason, and for what no reason excuses.
    """
    reason = reason.strip()
    if not finding.waivable:
        raise CannotWaive("This can't be waived, since readers would be harmed. It has to be mended.")
    if not reason:
        raise CannotWaive("Say why it may stand: the reason is kept and shown with the finding.")
    code, row, field, digest = _key(finding)
    values = {"reason": reason, "by": by, "by_name": _name_of(by), "at": timezone.now()}
    waiver, _ = Waiver.objects.update_or_create(
        issue=issue, code=code, row=row, field=field, digest=digest, defaults=values
    )
    note("finding.waived", issue, by=by, code=code, place=row, field=field, reason=reason, message=finding.message)
    return waiver


@transaction.atomic
def take_waiver_back(issue: Issue, finding: Finding, by=None) -> bool:
    """Let a waived finding count again; False where it wasn't waived."""
    code, row, field, digest = _key(finding)
    gone, _ = issue.waivers.filter(code=code, row=row, field=field, digest=digest).delete()
    if gone:
        note("finding.waiver-taken-back", issue, by=by, code=code, place=row, field=field, message=finding.message)
    return bool(gone)


def _name_of(user) -> str:
    return (user.get_full_name() or user.get_username())[:200] if user else ""
