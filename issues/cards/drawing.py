"""The pictures themselves: drawn once, kept in the store of uploads, and only few at a time."""

import hashlib
import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from PIL import Image

from common import drawing, fonts, storing
from issues.cards.card import WIDTH, Card
from issues.cards.layout import Sheet, lay_out

logger = logging.getLogger(__name__)

FOLDER = "cards"
# Black, red and grey on white, each with the steps between at the edges of letters.
_COLOURS = 32
# Of those who wait for a picture in a process, one draws; the others find theirs drawn, or are the next. More than so
# many are sent away, so that crawlers leave threads for those who read.
_WAITING = threading.BoundedSemaphore(3)
_DRAWING = threading.Lock()


class Busy(Exception):
    """More pictures are asked for than can be drawn at once; in a moment there is room."""


class NotDrawn(Exception):
    """The picture can't be drawn on this machine; the log says why."""


@dataclass(frozen=True)
class Drawn:
    """A picture as PNG, and whether all that belongs on it could be drawn with the fonts of this machine."""

    data: bytes
    digest: str
    is_whole: bool


def picture_of(card: Card) -> Drawn:
    """The picture of a card, from the store where it was drawn before. Raises Busy and NotDrawn."""
    sheet = lay_out(card, fonts.faces(tuple(settings.AKIRA_FONTS) or fonts.FOLDERS))
    digest = _digest(sheet)
    data = storing.kept(_name(digest))
    if data is None:
        with _one_at_a_time():
            # Whoever was before us may have asked for the same.
            data = storing.kept(_name(digest)) or _draw(card, sheet, digest)
    return Drawn(data, digest, sheet.is_whole)


def _digest(sheet: Sheet) -> str:
    """What the picture follows from: the drawing and the fonts that it is drawn with."""
    return hashlib.sha256("\n".join([sheet.svg, *sheet.fingerprints]).encode()).hexdigest()


def _name(digest: str) -> str:
    return f"{FOLDER}/{digest}.png"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _WAITING.acquire(blocking=False):
        raise Busy("Too many pictures are asked for at once.")
    try:
        with _DRAWING:
            yield
    finally:
        _WAITING.release()


def _draw(card: Card, sheet: Sheet, digest: str) -> bytes:
    drawn = drawing.to_png(sheet.svg.encode(), width=WIDTH, fonts=sheet.files)
    if drawn is None and sheet.used:
        # A font may promise letters that it does not have, or be broken: what needs none can still be drawn.
        drawn = drawing.to_png(lay_out(card, ()).svg.encode(), width=WIDTH, fonts=[])
    if drawn is None:
        raise NotDrawn("This picture can't be drawn here.")
    data = _packed(drawn)
    try:
        storing.keep(_name(digest), data)
    except storing.CannotStore as error:
        logger.warning("A picture was drawn and is drawn again the next time: %s", error)
    return data


def _packed(png: bytes) -> bytes:
    """The same picture in few colours, which takes about a third of the room."""
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
