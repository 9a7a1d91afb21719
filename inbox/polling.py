"""Polls sources: what they bring that is new becomes candidates; what goes wrong is noted on them, and tried later."""

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from common import due
from common.failures import FetchFailed, Reason
from common.http import Fetched, fetch
from papers.addresses import Given

from . import feeds, queries
from .collecting import Outcome, Sender, collect
from .feeds import Feed, Item, NotAFeed
from .models import Source, SourceKind, Way
from .sources import lane_of

logger = logging.getLogger(__name__)

# A poll brings at most this many candidates; the rest waits for the next. The first brings only the newest few.
MOST_A_POLL = 25
MOST_AT_FIRST = 5
# The marks of the items that are remembered: twice what a feed may hold.
MOST_SEEN = 2 * feeds.MOST_ITEMS
MOST_BYTES = 5 * 1024 * 1024
LONGEST_PAUSE = datetime.timedelta(days=7)

KINDS_OF_CONTENT = (
    *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"),
    *("application/xml", "text/xml", "application/json"),
    # Pages may name their feed, and not all feeds say what they are.
    *("text/html", "application/xhtml+xml", "text/plain"),
)
_MOVED_FOR_GOOD = {301, 308}
# After these, asking again would not help, or would not be polite.
_LASTING = {Reason.GONE, Reason.REFUSED}


@dataclass(frozen=True)
class Reading:
    """What a poll read: the items (None where nothing changed since), where the feed is now, and its validators."""

    feed: Feed | None
    address: str = ""
    etag: str = ""
    last_modified: str = ""


def carry_out(key: int) -> None:
    """Carry out a poll that waits in the queue. It ends done or failed, with a reason; the next is then set.

    Nothing is done for a source that is not ours to take. Raises only what means that the database has gone: the
    source is then claimed again.
    """
    source = due.take(Source.objects.select_related("publication"), key)
    if source is None:
        logger.info("Source %s: nothing to do", key)
        return
    with _outcome_of(source):
        _record(source, _read(source))


@contextmanager
def _outcome_of(source: Source) -> Iterator[None]:
    """Note on the source what goes wrong in the block."""
    try:
        yield
    except FetchFailed as failure:
        _fail(source, failure)
    except NotAFeed as refusal:
        _fail(source, FetchFailed(Reason.PARSE, str(refusal), source.address))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Source %s: a fault in Akira", source.pk)
        message = f"A fault in Akira itself. The log of the worker tells more of source {source.pk}."
        due.fail(source, due.FAULT, message)


def _fail(source: Source, failure: FetchFailed) -> None:
    with transaction.atomic():
        pause = due.fail(
            source, failure.reason, failure.message, is_passing=failure.is_passing, retry_after=failure.retry_after
        )
        if pause is None and failure.reason not in _LASTING:
            # A source is not given up because of a bad day, nor asked as often as a good one.
            pause = min(datetime.timedelta(hours=source.every_hours) * 2 ** min(source.attempts, 10), LONGEST_PAUSE)
            _set_next(source, pause)
        Source.objects.filter(pk=source.pk, paused_at__isnull=False).update(due_at=None)
    logger.info("Source %s: %s; %s", source.pk, failure.reason, f"again in {pause}" if pause else "given up")


def _set_next(source: Source, pause: datetime.timedelta) -> None:
    """Set the next poll of a source that is done, unless somebody asked for one or paused it meanwhile."""
    Source.objects.filter(pk=source.pk, due_at=None, holder=None, paused_at=None).update(due_at=Now() + pause)


# --- Asking ----------------------------------------------------------------------------------------------------------


def _read(source: Source) -> Reading:
    if source.kind == SourceKind.ARXIV:
        return Reading(queries.ask(source.category, source.terms))
    return _read_feed(source)


def _read_feed(source: Source) -> Reading:
    headers = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    fetched = _fetch(source.address, {name: value for name, value in headers.items() if value})
    if fetched.status == 304:
        return Reading(None, source.address, source.etag, source.last_modified)
    try:
        return _reading(fetched, source.address)
    except NotAFeed as page:
        if not page.feed:
            raise
        # A page that names its feed; what is there instead of one is not followed any further.
        fetched = _fetch(page.feed, {})
        return _reading(fetched, page.feed)


def _fetch(address: str, headers: dict[str, str]) -> Fetched:
    return fetch(address, accept=KINDS_OF_CONTENT, max_bytes=MOST_BYTES, robots=False, headers=headers)


def _reading(fetched: Fetched, asked: str) -> Reading:
    feed = feeds.read(fetched.body, url=fetched.url, charset=fetched.declared_charset)
    moved = fetched.redirects and all(step.status in _MOVED_FOR_GOOD for step in fetched.redirects)
    address = fetched.url if moved else asked
    return Reading(feed, address, fetched.headers.get("etag", ""), fetched.headers.get("last-modified", ""))


# --- Recording -------------------------------------------------------------------------------------------------------


def _record(source: Source, reading: Reading) -> None:
    with transaction.atomic():
        if not due.lock(source):
            logger.warning("Source %s: came back after its lease had run out; nothing was written", source.pk)
            return
        brought = _take_in(source, reading)
        due.finish(source)
        _set_next(source, datetime.timedelta(hours=source.every_hours))
    logger.info("Source %s: %d new candidates", source.pk, brought)


def _take_in(source: Source, reading: Reading) -> int:
    """Make candidates of what is new, remember what was read, and return how many candidates there are more."""
    values = {"polled_at": Now()}
    brought = 0
    if reading.feed:
        picked = pick(reading.feed, source.seen, is_first=source.polled_at is None)
        brought = _collect(source, picked.items)
        values |= {"seen": picked.seen, "brought": source.brought + brought}
        values |= {"name": source.name or reading.feed.title[:200]}
        # While something waits for the next poll, "nothing has changed" would be no answer to it.
        values |= {"etag": reading.etag if picked.is_all else ""}
        values |= {"last_modified": reading.last_modified if picked.is_all else ""}
    Source.objects.filter(pk=source.pk).update(**values)
    _move(source, reading.address)
    return brought


@dataclass(frozen=True)
class Picked:
    """What to take of a feed, oldest first; the marks to remember; and whether nothing is left for the next poll."""

    items: list[Item]
    seen: list[str]
    is_all: bool


def pick(feed: Feed, seen: list[str], *, is_first: bool) -> Picked:
    """The new items of a feed: of its first reading only the newest few, else the oldest that were not read yet."""
    known = set(seen)
    new = [item for item in feed.items if item.mark not in known]
    taken = new[:MOST_AT_FIRST] if is_first else new[-MOST_A_POLL:]
    known |= {item.mark for item in (new if is_first else taken)}
    # What the feed still holds must be remembered; what it held before may come back, if a feed is written badly.
    held = [item.mark for item in feed.items if item.mark in known]
    marks = [*held, *(mark for mark in seen if mark not in set(held))]
    return Picked(taken[::-1], marks[:MOST_SEEN], is_all=is_first or len(taken) == len(new))


def _collect(source: Source, items: list[Item]) -> int:
    given = [Given(item.url, item.title) for item in items]
    sender = Sender(Way.SOURCE, source=source)
    told = collect(given, sender, publication=source.publication, language=source.language)
    return sum(one.outcome == Outcome.ADDED for one in told)


def _move(source: Source, address: str) -> None:
    """Ask at the new address from now on, where the feed has moved for good and nobody subscribed to that, too."""
    if address == source.address or source.kind != SourceKind.FEED or len(address) > 2000:
        return
    try:
        with transaction.atomic():
            source.address = address
            Source.objects.filter(pk=source.pk).update(address=address, lane=lane_of(source))
    except IntegrityError:
        logger.info("Source %s: has moved to where another source is", source.pk)
