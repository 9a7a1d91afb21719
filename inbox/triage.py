"""The verbs by which an editor decides about candidates: keep, drop, take back, place, star, note."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.texts import several_lines
from issues.composing import add_entry
from issues.models import Section
from issues.models.issue import WITH_A_MOMENT
from issues.pasting import SECTIONS_FOR
from issues.refusals import ComposingError
from papers.models import Work

from .joining import LONGEST_NOTE, join
from .models import Candidate, CandidateState
from .repeats import families


class TriageError(Exception):
    """A verb of this module refused; the text says why, in words for an editor."""


class AlreadyPlaced(TriageError):
    """Somebody placed the candidate before."""


class DecidedMeanwhile(TriageError):
    """Somebody else decided something else since the page was opened."""


class NotThere(TriageError):
    """The candidate is gone: it was deleted, or joined with another."""


@dataclass
class Decided:
    """What became of several candidates: those that changed, and why others did not."""

    changed: list[Candidate] = field(default_factory=list)
    refused: list[TriageError] = field(default_factory=list)


class _Held:
    """Candidates that nobody else can decide about until the transaction ends, and their doubles.

    All are locked in one order, so that two editors who decide about the same ones can't wait for each other.
    """

    def __init__(self, keys: Collection[int]):
        works = Candidate.objects.filter(pk__in=keys).values_list("work", flat=True)
        self.family = families(works)
        doubles = Candidate.objects.open().filter(work__in=self.family.keys())
        rows = Candidate.objects.filter(Q(pk__in=keys) | Q(pk__in=doubles.values("pk"))).order_by("-pk")
        locked = list(rows.select_for_update().values_list("pk", flat=True))
        # Asked anew: what is joined to a row for which one had to wait is not seen by the query that waited.
        rows = Candidate.objects.filter(pk__in=locked).order_by("-pk")
        self.all = list(rows.select_related("changed_by", "entry__section__issue", "work__merged_into"))
        self.wanted = [candidate for candidate in self.all if candidate.pk in keys]

    def double_of(self, candidate: Candidate) -> Candidate | None:
        """Another candidate about the same work that is open."""
        root = self.family.get(candidate.work_id)
        same = (other for other in self.all if self.family.get(other.work_id) == root and other.pk != candidate.pk)
        return next(
            (other for other in same if other.is_open and other.publication_id == candidate.publication_id), None
        )


def _each(keys: Collection[int], decide: Callable[[Candidate, _Held], bool]) -> Decided:
    decided = Decided()
    held = _Held(keys)
    for candidate in held.wanted:
        try:
            if decide(candidate, held):
                decided.changed.append(candidate)
        except TriageError as refusal:
            decided.refused.append(refusal)
        except ComposingError as refusal:
            decided.refused.append(TriageError(str(refusal)))
    if len(held.wanted) < len(set(keys)):
        decided.refused.append(NotThere("A candidate is gone: somebody deleted it, or joined it with another."))
    return decided


def _who(candidate: Candidate) -> str:
    person = candidate.changed_by
    return (person.get_short_name() or person.get_username()) if person else "Somebody"


def _refuse_placed(candidate: Candidate) -> None:
    if candidate.entry:
        section = candidate.entry.section
        raise AlreadyPlaced(
            f"{_who(candidate)} placed “{candidate}” already, in {section.issue.name}, {section}. Remove the entry "
            "there to decide again."
        )


def _refuse_decided(candidate: Candidate, seen: str, by: AbstractBaseUser | None) -> None:
    """Refuse where the state is not the one that the page showed, and somebody else made it so."""
    if seen and candidate.stands != seen and candidate.changed_by_id != (by and by.pk):
        state = candidate.get_stands_display().lower()
        raise DecidedMeanwhile(f"{_who(candidate)} decided about “{candidate}” meanwhile: it is {state}. Look again.")


def _set(candidate: Candidate, state: str, by: AbstractBaseUser | None, *, before: str = "") -> bool:
    candidate.state, candidate.before = state, before
    candidate.changed_at, candidate.changed_by = timezone.now(), by
    candidate.save(update_fields=["state", "before", "changed_at", "changed_by", "entry"])
    return True


def _open(candidate: Candidate, held: _Held, state: str, by: AbstractBaseUser | None) -> bool:
    """Make a candidate an open one. One about the same work that is open already is joined with it."""
    double = None if candidate.is_open else held.double_of(candidate)
    if double:
        # What the database demands is one open candidate for a work: the other one goes first.
        held.all.remove(double)
        join(double, candidate)
    return _set(candidate, state, by)


@transaction.atomic
def keep(keys: Collection[int], *, by: AbstractBaseUser | None = None, seen: str = "") -> Decided:
    """Keep candidates for an issue to come. What is kept already stays so; what was placed refuses.

    `seen` is the state that the editor saw: where somebody else made it another one since, it is refused.
    """

    def decide(candidate, held):
        _refuse_placed(candidate)
        if candidate.stands == CandidateState.KEPT:
            return False
        _refuse_decided(candidate, seen, by)
        return _open(candidate, held, CandidateState.KEPT, by)

    return _each(keys, decide)


@transaction.atomic
def drop(keys: Collection[int], *, by: AbstractBaseUser | None = None, seen: str = "") -> Decided:
    """Put candidates aside; they remember what they were. Else like `keep`."""

    def decide(candidate, held):
        _refuse_placed(candidate)
        if candidate.state == CandidateState.DROPPED:
            return False
        _refuse_decided(candidate, seen, by)
        return _set(candidate, CandidateState.DROPPED, by, before=candidate.stands)

    return _each(keys, decide)


@transaction.atomic
def take_back(keys: Collection[int], *, by: AbstractBaseUser | None = None) -> Decided:
    """Undo decisions: what was dropped is again what it was before, what was kept is new.

    While an entry of it stands, it refuses. Where the same work came in again meanwhile, the two become one.
    """

    def decide(candidate, held):
        _refuse_placed(candidate)
        state = candidate.before or CandidateState.NEW
        return candidate.state != state and _open(candidate, held, state, by)

    return _each(keys, decide)


@transaction.atomic
def place(keys: Collection[int], section: Section, *, by: AbstractBaseUser | None = None) -> Decided:
    """Make candidates entries at the end of a section: with address, work, title, and the note as draft of the summary.

    Of what was placed before, nothing is placed again. A published issue takes none.
    """

    def decide(candidate, _held):
        _refuse_placed(candidate)
        work = candidate.work.merged_into or candidate.work
        title = work.title or candidate.title
        values = {"title": title, "source_title": work.title, "summary": candidate.note}
        candidate.entry = add_entry(section, url=candidate.url, added_by=by, **values)
        return _set(candidate, CandidateState.PLACED, by)

    if section.issue.status in WITH_A_MOMENT:
        return Decided(refused=[TriageError(f"{section.issue} is published. Choose an issue that is being written.")])
    return _each(keys, decide)


def section_for(work: Work, sections: Sequence[Section]) -> Section | None:
    """The section in which works of this kind stand, else the last; None where there is none."""
    by_kind = {section.kind: section for section in reversed(sections)}
    fitting = (by_kind[kind] for kind in SECTIONS_FOR[work.kind] if kind in by_kind)
    return next(fitting, sections[-1] if sections else None)


class NoteChanged(TriageError):
    """Somebody else wrote another note meanwhile; `theirs` is what they wrote."""

    def __init__(self, theirs: str):
        super().__init__("Somebody else changed this note after you opened it. Both texts are below.")
        self.theirs = theirs


@transaction.atomic
def write_note(key: int, text: str, *, was: str) -> None:
    """Keep an editor's note; `was` is the text on which it was based. Raises NoteChanged where that is not there any
    more, and NotThere.
    """
    candidate = Candidate.objects.select_for_update().filter(pk=key).first()
    if candidate is None:
        raise NotThere("That candidate is gone. Copy your note from here to keep it.")
    text = several_lines(text, longest=LONGEST_NOTE)
    if candidate.note not in (text, several_lines(was, longest=LONGEST_NOTE)):
        raise NoteChanged(candidate.note)
    candidate.note = text
    candidate.save(update_fields=["note"])


def star(key: int, *, starred: bool) -> None:
    """Mark a candidate, or take the mark away."""
    Candidate.objects.filter(pk=key).update(starred=starred)
