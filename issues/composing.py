"""The verbs by which an issue takes shape: add, save, place, move and remove an entry, remove a section or an issue."""

from collections.abc import Collection, Iterable

from django.db import transaction

from papers.catalogue import find_or_create_works
from papers.identifiers import canonical_url

from .labels import assign_labels
from .models import Entry, Issue, Section, Topic
from .models.issue import WITH_A_MOMENT


class ComposingError(Exception):
    """A verb of this module refused; the text says why, in words for an editor."""


class FixedByPublication(ComposingError):
    """What was published keeps its place for ever: it can be corrected or withdrawn, not removed or carried away."""


def link_entry(entry: Entry, given: str) -> Entry:
    """Point an entry, which the caller saves, at an address: without trackers, as given, and to the work it names.

    The work is found or created. An empty address unlinks. Raises MalformedURL and changes nothing where the address
    is none.
    """
    given = given.strip()
    url = canonical_url(given) if given else ""
    entry.work = find_or_create_works([url])[url] if url else None
    entry.url, entry.url_given = url, given
    return entry


@transaction.atomic
def save_entry(entry: Entry, *, link: str | None = None, changed: Collection[str] | None = None) -> Entry:
    """Save an entry as an editor left it; `link` is the address as typed, None where it stays.

    `changed` names the fields to write, all when None, so that what another wrote meanwhile in other fields stays. An
    entry that is new in a published issue gets the next free label. Raises MalformedURL.
    """
    fields = None if changed is None else set(changed)
    if link is not None:
        link_entry(entry, link)
        fields = fields if fields is None else fields | {"url", "url_given", "work"}
    # A row that is not there yet is written whole.
    entry.save(update_fields=None if entry._state.adding else fields)
    if not entry.label and entry.section.issue.status in WITH_A_MOMENT:
        assign_labels(entry.section.issue)
        entry.refresh_from_db(fields=["label"])
    return entry


@transaction.atomic
def add_entry(
    section: Section, *, url: str = "", topics: Iterable[Topic | str] = (), position: int | None = None, **values
) -> Entry:
    """Add an entry at the end of a section, or at a place counted from 1; other values are fields of the entry.

    Raises MalformedURL where the address is none.
    """
    _lock(section)
    entry = save_entry(Entry(section=section, position=section.entries.count() + 1, **values), link=url)
    entry.topics.add(*topics)
    return entry if position is None else place_entry(entry, position)


@transaction.atomic
def place_entry(entry: Entry, position: int) -> Entry:
    """Put an entry at a place of its section, counted from 1; the others close up. A place past the end is the end."""
    _lock(entry.section)
    others = list(entry.section.entries.exclude(pk=entry.pk))
    others.insert(max(position - 1, 0), entry)
    for number, row in enumerate(others, start=1):
        row.position = number
    Entry.objects.bulk_update(others, ["position"])
    return entry


@transaction.atomic
def move_entry(entry: Entry, section: Section, *, position: int | None = None) -> Entry:
    """Move an entry to a section, to its end or to a place counted from 1.

    What was published stays in its issue: a move to another issue raises FixedByPublication for an entry with a label.
    """
    _lock(entry.section, section)
    if entry.section.issue_id != section.issue_id:
        _refuse_when_published(entry.section.issue, f"The entry “{entry}”", "moved to another issue")
    entry.section = section
    save_entry(entry, changed=["section"])
    return place_entry(entry, section.entries.count() if position is None else position)


@transaction.atomic
def remove_entry(entry: Entry) -> None:
    """Remove an entry of an issue that was never published; else raise FixedByPublication."""
    _refuse_when_published(entry.section.issue, f"The entry “{entry}”", "deleted")
    entry.delete()


@transaction.atomic
def remove_section(section: Section) -> None:
    """Remove a section with its entries from an issue that was never published; else raise FixedByPublication."""
    _refuse_when_published(section.issue, f"The section “{section}”", "deleted")
    section.delete()


@transaction.atomic
def remove_issue(issue: Issue) -> None:
    """Remove an issue, with all in it, that was never published; else raise FixedByPublication."""
    _refuse_when_published(issue, f"The issue “{issue}”", "deleted")
    issue.delete()


def why_kept(row: Issue | Section | Entry) -> str:
    """The sentence that says why a row can't be deleted, or the empty string where it can. Up to two queries."""
    issue = row if isinstance(row, Issue) else row.issue if isinstance(row, Section) else row.section.issue
    what = f"The {row._meta.verbose_name} “{row}”"
    return _refusal(what, "deleted") if issue.status in WITH_A_MOMENT else ""


def _refusal(what: str, deed: str) -> str:
    return f"{what} was published and can't be {deed}, because its address is for ever. Withdraw the issue instead."


def _refuse_when_published(issue: Issue, what: str, deed: str) -> None:
    # The lock makes a publication that happens at this very moment wait, or be seen.
    if Issue.objects.select_for_update().get(pk=issue.pk).status in WITH_A_MOMENT:
        raise FixedByPublication(_refusal(what, deed))


def _lock(*sections: Section) -> None:
    # One order for all, so that two who move entries between the same sections can't wait for each other.
    list(Section.objects.select_for_update().filter(pk__in=[section.pk for section in sections]).order_by("pk"))
