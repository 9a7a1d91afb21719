"""Figures and other uploads, served with headers under which no file can do harm."""

import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

CONTENT_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# A name that is a digest of the content can never mean anything else, nor can that of a form scaled from it.
_DIGEST = re.compile(r"[0-9a-f]{32,128}(-[0-9]{1,5}|-mail)?")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate, s-maxage=10"
# An SVG opened by itself is a document; this takes scripts, forms and all loading away from it.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def _file(path: str) -> Path:
    """The file under the uploads that the path names; 404 for any other place, kind or hidden name."""
    parts = path.split("/")
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise Http404("No such upload.")
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        found = Path(safe_join(root, *parts))
        is_ours = found.is_file() and root in found.resolve().parents
    # The system has limits of its own, such as the length of a name.
    except (SuspiciousFileOperation, OSError) as error:
        raise Http404("No such upload.") from error
    if not is_ours or found.suffix.lower() not in CONTENT_TYPES:
        raise Http404("No such upload.")
    return found


@require_safe
def upload(request, path):
    """A file of the uploads: 200, 304, or 404."""
    found = _file(path)
    state = found.stat()
    etag = f'"{state.st_size:x}-{state.st_mtime_ns:x}"'
    response = get_conditional_response(request, etag, int(state.st_mtime))
    if response is None:
        response = FileResponse(found.open("rb"), content_type=CONTENT_TYPES[found.suffix.lower()])
        response.headers["Content-Security-Policy"] = SANDBOX
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(state.st_mtime)
    response.headers["Cache-Control"] = FOR_EVER if _DIGEST.fullmatch(found.stem) else ASK_AGAIN
    return response
