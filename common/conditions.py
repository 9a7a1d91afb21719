"""What the preconditions of a request make of an answer (RFC 9110, section 13)."""

import re
from collections.abc import Mapping

from django.utils.http import parse_http_date_safe

# Section 8.8.3: an opaque tag holds no quotes and no blanks.
_TAGS = re.compile('(W/)?("[!\x23-\x7e\x80-\xff]*")')


def is_among(etag: str, given: str, *, weakly: bool) -> bool:
    """Whether a strong tag is one of those that If-Match or If-None-Match (`weakly`) give, or they give `*`."""
    if given == etag or given.strip(" \t") == "*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _TAGS.findall(given))


def status_by_conditions(given: Mapping[str, str], etag: str, last_modified: int | None) -> int:
    """The status of an answer to GET or HEAD that is there: 200, 304 or 412, in the order of section 13.2.2.

    `given` is a WSGI environment. Where no moment of the last change is known, conditions about it are ignored, as
    are those that are no date.
    """
    if "HTTP_IF_MATCH" in given:
        if not is_among(etag, given["HTTP_IF_MATCH"], weakly=False):
            return 412
    elif "HTTP_IF_UNMODIFIED_SINCE" in given and last_modified is not None:
        since = parse_http_date_safe(given["HTTP_IF_UNMODIFIED_SINCE"])
        if since is not None and last_modified > since:
            return 412
    if "HTTP_IF_NONE_MATCH" in given:
        return 304 if is_among(etag, given["HTTP_IF_NONE_MATCH"], weakly=True) else 200
    if "HTTP_IF_MODIFIED_SINCE" in given and last_modified is not None:
        since = parse_http_date_safe(given["HTTP_IF_MODIFIED_SINCE"])
        if since is not None and last_modified <= since:
            return 304
    return 200
