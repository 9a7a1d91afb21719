"""Verbs that ask for what the outside says of works, and record what was found, without loss."""

import datetime
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from common import storing
from common.failures import FetchFailed, Reason
from common.fetching_images import fetch_image
from papers import landing
from papers.catalogue import known_works, learn
from papers.identifiers import identify
from papers.looking_up import address_of, is_registered
from papers.models import Alias, Fetch, Origin, Work, WorkKind
from papers.records import Record

logger = logging.getLogger(__name__)

BATCH = 1_000
# How long after a page named a paper that could not be asked for, both are asked again; once.
ASKED_AGAIN_AFTER = datetime.timedelta(minutes=30)
_CARDS = "cards"

# --- Asking ----------------------------------------------------------------------------------------------------------


def lane_of(work: Work) -> str:
    """The interface or the host that is asked about a work; what has one lane is asked one after the other."""
    scheme = address_of(work).partition(":")[0]
    return {"arxiv": "arxiv", "doi": "crossref"}.get(scheme) or urlsplit(work.url).netloc[:300]


@transaction.atomic
def request(works: Iterable[Work]) -> int:
    """Have it looked up what the outside says of these works, as soon as a worker is free; returns how many they are.

    Merged works count as what they became. What failed is tried as if for the first time; what is being looked up at
    this moment is looked up once more. Takes up to eight queries, and one more for each thousand new works.
    """
    wanted = Work.objects.filter(pk__in={work.pk for work in works})
    roots = Work.objects.filter(pk__in=wanted.values_list(Coalesce("merged_into", "pk")))
    lanes = {work.pk: lane_of(work) for work in roots.only("identity", "url").order_by("pk")}
    # Whoever holds a row locked records what was said a moment ago.
    known = list(Fetch.objects.select_for_update(skip_locked=True).filter(work__in=lanes).only("work", "lane"))
    _make_due(known, lanes)
    # Those that are locked exist, too: to insert beside one would be to wait for who has it, and may wait for us.
    missing = lanes.keys() - set(Fetch.objects.filter(work__in=lanes).values_list("work", flat=True))
    now = Now()
    # In one order for all, so that two who ask for the same works can't wait for each other.
    new = [Fetch(work_id=key, lane=lanes[key], due_at=now) for key in sorted(missing)]
    Fetch.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return len(lanes)


def _make_due(fetches: list[Fetch], lanes: dict[int, str]) -> None:
    rows = Fetch.objects.filter(pk__in=[fetch.pk for fetch in fetches])
    idle = Q(leased_until=None) | Q(leased_until__lte=Now())
    fresh = {"attempts": 0, "last_error": "", "last_message": "", "failed_at": None}
    rows.filter(~idle).update(due_at=Now())
    rows.filter(idle).update(due_at=Now(), leased_until=None, holder=None, **fresh)
    moved = [fetch for fetch in fetches if fetch.lane != lanes[fetch.work_id]]
    for fetch in moved:
        fetch.lane = lanes[fetch.work_id]
    Fetch.objects.bulk_update(moved, ["lane"], batch_size=BATCH)


def request_new(works: Iterable[Work]) -> int:
    """Request those of the works that were never asked about, but for samples, which say all that they should."""
    new = Work.objects.filter(pk__in={work.pk for work in works}, merged_into=None, fetch=None)
    new = list(new.exclude(origin=Origin.SAMPLE))
    return request(new) if new else 0


# --- The picture of a link card --------------------------------------------------------------------------------------


def card_image(fetch: Fetch, record: Record) -> storing.Stored | None:
    """The picture that a page shows of itself, fetched and stored; None where there is none, or it is here already.

    It is no part of what was asked for: what goes wrong with it is logged. Takes as long as the picture takes, so it
    belongs before the transaction in which the rest is recorded.
    """
    url = record.image.url if record.image else ""
    if not url or (fetch.image and fetch.written.get("image") == url):
        return None
    try:
        return storing.store(fetch_image(url), _CARDS)
    except (FetchFailed, storing.CannotStore) as error:
        logger.warning("Fetch %s: no picture from %s: %s", fetch.pk, url[:300], error)
        return None


# --- Recording -------------------------------------------------------------------------------------------------------


@transaction.atomic
def record(fetch: Fetch, said: Record, *, image: storing.Stored | None = None) -> Work:
    """Write down what the outside says of the work of a fetch, and return the work, which may have become another.

    Nothing is replaced by what is empty, nor what an editor or an import wrote: a field is filled where it is empty, or
    still holds what the last fetch wrote there. Versions only become more. Where the address turned out to be another
    work's, the two become one, and the fetch is that one's. Recording the same again changes nothing.

    Raises FetchFailed, and writes nothing, where the site showed something else in place of the page, and
    Fetch.DoesNotExist where the work was deleted meanwhile.
    """
    row = Fetch.objects.select_for_update(of=["self"]).select_related("work").get(pk=fetch.pk)
    _refuse_what_is_in_the_way(row.work, said)
    work = learn(row.work, said.identity)
    row = _row_of(work, row)
    _fill(work, row, said)
    _learn_names(work, said)
    _keep(row, said, image)
    return work


def _refuse_what_is_in_the_way(work: Work, said: Record) -> None:
    """A site that has lost a page seldom says so: what it shows instead must not become what is said of the work."""
    if is_registered(work.identity):
        return
    if what := landing.in_the_way(work.url, said.url):
        sentence = f"{urlsplit(said.url).netloc} shows {what} in place of this page. Look for another link."
        raise FetchFailed(Reason.REDIRECT, sentence, said.url)


def _row_of(work: Work, row: Fetch) -> Fetch:
    """The fetch of what the work became: its own, which then stays so, else the one at hand, which follows."""
    if row.work_id == work.pk:
        return row
    # Not waited for: whoever has it may be waiting for the work, which we have.
    own = Fetch.objects.select_for_update(skip_locked=True).filter(work=work).first()
    if own is None:
        try:
            with transaction.atomic():
                Fetch.objects.filter(pk=row.pk).update(work=work, lane=lane_of(work))
        except IntegrityError:
            # It has one after all.
            return row
    return own or row


def _fill(work: Work, row: Fetch, said: Record) -> None:
    """Give the work what is said of it, and note in the row what that was."""
    changed = {name: value for name, value in _values(said).items() if _may_write(work, row, name, value)}
    if _may_write_kind(work, row, said.kind):
        changed["kind"] = said.kind
    row.written |= {name: _as_json(value) for name, value in changed.items()}
    changed |= {"versions": versions} if (versions := _more_versions(work, said)) else {}
    changed |= _withdrawn(work, row, said)
    for name, value in changed.items():
        setattr(work, name, value)
    if changed:
        work.save(update_fields=list(changed))


def _values(said: Record) -> dict[str, Any]:
    """What is said, by the work's fields."""
    return {
        "title": said.title,
        "authors": list(said.authors),
        "abstract": said.abstract,
        # What is longer is no DOI, though it may have the form of one.
        "doi": said.doi if len(said.doi) <= Work._meta.get_field("doi").max_length else "",
        "venue": said.venue or (said.site_name if said.kind != WorkKind.PAPER else ""),
        "published_on": said.published_on,
    }


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _may_write(work: Work, row: Fetch, name: str, value: Any) -> bool:
    held = getattr(work, name)
    return bool(value) and held != value and (not held or _as_json(held) == row.written.get(name))


def _may_write_kind(work: Work, row: Fetch, kind: str) -> bool:
    """Whether the kind is still what the address alone told, or what a fetch wrote."""
    guessed = {WorkKind.OTHER, identify(work.identity).kind, identify(work.url).kind, row.written.get("kind")}
    return kind in WorkKind.values and kind != work.kind and work.kind in guessed


def _more_versions(work: Work, said: Record) -> list[str]:
    """All versions, those that were known and those that are new, in order; none where there is no new one."""
    if set(said.versions) <= set(work.versions):
        return []
    return sorted({*map(str, work.versions), *said.versions}, key=lambda version: (len(version), version))


def _withdrawn(work: Work, row: Fetch, said: Record) -> dict[str, bool]:
    """What changes about the withdrawal. Silence takes nothing back; a newer version that is none does, if it was we
    who noted the withdrawal. An editor who took the mark away knows better than we."""
    latest = said.versions[-1] if said.versions else ""
    noted = row.written.get("withdrawn")
    if said.withdrawn and not work.withdrawn and noted is None:
        row.written["withdrawn"] = latest
        return {"withdrawn": True}
    if not said.withdrawn and work.withdrawn and noted and latest not in ("", noted):
        del row.written["withdrawn"]
        row.said.pop("withdrawn", None)
        return {"withdrawn": False}
    return {}


def _learn_names(work: Work, said: Record) -> None:
    """Further names that the register of a paper has for it. One that is another work's already stays with that."""
    if not is_registered(said.identity):
        return
    taken = known_works(said.names)
    new = [Alias(work=work, identity=name) for name in sorted(set(said.names) - taken.keys())]
    Alias.objects.bulk_create(new, ignore_conflicts=True)


def _keep(row: Fetch, said: Record, image: storing.Stored | None) -> None:
    """Keep what was said beside what was said before, of which nothing gets lost."""
    if image and said.image:
        row.image, row.image_width, row.image_height = image.name, image.width, image.height
        row.written["image"] = said.image.url
    is_unsettled = bool(said.names) and not is_registered(said.identity)
    if is_unsettled and "names" not in row.said:
        # The page is a paper's, but the interface did not answer: it may in a while.
        row.due_at = Now() + ASKED_AGAIN_AFTER
        row.save(update_fields=["due_at"])
    said_now = said.as_json()
    said_before = {name: value for name, value in row.said.items() if name != "names"}
    row.said = said_before | said_now
    row.fetched_at = Now()
    row.save(update_fields=["said", "written", "fetched_at", "image", "image_width", "image_height"])
