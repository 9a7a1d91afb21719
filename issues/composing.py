"""The verbs by which entries are written: link, save and add them."""

from collections.abc import Collection, Iterable

from django.db import transaction

from papers import recording
from papers.catalogue import find_or_create_works
from papers.identifiers import canonical_url

from .labels import assign_labels
from .models import Entry, Issue, Section, Topic
from .models.issue import WITH_A_MOMENT
from .moving import hold, move_entry
from .refusals import Gone, in_words


def link_entry(entry: Entry, given: str) -> Entry:
    """Point an entry, which the caller saves, at an address: without trackers, as given, and to the work it names.

    The work is found or created. An empty address unlinks. Raises MalformedURL and changes nothing where the address
    is none.
    """
    given = given.strip()
    url = canonical_url(given) if given else ""
    entry.work = find_or_create_works([url])[url] if url else None
    entry.url, entry.url_given = url, given
    entry.awaits_record = entry.work is not None
    return entry


def _held(entry: Entry) -> Issue:
    issue = hold(entry.section.issue_id).get(entry.section.issue_id)
    if issue is None:
        raise Gone("The issue was removed by somebody else.")
    return issue


@transaction.atomic
def save_entry(entry: Entry, *, link: str | None = None, changed: Collection[str] | None = None) -> Entry:
    """Save an entry as an editor left it; `link` is the address as typed, None where it stays.

    `changed` names the fields to write, all when None, so that what another wrote meanwhile in other fields stays. An
    entry that is new in a published issue gets the next free label. A linked work about which nobody ever asked is
    looked up in the background. Raises MalformedURL, Gone where the issue of a new entry is no more.
    """
    # A publication at this very moment comes before, and we label what is new, or after, and labels it.
    issue = _held(entry) if entry._state.adding else entry.section.issue
    fields = None if changed is None else set(changed)
    if link is not None:
        link_entry(entry, link)
        fields = fields if fields is None else fields | {"url", "url_given", "work", "awaits_record"}
    # A row that is not there yet is written whole.
    entry.save(update_fields=None if entry._state.adding else fields)
    if link is not None and entry.work:
        recording.request_new([entry.work])
    if not entry.label and issue.status in WITH_A_MOMENT:
        assign_labels(issue)
        entry.refresh_from_db(fields=["label"])
    return entry


@transaction.atomic
def add_entry(
    section: Section, *, url: str = "", topics: Iterable[Topic | str] = (), position: int | None = None, **values
) -> Entry:
    """Add an entry at the end of a section, or at a place counted from 1; other values are fields of the entry.

    Raises MalformedURL where the address is none, Gone where somebody removed the section.
    """
    hold(section.issue_id)
    if not Section.objects.filter(pk=section.pk).exists():
        raise Gone(f"{in_words(section)} was removed by somebody else.")
    entry = save_entry(Entry(section=section, position=section.entries.count() + 1, **values), link=url)
    entry.topics.add(*topics)
    return entry if position is None else move_entry(entry, section, position=position)
