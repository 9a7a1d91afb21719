"""What the preflight finds in an issue: the pane beside the sheet, its page, and fixing and waiving from there."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from issues import rendering, rights
from issues.checks import RULES, apply_fix, find_finding, keeping, take_waiver_back, undo_fix, waive
from issues.checks.facts import Facts, shortened
from issues.checks.finding import Finding, Fix, Severity
from issues.checks.fixing import Fixed
from issues.checks.loading import facts_of
from issues.checks.rules import reading_time
from issues.checks.running import findings_in
from issues.mail import CUT_OFF_AT
from issues.models import Entry, Issue
from issues.refusals import ComposingError
from issues.rights import may, require

from .compose.answering import page_address, wants_piece
from .views import desk_page, issue_for

_LOOKS = {Severity.ERROR: ("e", "wrong"), Severity.WARNING: ("w", "warn"), Severity.NOTICE: ("i", "note")}
# From so many kilobytes on the meter of the mail warns.
_HEAVY = 90
LONGEST_REASON = 1_000
_CHANGED = "What this was about has changed meanwhile; here is what is found now."


@dataclass
class Line:
    """A finding as the pane shows it: where it is, what leads there, and what this person may do about it."""

    finding: Finding
    title: str
    place: str
    path: str
    field_id: str
    opens: str
    may_fix: bool
    may_waive: bool

    @property
    def severity(self) -> str:
        return Severity(self.finding.severity).label

    @property
    def look(self) -> str:
        return _LOOKS[self.finding.severity][0]

    @property
    def icon(self) -> str:
        return _LOOKS[self.finding.severity][1]


@dataclass
class Meter:
    value: int
    most: int
    high: int


@require_safe
def findings(request, pk, *, model_admin):
    """What is found in the issue as it stands: the pane for the script, else a page."""
    issue = issue_for(request, pk, "view")
    if wants_piece(request):
        return _pane(request, issue)
    context = _context(request, issue) | {"title": f"Checks of “{issue}”"}
    return desk_page(request, "issues/desk/findings.html", model_admin, issue, **context)


@require_POST
def fix(request, pk, *, model_admin):
    """Apply what a finding proposes (`finding`), or undo what was applied (`undo`)."""
    issue = issue_for(request, pk, "view")
    if token := request.POST.get("undo"):
        # Nobody has a token but who applied the fix; a right that was lost since is lost for this, too.
        require(request.user, "compose", issue)
        return _done(request, issue, lambda: undo_fix(issue, token, request.user))
    finding = find_finding(issue, request.POST.get("finding", ""))
    if finding is None:
        return _answer(request, issue, problem=_CHANGED)
    if finding.fix and not _may_fix(request.user, finding, _row_of(issue, finding.fix)):
        raise PermissionDenied("This account may not change what the fix changes.")
    return _done(request, issue, lambda: apply_fix(issue, finding, request.user))


@require_POST
def let_stand(request, pk, *, model_admin):
    """Waive a finding for a reason, or, with `again`, let it count again."""
    issue = issue_for(request, pk, "waive")
    finding = find_finding(issue, request.POST.get("finding", ""))
    if finding is None:
        return _answer(request, issue, problem=_CHANGED)
    if "again" in request.POST:
        take_waiver_back(issue, finding, request.user)
        return _answer(request, issue, said="It counts again.")
    try:
        waive(issue, finding, request.POST.get("reason", "")[:LONGEST_REASON], request.user)
    except ComposingError as refusal:
        return _answer(request, issue, problem=str(refusal))
    return _answer(request, issue, said="It may stand; the reason is kept with it.")


def _done(request, issue: Issue, verb) -> HttpResponse:
    try:
        done = verb()
    except ComposingError as refusal:
        return _answer(request, issue, problem=str(refusal))
    return _answer(request, issue, said=done.said, done=done)


def _answer(request, issue: Issue, *, said: str = "", problem: str = "", done: Fixed | None = None) -> HttpResponse:
    """The pane as it is now, to the script; else back to the page, with what there is to tell as a message."""
    if wants_piece(request):
        return _pane(request, issue, said=said, problem=problem, done=done)
    (messages.error if problem else messages.success)(request, problem or said)
    return HttpResponseRedirect(reverse("admin:issues_issue_findings", args=[issue.pk]))


# --- What is shown ---------------------------------------------------------------------------------------------------


def _pane(request, issue: Issue, **told) -> HttpResponse:
    context = _context(request, issue) | told | {"issue": issue}
    return HttpResponse(render_to_string("issues/desk/_findings.html", context, request=request))


def _context(request, issue: Issue) -> dict:
    before = timezone.now()
    facts = facts_of(issue)
    found = findings_in(facts)
    keeping.keep(issue, found, before)
    labels, rows = _labels(facts), _rows(facts)
    lines = [_line(request.user, issue, finding, labels, rows) for finding in found]
    standing = [line for line in lines if line.finding.stands]
    return {
        "lines": standing,
        "waived": [line for line in lines if not line.finding.stands],
        "counts": [
            (severity, sum(line.finding.severity == severity for line in standing), *_LOOKS[severity])
            for severity in Severity
        ],
        "reading": _reading(facts),
        "mail": Meter(-(-facts.mail_bytes // 1000), CUT_OFF_AT // 1000, _HEAVY),
    }


def _reading(facts: Facts) -> Meter:
    most = reading_time.most_minutes(facts.issue)
    return Meter(reading_time.minutes_of(facts), most, most * 4 // 5)


def _labels(facts: Facts) -> dict[str, str]:
    """How rows are called at the desk: 27.3 and the title, as on the sheet."""
    entries = facts.entries
    numbers = rendering.labels(facts.issue, [entry.row for entry in entries])
    called = {
        f"entry:{entry.row.pk}": f"{number} {entry.title}" for entry, number in zip(entries, numbers, strict=True)
    }
    called |= {section.place.row: f"Section {section.number}, {section.row}" for section in facts.sections}
    return called | {each.place.row: f"Highlight {each.number}" for each in facts.highlights}


def _rows(facts: Facts) -> dict[str, Entry]:
    """The entries by key, each with its issue at hand, so that nobody asks for it again."""
    for section in facts.sections:
        section.row.issue = facts.issue
        for entry in section.entries:
            entry.row.section = section.row
    return {f"entry:{entry.row.pk}": entry.row for entry in facts.entries}


def _line(user, issue: Issue, finding: Finding, labels: dict[str, str], rows: dict[str, Entry]) -> Line:
    place = finding.place
    kind = place.row.partition(":")[0]
    opens = place.row if kind in ("entry", "highlight") else ""
    return Line(
        finding=finding,
        title=RULES[finding.code].title,
        place=shortened(labels.get(place.row, "The issue"), 80),
        path=page_address(issue, opened=opens, at=place.row if kind == "section" else ""),
        field_id=f"{place.row.replace(':', '-')}-{place.field}" if place.field else "",
        opens=opens,
        may_fix=finding.fix is not None and _may_fix(user, finding, rows.get(finding.fix.row, issue)),
        may_waive=finding.waivable and may(user, "waive", issue),
    )


def _may_fix(user, finding: Finding, row: Issue | Entry) -> bool:
    """Whether this person may do what the fix does: change the row, or remove it."""
    verb = rights.removing(row) if finding.fix.removes and isinstance(row, Entry) else rights.changing(row)
    return may(user, verb, row)


def _row_of(issue: Issue, fix: Fix) -> Issue | Entry:
    """The entry that a fix is about; else the issue, of which sections and highlights are parts."""
    kind, _, number = fix.row.partition(":")
    if kind != "entry":
        return issue
    return get_object_or_404(Entry.objects.select_related("section__issue"), pk=number, section__issue=issue)


# What comes behind the address of the issue, the name, and the view.
PAGES = [
    ("findings/", "findings", findings),
    ("findings/fix/", "findings_fix", fix),
    ("findings/waive/", "findings_waive", let_stand),
]
