"""What the outside says of works, as it arrives at the entries: what is under way, what failed, what is taken over.

The worker knows works and no entries. So an entry remembers that it waits (`awaits_record`), and the composer, whenever
it shows or refreshes an issue, has what came in taken over: once, and into fields that are empty at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.db import transaction

from common import due
from common.acting import acting
from papers import recording
from papers.models import Fetch, Work, WorkKind
from papers.records import Record

from .models import Entry, Issue

# What an entry needs beside it, so that it can be told how its work's fetch stands without a query.
WITH_FETCH = ("work__fetch", "work__merged_into__fetch")


class Progress(StrEnum):
    """How it stands with what is to be fetched for an entry."""

    PENDING = "pending"
    LATER = "later"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class Arrival:
    """How it stands, with the reason where it failed, in words for an editor."""

    progress: Progress
    message: str = ""


def fetch_of(entry: Entry) -> Fetch | None:
    work = entry.work and (entry.work.merged_into or entry.work)
    return getattr(work, "fetch", None)


def _record_of(entry: Entry) -> Record | None:
    fetch = fetch_of(entry)
    return fetch.record if fetch else None


def arrival(entry: Entry) -> Arrival:
    """How it stands with an entry that was loaded with WITH_FETCH."""
    fetch = fetch_of(entry)
    if not entry.awaits_record or fetch is None:
        return Arrival(Progress.DONE)
    if not fetch.last_error:
        return Arrival(Progress.PENDING)
    return Arrival(Progress.LATER if fetch.due_at else Progress.FAILED, fetch.last_message)


def proposals(entry: Entry) -> dict[str, str]:
    """What is known of an entry's work, as values of the entry's fields; empty while nothing is known.

    The card is what a page says of itself; a paper has an abstract instead.
    """
    if entry.work is None:
        return {}
    work, record = entry.work.merged_into or entry.work, _record_of(entry)
    title = work.title or (record.title if record else "")
    found = {"title": (record.title if record else "") or title, "source_title": title}
    if record and record.description and work.kind != WorkKind.PAPER and not entry.has_card:
        found |= _card(record)
    return {name: value for name, value in found.items() if value}


def _has_arrived(entry: Entry) -> bool:
    """Whether something was said of its work, or nothing will be, since nobody asks about it."""
    return bool(_record_of(entry)) or fetch_of(entry) is None


def _card(record: Record) -> dict[str, str]:
    host = (urlsplit(record.url).hostname or "").removeprefix("www.")
    return {
        "card_url": record.url,
        "card_title": record.title,
        "card_description": record.description,
        "card_domain": (record.site_name or host)[:300],
    }


def take_over(issue: Issue) -> list[Entry]:
    """Fill the empty fields of an issue's entries whose records have come, and return the entries.

    Done once for each link of an entry, so that what an editor takes out again stays out. One query while nothing
    waits. Nothing that was typed is ever replaced.
    """
    waiting = Entry.objects.filter(section__issue=issue, awaits_record=True).select_related(*WITH_FETCH)
    arrived = [entry for entry in waiting if _has_arrived(entry)]
    if not arrived:
        return []
    # Who looks at the issue at this moment has written nothing.
    with acting(person=None, name="", via="fetched"):
        return _fill(arrived)


@transaction.atomic
def _fill(arrived: Iterable[Entry]) -> list[Entry]:
    found = {entry.pk: entry for entry in arrived}
    rows = Entry.objects.select_for_update(of=("self",)).select_related(*WITH_FETCH)
    # As they are now: somebody may have typed, linked another work, or been here first.
    filled = [row for row in rows.filter(pk__in=found, awaits_record=True).order_by("pk") if _has_arrived(row)]
    for row in filled:
        values = {name: value for name, value in proposals(row).items() if not getattr(row, name)}
        for name, value in values.items():
            setattr(row, name, value)
        row.awaits_record = False
        row.save(update_fields=[*values, "awaits_record"])
    return filled


def ask_again(entry: Entry) -> None:
    """Have what the outside says of an entry's work asked for once more, at once; it is taken over when it comes."""
    work: Work | None = entry.work and (entry.work.merged_into or entry.work)
    if work is None:
        return
    recording.request([work])
    due.retry(Fetch.objects.filter(work=work))
    Entry.objects.filter(pk=entry.pk).update(awaits_record=True)


def do_without(entry: Entry) -> None:
    """Wait no longer: the editor fills the entry by hand."""
    Entry.objects.filter(pk=entry.pk).update(awaits_record=False)
