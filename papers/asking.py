"""Verbs that ask the interfaces of arXiv and Crossref, politely, and keep what they answer."""

import copy
import json
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.conf import settings

from common.failures import FetchFailed, Reason
from common.http import Fetched, fetch
from papers import arxiv, crossref, turns
from papers.identifiers import MalformedURL, arxiv_id, identity
from papers.models import Answer
from papers.records import Record

# A hundred papers are a few hundred kilobytes. Where thousands of people wrote each, fewer are asked for together.
MOST_BYTES = 8 * 1024 * 1024
# What one asking may take, in seconds, with its waiting for turns; less than a worker holds on to its work.
ARXIV_DEADLINE = 90.0
CROSSREF_DEADLINE = 45.0
# What one request may take of it, and what is left to it however long the turn took to come.
LONGEST_REQUEST, SHORTEST_REQUEST = 30.0, 5.0
# An interface that says it is asked too often, but not until when, is left alone for so many spacings.
PAUSE_WHEN_BUSY = 10
# Crossref serves ten single works a second to whoever leaves a contact, five to others.
CROSSREF_SPACING, CROSSREF_SPACING_WITHOUT_CONTACT = 0.1, 0.2
# Requests for one asking beyond those that it costs when all is well.
MOST_SPARE = 12

# Id, and version where one was asked for.
Asked = tuple[str, str]


@contextmanager
def _turn(interface: str, spacing: float, ends_at: float) -> Iterator[turns.Held]:
    """The turn at an interface, for one request. If the interface wants to be left alone, all of us leave it alone."""
    left = ends_at - time.monotonic() - SHORTEST_REQUEST
    with turns.turn(interface, spacing=spacing, deadline=max(0.0, left)) as held:
        try:
            yield held
        except FetchFailed as failure:
            if failure.retry_after is not None or failure.status == 429:
                held.put_off(failure.retry_after or PAUSE_WHEN_BUSY * spacing)
            raise


def _request(url: str, ends_at: float) -> Fetched:
    """One request, and only one, to an interface. Rules for robots are about pages; a reader judges what comes."""
    deadline = min(LONGEST_REQUEST, max(SHORTEST_REQUEST, ends_at - time.monotonic()))
    return fetch(url, accept=("*/*",), max_bytes=MOST_BYTES, deadline=deadline, robots=False, tries=1)


def _keep(source: str, bodies: dict[Asked, str]) -> None:
    """Keep what an interface said, by key and version; what it says last is kept."""
    Answer.objects.bulk_create(
        # In one order for all, so that two who keep the same can't wait for each other.
        [Answer(source=source, key=key, version=version, body=body) for (key, version), body in sorted(bodies.items())],
        update_conflicts=True,
        unique_fields=["source", "key", "version"],
        update_fields=["body", "received_at"],
    )


# --- arXiv -----------------------------------------------------------------------------------------------------------


def ask_arxiv(ids: Iterable[str], *, deadline: float = ARXIV_DEADLINE) -> dict[str, Record | FetchFailed]:
    """What arXiv says of each id, by the id as given: a record, or why there is none.

    Costs one request for up to a hundred papers, each request in its turn, all of it about `deadline` seconds at most.
    A version that is asked for (`2103.03230v2`) and was answered before costs nothing: it is kept. Without a version
    arXiv is asked every time, since a newer one may have come; where it can't be asked, that is said, and nothing old
    is passed off as new. A paper that is missing is `not-found`, and no other suffers from it.
    """
    wanted = {given: arxiv_id(given) for given in ids}
    asked = list(dict.fromkeys(filter(None, wanted.values())))
    found = _kept(asked)
    asking = _Asking(time.monotonic() + deadline)
    found |= asking.ask([key for key in asked if key not in found])
    return {given: found[key] if key else _no_id(given) for given, key in wanted.items()}


def _kept(asked: list[Asked]) -> dict[Asked, Record | FetchFailed]:
    """The records of versions that were answered before, and can still be read."""
    ids = {key for key, version in asked if version}
    rows = Answer.objects.filter(source="arxiv", key__in=ids) if ids else ()
    kept: dict[Asked, Record | FetchFailed] = {}
    for row in rows:
        if (row.key, row.version) in asked:
            with suppress(FetchFailed):
                kept[row.key, row.version] = arxiv.read_entry(row.body)
    return kept


@dataclass
class _Asking:
    """One asking of arXiv: until when it may last, how many spare requests it has left, and what was found."""

    ends_at: float
    spare: int = MOST_SPARE
    found: dict[Asked, Record | FetchFailed] = field(default_factory=dict)
    # What was left out of an answer that may not have been whole, and is asked for a second time.
    doubted: set[Asked] = field(default_factory=set)

    def ask(self, asked: list[Asked]) -> dict[Asked, Record | FetchFailed]:
        """What was found for each of these, in as few requests as possible."""
        waiting = deque(_batches(asked))
        while waiting:
            batch = waiting.popleft()
            try:
                waiting.extendleft(reversed(self._ask_for(batch)))
            except FetchFailed as failure:
                given_up = batch
                if failure.is_passing:
                    # The next request would fare no better, nor would it be polite.
                    given_up = [key for other in (batch, *waiting) for key in other]
                    waiting.clear()
                self.found |= {key: copy.copy(failure) for key in given_up}
        return self.found

    def _ask_for(self, batch: list[Asked]) -> list[list[Asked]]:
        """Ask for a batch in one request, note what was found, and return what is still to be asked for."""
        try:
            answers = self._answers(batch)
        except FetchFailed as failure:
            is_too_large = failure.reason == Reason.TOO_LARGE and len(batch) > 1
            if failure.status == 400 or is_too_large:
                return self._without_bad(batch, ())
            raise
        if answers.unreadable:
            return self._without_bad(batch, answers.unreadable)
        if answers.complaint:
            sentence = f"arXiv could not answer ({answers.complaint[:200]}). Try again later."
            raise FetchFailed(Reason.SERVER_ERROR, sentence, settings.AKIRA_ARXIV_URL)
        return self._settle(batch, answers)

    def _answers(self, batch: list[Asked]) -> arxiv.Answers:
        base = settings.AKIRA_ARXIV_URL
        url = f"{base}{'&' if '?' in base else '?'}{arxiv.query([key + version for key, version in batch])}"
        with _turn("arxiv", settings.AKIRA_ARXIV_SPACING, self.ends_at):
            return arxiv.read(_request(url, self.ends_at).body)

    def _without_bad(self, batch: list[Asked], named: tuple[str, ...]) -> list[list[Asked]]:
        """The batch without the ids for which arXiv refused all of it, as far as they are known; else in halves."""
        bad = batch if len(batch) == 1 else [key for key in batch if "".join(key) in named]
        self.found |= {key: _not_found(key) for key in bad}
        if bad:
            rest = [[key for key in batch if key not in bad]]
        else:
            middle = len(batch) // 2
            rest = [batch[:middle], batch[middle:]]
        self.spare -= len(rest)
        if self.spare < 0:
            sentence = "arXiv refuses too many of these papers together. Try again later, with fewer."
            raise FetchFailed(Reason.SERVER_ERROR, sentence, settings.AKIRA_ARXIV_URL)
        return [part for part in rest if part]

    def _settle(self, batch: list[Asked], answers: arxiv.Answers) -> list[list[Asked]]:
        """Keep and note what an answer says, and return what should be asked for again."""
        entries = {key: entry for key in batch if (entry := answers.about(*key))}
        _keep("arxiv", {(entry.id, entry.version): entry.text for entry in entries.values()})
        self.found |= {key: entry.record for key, entry in entries.items()}
        missing = [key for key in batch if key not in entries]
        damaged = [key for key in missing if key[0] in answers.damaged]
        self.found |= {key: _damaged(key) for key in damaged}
        absent = [key for key in missing if key not in damaged]
        # arXiv is known to send lists that are empty, or shorter than they say, and to think better of it.
        is_doubtful = answers.total > len(answers.entries) or (not answers.entries and len(batch) > 1)
        again = [key for key in absent if is_doubtful and key not in self.doubted]
        self.doubted.update(again)
        self.found |= {key: _not_found(key) for key in absent if key not in again}
        return [again] if again else []


def _batches(asked: list[Asked]) -> list[list[Asked]]:
    """As few batches as possible; two versions of one paper are never in the same, since only one may be answered."""
    batches: list[dict[str, Asked]] = []
    for key in asked:
        fitting = (batch for batch in batches if key[0] not in batch and len(batch) < arxiv.MOST_IDS)
        batch = next(fitting, None)
        if batch is None:
            batches.append(batch := {})
        batch[key[0]] = key
    return [list(batch.values()) for batch in batches]


def _no_id(given: str) -> FetchFailed:
    return FetchFailed(Reason.NOT_FOUND, f"“{given[:100]}” is no id of arXiv, such as 2103.03230. Check it.")


def _not_found(asked: Asked) -> FetchFailed:
    name = "".join(asked)
    return FetchFailed(Reason.NOT_FOUND, f"arXiv has no paper {name}. Check the id.", f"https://arxiv.org/abs/{name}")


def _damaged(asked: Asked) -> FetchFailed:
    sentence = f"What arXiv says of {''.join(asked)} is not whole. Try again later."
    return FetchFailed(Reason.PARSE, sentence, f"https://arxiv.org/abs/{''.join(asked)}", is_passing=True)


# --- Crossref --------------------------------------------------------------------------------------------------------


def ask_crossref(doi: str, *, deadline: float = CROSSREF_DEADLINE) -> Record:
    """What Crossref says of a DOI, in any spelling. One request, in its turn; what it answers last is kept.

    Raises FetchFailed: `not-found` where Crossref does not know the DOI, as with those of DataCite, and for DOIs that
    arXiv gives out, for which arXiv is to be asked.
    """
    try:
        scheme, _, key = identity(doi).partition(":")
    except MalformedURL:
        scheme = key = ""
    if scheme != "doi" or len(key) > Answer._meta.get_field("key").max_length:
        raise FetchFailed(Reason.NOT_FOUND, f"“{doi[:100]}” is no DOI that Crossref could know. Check it.")
    body = _ask_crossref(key, time.monotonic() + deadline)
    record = crossref.read(body)
    if f"doi:{key}" not in (record.identity, *record.names):
        sentence = f"Asked for {unquote(key)}, Crossref answered for {record.doi}. Enter what the page says by hand."
        raise FetchFailed(Reason.PARSE, sentence, f"https://doi.org/{key}")
    _keep("crossref", {(key, ""): body.decode(json.detect_encoding(body), "replace")})
    return record


def _ask_crossref(key: str, ends_at: float) -> bytes:
    contact = settings.AKIRA_CONTACT
    url = f"{settings.AKIRA_CROSSREF_URL.rstrip('/')}{crossref.path(unquote(key), contact)}"
    spacing = CROSSREF_SPACING if contact else CROSSREF_SPACING_WITHOUT_CONTACT
    try:
        with _turn("crossref", spacing, ends_at) as held:
            fetched = _request(url, ends_at)
            held.put_off(crossref.spacing(fetched.headers))
            return fetched.body
    except FetchFailed as failure:
        if failure.reason != Reason.NOT_FOUND:
            raise
        sentence = f"Crossref does not know the DOI {unquote(key)}."
        raise FetchFailed(Reason.NOT_FOUND, sentence, f"https://doi.org/{key}", status=failure.status) from failure
