"""Where works stand already: in issues that readers see, in drafts, and in the inbox itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from issues.listing import works_merged_into
from issues.models import Entry, Issue, IssueStatus
from papers.models import Work


class Standing(StrEnum):
    """How an issue stands in which a work was met."""

    PUBLIC = "public"
    SCHEDULED = "scheduled"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Mention:
    """An entry about a work; of the editions of an issue, the one in the language that the publication names first."""

    entry: Entry
    issue: Issue
    standing: Standing


def families(works: Iterable[int]) -> dict[int, int]:
    """For each of these works and all that was merged into it: the key of what it is now, by key. Two queries."""
    became = dict(Work.objects.filter(pk__in=set(works)).values_list("pk", "merged_into"))
    return works_merged_into(sorted({root or work for work, root in became.items()}))


def mentions(family: dict[int, int], languages: Collection[str]) -> dict[int, list[Mention]]:
    """The entries about the works of `families()`, by what the work is now; the latest issue first. One query.

    Of the editions of one issue only one is named: that in the earliest of the `languages`.
    """
    entries = Entry.objects.filter(work__in=family.keys()).select_related("section__issue")
    order = {language: place for place, language in enumerate(languages)}
    found: dict[tuple[int, str], Entry] = {}
    for entry in sorted(entries, key=lambda entry: order.get(entry.section.issue.language, len(order))):
        found.setdefault((family[entry.work_id], str(entry.section.issue.translation_key)), entry)
    by_work: dict[int, list[Mention]] = {}
    for (root, _), entry in found.items():
        by_work.setdefault(root, []).append(Mention(entry, entry.section.issue, _standing(entry.section.issue)))
    return {root: sorted(listed, key=_newest_first) for root, listed in by_work.items()}


def _standing(issue: Issue) -> Standing:
    if issue.status == IssueStatus.PUBLISHED:
        return Standing.PUBLIC if issue.is_public else Standing.SCHEDULED
    return Standing.WITHDRAWN if issue.status == IssueStatus.WITHDRAWN else Standing.DRAFT


def _newest_first(mention: Mention) -> tuple:
    moment = mention.issue.published_at
    return (moment is not None, -moment.timestamp() if moment else 0, -mention.issue.pk)
