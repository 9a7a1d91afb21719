"""The verb that makes entries of pasted addresses, each in the section where such works stand."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count

from common.rows import insert
from papers import recording
from papers.addresses import Given
from papers.catalogue import find_or_create_works
from papers.identifiers import MalformedURL, canonical_url, home_url
from papers.models import Work, WorkKind

from .labels import assign_labels
from .models import Entry, Issue, Section, SectionKind
from .models.issue import WITH_A_MOMENT
from .moving import hold
from .refusals import ComposingError, Gone, in_words
from .repeats import entries_about, root

MOST_AT_ONCE = 60

# Where works of a kind belong, the best place first; the last section takes what fits nowhere.
SECTIONS_FOR = {
    WorkKind.PAPER: [SectionKind.PAPER],
    WorkKind.ARTICLE: [SectionKind.ARTICLE, SectionKind.USE_CASE, SectionKind.OTHER],
    WorkKind.REPOSITORY: [SectionKind.ARTICLE, SectionKind.OTHER],
    WorkKind.VIDEO: [SectionKind.OTHER, SectionKind.ARTICLE],
    WorkKind.OTHER: [SectionKind.ARTICLE, SectionKind.OTHER],
}


class TooMany(ComposingError):
    """More addresses than one paste may bring."""


class NoSection(ComposingError):
    """The issue has no section into which an entry could go."""


@dataclass
class Pasted:
    """What became of pasted addresses: new entries, those that stand in the issue already, and those that are none."""

    added: list[Entry] = field(default_factory=list)
    here: list[tuple[str, Entry]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def paste(
    issue: Issue, given: Iterable[Given], *, section: Section | None = None, again: bool = False, by=None
) -> Pasted:
    """Make an entry of each address, at the end of the section, or without one by the kind of its work; `by` adds them.

    What the outside says of the works is asked for. A work that stands in the issue already is not added, unless
    `again` demands it. Raises TooMany, NoSection, and Gone where somebody removed the section; then nothing is added.
    The same number of queries for any number of addresses.
    """
    pasted, addresses = Pasted(), {}
    for each in given:
        try:
            addresses.setdefault(_link(each.address), each)
        except MalformedURL as error:
            pasted.refused.append((each.address, str(error)))
    if len(addresses) > MOST_AT_ONCE:
        raise TooMany(f"These are {len(addresses)} addresses; at most {MOST_AT_ONCE} are taken at once. Paste a part.")
    if addresses:
        # Before anything is held: others may wait for the same new works, but not for our issue.
        works = find_or_create_works(addresses)
        _add(issue, addresses, works, section, again, pasted, by)
    return pasted


def _headline(given: Given) -> str:
    """The words that were linked with the address; a word or two, such as “this post”, are no headline."""
    return given.title if len(given.title.split()) > 2 or len(given.title) > 15 else ""


def _link(given: str) -> str:
    """The address without trackers; where an id was given, that of the work's own page."""
    try:
        return canonical_url(given)
    except MalformedURL:
        return home_url(given)


@transaction.atomic
def _add(issue, addresses: dict[str, Given], works: dict[str, Work], section, again, pasted: Pasted, by) -> None:
    held = hold(issue.pk)
    if issue.pk not in held:
        raise Gone(f"{in_words(issue)} was removed by somebody else.")
    sections = _sections(issue, section)
    known = {} if again else {key: found.here for key, found in entries_about(issue, set(works.values())).items()}
    ends = {row.pk: row.entry_count for row in sections}
    for url, given in addresses.items():
        work = works[url]
        if already := known.get(root(work)):
            pasted.here.append((given.address, already[0]))
            continue
        place = _place_for(work, sections)
        entry = Entry(section=place, url=url, url_given=given.address, work=work, added_by=by)
        ends[entry.section.pk] += 1
        entry.title, entry.position, entry.awaits_record = _headline(given), ends[entry.section.pk], True
        pasted.added.append(entry)
        known[root(work)] = [entry]
    insert(pasted.added)
    recording.request_new([entry.work for entry in pasted.added])
    if held[issue.pk].status in WITH_A_MOMENT:
        assign_labels(issue)


def _sections(issue: Issue, section: Section | None) -> list[Section]:
    """The sections that may take the entries: the one that was chosen, else all."""
    sections = list(issue.sections.annotate(entry_count=Count("entries")))
    if section is not None:
        sections = [row for row in sections if row.pk == section.pk]
        if not sections:
            raise Gone(f"{in_words(section)} was removed by somebody else. Choose another one.")
    if not sections:
        raise NoSection("The issue has no section yet. Add one, and paste again.")
    return sections


def _place_for(work: Work, sections: Collection[Section]) -> Section:
    by_kind = {section.kind: section for section in reversed(sections)}
    fitting = (by_kind[kind] for kind in SECTIONS_FOR[work.kind] if kind in by_kind)
    return next(fitting, sections[-1])
