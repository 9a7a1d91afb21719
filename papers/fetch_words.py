"""How it stands with a fetch, in words for an editor."""

import datetime

from django.utils import formats, timezone

from .models import Fetch, Work


def _moment(moment: datetime.datetime) -> str:
    return f"{formats.date_format(moment.astimezone(datetime.UTC), 'j F Y, H:i')} UTC"


def state_in_words(fetch: Fetch | None) -> str:
    """Whether it waits, is under way, failed and why, or was read and when: a sentence or two."""
    if fetch is None:
        return "Not fetched yet."
    read = f"Read on {_moment(fetch.fetched_at)}." if fetch.fetched_at else ""
    return " ".join(filter(None, [_under_way(fetch) or _failed(fetch), read])) or "Not fetched yet."


def _under_way(fetch: Fetch) -> str:
    if fetch.last_error or fetch.due_at is None:
        return ""
    if fetch.holder and fetch.leased_until and fetch.leased_until > timezone.now():
        return "It is being fetched at this moment."
    if fetch.due_at > timezone.now():
        return f"It is fetched again on {_moment(fetch.due_at)}."
    return "It waits to be fetched by the worker."


def _failed(fetch: Fetch) -> str:
    if not fetch.last_error:
        return ""
    at = f" on {_moment(fetch.failed_at)}" if fetch.failed_at else ""
    rest = f"The next try is on {_moment(fetch.due_at)}." if fetch.due_at else "It is not tried again by itself."
    return f"Fetching failed{at}: {fetch.last_message or fetch.last_error} {rest}"


def fetch_of(work: Work) -> Fetch | None:
    """The fetch of a work, None where it was never asked for. One query, unless the work was loaded with it."""
    try:
        return work.fetch
    except Fetch.DoesNotExist:
        return None


def requested_in_words(count: int) -> str:
    """What happens next with so many works that were asked for."""
    if not count:
        return "None of these has a work that could be fetched. A work follows from a link."
    works = "One work is" if count == 1 else f"{count} works are"
    return (
        f"{works} fetched now, in the background. What is empty gets filled; what you or an import wrote stays. What "
        "fails is listed under Background work."
    )
