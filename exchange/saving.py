"""Saves one issue of a document, whole or not at all."""

from __future__ import annotations

import datetime

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from common.acting import acting
from common.storing import CannotStore
from exchange.creating import State, create, works_of
from exchange.documents import IssueDocument
from exchange.editions import shared_keys
from exchange.finding import Found, find
from exchange.merging import merge
from exchange.moments import stated_moment
from exchange.parts import Part, PreparedIssue
from exchange.preparing import prepare
from exchange.report import Note, Outcome
from exchange.run import Run, Undated, Unsaveable
from issues.appearing import appeared_at
from issues.labels import assign_labels
from issues.models import Entry, Issue, IssueStatus, Publication
from issues.models.issue import WITH_A_MOMENT

# What a clash in the database means to somebody who imports.
_CLASHES = {
    "public_id": "One of its ids belongs to something else already; ids of entries and highlights are used once.",
    "issue_one_edition_per_language": "Its translation_key belongs to another issue in this language.",
    "issue_slug_unique": "Its slug belongs to another issue in this language.",
}


def save(document: IssueDocument, run: Run, name: str) -> Outcome:
    """Save an issue in one transaction and say what became of it; where it can't be saved, Unsaveable.

    The same document a second time costs two queries. A clash with what somebody saves at this very moment is tried
    once more.
    """
    prepared = prepare(document, run.slugs)
    language = run.language_of(document)
    outcome = Outcome("", name, language, title=prepared.own.values["title"], notes=prepared.notes)
    outcome.leftovers = document.leftovers
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                issue = _save(prepared, language, run, outcome)
            run.remember(issue)
            return outcome
        except IntegrityError as error:
            run.recall()
            if attempt == 2:
                raise Unsaveable(_explained(error)) from error
        except DataError as error:
            run.recall()
            raise Unsaveable(f"The database can't hold a value of it: {str(error).splitlines()[0]}.") from error
        except CannotStore as error:
            run.recall()
            raise Unsaveable(f"A figure of it: {error}") from error
    raise AssertionError("unreachable")


def _explained(error: IntegrityError) -> str:
    said = str(error)
    known = next((words for mark, words in _CLASHES.items() if mark in said), "")
    return known or f"It breaks a rule of the database: {said.splitlines()[0]}."


def _save(prepared: PreparedIssue, language: str, run: Run, outcome: Outcome) -> Issue:
    run.lock()
    publication = run.publication_in(language)
    found = find(prepared, publication, language, run)
    outcome.slug = found.slug
    if found.issue is None:
        # What is new tells for itself what it is: the history begins with what becomes of it.
        with acting(first=True):
            return _create(prepared, publication, language, found, run, outcome)
    issue = found.issue
    if issue.imported_document != prepared.digest or run.overwrite:
        issue = Issue.objects.select_for_update().get(pk=issue.pk)
        works = works_of(prepared, run)
        merging = merge(issue, prepared, works, run)
        if merging.made and issue.status in WITH_A_MOMENT:
            assign_labels(issue)
        outcome.notes += merging.notes
        outcome.outcome = "updated" if merging.changed else "kept" if merging.kept else "unchanged"
        link_repeats([(merging.row_of[id(part)], part) for part in prepared.entries], run, outcome.document)
    else:
        outcome.outcome = "unchanged"
    _follow_state(issue, prepared, publication, run, outcome)
    return issue


def _create(
    prepared: PreparedIssue, publication: Publication, language: str, found: Found, run: Run, outcome: Outcome
) -> Issue:
    works = works_of(prepared, run)
    state = _state(prepared, publication, run)
    waits = state.status in WITH_A_MOMENT and state.published_at is None
    now = State(IssueStatus.DRAFT) if waits else state
    sibling = None if prepared.document.translation_key else found.sibling
    keys = shared_keys(prepared, sibling, works)
    issue, entries = create(prepared, publication, language, found.slug, now, keys, works, run)
    if sibling:
        outcome.notes.append(
            Note("joined", f"Joined {sibling.language}/{sibling.slug} as an edition of the same issue.", "issue")
        )
    outcome.outcome, outcome.published = "created", state.status == IssueStatus.PUBLISHED
    if waits:
        _wait(issue, run)
    link_repeats(list(zip(entries, prepared.entries, strict=True)), run, outcome.document)
    return issue


def _state(prepared: PreparedIssue, publication: Publication, run: Run) -> State:
    """What the document states, else published where the import says so; without a moment where none is known yet."""
    document, values = prepared.document, prepared.own.values
    status = document.status or (IssueStatus.PUBLISHED if run.publish else IssueStatus.DRAFT)
    if status not in WITH_A_MOMENT:
        return State(status)
    if document.published_at:
        return State(status, document.published_at, document.published_at_exact)
    # Whatever was withdrawn was public before, and needs no place in the order.
    if status == IssueStatus.WITHDRAWN:
        return State(status, run.now, False)
    dates = (values[name] for name in ("kind", "year", "week", "month"))
    moment, exact = stated_moment(*dates, stated_on=document.stated_on, zone=publication.zone, now=run.now)
    return State(status, moment, exact)


def _wait(issue: Issue, run: Run) -> None:
    """Leave the issue a draft until all others of the import are there, since its moment follows from theirs."""
    previous = run.previous.get(issue.language)
    run.undated.append(Undated(issue.pk, issue.language, issue.kind, issue.number, previous))


def _follow_state(issue: Issue, prepared: PreparedIssue, publication: Publication, run: Run, outcome: Outcome) -> None:
    """Publish a draft of an earlier import where this one says so; a moment that was derived gives way to a stated one.

    Other changes of state are made at the desk, or by overwriting.
    """
    state = _state(prepared, publication, run)
    if state.status == issue.status or not (prepared.document.status or run.publish):
        better = state.exact and not issue.published_at_exact and state.published_at
        if issue.status in WITH_A_MOMENT and state.published_at and (better or _overwrites_moment(issue, state, run)):
            _set_state(issue, state, outcome)
    elif issue.status == IssueStatus.DRAFT or (run.overwrite and prepared.document.status):
        if state.status in WITH_A_MOMENT and state.published_at is None:
            outcome.published = state.status == IssueStatus.PUBLISHED
            outcome.outcome = "updated"
            _wait(issue, run)
        else:
            _set_state(issue, state, outcome)
    elif prepared.document.status:
        text = f"Kept its state, {issue.status}; the document says {state.status}."
        outcome.notes.append(Note("kept", text, "issue"))


def _overwrites_moment(issue: Issue, state: State, run: Run) -> bool:
    return run.overwrite and (issue.published_at, issue.published_at_exact) != (state.published_at, state.exact)


def _set_state(issue: Issue, state: State, outcome: Outcome) -> None:
    set_state(issue, state.status, state.published_at, exact=state.exact)
    outcome.outcome = "updated"
    outcome.published = state.status == IssueStatus.PUBLISHED


def set_state(issue: Issue, status: str, published_at: datetime.datetime | None, *, exact: bool) -> None:
    """Record how public an issue was elsewhere, with labels for its entries; never a mail, and no demand is made."""
    values = {"status": status, "published_at": published_at, "published_at_exact": exact}
    values["appeared_at"] = appeared_at(published_at)
    Issue.objects.filter(pk=issue.pk).update(**values, updated_at=timezone.now())
    if published_at is not None:
        assign_labels(issue)


def link_repeats(entries: list[tuple[Entry, Part]], run: Run, name: str) -> None:
    """Point entries at the earlier ones that they repeat; those that are not there yet wait for the end."""
    wanted = [(entry.public_id, part.document.repeats) for entry, part in entries if part.document.repeats]
    wanted = [(entry, target) for entry, target in wanted if entry != target]
    missing = point_at_repeated(wanted) if wanted else []
    run.pending_repeats += [(entry, target, name) for entry, target in missing]


def point_at_repeated(wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Link (entry, repeated entry) by their ids; return the pairs of which one is not there. Three queries."""
    ids = {public_id for pair in wanted for public_id in pair}
    rows = {entry.public_id: entry for entry in Entry.objects.filter(public_id__in=ids).only("public_id", "repeats")}
    changed = []
    for entry, target in wanted:
        if entry in rows and target in rows and rows[entry].repeats_id != rows[target].pk:
            rows[entry].repeats_id = rows[target].pk
            changed.append(rows[entry])
    if changed:
        Entry.objects.bulk_update(changed, ["repeats"])
    return [(entry, target) for entry, target in wanted if entry not in rows or target not in rows]
