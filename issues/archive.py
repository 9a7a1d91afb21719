"""The archive: the issues of a year, a month or a kind, and what else there is to choose from."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues import listing, naming
from issues.marks import kind_mark
from issues.models import Issue, IssueKind
from issues.rendering import Link
from issues.site import Site


@dataclass(frozen=True)
class Choice:
    """Which issues are asked for; what is empty leaves nothing out."""

    year: int | None = None
    month: int | None = None
    kind: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As parameters, always in the same order: what is chosen has one address."""
        given = {"year": self.year, "month": self.month, "kind": self.kind}
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Line:
    """An issue in the archive."""

    day: datetime.date
    mark: str
    title: str
    path: str
    about: SafeString


@dataclass(frozen=True)
class Option:
    """A link to another choice; that to a kind has the kind for its mark, and how many issues there are."""

    link: Link
    is_current: bool
    kind: str = ""
    count_words: str = ""


def choice_of(parameters: Mapping[str, str]) -> Choice:
    """What the parameters of an address choose. Raises Http404 where they name nothing that could be."""
    year, month, kind = (parameters.get(name) for name in ("year", "month", "kind"))
    # The last year that has one after it is the last whose end can be told.
    if year is not None and not (re.fullmatch(r"[1-9][0-9]{3}", year) and int(year) < datetime.MAXYEAR):
        raise Http404("A year is written with four digits.")
    if month is not None and not (year and re.fullmatch(r"[1-9]|1[0-2]", month)):
        raise Http404("A month is a number from 1 to 12, and given with its year.")
    if kind is not None and kind not in IssueKind.values:
        raise Http404(f"A kind is one of {', '.join(IssueKind.values)}.")
    return Choice(int(year) if year else None, int(month) if month else None, kind or "")


def archive_context(site: Site, choice: Choice, *, before: str = "") -> dict:
    """Issues by year and month, from the one after the issue with the slug `before`.

    Four queries, five with `before`; what they cost does not grow with the archive.

    Raises Http404 where no such issue appeared, so that no address shows an empty page.
    """
    start = get_object_or_404(listing.issues_of(site), slug=before) if before else None
    bounds = listing.bounds_of(site, choice.year, choice.month) if choice.year else None
    found = listing.issues_page(site, kind=choice.kind, bounds=bounds, before=start)
    if not found.rows and (choice != Choice() or before):
        raise Http404("No such issue appeared.")
    days = listing.first_and_last_day(site, kind=choice.kind)
    groups = _by_year_and_month(_lines(site, found.rows))
    years, months = _spans(site, choice, days, {group["year"] for group in groups})
    kinds = listing.counts_by_kind(site, bounds)
    return {
        "choice": choice,
        "heading": naming.archive_name(choice.kind, choice.year, choice.month),
        "kinds": _kind_options(site, choice, kinds),
        "years": _options(site, choice, [(replace(choice, year=year, month=None), str(year)) for year in years]),
        "months": _options(site, choice, [(_of_month(choice, day), naming.month_name(day)) for day in months]),
        "all_kinds_path": _path(site, replace(choice, kind="")),
        "all_years_path": _path(site, replace(choice, year=None, month=None)),
        "groups": [group | {"count": years[group["year"]] if not choice.month else None} for group in groups],
        "count": kinds[choice.kind] if choice.kind else sum(kinds.values()),
        "is_capped": max(kinds.values()) >= listing.COUNTED,
        "counted": listing.COUNTED,
        "since": days[0] if days else None,
        "start_path": _path(site, choice) if before else "",
        "next_path": _path(site, choice, before=found.next_key) if found.next_key else "",
        "section": "issues",
    }


def _path(site: Site, choice: Choice, **more: str) -> str:
    query = urlencode(choice.query | more)
    return site.path("archive") + (f"?{query}" if query else "")


def _of_month(choice: Choice, day: datetime.date) -> Choice:
    return replace(choice, month=day.month)


def _spans(site: Site, choice: Choice, days: tuple | None, counted: set[int]) -> tuple[dict, list]:
    """The years with issues of the kind, newest first, each with its count where it is `counted`, and the months of
    the chosen year as their first days. One query."""
    if days is None:
        return {}, []
    first, last = (day.year for day in days)
    years = range(last, max(first - 1, last - listing.YEARS_SHOWN), -1)
    # A year on this page is beyond those shown only where there are more of them than anybody lists.
    years = [*years, *sorted(counted - set(years), reverse=True)]
    months = [datetime.date(choice.year, month, 1) for month in range(1, 13)] if choice.year else []
    spans = [(*listing.bounds_of(site, year), listing.COUNTED if year in counted else 1) for year in years]
    spans += [(*listing.bounds_of(site, day.year, day.month), 1) for day in months]
    counts = listing.counts_in_spans(site, spans, kind=choice.kind)
    found = {year: count for year, count in zip(years, counts, strict=False) if count}
    return found, [day for day, count in zip(months, counts[len(years) :], strict=True) if count]


def _options(site: Site, choice: Choice, others: list[tuple[Choice, str]]) -> list[Option]:
    """Links to years or months; the current one is told from the others whatever else is chosen."""
    return [
        Option(
            Link(words, _path(site, other)),
            is_current=other.year == choice.year and (other.month is None or other.month == choice.month),
        )
        for other, words in others
    ]


def _kind_options(site: Site, choice: Choice, counts: dict[str, int]) -> list[Option]:
    """Links to the kinds of which there are issues in the chosen time; none where there is but one kind."""
    kinds = [kind for kind, count in counts.items() if count]
    if len(kinds) < 2 and not choice.kind:
        return []
    return [
        Option(
            Link(naming.kind_name(kind), _path(site, replace(choice, kind=kind))),
            is_current=kind == choice.kind,
            kind=kind,
            count_words=f"{counts[kind]}+" if counts[kind] >= listing.COUNTED else str(counts[kind]),
        )
        for kind in kinds
    ]


def _lines(site: Site, issues: list[Issue]) -> list[Line]:
    """What is shown of issues of `listing.with_entry_counts()`.

    It is put into words here, each kind and number once, since a template takes long over as many lines.
    """
    # Translators: a date without its year as Django's date filter writes it, such as 29 Aug.
    form = _("j M")
    kinds = {kind: format_html("{} {}", kind_mark(kind), naming.kind_name(kind)) for kind in IssueKind.values}
    counts = {count: _entries(count) for count in {issue.entry_count for issue in issues}}

    def line(issue: Issue) -> Line:
        day = site.day(issue.published_at)
        shown = formats.date_format(day, form)
        return Line(
            day=day,
            mark=naming.issue_mark(issue) or kind_mark(issue.kind),
            title=naming.issue_title(issue),
            path=site.issue_path(issue),
            about=format_html(
                '{} · <time datetime="{}">{}</time> · {}', kinds[issue.kind], day, shown, counts[issue.entry_count]
            ),
        )

    return [line(issue) for issue in issues]


def _entries(count: int) -> str:
    return ngettext("%(count)s entry", "%(count)s entries", count) % {"count": count}


def _by_year_and_month(lines: list[Line]) -> list[dict]:
    years: list[dict] = []
    for line in lines:
        day = line.day
        if not years or years[-1]["year"] != day.year:
            years.append({"year": day.year, "months": []})
        months = years[-1]["months"]
        if not months or months[-1]["month"] != day.replace(day=1):
            months.append({"month": day.replace(day=1), "lines": []})
        months[-1]["lines"].append(line)
    return years
