"""The verbs for sources: subscribe, change, pause, resume. The worker polls what they make due."""

from urllib.parse import urlsplit

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from papers.identifiers import canonical_url

from .models import Source, SourceKind

ARXIV_LANE = "arxiv"
# What a source asks; where one of these changes, it is another question.
QUESTION = ("kind", "address", "category", "terms")


def lane_of(source: Source) -> str:
    """The host that is asked, or the interface of arXiv: one request at a time goes there."""
    return ARXIV_LANE if source.kind == SourceKind.ARXIV else (urlsplit(source.address).hostname or "")[:300]


@transaction.atomic
def save_source(source: Source, *, changed: list[str] | None = None) -> Source:
    """Save a source as an editor left it; `changed` names the fields to write, all when None.

    A new one is polled at once, and so is one that asks another question than before; that forgets what it has read.
    Raises MalformedURL where the address is none.
    """
    if source.kind == SourceKind.FEED:
        source.address = canonical_url(source.address)
    source.lane = lane_of(source)
    if source._state.adding or changed is None or set(changed) & set(QUESTION):
        source.seen, source.etag, source.last_modified, source.polled_at = [], "", "", None
        _make_due(source)
        forgotten = ["seen", "etag", "last_modified", "polled_at", "due_at", "attempts", "lane"]
        changed = changed and [*changed, *forgotten, "last_error", "last_message", "failed_at", "paused_at"]
    source.save(update_fields=None if source._state.adding else changed)
    return source


def _make_due(source: Source) -> None:
    source.due_at, source.paused_at, source.attempts = timezone.now(), None, 0
    source.last_error, source.last_message, source.failed_at = "", "", None


def pause(source: Source) -> None:
    """Stop asking; what it has read is remembered."""
    Source.objects.filter(pk=source.pk).update(
        paused_at=Now(), due_at=None, last_error="", last_message="", failed_at=None
    )


def poll_soon(source: Source) -> None:
    """Ask again as soon as a worker is free, though it be paused, given up or not yet due."""
    Source.objects.filter(pk=source.pk).update(
        paused_at=None, due_at=Now(), attempts=0, last_error="", last_message="", failed_at=None
    )
