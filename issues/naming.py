"""How issues, sections and works are called, in the active language."""

import datetime

from django.utils import formats
from django.utils.translation import gettext as _

from issues.models import Issue, IssueKind, SectionKind
from papers.models import Work, WorkKind


def _month(issue: Issue) -> datetime.date | None:
    return datetime.date(issue.year, issue.month, 1) if issue.year and issue.month else None


def issue_name(issue: Issue) -> str:
    """How the issue is called in a sentence, in the active language: Issue 26, Week 10 of 2021, February 2021."""
    if issue.number is not None:
        return _("Issue %(number)s") % {"number": issue.number}
    if issue.year and issue.week is not None:
        return _("Week %(week)s of %(year)s") % {"week": issue.week, "year": issue.year}
    if month := _month(issue):
        # Translators: a month as Django's date filter writes it, such as February 2021.
        return formats.date_format(month, _("F Y"))
    if issue.kind == IssueKind.ANNUAL and issue.year:
        return _("The year %(year)s") % {"year": issue.year}
    return issue.slug


def issue_title(issue: Issue) -> str:
    return issue.title or issue_name(issue)


def issue_mark(issue: Issue) -> str:
    """The few letters that stand large in the margin: 26, W10, Feb, 2020; empty where there is nothing to count by."""
    if issue.number is not None:
        return str(issue.number)
    if issue.week is not None:
        return f"W{issue.week}"
    if month := _month(issue):
        # Translators: a month in two or three letters as Django's date filter writes it, such as Feb.
        return formats.date_format(month, _("M"))
    return str(issue.year) if issue.year and issue.kind == IssueKind.ANNUAL else ""


def kind_name(kind: str) -> str:
    return {
        IssueKind.WEEKLY: _("Weekly"),
        IssueKind.MONTHLY: _("Monthly"),
        IssueKind.ANNUAL: _("Annual"),
        IssueKind.SPECIAL: _("Special"),
    }[kind]


def month_name(month: datetime.date) -> str:
    # Translators: the name of a month alone as Django's date filter writes it.
    return formats.date_format(month, _("F"))


def archive_name(kind: str = "", year: int | None = None, month: int | None = None) -> str:
    """How a part of the archive is called: All issues, Weekly issues, Issues of 2021, Weekly issues of August 2021."""
    if year:
        # Translators: a month or a year as Django's date filter writes it, such as February 2021 or 2021.
        period = formats.date_format(datetime.date(year, month or 1, 1), _("F Y") if month else _("Y"))
    if not kind:
        return _("Issues of %(period)s") % {"period": period} if year else _("All issues")
    issues = {
        IssueKind.WEEKLY: _("Weekly issues"),
        IssueKind.MONTHLY: _("Monthly issues"),
        IssueKind.ANNUAL: _("Annual issues"),
        IssueKind.SPECIAL: _("Special issues"),
    }[kind]
    # Translators: such as Weekly issues of August 2021.
    return _("%(issues)s of %(period)s") % {"issues": issues, "period": period} if year else issues


def section_kind_name(kind: str) -> str:
    match kind:
        case SectionKind.FEATURE:
            return _("Features")
        case SectionKind.USE_CASE:
            return _("In use")
        case SectionKind.PAPER:
            return _("Papers")
        case SectionKind.ARTICLE:
            return _("Articles")
        case SectionKind.OTHER:
            return _("Other topics")
    raise ValueError(kind)


def work_name(work: Work) -> str:
    """How a work is called where its page is linked: by its arXiv id, else by what it is."""
    return f"arXiv:{work.arxiv_id}" if work.arxiv_id else work_kind_name(work.kind)


def work_kind_name(kind: str) -> str:
    match kind:
        case WorkKind.PAPER:
            return _("Paper")
        case WorkKind.ARTICLE:
            return _("Article")
        case WorkKind.REPOSITORY:
            return _("Repository")
        case WorkKind.VIDEO:
            return _("Video")
        case WorkKind.OTHER:
            return _("Work")
    raise ValueError(kind)


def site_name(host: str) -> str:
    """A host as readers are shown it."""
    return host.removeprefix("www.")


def number(count: int) -> str:
    """A count as readers write it: with commas, which English, Japanese and Chinese have in common."""
    return f"{count:,}"


def share(part: int, whole: int) -> str:
    """A part of a whole in whole percent; empty where there is no whole."""
    if not whole:
        return ""
    percent = round(100 * part / whole)
    # Translators: a share that is rounded to nothing although it is something.
    return _("under 1%") if part and not percent else f"{percent}%"
