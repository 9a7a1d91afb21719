"""WebP (RFC 9649): chunks in a RIFF container, of which the picture needs few."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from common.image_kinds.stripped import NOT_WHOLE, ImageRefused, Stripped, orientation

FORMAT = "WEBP"
SUFFIX = ".webp"

_EXTENDED, _LOSSY, _LOSSLESS, _ALPHA, _PROFILE = b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"
_ANIMATION, _FRAME, _EXIF = b"ANIM", b"ANMF", b"EXIF"
_HAS_PROFILE, _HAS_ALPHA, _IS_ANIMATED = 0x20, 0x10, 0x02
_OF_A_FRAME = frozenset({_ALPHA, _LOSSY, _LOSSLESS})


def is_this(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def strip(data: bytes) -> Stripped:
    """The picture with its pixels, its colour profile and its animation; nothing behind its end."""
    try:
        # The length counts from behind itself.
        end = 8 + struct.unpack_from("<I", data, 4)[0]
        chunks = list(_chunks(data[12:end]))
        return _extended(chunks) if chunks and chunks[0][0] == _EXTENDED else _simple(chunks)
    except struct.error as error:
        raise ImageRefused(NOT_WHOLE) from error


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        body = data[place + 8 : place + 8 + length]
        if len(body) != length:
            raise ImageRefused(NOT_WHOLE)
        yield kind, body
        place += 8 + length + length % 2


def _written(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2) for kind, body in chunks)


def _file(chunks: list[tuple[bytes, bytes]]) -> bytes:
    written = _written(chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(written)) + b"WEBP" + written


def _simple(chunks: list[tuple[bytes, bytes]]) -> Stripped:
    """A file of one chunk; whatever follows it is no part of the picture."""
    if not chunks or chunks[0][0] not in (_LOSSY, _LOSSLESS):
        raise ImageRefused(NOT_WHOLE)
    return Stripped(_file(chunks[:1]), *_size(*chunks[0]))


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == _LOSSY:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    (packed,) = struct.unpack_from("<I", body, 1)
    return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1


def _extended(chunks: list[tuple[bytes, bytes]]) -> Stripped:
    head = chunks[0][1]
    flags, width, height = head[0] if head else 0, _number(head, 4) + 1, _number(head, 7) + 1
    of_kind = dict(reversed(chunks[1:]))
    kept = [(_PROFILE, of_kind[_PROFILE])] if _PROFILE in of_kind else []
    frames = [_frame(body) for kind, body in chunks if kind == _FRAME] if flags & _IS_ANIMATED else []
    flags = flags & _HAS_ALPHA | (_HAS_PROFILE if kept else 0) | (_IS_ANIMATED if frames else 0)
    if frames:
        kept += [(_ANIMATION, of_kind.get(_ANIMATION, bytes(6))[:6]), *((_FRAME, frame) for frame in frames)]
    else:
        # Transparency of its own belongs to the lossy form, and stands before it.
        needed = (_ALPHA, _LOSSY) if _LOSSY in of_kind else (_LOSSLESS,)
        kept += [(kind, of_kind[kind]) for kind in needed if kind in of_kind]
    whole = (_EXTENDED, bytes([flags, 0, 0, 0]) + head[4:10])
    turned = 1 if frames else orientation(of_kind.get(_EXIF, b"").removeprefix(b"Exif\0\0"))
    return Stripped(_file([whole, *kept]), width, height, frames=max(1, len(frames)), orientation=turned)


def _number(head: bytes, place: int) -> int:
    if len(head) < place + 3:
        raise ImageRefused(NOT_WHOLE)
    return int.from_bytes(head[place : place + 3], "little")


def _frame(body: bytes) -> bytes:
    return body[:16] + _written([(kind, part) for kind, part in _chunks(body[16:]) if kind in _OF_A_FRAME])
