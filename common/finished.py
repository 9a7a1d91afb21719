"""A finished page: its bytes, compressed once at most in each way, and the headers that go with them."""

import gzip
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

import brotli

from .negotiating import CODINGS, IDENTITY

Headers = list[tuple[str, str]]

# Below this, a compressed form saves no packet on the network.
_WORTH_COMPRESSING = 300
# What is compressed in itself becomes no smaller.
_IS_TEXT = re.compile(r"text/|application/(?:\S+\+)?(?:xml|json)\b|image/svg")
# What a page takes beside its bytes: headers, tags, places in tables. Measured, and rounded up.
_OVERHEAD = 4096
# What each form has of its own, or what is said by the server.
_OF_A_FORM = {"content-encoding", "content-length", "date", "etag", "last-modified", "vary"}
# RFC 9110, section 15.4.5: what a 304 repeats.
_IN_NOT_MODIFIED = {"cache-control", "content-location", "expires"}

# These levels take about as long as sending the page; the highest ones take a hundred times that for a tenth less.
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
    # Without a moment in it, the same page has the same bytes.
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


class Unreadable(ValueError):
    """Bytes are no page that `to_bytes` wrote with this key under this name."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What is known of a page in one content coding before it is coded.

    Its tag is strong, so that each coding has its own (RFC 9110, section 8.8.3.3).
    """

    coding: str
    etag: str
    headers_not_modified: Headers


@dataclass(frozen=True, slots=True)
class Form:
    """A page in one content coding."""

    body: bytes
    headers: Headers


class FinishedPage:
    """A page with status 200, the same for everybody. Threads may share it."""

    def __init__(self, headers: Headers, body: bytes, etag: str = ""):
        """`etag`: the tag of the page as it is, if it is not to follow from the bytes."""
        self._headers = [(name, value) for name, value in headers if name.lower() not in _OF_A_FORM]
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        self._gains_by_compression = len(body) >= _WORTH_COMPRESSING and bool(_IS_TEXT.match(kind))
        self._tag = etag.strip('"') or hashlib.sha256(body).hexdigest()[:32]
        self._variants = {coding: self._variant(coding) for coding in CODINGS}
        self._forms = {IDENTITY: self._form(IDENTITY, body)}
        self._compressing = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes it takes in memory."""
        return _OVERHEAD + sum(len(form.body) for form in self._forms.values())

    def variant(self, codings: tuple[str, ...]) -> Variant:
        """The page in the best liked of some codings that is worth its while."""
        if IDENTITY in codings and not self._gains_by_compression:
            return self._variants[IDENTITY]
        return self._variants[codings[0]]

    def form(self, coding: str) -> Form:
        """The page in a coding; one that was not asked for before is made now."""
        form = self._forms.get(coding)
        if form is None:
            # Whoever else wants the same waits, and finds it made.
            with self._compressing:
                form = self._forms.get(coding)
                if form is None:
                    form = self._form(coding, _COMPRESS[coding](self._forms[IDENTITY].body))
                    self._forms = self._forms | {coding: form}
        return form

    def _variant(self, coding: str) -> Variant:
        etag = f'"{self._tag}"' if coding == IDENTITY else f'"{self._tag}-{coding}"'
        repeated = [pair for pair in self._headers if pair[0].lower() in _IN_NOT_MODIFIED]
        return Variant(coding, etag, [*repeated, ("ETag", etag), ("Vary", "Accept-Encoding")])

    def _form(self, coding: str, body: bytes) -> Form:
        own = [("Content-Length", str(len(body))), ("ETag", self._variants[coding].etag), ("Vary", "Accept-Encoding")]
        if coding != IDENTITY:
            own.append(("Content-Encoding", coding))
        return Form(body, [*self._headers, *own])

    # --- As bytes --------------------------------------------------------------------------------------------------

    def to_bytes(self, name: str, key: bytes) -> bytes:
        """The page with all forms made so far, signed, so that nobody else can bring one in or give it another name."""
        forms = self._forms
        head = {
            "name": name,
            "headers": self._headers,
            "tag": self._tag,
            "forms": [[coding, len(form.body)] for coding, form in forms.items()],
        }
        written = b"\n".join([json.dumps(head).encode(), b"".join(form.body for form in forms.values())])
        return hmac.digest(key, written, "sha256") + written

    @classmethod
    def from_bytes(cls, given: bytes, name: str, key: bytes) -> "FinishedPage":
        """The page again. Raises Unreadable."""
        signature, written = given[:32], given[32:]
        if not hmac.compare_digest(signature, hmac.digest(key, written, "sha256")):
            raise Unreadable("The signature does not fit.")
        first_line, _, bodies = written.partition(b"\n")
        head = json.loads(first_line)
        if head["name"] != name:
            raise Unreadable("It is another page.")
        found: dict[str, bytes] = {}
        for coding, length in head["forms"]:
            found[coding], bodies = bodies[:length], bodies[length:]
        page = cls([(name, value) for name, value in head["headers"]], found.pop(IDENTITY), head["tag"])
        page._forms |= {coding: page._form(coding, body) for coding, body in found.items()}
        return page
