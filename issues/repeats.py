"""Where the works of an issue stand already: in the same issue, in earlier ones, in drafts of the same language."""

from collections.abc import Collection
from dataclasses import dataclass, field

from papers.models import Work

from .listing import works_merged_into
from .models import Entry, Issue


@dataclass
class Repeats:
    """The other entries about one work: those of the issue in question, and those elsewhere, latest issue first."""

    here: list[Entry] = field(default_factory=list)
    elsewhere: list[Entry] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.here or self.elsewhere)


def root(work: Work) -> int:
    """The key of what a work is now: its own, or that of the work into which it was merged."""
    return work.merged_into_id or work.pk


def entries_about(issue: Issue, works: Collection[Work]) -> dict[int, Repeats]:
    """The entries about these works in the issue and in all others of its language, by root of the work.

    Two queries, none without works; bounded by the mentions of these works.
    """
    if not works:
        return {}
    family = works_merged_into([root(work) for work in works])
    found = Entry.objects.in_language(issue.language).filter(work__in=family)
    found = found.filter(section__issue__publication=issue.publication_id).select_related("section__issue")
    found = found.only("title", "url", "public_id", "label", "position", "work", *_OF_ITS_ISSUE)
    repeats = {root(work): Repeats() for work in works}
    for entry in sorted(found, key=_newest_first):
        of = repeats[family[entry.work_id]]
        (of.here if entry.section.issue_id == issue.pk else of.elsewhere).append(entry)
    return repeats


def _newest_first(entry: Entry) -> tuple:
    moment = entry.section.issue.published_at
    # What is not published yet will be the latest.
    return (moment is not None, -moment.timestamp() if moment else 0, -entry.section.issue_id, entry.pk)


_OF_ITS_ISSUE = (
    *("section__title", "section__kind", "section__position"),
    *(f"section__issue__{name}" for name in ("language", "slug", "kind", "number", "year", "week", "month")),
    *(f"section__issue__{name}" for name in ("title", "status", "published_at", "appeared_at", "publication")),
)
