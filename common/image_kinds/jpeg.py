"""JPEG (ITU-T T.81, T.871): segments, of which the picture needs few."""

from __future__ import annotations

import re
import struct

from common.image_kinds.stripped import NOT_WHOLE, ImageRefused, Stripped, orientation

FORMAT = "JPEG"
SUFFIX = ".jpg"

_START, _END = b"\xff\xd8", b"\xff\xd9"
# A byte of 0xFF before a zero is a pixel's, and RST0 to RST7 stand among pixels; before another 0xFF it fills.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_NO_BODY = 0x01
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
# Tables of Huffman codes and of quantisation, and where to restart.
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
# Baseline, extended and progressive; the lossless, hierarchical and arithmetic kinds are shown by no browser.
_SHOWN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})


def is_this(data: bytes) -> bool:
    return data.startswith(_START + b"\xff")


def strip(data: bytes) -> Stripped:
    """The picture with its tables and pixels, its colour profile and what says how colours are coded; nothing else.

    Pictures behind the picture (of phones that store several) go with the rest.
    """
    reading = _Reading(data)
    while reading.step():
        pass
    if reading.size is None or not reading.passes:
        raise ImageRefused(NOT_WHOLE)
    height, width = reading.size
    kept = b"".join([_START, *reading.kept, _END])
    return Stripped(kept, width, height, passes=reading.passes, orientation=reading.orientation or 1)


class _Reading:
    """A walk over the segments of one file."""

    def __init__(self, data: bytes):
        self.data = data
        self.place = len(_START)
        self.kept: list[bytes] = []
        self.size: tuple[int, int] | None = None
        self.passes = 0
        self.orientation = 0
        self.has_jfif = False

    def step(self) -> bool:
        """Take the next segment; whether there may be more."""
        found = _MARKER.search(self.data, self.place)
        if found is None:
            raise ImageRefused(NOT_WHOLE)
        marker, self.place = found[1][0], found.end()
        if marker == _EOI:
            return False
        if marker == _NO_BODY:
            return True
        if marker == _SOI:
            raise ImageRefused(NOT_WHOLE)
        body = self._body()
        if marker in _FRAMES:
            self._frame(marker, body)
        kept = body if marker in _FRAMES or marker in _TABLES or marker == _SOS else self._needed(marker, body)
        if kept is not None:
            self.kept.append(struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept)
        if marker == _SOS:
            self._pixels()
        return True

    def _body(self) -> bytes:
        length = int.from_bytes(self.data[self.place : self.place + 2], "big")
        body = self.data[self.place + 2 : self.place + length]
        if length < 2 or len(body) != length - 2:
            raise ImageRefused(NOT_WHOLE)
        self.place += length
        return body

    def _frame(self, marker: int, body: bytes) -> None:
        if marker not in _SHOWN_FRAMES:
            raise ImageRefused("it is of a kind of JPEG that browsers do not show; save it as a usual one.")
        if self.size is not None or len(body) < 6:
            raise ImageRefused(NOT_WHOLE)
        self.size = struct.unpack_from(">HH", body, 1)

    def _pixels(self) -> None:
        """What follows the head of a scan, up to the next marker, without bytes that only fill."""
        self.passes += 1
        found = _MARKER.search(self.data, self.place)
        if found is None:
            raise ImageRefused(NOT_WHOLE)
        self.kept.append(self.data[self.place : found.start()].rstrip(b"\xff"))
        self.place = found.start()

    def _needed(self, marker: int, body: bytes) -> bytes | None:
        """What the look needs of a segment for applications; None where that is nothing."""
        if marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 14 and not self.has_jfif:
            # It tells how colours are coded. The last two bytes are the size of a thumbnail.
            self.has_jfif = True
            return body[:12] + b"\0\0"
        if marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            return body[:12]
        if marker == _APP2 and body.startswith(b"ICC_PROFILE\0"):
            return body
        if marker == _APP1 and body.startswith(b"Exif\0") and not self.orientation:
            self.orientation = orientation(body[6:])
        return None
