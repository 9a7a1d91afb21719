"""The verb that begins an issue, and what the last one of its kind suggests for it."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from .languages import interface_language
from .models import Issue, IssueKind, IssueStatus, Publication, Section, SectionKind
from .naming import section_kind_name
from .slugs import free_slug, slug_stem

# What an issue of a kind consists of while there is none to follow.
LAYOUTS = {
    IssueKind.WEEKLY: [SectionKind.FEATURE, SectionKind.PAPER, SectionKind.USE_CASE, SectionKind.ARTICLE],
    IssueKind.MONTHLY: [SectionKind.FEATURE, SectionKind.PAPER, SectionKind.ARTICLE],
    IssueKind.ANNUAL: [SectionKind.FEATURE, SectionKind.PAPER],
    IssueKind.SPECIAL: [SectionKind.OTHER],
}
# The facts of an issue that its texts may repeat.
FACTS = ("number", "year", "week", "month")
_DIGITS = re.compile(r"(\d+)", re.ASCII)


class AlreadyBegun(ValueError):
    """An issue of that number, week, month or year exists; it is `issue`, and the text says so to an editor."""

    def __init__(self, issue: Issue):
        super().__init__(f"“{issue}” is that issue already. Go on with it, or choose another number or date.")
        self.issue = issue


@dataclass(frozen=True)
class PlannedSection:
    kind: str
    title: str


@dataclass(frozen=True)
class Proposal:
    """What a new issue would be; `follows` is the issue it was derived from, if there is one.

    Only what stands here is ever taken over: no entry, no highlight, no text that belongs to one issue alone.
    """

    kind: str
    language: str
    number: int | None
    year: int | None
    week: int | None
    month: int | None
    title: str
    intro: str
    sections: tuple[PlannedSection, ...]
    follows: Issue | None


def propose(publication: Publication, *, kind: str, language: str, today: datetime.date | None = None) -> Proposal:
    """What the next issue of a kind in a language would be, going by the last two of them. Four queries at most.

    Number, week, month and year go on from the last; a newsletter that paused goes on today. The sections are
    those of the last. Title and introduction are taken over where they stand: where those of the last two differ in
    nothing but number and date.
    """
    today = today or timezone.now().astimezone(publication.zone).date()
    last, before = [*_latest(publication, kind, language), None, None][:2]
    facts = _next_facts(publication, kind, language, last, today)
    return Proposal(
        kind=kind,
        language=language,
        **facts,
        title=_standing_text("title", last, before, facts),
        intro=_standing_text("intro", last, before, facts),
        sections=_sections(last, kind, language),
        follows=last,
    )


def _latest(publication: Publication, kind: str, language: str) -> list[Issue]:
    issues = publication.issues.filter(kind=kind, language=language).exclude(status=IssueStatus.WITHDRAWN)
    order = [F(fact).desc(nulls_last=True) for fact in FACTS]
    return list(issues.order_by(*order, "-pk")[:2])


def _next_facts(publication, kind, language, last, today) -> dict[str, int | None]:
    facts = dict.fromkeys(FACTS)
    if kind == IssueKind.WEEKLY and last and last.year and last.week is not None:
        facts["year"], facts["week"] = _next_week(last.year, last.week, today)
    elif kind == IssueKind.MONTHLY:
        facts["year"], facts["month"] = _next_month(last, today)
    elif kind == IssueKind.ANNUAL:
        facts["year"] = last.year + 1 if last and last.year else today.year
    if last and last.number is not None:
        facts["number"] = _free_number(publication, language, last.number + 1)
    elif not last and kind == IssueKind.WEEKLY:
        facts["number"] = _free_number(publication, language, 1)
    return facts


def _next_week(year: int, week: int, today: datetime.date) -> tuple[int, int]:
    """The week after, or the week of today where that one is more than a week ago."""
    # The last week of a year is the one in which the 28th of December lies (ISO 8601).
    weeks = datetime.date(year, 12, 28).isocalendar().week
    following = (year, week + 1) if week < weeks else (year + 1, 1)
    begins = datetime.date.fromisocalendar(*following, 1)
    if begins + datetime.timedelta(days=14) <= today:
        now = today.isocalendar()
        return now.year, now.week
    return following


def _next_month(last: Issue | None, today: datetime.date) -> tuple[int, int]:
    """The month after, or the month of today where two or more have been left out."""
    if not (last and last.year and last.month):
        return today.year, today.month
    following = last.year * 12 + last.month
    if following + 2 <= today.year * 12 + today.month - 1:
        return today.year, today.month
    return following // 12, following % 12 + 1


def _free_number(publication: Publication, language: str, number: int) -> int:
    """The first number from here on that no issue of the language has, whatever its kind."""
    taken = set(publication.issues.filter(language=language, number__gte=number).values_list("number", flat=True))
    while number in taken:
        number += 1
    return number


def _standing_text(name: str, last: Issue | None, before: Issue | None, facts: dict[str, int | None]) -> str:
    """A text as it would read next, where nothing changed from the issue before to the last but facts of them."""
    if not (last and before):
        return ""
    parts, earlier = _DIGITS.split(getattr(last, name)), _DIGITS.split(getattr(before, name))
    if len(parts) != len(earlier) or parts[::2] != earlier[::2]:
        return ""
    for place in range(1, len(parts), 2):
        if parts[place] != earlier[place]:
            parts[place] = _following(parts[place], earlier[place], last, before, facts)
            if not parts[place]:
                return ""
    return "".join(parts)


def _following(digits: str, earlier: str, last: Issue, before: Issue, facts: dict[str, int | None]) -> str:
    """The fact that these digits state, as the next issue has it; the empty string where they state none."""
    for fact in FACTS:
        if (getattr(last, fact), getattr(before, fact)) == (int(digits), int(earlier)) and facts[fact] is not None:
            return str(facts[fact]).zfill(len(digits) if digits.startswith("0") else 1)
    return ""


def _sections(last: Issue | None, kind: str, language: str) -> tuple[PlannedSection, ...]:
    found = last.sections.values_list("kind", "title") if last else []
    if found:
        return tuple(PlannedSection(*section) for section in found)
    with translation.override(interface_language(language)):
        return tuple(PlannedSection(section, section_kind_name(section)) for section in LAYOUTS[kind])


@transaction.atomic
def begin_issue(
    publication: Publication, *, kind: str, language: str, sections: Iterable[PlannedSection] = (), **values
) -> Issue:
    """Make a draft with empty sections; `values` are number, year, week, month, title and intro.

    Of several who begin the same issue at once, one makes it and the others get AlreadyBegun.
    """
    # Beginnings of one newsletter wait for each other, so that each sees what the other made.
    Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)
    issue = Issue(publication=publication, kind=kind, language=language, **values)
    if same := _same(issue):
        raise AlreadyBegun(same)
    issue.slug = free_slug(issue, slug_stem(issue))
    issue.save()
    Section.objects.bulk_create(
        Section(issue=issue, kind=planned.kind, title=planned.title, position=place)
        for place, planned in enumerate(sections, start=1)
    )
    return issue


def _same(issue: Issue) -> Issue | None:
    """The issue that is this one already: by its number; without a number, by its week, month or year."""
    others = Issue.objects.filter(publication=issue.publication_id, language=issue.language)
    others = others.exclude(status=IssueStatus.WITHDRAWN)
    if issue.number is not None:
        return others.filter(number=issue.number).first()
    dated = {name: getattr(issue, name) for name in ("year", "week", "month")}
    if issue.kind == IssueKind.SPECIAL or not any(dated.values()):
        return None
    return others.filter(kind=issue.kind, number=None, **dated).first()
