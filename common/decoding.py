"""Bytes of an answer into a body and text: gzip with a bound, kinds of content, encodings of characters."""

import codecs
import re
import zlib
from collections.abc import Collection

import webencodings
from charset_normalizer import CharsetMatch, from_bytes

# --- Compression ---------------------------------------------------------------------------------------------------


class Damaged(ValueError):
    """Compressed bytes that are none, or that end too early."""


class Plain:
    """Bytes that are not compressed, handed on as they are; at most `limit` of them and one more."""

    def __init__(self, limit: int):
        self._room = limit + 1

    def feed(self, chunk: bytes) -> bytes:
        out = chunk[: self._room]
        self._room -= len(out)
        return out

    def finish(self) -> None:
        """Nothing can be missing that HTTP would not have told."""


class Gzip:
    """gzip (RFC 1952) undone, at most `limit` bytes and one more, however much a few bytes would grow to."""

    def __init__(self, limit: int):
        self._room = limit + 1
        # What is being undone: a member of the stream; None before the first and between two.
        self._member = None
        self._has_members = False

    def feed(self, chunk: bytes) -> bytes:
        """What the next bytes give; Damaged where they are no gzip."""
        out = bytearray()
        while chunk and self._room:
            if self._member is None:
                if self._has_members and not chunk.startswith(b"\x1f"):
                    # Padding behind the last member counts for nothing, and neither does what follows it.
                    self._room = 0
                    break
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
                self._has_members = True
            try:
                piece = self._member.decompress(chunk, self._room)
            except zlib.error as error:
                raise Damaged(str(error)) from error
            out += piece
            self._room -= len(piece)
            chunk = self._rest()
        return bytes(out)

    def _rest(self) -> bytes:
        """The bytes that were not needed yet; those behind a finished member are of another one."""
        member = self._member
        if not member.eof:
            return member.unconsumed_tail
        self._member = None
        return member.unused_data

    def finish(self) -> None:
        """Damaged where the compressed bytes have ended before their end."""
        if self._member is not None and self._room:
            raise Damaged("the compressed page ends too early")


def unpacker(content_encoding: str, limit: int) -> Plain | Gzip | None:
    """What undoes a Content-Encoding; None for one that was not asked for, such as brotli or gzip twice over."""
    encodings = [name for part in content_encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not encodings:
        return Plain(limit)
    return Gzip(limit) if encodings in (["gzip"], ["x-gzip"]) else None


# A page should state what it is within its first 1024 bytes; many are late.
_BEGINNING = 4096

# --- Kinds of content ----------------------------------------------------------------------------------------------

_MEDIA_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+*-]+)\s*(?:;(.*))?", re.ASCII | re.DOTALL)
_CHARSET = re.compile(r"""(?:^|;)\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)
_HTML_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"<(?:!doctype html|html|head|title|meta|body|script|style|iframe|h1|div|font|table|a|br|p|b)[\s>]",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_SIGNATURES = (
    (b"<?xml", "text/xml"),
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"{", "application/json"),
    (b"[", "application/json"),
)


def media_type(content_type: str) -> tuple[str, str]:
    """The kind (`text/html`) and the charset that a Content-Type header states; "" for what it does not.

    Of several types in one header the last that can be read counts, as browsers have it (Fetch, 2.2.6).
    """
    for stated in reversed(content_type.split(",")):
        if found := _MEDIA_TYPE.fullmatch(stated):
            charset = _CHARSET.search(found[2] or "")
            return found[1].lower(), next(filter(None, charset.groups()), "") if charset else ""
    return "", ""


def sniffed(body: bytes) -> str:
    """The kind of content by its first bytes, for an answer that does not state it (after WHATWG's MIME sniffing)."""
    if _HTML_BEGINS.match(_COMMENT.sub(b"", body[:_BEGINNING])):
        return "text/html"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, kind in _SIGNATURES:
        if start.startswith(beginning):
            return kind
    return "application/octet-stream" if b"\0" in body[:512] else "text/plain"


def is_accepted(kind: str, accept: Collection[str]) -> bool:
    """Whether a kind is among those wanted, which may be spelled `image/*` or `*/*`."""
    family = kind.partition("/")[0]
    return any(wanted in (kind, f"{family}/*", "*/*") for wanted in accept)


# --- Encodings of characters ---------------------------------------------------------------------------------------

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta\b[^>]{0,1000}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff][^<>\n]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
# So much is looked at to guess an encoding. Guessing costs time by the byte, and more bytes tell no more.
_SAMPLE = 16_384
# What pages that state nothing are written in, the likelier first, since a short text may be several. Codecs for few
# pages are left out: they would win pages of others.
_GUESSED_AMONG = [
    *("euc_jp", "cp932", "gb18030", "big5", "cp949"),
    *("cp1252", "cp1251", "cp1250", "iso8859_2", "koi8_r", "cp1253", "cp1255", "cp1256"),
]
# Of the characters beyond ASCII so many may be broken, one in so many, where an encoding is still taken at its word.
_BROKEN_ONE_IN = 50


def _codec(label: str) -> str | None:
    """Python's codec for a label as browsers read it (WHATWG); None for a label that means nothing."""
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name in ("replacement", "x-user-defined"):
        return None
    # The encoding standard reads all of gb18030 where gbk is stated.
    return "gb18030" if encoding.name == "gbk" else encoding.codec_info.name


def _stated_within(body: bytes) -> str | None:
    """The codec that the page itself names: in `<meta charset>`, its older form, or an XML declaration."""
    start = body[:_BEGINNING]
    found = _XML_DECLARATION.match(start) or _META.search(_COMMENT.sub(b"", start))
    codec = _codec(found[1].decode("ascii")) if found else None
    # The words could not have been read if they were UTF-16 (HTML standard, 13.2.3.2).
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else codec


def _decoded(body: bytes, codec: str) -> str | None:
    """The text, where the bytes are of this encoding but for a slip here and there; None where they are not."""
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        text = body.decode(codec, "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if text.count("\ufffd") * _BROKEN_ONE_IN <= beyond_ascii else None


def _as_stated(body: bytes, label: str) -> str | None:
    """The text as a Content-Type header states its encoding; None where it is not true."""
    codec = _codec(label)
    if codec is None:
        return None
    if codec.startswith("utf-16") and b"\0" not in body[:_BEGINNING]:
        # Nearly any bytes pass for UTF-16, but those of a page have a zero in every other place.
        return None
    if codec == "cp1252" and not body.isascii() and (text := _utf_8(body)) is not None:
        # Servers state Latin-1 unasked; no text in it happens to be UTF-8 from end to end.
        return text
    return _decoded(body, codec)


def _utf_8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _written(body: bytes) -> bytes:
    """A sample of what is written beyond ASCII, since markup is the same in all encodings."""
    sample = bytearray()
    for written in _BEYOND_ASCII.finditer(body):
        sample += written[0] + b"\n"
        if len(sample) > _SAMPLE:
            # The cut may have halved a character; bytes below 0x40 stand for themselves.
            sample = sample[:_SAMPLE]
            return bytes(sample.rstrip(bytes(range(0x40, 0x100))) or sample)
    return bytes(sample)


def _unlikeliness(match: CharsetMatch) -> tuple[float, float, int]:
    return round(match.chaos, 1), -round(match.coherence, 1), _GUESSED_AMONG.index(match.encoding)


def _guessed(body: bytes) -> str:
    """The text of bytes of which nobody says what they are; never an error, at worst with characters replaced."""
    if body[:2] in (b"<\0", b"\0<"):
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
    if b"\x1b$" in body[:_SAMPLE] and (text := _decoded(body, "iso2022_jp")) is not None:
        return text
    if (text := _decoded(body, "utf-8")) is not None:
        return text
    found = from_bytes(_written(body), cp_isolation=_GUESSED_AMONG)
    best = min(found, key=_unlikeliness, default=None)
    return body.decode(best.encoding if best else "cp1252", "replace")


def text(body: bytes, declared: str = "") -> str:
    """The body as text: by its byte order mark, the declared charset, what the page states itself, else by guess.

    A statement that the bytes prove wrong is passed over. Never an error; no lone surrogates; NULs and other control
    characters stay, for the reader of the text to judge.
    """
    for mark, codec in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    found = _as_stated(body, declared) if declared else None
    if found is None and (codec := _stated_within(body)):
        found = _decoded(body, codec)
    if found is None:
        found = _guessed(body)
    return _SURROGATE.sub("\ufffd", found)
