"""Pictures of the web, fetched once for our own store; no page of ours ever leads a reader's browser to them."""

from urllib.parse import urlsplit

from common import http
from common.http import Client, FetchFailed, Reason
from common.images import LARGEST_BYTES, ImageRefused, ImageTooLarge, Picture, check

# In the order in which we like them. What a site states is often wrong, so that the bytes decide in the end.
IMAGES = (
    "image/webp",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/svg+xml",
    "image/*",
    "application/octet-stream",
    "binary/octet-stream",
)


def fetch_image(url: str, *, client: Client | None = None) -> Picture:
    """The picture at an address, checked, bounded and without metadata, to be stored.

    FetchFailed where it can't be had: with the reasons of pages, `type` where it is no picture that we can show, and
    `too-large` where it has too many bytes, pixels or frames.
    """
    try:
        fetched = (client or http.client()).fetch(url, accept=IMAGES, max_bytes=LARGEST_BYTES)
    except FetchFailed as failed:
        # The client's own sentences speak of pages here.
        if failed.reason == Reason.TYPE:
            raise _refused(failed.reason, failed.url, "it is no picture.") from failed
        if failed.reason == Reason.TOO_LARGE:
            raise _refused(
                failed.reason, failed.url, f"it has more than {LARGEST_BYTES // 1024 // 1024} MB."
            ) from failed
        raise
    try:
        return check(fetched.body)
    except ImageRefused as refusal:
        reason = Reason.TOO_LARGE if isinstance(refusal, ImageTooLarge) else Reason.TYPE
        raise _refused(reason, fetched.url, str(refusal)) from refusal


def _refused(reason: Reason, url: str, why: str) -> FetchFailed:
    host = urlsplit(url).hostname
    return FetchFailed(reason, f"The picture that {host} sends can't be used: {why}", url)
