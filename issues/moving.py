"""The verbs that put entries, sections and highlights in order.

Whoever arranges an issue holds its row until the end of the transaction, and takes it before anything else of the
issue: so those who arrange the same issue come one after the other, and none can wait for another for ever.
"""

from collections.abc import Iterable

from django.db import transaction

from .labels import assign_labels
from .models import Entry, Highlight, Issue, Section
from .models.issue import WITH_A_MOMENT
from .refusals import Gone, in_words, refuse_when_published


def hold(*keys: int) -> dict[int, Issue]:
    """Let nobody else arrange these issues until the transaction ends; as they are now, by key. One query.

    Two issues are held in one order by all. Rows that point to the issue can still be added.
    """
    return Issue.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").in_bulk()


def number(rows: Iterable[Entry | Section | Highlight]) -> None:
    """Give rows the places 1, 2, 3 … in this order. One query, none where nothing changes."""
    moved = []
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            row.position = place
            moved.append(row)
    if moved:
        type(moved[0])._default_manager.bulk_update(moved, ["position"])


def _inserted(rows: list, row, position: int | None) -> list:
    """The rows with one more, or the same one elsewhere: at a place counted from 1, at the end where it is None."""
    others = [other for other in rows if other.pk != row.pk]
    place = len(others) if position is None else min(max(position - 1, 0), len(others))
    return [*others[:place], row, *others[place:]]


def entries_of(section: Section) -> list[Entry]:
    """The entries in order, with what it takes to number them."""
    return list(section.entries.only("position", "section_id"))


@transaction.atomic
def move_entry(entry: Entry, section: Section, *, position: int | None = None) -> Entry:
    """Move an entry to a section, its own or another: to its end, or to a place counted from 1. The others close up.

    What was published stays in its issue: a move to another issue raises FixedByPublication for it. Raises Gone where
    somebody removed the entry or the section. Nine queries at most within an issue, whatever its size.
    """
    held = hold(entry.section.issue_id, section.issue_id)
    fresh = Entry.objects.select_related("section").filter(pk=entry.pk).first()
    target = Section.objects.filter(pk=section.pk).first()
    if fresh is None or fresh.section.issue_id not in held:
        raise Gone(f"{in_words(entry)} was removed by somebody else, or moved to another issue.")
    if target is None or target.issue_id not in held:
        raise Gone(f"{in_words(section)} was removed by somebody else.")
    _put(fresh, target, position, held)
    entry.section, entry.position, entry.label = target, fresh.position, fresh.label
    return entry


def _put(entry: Entry, target: Section, position: int | None, held: dict[int, Issue]) -> None:
    origin = entry.section
    if origin.issue_id != target.issue_id:
        refuse_when_published(held[origin.issue_id], entry, "moved to another issue")
    number(_inserted(entries_of(target), entry, position))
    if origin.pk == target.pk:
        return
    Entry.objects.filter(pk=entry.pk).update(section=target, position=entry.position)
    number(entries_of(origin))
    if not entry.label and held[target.issue_id].status in WITH_A_MOMENT:
        assign_labels(held[target.issue_id])
        entry.refresh_from_db(fields=["label"])


@transaction.atomic
def move_section(section: Section, position: int) -> Section:
    """Move a section, with its entries, to a place of its issue counted from 1. Raises Gone where it was removed."""
    return _move_within(section, Section, position)


@transaction.atomic
def move_highlight(highlight: Highlight, position: int) -> Highlight:
    """Move a highlight to a place among those of its issue counted from 1. Raises Gone where it was removed."""
    return _move_within(highlight, Highlight, position)


def _move_within(row, model, position: int):
    hold(row.issue_id)
    rows = list(model.objects.filter(issue=row.issue_id).only("position", "issue_id"))
    fresh = next((other for other in rows if other.pk == row.pk), None)
    if fresh is None:
        raise Gone(f"{in_words(row)} was removed by somebody else.")
    number(_inserted(rows, fresh, position))
    row.position = fresh.position
    return row
