"""One question over one connection: a GET, and as much of the answer as was wanted and fits within the bounds."""

import email.utils
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import httpcore

from common import decoding, failures
from common.addresses import Destination
from common.connecting import Stream, TooMuch

# Headers of common servers are below 16 kB. Interim answers (1xx) count, too, so that a flood of them ends.
MOST_HEADER_BYTES = 64 * 1024
# Chunks carry their sizes with them; a body of tiny ones may cost so much more on the wire than it weighs.
_CHUNKING = 2
# Pages come in chunks of kilobytes, or of lines. Each chunk takes time, of which tiny ones would take many seconds.
MOST_CHUNKS = 100_000
# No site is left alone for longer than a day on its own word.
LONGEST_RETRY_AFTER = 24 * 60 * 60
# Answers with the page itself. The other successes promise none, or a part of one.
PAGES = range(200, 204)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Kinds of text, of which compressed bytes are surely none.
_TEXTS = ("text/*", "application/json", "application/xml", "application/xhtml+xml", "application/atom+xml")


@dataclass(frozen=True)
class Wanted:
    """What of an answer is of use: kinds of content, and how much; `cut` takes the beginning of what is larger."""

    accept: Collection[str]
    max_bytes: int
    cut: bool = False


@dataclass(frozen=True)
class Answer:
    """Status, headers by small names, and the body where the status promises the page itself."""

    status: int
    headers: Mapping[str, str]
    locations: tuple[str, ...] = ()
    body: bytes = b""
    media_type: str = ""
    charset: str = ""

    @property
    def retry_after(self) -> float | None:
        """Seconds for which the site wants to be left alone (RFC 9110, 10.2.3), at most a day; else None."""
        return _seconds(self.headers.get("retry-after", ""))


def _seconds(stated: str) -> float | None:
    if stated.isascii() and stated.isdigit():
        return float(min(int(stated[:9]), LONGEST_RETRY_AFTER))
    try:
        moment = email.utils.parsedate_to_datetime(stated)
        seconds = moment.timestamp() - time.time()
    # The parser meets nonsense with errors of several kinds.
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def ask(stream: Stream, destination: Destination, headers: Mapping[str, str], wanted: Wanted) -> Answer:
    """Send a GET and read the answer to it; the body only where the status is one of PAGES.

    Raises FetchFailed where the answer is too large, of another kind, or none of HTTP; TimeoutError and OSError as the
    stream does.
    """
    stream.may_receive = MOST_HEADER_BYTES
    connection = httpcore.HTTP11Connection(origin=_url(destination).origin, stream=stream)
    try:
        response = connection.handle_request(_request(destination, headers))
        answer = _without_body(response)
        if answer.status not in PAGES:
            return answer
        stream.may_receive = stream.received + wanted.max_bytes * _CHUNKING + MOST_HEADER_BYTES
        return _with_body(answer, response, destination, wanted)
    except TooMuch:
        raise failures.too_large(destination.host, destination.url) from None
    except httpcore.ProtocolError as error:
        # Where nothing came behind it, the answer broke off; else it never was one of HTTP.
        cause = failures.hung_up if stream.has_ended else failures.unreadable
        raise cause(destination.host, destination.url) from error


def _url(destination: Destination) -> httpcore.URL:
    return httpcore.URL(
        scheme=destination.scheme, host=destination.host, port=destination.port, target=destination.target
    )


def _request(destination: Destination, headers: Mapping[str, str]) -> httpcore.Request:
    sent = {"Host": destination.netloc, **headers, "Accept-Encoding": "gzip", "Connection": "close"}
    return httpcore.Request("GET", _url(destination), headers=list(sent.items()))


def _without_body(response: httpcore.Response) -> Answer:
    headers: dict[str, str] = {}
    locations = []
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if name == "location":
            # Beyond ASCII they are UTF-8 in practice, and never latin-1.
            locations.append(raw_value.decode("utf-8", "replace"))
    media_type, charset = decoding.media_type(headers.get("content-type", ""))
    return Answer(response.status, headers, tuple(dict.fromkeys(locations)), media_type=media_type, charset=charset)


def _with_body(answer: Answer, response: httpcore.Response, destination: Destination, wanted: Wanted) -> Answer:
    if answer.media_type:
        _check_type(answer.media_type, destination, wanted)
    unpacker = decoding.unpacker(answer.headers.get("content-encoding", ""), wanted.max_bytes)
    if unpacker is None:
        raise failures.wrong_type(
            destination.host, destination.url, "sends the page in a compression that was not asked for"
        )
    stated = answer.headers.get("content-length", "")
    if not wanted.cut and stated.isdigit() and int(stated) > wanted.max_bytes:
        raise failures.too_large(destination.host, destination.url)
    try:
        body = _body(response, unpacker, destination, wanted)
    except decoding.Damaged as error:
        raise failures.unreadable(destination.host, destination.url) from error
    media_type = answer.media_type or decoding.sniffed(body)
    if not answer.media_type:
        _check_type(media_type, destination, wanted)
    if body.startswith(b"\x1f\x8b") and decoding.is_accepted(media_type, _TEXTS):
        raise failures.wrong_type(
            destination.host, destination.url, "compresses the page in a way that it does not state"
        )
    return Answer(answer.status, answer.headers, answer.locations, body, media_type, answer.charset)


def _body(
    response: httpcore.Response, unpacker: decoding.Plain | decoding.Gzip, destination: Destination, wanted: Wanted
) -> bytes:
    body = bytearray()
    raw = 0
    for number, chunk in enumerate(response.iter_stream()):
        raw += len(chunk)
        body += unpacker.feed(chunk)
        if max(raw, len(body)) > wanted.max_bytes or number == MOST_CHUNKS:
            if wanted.cut:
                return bytes(body[: wanted.max_bytes])
            raise failures.too_large(destination.host, destination.url)
    unpacker.finish()
    return bytes(body)


def _check_type(media_type: str, destination: Destination, wanted: Wanted) -> None:
    if not decoding.is_accepted(media_type, wanted.accept):
        what = f"sends {media_type[:80]}, which is not what is looked for here"
        raise failures.wrong_type(destination.host, destination.url, what)
