"""GIF 87a and 89a: blocks, of which the picture needs its frames, their timing and how often they repeat."""

from __future__ import annotations

import struct

from common.image_kinds.stripped import NOT_WHOLE, ImageRefused, Stripped

FORMAT = "GIF"
SUFFIX = ".gif"

_FRAME, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_TIMING, _APPLICATION = 0xF9, 0xFF
_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def is_this(data: bytes) -> bool:
    return data.startswith((b"GIF87a", b"GIF89a"))


def strip(data: bytes) -> Stripped:
    """The picture with its frames, their timing and one count of repeats; no comments, no words, no applications."""
    try:
        return _strip(data)
    except (struct.error, IndexError) as error:
        raise ImageRefused(NOT_WHOLE) from error


def _strip(data: bytes) -> Stripped:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    place = 13 + _table(flags)
    kept = [data[:place]]
    frames, is_looping = 0, False
    # The byte at the end is missing in many files, and some have zeros between blocks.
    while place < len(data) and data[place] != _END:
        if data[place] == 0:
            end = place + 1
        elif data[place] == _FRAME:
            left, top, across, down, flags = struct.unpack_from("<HHHHB", data, place + 1)
            width, height = max(width, left + across), max(height, top + down)
            frames += 1
            # The byte after the table is the size of the codes.
            end = _end_of_parts(data, place + 10 + _table(flags) + 1)
            kept.append(data[place:end])
        elif data[place] == _EXTENSION:
            end = _end_of_parts(data, place + 2)
            if data[place + 1] == _TIMING:
                kept.append(data[place:end])
            elif data[place + 1] == _APPLICATION and not is_looping and (loop := _loop(data[place:end])):
                is_looping = True
                kept.append(loop)
        else:
            raise ImageRefused(NOT_WHOLE)
        place = end
    return Stripped(b"".join([*kept, bytes([_END])]), width, height, frames=max(1, frames))


def _table(flags: int) -> int:
    """The bytes of the table of colours that follows."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_parts(data: bytes, place: int) -> int:
    """Where a row of parts, each led by its length, ends with one of no length."""
    while data[place]:
        place += 1 + data[place]
    return place + 1


def _loop(block: bytes) -> bytes:
    """The extension by which an animation repeats, with the count and nothing more; empty for any other."""
    if block[3:14] not in _LOOPING or block[2] != 11 or block[14:16] != b"\x03\x01" or len(block) < 19:
        return b""
    return block[:18] + b"\0"
