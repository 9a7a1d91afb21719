"""Pictures from outside: let in when a page can show them and they can do nothing else, and kept without metadata."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from PIL import Image, ImageSequence, JpegImagePlugin, PngImagePlugin

from common.image_kinds import gif, jpeg, png, svg, webp
from common.image_kinds.stripped import ImageRefused, ImageTooLarge, Stripped

__all__ = ["ImageRefused", "ImageTooLarge", "LARGEST_BYTES", "Picture", "check", "take_in"]

KINDS = (png, jpeg, gif, webp, svg)

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
# Unpacking a WebP, or a frame on top of others, takes several times the memory of another picture.
LARGEST_WEBP = 25_000_000
LARGEST_FRAME = 10_000_000
# In all frames, and in all passes of a JPEG that becomes sharp by and by (ten is usual): what bounds the time.
MOST_IN_FRAMES = 500_000_000
MOST_IN_PASSES = 1_000_000_000
MOST_PASSES = 100
_NOT_SHOWN = "it is no PNG, JPEG, GIF, WebP or SVG that can be shown."

# By the number that TIFF 6.0 gives to how the camera was held.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Threads of one process would need the memory of a large picture each; so they unpack one after the other.
UNPACKING = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture that passed: its bytes without metadata, what they are, and its size for a page that does not jump.

    `given_sha256` is the checksum of the bytes as they came, by which an archive or a sender knows them.
    """

    data: bytes
    sha256: str
    suffix: str
    width: int
    height: int
    given_sha256: str = ""
    is_animated: bool = False

    @property
    def name(self) -> str:
        """A name that says nothing of where the file came from, and is the same for the same bytes."""
        return f"{self.sha256}{self.suffix}"


def take_in(path: Path) -> Picture:
    """The picture in a file; ImageRefused where it is too large, damaged, of another kind, or not to be read."""
    try:
        if not path.is_file():
            raise ImageRefused("it is no file.")
        with path.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImageRefused(f"it can't be read ({error.strerror}).") from error
    return check(data)


def check(data: bytes) -> Picture:
    """The picture in these bytes: PNG, JPEG, GIF or WebP that decodes, or SVG of harmless parts; else ImageRefused.

    Metadata is taken out of the file and nothing is packed anew, but for a photograph that lies on its side: it is
    turned. A picture that was checked before comes out as it went in. One picture is unpacked at a time.
    """
    _bound_bytes(data)
    kind = next((kind for kind in KINDS if kind.is_this(data)), None)
    if kind is None:
        raise ImageRefused(_NOT_SHOWN)
    found = kind.strip(data)
    if kind is not svg:
        _bound(kind, found)
        with UNPACKING:
            found = _decoded(kind, found)
    _bound_bytes(found.data)
    return Picture(
        found.data,
        hashlib.sha256(found.data).hexdigest(),
        kind.SUFFIX,
        found.width,
        found.height,
        given_sha256=hashlib.sha256(data).hexdigest(),
        is_animated=found.frames > 1,
    )


def _bound_bytes(data: bytes) -> None:
    if len(data) > LARGEST_BYTES:
        raise ImageTooLarge(f"it has more than {LARGEST_BYTES // 1024 // 1024} MB; make it smaller.")


def _bound(kind: ModuleType, found: Stripped) -> None:
    """Refuse by what the headers say, before memory or time is spent on the pixels."""
    pixels = found.width * found.height
    if found.frames > 1 and pixels > LARGEST_FRAME:
        raise ImageTooLarge(f"it moves and has more than {LARGEST_FRAME // 1_000_000} million pixels; make it smaller.")
    largest = LARGEST_WEBP if kind is webp else LARGEST_PIXELS
    if pixels > largest:
        raise ImageTooLarge(f"it has more than {largest // 1_000_000} million pixels; make it smaller.")
    if pixels * found.frames > MOST_IN_FRAMES:
        raise ImageTooLarge(f"its {found.frames} frames are too many for their size; make it smaller or shorter.")
    if found.passes > MOST_PASSES or pixels * found.passes > MOST_IN_PASSES:
        raise ImageTooLarge("it becomes sharp in too many steps; save it anew.")


def _decoded(kind: ModuleType, found: Stripped) -> Stripped:
    """The picture, every frame of which can be unpacked, with the size that it has then, and upright."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(found.data), formats=[kind.FORMAT]) as image:
                if image.width * image.height > found.width * found.height:
                    raise ImageRefused(_NOT_SHOWN)
                image.load()
                if found.orientation in _TURNS and found.frames == 1:
                    return kind.strip(_upright(image, found))
                size = image.size
                for frame in ImageSequence.Iterator(image) if found.frames > 1 else ():
                    frame.load()
    except ImageRefused:
        raise
    # Pillow meets damaged bytes with errors of a dozen kinds, and all of them mean the same.
    except Exception as error:
        raise ImageRefused(_NOT_SHOWN) from error
    return Stripped(found.data, *size, frames=found.frames)


def _upright(image: Image.Image, found: Stripped) -> bytes:
    """The picture as it was meant to be seen, packed as finely as it was, in its own colours."""
    options = {"icc_profile": image.info.get("icc_profile")}
    if image.format == jpeg.FORMAT:
        options |= {"qtables": image.quantization, "subsampling": JpegImagePlugin.get_sampling(image)}
    elif image.format == png.FORMAT:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        for chunk in png.colours(found.data):
            options["pnginfo"].add(chunk[4:8], chunk[8:-4])
    else:
        options |= {"quality": 95, "lossless": b"VP8L" in found.data}
    out = io.BytesIO()
    image.transpose(_TURNS[found.orientation]).save(out, image.format, **options)
    return out.getvalue()
