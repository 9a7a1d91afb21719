"""Writes the rows of an issue that is new: a fixed number of queries, however many entries it has."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from common.html import encodable
from common.rows import insert
from exchange.editions import SharedKeys
from exchange.figures import kept_for
from exchange.parts import Part, PreparedIssue, digest
from exchange.run import Run
from issues.appearing import appeared_at
from issues.labels import next_labels
from issues.models import Entry, Erratum, Highlight, Issue, IssueStatus, Publication, Section, Waiver
from papers.catalogue import find_or_create_works
from papers.identifiers import identify
from papers.models import Work, new_public_id


@dataclass(frozen=True)
class State:
    """How public an issue is to be, and since when."""

    status: str
    published_at: datetime.datetime | None = None
    exact: bool = True


def works_of(prepared: PreparedIssue, run: Run) -> dict[int, Work]:
    """The work of each entry with a link, by the entry's part; found or created in a few queries for all of them.

    A work that an archive states is taken where it is known, though the link alone would lead to another.
    """
    linked = [part for part in prepared.entries if part.values["url"]]
    stated = {part.document.work for part in linked if part.document.work and not _follows(part)}
    known = {work.identity: work for work in Work.objects.filter(identity__in=stated)} if stated else {}
    by_url = [part for part in linked if part.document.work not in known]
    found = find_or_create_works({part.values["url"] for part in by_url}, origin=run.origin) if by_url else {}
    return {id(part): known.get(part.document.work) or found[part.values["url"]] for part in linked}


def _follows(part: Part) -> bool:
    return identify(part.values["url"]).identity == part.document.work


def create(
    prepared: PreparedIssue,
    publication: Publication,
    language: str,
    slug: str,
    state: State,
    keys: SharedKeys,
    works: dict[int, Work],
    run: Run,
) -> tuple[Issue, list[Entry]]:
    """Write the issue and all its rows and return it with its entries; the caller holds the transaction."""
    document = prepared.document
    stated_key = uuid.UUID(document.translation_key) if document.translation_key else None
    issue = Issue(
        publication=publication,
        language=language,
        slug=slug,
        translation_key=stated_key or keys.issue or uuid.uuid4(),
        status=state.status,
        published_at=state.published_at,
        published_at_exact=state.exact,
        appeared_at=appeared_at(state.published_at),
        origin=document.origin or run.origin,
        imported_document=prepared.digest,
        **prepared.own.values,
    )
    laid_out = []
    for place, part in enumerate(prepared.sections, start=1):
        section = new_section(part, issue, place, keys)
        numbered = enumerate(part.entries, start=1)
        laid_out.append((section, [new_entry(entry, section, position, keys, works) for position, entry in numbered]))
    entries = [entry for _, made in laid_out for entry in made]
    highlights = [new_highlight(part, issue, place, keys) for place, part in enumerate(prepared.highlights, start=1)]
    if state.published_at is not None:
        label(issue, entries)
    issue.imported_digest = prepared.own.digest + arrangement(highlights, laid_out)
    issue.save(force_insert=True)
    insert(highlights)
    insert([section for section, _ in laid_out])
    insert(entries)
    tag(issue, zip(entries, prepared.entries, strict=True), run)
    add_errata(issue, prepared, {entry.public_id: entry for entry in entries})
    add_waivers(issue, prepared, run)
    return issue, entries


def new_section(part: Part, issue: Issue, place: int, keys: SharedKeys) -> Section:
    return Section(issue=issue, position=place, translation_key=keys.of(part), **_imported(part))


def new_highlight(part: Part, issue: Issue, place: int, keys: SharedKeys) -> Highlight:
    public_id = part.document.id or new_public_id()
    return Highlight(issue=issue, position=place, public_id=public_id, translation_key=keys.of(part), **_imported(part))


def new_entry(part: Part, section: Section, place: int, keys: SharedKeys, works: dict[int, Work]) -> Entry:
    figure = kept_for(part)
    return Entry(
        section=section,
        position=place,
        public_id=part.document.id or new_public_id(),
        translation_key=keys.of(part),
        label=part.document.label,
        work=works.get(id(part)),
        figure=figure.name,
        figure_width=figure.width,
        figure_height=figure.height,
        figure_widths=list(figure.widths),
        **_imported(part),
    )


def _imported(part: Part) -> dict[str, object]:
    return part.values | {"imported_document": part.digest, "imported_digest": part.digest}


def label(issue: Issue, entries: list[Entry]) -> None:
    """Give entries that are about to be written, and have no label, the next ones of their issue."""
    taken = [entry.label for entry in entries if entry.label]
    unlabelled = [entry for entry in entries if not entry.label]
    for entry, given in zip(unlabelled, next_labels(issue.label_stem, taken, len(unlabelled)), strict=True):
        entry.label = given


def arrangement(highlights: Iterable[Highlight], sections: Iterable[tuple[Section, Iterable[Entry]]]) -> str:
    """A digest of the order in which things stand, by keys that are known before the rows are written."""
    return digest(
        [highlight.public_id for highlight in highlights],
        [[str(section.translation_key), [entry.public_id for entry in entries]] for section, entries in sections],
    )


def tag(issue: Issue, entries: Iterable[tuple[Entry, Part]], run: Run) -> None:
    """Put the topics of the parts on their entries, which are the issue's; topics that are not there yet are made."""
    tagged = [(entry, part.topics) for entry, part in entries if part.topics]
    if not tagged:
        return
    topics = run.topics_of({slug: name for _, topics in tagged for slug, name in topics})
    pairs = [(entry.pk, topics[slug]) for entry, named in tagged for slug, _ in named if slug in topics]
    since = issue.published_at if issue.status == IssueStatus.PUBLISHED else None
    # Three rows for each entry are what an import writes most of; as objects they would cost a fifth of its time.
    with connection.cursor() as cursor:
        cursor.execute(_TAG, [issue.language, since, [entry for entry, _ in pairs], [topic for _, topic in pairs]])


# A trigger would fill language and moment in; where they are right already it has less to do.
_TAG = """
INSERT INTO issues_taggedentry (content_object_id, tag_id, language, published_at)
SELECT entry, topic, %s, %s::timestamptz FROM unnest(%s::bigint[], %s::bigint[]) AS pairs (entry, topic)
ON CONFLICT DO NOTHING
"""


def add_errata(issue: Issue, prepared: PreparedIssue, entries: dict[str, Entry]) -> int:
    """Add the corrections that the issue does not have yet; return how many. No query where the document has none."""
    if not prepared.errata:
        return 0
    known = set(Erratum.objects.filter(issue=issue).values_list("noted_on", "entry__public_id", "text"))
    new = [
        Erratum(issue=issue, entry=entries.get(erratum.entry), noted_on=erratum.noted_on, text=erratum.text)
        for erratum in prepared.errata
        if (erratum.noted_on, erratum.entry if erratum.entry in entries else None, erratum.text) not in known
    ]
    Erratum.objects.bulk_create(new)
    return len(new)


def add_waivers(issue: Issue, prepared: PreparedIssue, run: Run) -> int:
    """Add the reasons for which findings stand that the issue does not have yet; return how many.

    A reason that was given here stays. No query where the document has none.
    """
    stated = prepared.document.waivers
    if not stated:
        return 0
    known = set(Waiver.objects.filter(issue=issue).values_list("code", "row", "field", "digest"))
    new = {
        (waiver.code, waiver.row, waiver.field, waiver.text_sha256): Waiver(
            issue=issue,
            code=waiver.code,
            row=waiver.row,
            field=waiver.field,
            digest=waiver.text_sha256,
            reason=encodable(waiver.reason),
            by_name=encodable(waiver.by),
            at=waiver.at or run.now,
        )
        for waiver in stated
    }
    missing = [waiver for key, waiver in new.items() if key not in known]
    Waiver.objects.bulk_create(missing)
    return len(missing)
