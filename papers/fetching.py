"""Verbs that carry fetches out: what the outside says of a work is looked up and recorded, or it is noted why not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, transaction

from common import due
from common.failures import FetchFailed
from papers import looking_up, recording
from papers.models import Fetch
from papers.records import Record

logger = logging.getLogger(__name__)

# The interface of arXiv answers for so many works at once.
ARXIV_LANE = "arxiv"
ARXIV_BATCH = 100
# The most seconds that carrying out may take: a DOI that Crossref is slow not to know, the page it leads to, the papers
# that this names, and a picture, which takes as long as a page. A batch for arXiv takes less.
LONGEST = (1 + looking_up.MOST_NAMES) * looking_up.PAPER_DEADLINE + 2 * looking_up.PAGE_DEADLINE


def carry_out(key: int) -> None:
    """Carry out a fetch that waits in the queue, with all others that one request to arXiv answers.

    Each ends done or failed, with a reason; a fault in our code is such a reason, too. Nothing is done for a fetch
    that is not ours to take. Raises only what means that the database has gone: the fetch is then claimed again.
    """
    fetches = Fetch.objects.select_related("work")
    fetch = due.take(fetches, key)
    if fetch is None:
        logger.info("Fetch %s: nothing to do", key)
    elif fetch.lane == ARXIV_LANE:
        _look_up_together([fetch, *due.take_along(fetches, fetch, most=ARXIV_BATCH - 1)])
    else:
        with _outcome_of([fetch]):
            _record(fetch, looking_up.look_up(looking_up.address_of(fetch.work)))


def _look_up_together(fetches: list[Fetch]) -> None:
    with _outcome_of(fetches):
        answers = looking_up.look_up_arxiv([fetch.work.arxiv_id for fetch in fetches])
        for fetch in fetches:
            with _outcome_of([fetch]):
                _record(fetch, answers[fetch.work.arxiv_id])


def _record(fetch: Fetch, answer: Record | FetchFailed) -> None:
    if isinstance(answer, FetchFailed):
        raise answer
    # It comes from another site; nothing is kept locked while it does.
    image = recording.card_image(fetch, answer)
    with transaction.atomic():
        if not due.lock(fetch):
            logger.warning("Fetch %s: not ours any more when it came back; nothing was written", fetch.pk)
            return
        recording.record(fetch, answer, image=image)
        due.finish(fetch)
    logger.info("Fetch %s: done", fetch.pk)


@contextmanager
def _outcome_of(fetches: list[Fetch]) -> Iterator[None]:
    """Note what goes wrong in the block on the fetches."""
    try:
        yield
    except FetchFailed as failure:
        for fetch in fetches:
            _note(fetch, failure)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Fetch %s: a fault in Akira", ", ".join(str(fetch.pk) for fetch in fetches))
        for fetch in fetches:
            due.fail(
                fetch, due.FAULT, f"A fault in Akira itself. The log of the worker tells more of fetch {fetch.pk}."
            )


def _note(fetch: Fetch, failure: FetchFailed) -> None:
    pause = due.fail(
        fetch,
        failure.reason,
        failure.message,
        is_passing=failure.is_passing,
        retry_after=failure.retry_after,
    )
    logger.info("Fetch %s: %s; %s", fetch.pk, failure.reason, f"again in {pause}" if pause else "given up")
