"""What all kinds of pictures share: the refusal, what is left after stripping, and how the camera was held."""

from __future__ import annotations

import struct
from dataclasses import dataclass

NOT_WHOLE = "it is damaged or not whole."

_ORIENTATION = 0x0112
_SHORT = 3


class ImageRefused(ValueError):
    """The file is no picture that a page may show; the text is half a sentence that says why."""


class ImageTooLarge(ImageRefused):
    """It may well be a picture, and there is too much of it: bytes, pixels, frames or parts."""


@dataclass(frozen=True)
class Stripped:
    """A picture without metadata, and what its headers say of it before a pixel is unpacked.

    `frames` of an animation and `passes` over the whole picture are what unpacking costs beside the size.
    """

    data: bytes
    width: int
    height: int
    frames: int = 1
    passes: int = 1
    orientation: int = 1


def orientation(exif: bytes) -> int:
    """How to turn the picture, 1 (not at all) to 8, as TIFF 6.0 and Exif 2.3 number it; 1 where that can't be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}L", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHLH", exif, place)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
