"""Loads the facts of an issue: a fixed number of queries, none of which reads a table that grows without its index."""

from __future__ import annotations

import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from papers.models import Alias, Work

from ..beside import AFTER_ALL
from ..models import Entry, EntryMoment, Highlight, Issue, IssueKind, IssueStatus
from .facts import Earlier, EntryFacts, Facts, HighlightFacts, PreviousIssue, SectionFacts, Text, entries_linked
from .finding import Place

# So many earlier entries about a work are told, and so many looked at: more than what a round-up of a year may take up
# again, issues of weeks and months, and no more, since the archive grows.
MENTIONS, LOOKED_AT = 3, 100
# Among so many issues before this one, that of the same kind is looked for: a year of weeklies and its monthlies.
NEIGHBOURS = 80

_OF_EARLIER = (
    *("public_id", "title", "source_title", "summary", "url", "work"),
    *(f"section__issue__{name}" for name in ("language", "slug", "kind", "number", "year", "week", "month")),
    *(f"section__issue__{name}" for name in ("title", "status", "published_at", "publication")),
    "section__issue",
)


def facts_of(issue: Issue) -> Facts:
    """Everything that the rules read of an issue, as it stands in the database now. At most 18 queries."""
    issue = Issue.objects.select_related("publication").get(pk=issue.pk)
    facts = Facts(issue, issue.publication)
    facts.highlights = [_highlight(row, place) for place, row in enumerate(issue.highlights.all(), start=1)]
    facts.sections = _sections(issue)
    facts.errata = list(issue.errata.all())
    facts.waivers = list(issue.waivers.select_related("by"))
    _load_works(facts)
    _load_earlier(facts)
    _load_linked_entries(facts)
    _load_neighbours(facts)
    return facts


def _highlight(row: Highlight, number: int) -> HighlightFacts:
    place = Place(row=f"highlight:{row.pk}", name=f"highlight:{row.public_id}", highlight=number)
    return HighlightFacts(row, place, Text(place.at("text"), row.text))


def _sections(issue: Issue) -> list[SectionFacts]:
    sections = {}
    for number, row in enumerate(issue.sections.all(), start=1):
        place = Place(row=f"section:{row.pk}", name=f"section:{row.translation_key}", section=number)
        sections[row.pk] = SectionFacts(row, place)
    entries = Entry.objects.filter(section__issue=issue).order_by("position", "pk")
    for row in entries.select_related("work__fetch", "work__merged_into__fetch", "repeats__section__issue"):
        if section := sections.get(row.section_id):
            section.entries.append(_entry(row, section))
    return list(sections.values())


def _entry(row: Entry, section: SectionFacts) -> EntryFacts:
    place = Place(
        row=f"entry:{row.pk}",
        name=f"entry:{row.public_id}",
        section=section.number,
        entry=len(section.entries) + 1,
        entry_id=row.public_id,
    )
    return EntryFacts(row, place, section, Text(place.at("summary"), row.summary))


# --- Works and where they ran ----------------------------------------------------------------------------------------


def _load_works(facts: Facts) -> None:
    """Which works the links of entries and highlights lead to, and by what else these are known. Three queries."""
    addresses = [address for highlight in facts.highlights for address in highlight.addresses]
    wanted = {address.identified.identity for address in addresses if address.identified}
    wanted |= {entry.identity for entry in facts.entries} - {""}
    known = Work.objects.filter(identity__in=wanted).values_list("identity", "pk", "merged_into")
    facts.works = {identity: merged or pk for identity, pk, merged in known}
    learnt = Alias.objects.filter(identity__in=wanted).values_list("identity", "work", "work__merged_into")
    facts.works |= {identity: merged or pk for identity, pk, merged in learnt}
    roots = {root for entry in facts.entries for root in facts.roots_of(entry)}
    for root, identity in Alias.objects.filter(work__in=roots).values_list("work", "identity"):
        facts.aliases.setdefault(root, set()).add(identity)
    for entry in facts.entries:
        names = {work.identity for work in (entry.row.work, entry.work) if work}
        known = facts.works.get(entry.identity)
        entry.is_of_its_work = entry.identity in names or bool(entry.work) and known == entry.work.pk


def _load_earlier(facts: Facts) -> None:
    """The newest entries about these works in earlier issues. Three queries; of each work a few mentions are read.

    What editors let recur is left out before anything is asked, since it stands in most issues.
    """
    recurring = {root for entry in facts.entries if facts.may_recur(entry.row.url) for root in facts.roots_of(entry)}
    roots = {root for entry in facts.entries for root in facts.roots_of(entry)} | set(facts.works.values())
    roots -= recurring
    family = {root: root for root in roots}
    family |= dict(Work.objects.filter(merged_into__in=roots).values_list("pk", "merged_into"))
    newest = ArraySubquery(_mentions_before(facts).values("entry")[:MENTIONS])
    found = Work.objects.filter(pk__in=family).annotate(newest=newest).values_list("newest", flat=True)
    keys = [key for keys in found for key in keys]
    for row in Entry.objects.filter(pk__in=keys).select_related("section__issue").only(*_OF_EARLIER):
        facts.earlier.setdefault(family[row.work_id], []).append(_earlier(row))


def _mentions_before(facts: Facts) -> QuerySet[EntryMoment]:
    """Mentions of the work of the query around it before the issue, newest first, among those nearest to it."""
    near = EntryMoment.objects.filter(work=OuterRef(OuterRef("pk")), language=facts.issue.language)
    near = near.filter(published_at__lte=facts.issue.published_at or AFTER_ALL).order_by("-published_at")
    mentions = EntryMoment.objects.alias(number=_NUMBER).filter(_before(facts.issue), _not_rounded_up(facts))
    mentions = mentions.filter(entry__in=near.values("entry")[:LOOKED_AT])
    return mentions.order_by("-published_at", "-number", f"-{_ISSUE}__pk", "entry")


_ISSUE = "entry__section__issue"
_NUMBER = Coalesce(f"{_ISSUE}__number", 0, output_field=IntegerField())


def _before(issue: Issue) -> Q:
    """Entries of issues of the same language that are published or scheduled before this one.

    A draft comes after all of them; other drafts don't count.
    """
    path = f"{_ISSUE}__"
    before = Q(
        **{
            f"{path}publication": issue.publication_id,
            f"{path}language": issue.language,
            f"{path}status": IssueStatus.PUBLISHED,
        }
    ) & ~Q(**{_ISSUE: issue.pk})
    if issue.published_at is None:
        return before
    moment, number = issue.published_at, issue.number or 0
    same_moment = Q(**{f"{path}published_at": moment})
    is_lower = Q(number__lt=number) | Q(number=number, **{f"{_ISSUE}__lt": issue.pk})
    return before & (Q(**{f"{path}published_at__lt": moment}) | same_moment & is_lower)


# What a round-up may take up again: the issues of finer kinds of its time.
_ROUNDED_UP = {
    IssueKind.MONTHLY: [IssueKind.WEEKLY, IssueKind.SPECIAL],
    IssueKind.ANNUAL: [IssueKind.WEEKLY, IssueKind.SPECIAL, IssueKind.MONTHLY],
}
# A monthly may begin with a week that began in the month before, and an annual comes when its editor has time.
_LEEWAY = datetime.timedelta(days=31)


def _not_rounded_up(facts: Facts) -> Q:
    """A monthly or annual may repeat its weeklies: those of the time it states, all where it states none."""
    issue, path = facts.issue, f"{_ISSUE}__"
    kinds = _ROUNDED_UP.get(issue.kind)
    if kinds is None:
        return Q()
    may_repeat = Q(**{f"{path}kind__in": kinds})
    if issue.year and (issue.month or issue.kind == IssueKind.ANNUAL) and issue.year < 9999:
        start = datetime.datetime(max(issue.year, 2), issue.month or 1, 1, tzinfo=datetime.UTC)
        may_repeat &= Q(**{f"{path}published_at__gte": start - _LEEWAY})
    return ~may_repeat


def _earlier(row: Entry) -> Earlier:
    return Earlier(
        row.pk, row.public_id, row.title, row.source_title, row.summary, row.url, row.work_id, row.section.issue
    )


# --- Around the issue ------------------------------------------------------------------------------------------------


def _load_linked_entries(facts: Facts) -> None:
    """The entries that texts link to, wherever they stand. One query."""
    texts = [*facts.texts, *(Text(facts.place, erratum.text) for erratum in facts.errata)]
    ids = {public_id for public_id in entries_linked(texts) if len(public_id) <= 26}
    rows = Entry.objects.filter(public_id__in=ids).select_related("section__issue")
    facts.linked_entries = {row.public_id: row for row in rows.only("public_id", "title", *_OF_ITS_ISSUE)}


_OF_ITS_ISSUE = tuple(name for name in _OF_EARLIER if name.startswith("section__issue"))


def _load_neighbours(facts: Facts) -> None:
    """The issues before this one, and the texts of the last one of its kind. Four queries."""
    issue = facts.issue
    issues = Issue.objects.filter(status=IssueStatus.PUBLISHED).exclude(pk=issue.pk)
    if issue.published_at is None:
        issues = issues.filter(publication=issue.publication_id, language=issue.language).newest_first()
    else:
        issues = issues.earlier_than(issue)
    light = issues.only(
        "kind", "number", "year", "week", "month", "slug", "title", "status", "published_at", "language"
    )
    facts.neighbours = list(light[:NEIGHBOURS])
    same_kind = (other for other in facts.neighbours if other.kind == issue.kind)
    if previous := next(same_kind, None):
        facts.previous = _previous(previous)


def _previous(light: Issue) -> PreviousIssue:
    issue = Issue.objects.get(pk=light.pk)
    entries = Entry.objects.filter(section__issue=issue).select_related("section").order_by(*_IN_ORDER)
    return PreviousIssue(issue, list(issue.highlights.all()), list(entries))


_IN_ORDER = ("section__position", "section", "position", "pk")
