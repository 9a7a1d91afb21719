"""PNG (W3C, third edition) and its animations: chunks, of which the picture needs few."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from common.image_kinds.stripped import NOT_WHOLE, ImageRefused, Stripped, orientation

FORMAT = "PNG"
SUFFIX = ".png"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The picture itself, its transparency, and how its colours are meant.
_STILL = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI".split())
_ANIMATED = _STILL | {b"acTL", b"fcTL", b"fdAT"}
# What these chunks hold where they mean sRGB (third edition, 11.3.2.5).
_AS_SRGB = {
    b"gAMA": struct.pack(">I", 45_455),
    b"cHRM": struct.pack(">8I", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
}


def is_this(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def strip(data: bytes) -> Stripped:
    """The picture with only the chunks that browsers draw by, those as they were; nothing behind its end."""
    chunks = list(_chunks(data))
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 25:
        raise ImageRefused(NOT_WHOLE)
    kinds = [kind for kind, _ in chunks]
    # Without this before the first pixels the rest of an animation is never shown.
    is_animated = b"acTL" in kinds and b"IDAT" in kinds and kinds.index(b"acTL") < kinds.index(b"IDAT")
    needed = _ANIMATED if is_animated else _STILL
    kept = [whole for kind, whole in chunks if kind in needed]
    if any(zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big") for whole in kept):
        raise ImageRefused(NOT_WHOLE)
    width, height = struct.unpack_from(">II", chunks[0][1], 8)
    return Stripped(
        _SIGNATURE + b"".join(kept),
        width,
        height,
        frames=max(1, kinds.count(b"fcTL")) if is_animated else 1,
        orientation=next((orientation(whole[8:-4]) for kind, whole in chunks if kind == b"eXIf"), 1),
    )


def says_more_than_webp(data: bytes) -> bool:
    """Whether WebP would look different: for a gamma or primaries other than sRGB's, HDR, a clear colour of 16 bits."""
    found = {kind: whole[8:-4] for kind, whole in _chunks(data) if kind != b"IDAT"}
    if b"cICP" in found or (b"tRNS" in found and found[b"IHDR"][8] == 16):
        return True
    if b"sRGB" in found or b"iCCP" in found:
        return False
    return any(found.get(kind, usual) != usual for kind, usual in _AS_SRGB.items())


def colours(data: bytes) -> list[bytes]:
    """The chunks that say how colours are meant, beside a profile."""
    return [whole for kind, whole in _chunks(data) if kind in (b"cHRM", b"gAMA", b"sRGB")]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, the whole chunk) up to the end of the picture."""
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        whole = data[place : place + 12 + length]
        if len(whole) != 12 + length:
            raise ImageRefused(NOT_WHOLE)
        yield kind, whole
        if kind == b"IEND":
            return
        place += len(whole)
    raise ImageRefused(NOT_WHOLE)
