"""The verbs by which links come in: whatever the way, one candidate for each work, and nothing said twice."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.texts import one_line, several_lines
from issues.models import Publication
from papers import recording
from papers.addresses import Given
from papers.catalogue import find_or_create_works
from papers.identifiers import MalformedURL, canonical_url, home_url, identify
from papers.models import Work

from .joining import LONGEST_NOTE, join
from .models import Arrival, Candidate, CandidateState, Source, Way
from .repeats import families

# Who pastes more at once has pasted something else than what was meant.
MOST_AT_ONCE = 500
# Of readers who suggest the same, this many are kept with their words; more are only counted.
MOST_SUGGESTIONS = 50
LONGEST_ADDRESS = 4_000


class Outcome(StrEnum):
    """What became of an address that was given."""

    ADDED = "added"
    KNOWN = "known"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Collected:
    """An address that was given, and what became of it; `message` says why it can't be read."""

    given: Given
    outcome: Outcome
    candidate: Candidate | None = None
    message: str = ""


@dataclass(frozen=True)
class Sender:
    """On which way something comes, and by whom: an editor, a source, or a reader with a name and words."""

    way: Way
    by: AbstractBaseUser | None = None
    source: Source | None = None
    name: str = ""
    words: str = ""


def collect(
    given: Iterable[Given], sender: Sender, *, publication: Publication, note: str = "", language: str = ""
) -> list[Collected]:
    """Take addresses in, and say of each what became of it, in order.

    A work that nobody has decided about yet gets a further arrival, not a second candidate. What a source brings is
    added to what was decided about the work before, too; what a person sends opens it anew. The works are found or
    created, and what the outside says of them is asked for. A fixed number of queries for any number of addresses;
    those after the first 500 are left out and told. Two who send the same at once make no double.
    """
    told = [_checked(one, place) for place, one in enumerate(given)]
    readable = [one.given for one in told if one.outcome != Outcome.UNREADABLE]
    if not readable:
        return told
    works = find_or_create_works([one.address for one in readable])
    with transaction.atomic():
        # One collects at a time; who only refers to the publication need not wait.
        Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)
        _hold(works.values())
        note = several_lines(note, longest=LONGEST_NOTE)
        new = Candidate(publication=publication, note=note, language=language, added_by=sender.by)
        taken = _take_in(readable, works, sender, new)
        recording.request_new(works.values())
    return [taken.get(one.given, one) for one in told]


def _hold(works: Iterable[Work]) -> None:
    """Have nobody merge these works until the transaction ends; taken in the order in which merging takes them."""
    held = Work.objects.select_for_update(no_key=True).filter(pk__in={work.pk for work in works}).order_by("pk")
    list(held.values_list("pk"))


def _checked(given: Given, place: int) -> Collected:
    """The given, fit to be kept, or why it can't be read."""
    kept = Given(given.address.strip(), one_line(given.title))
    shown = Given(one_line(given.address, longest=200))
    if place >= MOST_AT_ONCE:
        return Collected(shown, Outcome.UNREADABLE, message=f"Only {MOST_AT_ONCE} at once. Send this one again.")
    if len(kept.address) > LONGEST_ADDRESS:
        return Collected(shown, Outcome.UNREADABLE, message=f"It is longer than {LONGEST_ADDRESS} characters.")
    try:
        identify(kept.address)
    except MalformedURL as refusal:
        return Collected(shown, Outcome.UNREADABLE, message=str(refusal))
    return Collected(kept, Outcome.ADDED)


def _link(given: str) -> str:
    """The address without trackers; where an id was given, that of the work's own page."""
    try:
        return canonical_url(given)
    except MalformedURL:
        return home_url(given)


def _take_in(readable: list[Given], works: dict[str, Work], sender: Sender, like: Candidate) -> dict[Given, Collected]:
    """Add what is not there yet, made after `like`, and note the arrival of all."""
    family = families(work.pk for work in works.values())
    standing = _standing(family, sender, like)
    new, taken = [], {}
    for given in readable:
        root = family[works[given.address].pk]
        candidate, outcome = standing.get(root), Outcome.KNOWN
        if candidate is None:
            candidate, outcome = copy(like), Outcome.ADDED
            candidate.work_id, candidate.url, candidate.url_given = root, _link(given.address), given.address
            candidate.title = given.title
            standing[root] = candidate
            new.append(candidate)
        else:
            _learn(candidate, given.title, like.note)
        taken[given] = Collected(given, outcome, candidate)
    Candidate.objects.bulk_create(new)
    met = {one.candidate.pk: one.candidate for one in taken.values()}
    Candidate.objects.bulk_update(met.values(), ["title", "note"])
    _note_arrivals(list(met), sender)
    return taken


def _standing(family: dict[int, int], sender: Sender, like: Candidate) -> dict[int, Candidate]:
    """By what the work is now: the candidate to which an arrival is added. Doubles that a merge has made are joined."""
    candidates = Candidate.objects.filter(publication=like.publication, work__in=family.keys())
    if sender.way != Way.SOURCE:
        candidates = candidates.open()
    # Locked in the order in which editors lock those that they decide about.
    candidates = candidates.select_for_update().order_by("-pk")
    found: dict[int, Candidate] = {}
    # An open one counts before one that was decided about, a kept one before a new one, an older before a younger.
    for candidate in sorted(candidates, key=lambda one: (not one.is_open, one.state != CandidateState.KEPT, one.pk)):
        first = found.setdefault(family[candidate.work_id], candidate)
        if first is not candidate and first.is_open and candidate.is_open:
            join(candidate, first)
    return found


def _learn(candidate: Candidate, title: str, note: str) -> None:
    """Take over what the candidate lacks; a further note goes below the one that is there."""
    candidate.title = candidate.title or title
    if note and note not in candidate.note:
        candidate.note = f"{candidate.note}\n\n{note}".strip()[:LONGEST_NOTE]


def _note_arrivals(candidates: list[int], sender: Sender) -> None:
    """Count up the arrivals that are the same as this one, and add the others."""
    said = {"name": one_line(sender.name, longest=100), "words": several_lines(sender.words)}
    same = Arrival.objects.filter(candidate__in=candidates, way=sender.way, source=sender.source, by=sender.by)
    arrivals = list(same)
    again = {one.candidate_id: one.pk for one in arrivals if (one.name, one.words) == (said["name"], said["words"])}
    if sender.way == Way.SUGGESTION and len(arrivals) >= MOST_SUGGESTIONS:
        again = {arrivals[-1].candidate_id: arrivals[-1].pk} | again
    Arrival.objects.filter(pk__in=again.values()).update(times=F("times") + 1, last_at=timezone.now())
    Arrival.objects.bulk_create(
        Arrival(candidate_id=key, way=sender.way, source=sender.source, by=sender.by, **said)
        for key in candidates
        if key not in again
    )
