"""The fonts of this machine: which letters each has and how wide they are, read from the files themselves.

Whoever draws text can thus know beforehand that none of it will be an empty box. The format is OpenType's
(https://learn.microsoft.com/typography/opentype/spec/); of it we read what stands in seven tables.
"""

from __future__ import annotations

import bisect
import hashlib
import logging
import os
import re
import struct
import sys
from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO

logger = logging.getLogger(__name__)

# Where Debian, macOS and people put them; `~` is the home of whom the process runs as.
FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts"),
)
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
# More files than this are no fonts for reading; a table larger than this is in no font.
_MOST_FILES = 5_000
_LARGEST_TABLE = 16 * 1024 * 1024
_FACES_IN_A_FILE = 64
_NAMEABLE = re.compile(r"[\w .+()-]+")
# Fonts made to show for each letter that it is missing.
_WITHOUT_LETTERS = re.compile(r"last ?resort|adobe blank|tofu|notdef", re.IGNORECASE)
_OUTLINES = {b"glyf", b"CFF ", b"CFF2"}
_COLOURS = {b"COLR", b"CBDT", b"sbix", b"SVG "}
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_WINDOWS, _ENGLISH = 3, 0x409


@dataclass(frozen=True)
class Face:
    """One style of a family: upright, of normal width, in one colour, with outlines."""

    path: Path
    family: str
    weight: int
    units: int
    capital_height: int
    # Tells the same font from others on every machine.
    fingerprint: str
    _places: dict[bytes, tuple[int, int]]

    def __hash__(self):
        return hash((self.path, self.family, self.weight))

    def __contains__(self, letter: str) -> bool:
        """Whether it has a form for this letter."""
        return bool(self._glyph_of(ord(letter)))

    def width(self, letter: str, size: float) -> float:
        """How wide the letter is, before the font brings it nearer to its neighbours; a square where it is not told."""
        glyph = self._glyph_of(ord(letter))
        widths = self._widths
        return widths[min(glyph, len(widths) - 1)] * size / self.units if widths else size

    @cached_property
    def _glyph_of(self) -> Callable[[int], int]:
        try:
            return _characters(self._table(b"cmap"))
        except (struct.error, ValueError, IndexError, OSError) as error:
            logger.info("The font %s has no letters that we can read: %s", self.path, error)
            return lambda _code: 0

    @cached_property
    def _widths(self) -> array:
        """The first of each pair in `hmtx`; the last one is that of all further letters."""
        try:
            count = struct.unpack_from(">H", self._table(b"hhea"), 34)[0]
            return _numbers("H", self._table(b"hmtx"), 0, 2 * count)[::2]
        except (struct.error, ValueError, OSError) as error:
            logger.info("The font %s does not say how wide its letters are: %s", self.path, error)
            return array("H")

    def _table(self, tag: bytes) -> bytes:
        with self.path.open("rb") as file:
            return _read(file, self._places[tag])


# --- Files -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def faces(folders: tuple[str, ...] = FOLDERS) -> tuple[Face, ...]:
    """The usable faces below these folders, in an order that is the same each time. Looked for once in a process."""
    found = [face for path in _files(folders) for face in _faces_of(path)]
    return tuple(sorted(found, key=lambda face: (face.family, face.weight, str(face.path))))


def _files(folders: Collection[str]) -> Iterator[Path]:
    count = 0
    for folder in folders:
        for place, _folders, names in os.walk(os.path.expanduser(folder)):
            for name in names:
                if name.lower().endswith(_SUFFIXES) and count < _MOST_FILES:
                    count += 1
                    yield Path(place, name)


def _faces_of(path: Path) -> list[Face]:
    try:
        with path.open("rb") as file:
            found = [_face(file, path, offset) for offset in _offsets(file)]
    # What is not a font, whatever its name, is of no use, and no reason to stop.
    except (OSError, struct.error, ValueError, KeyError, IndexError) as error:
        logger.info("The font %s can't be read: %s", path, error)
        return []
    return [face for face in found if face]


def _offsets(file: BinaryIO) -> list[int]:
    """Where the fonts of a file begin: one, or those of a collection."""
    head = file.read(12)
    if head[:4] != b"ttcf":
        return [0]
    count = min(struct.unpack(">L", head[8:12])[0], _FACES_IN_A_FILE)
    return list(struct.unpack(f">{count}L", file.read(4 * count)))


def _face(file: BinaryIO, path: Path, offset: int) -> Face | None:
    """The face that begins there; None where it is slanted, narrow, coloured, without outlines or without a name."""
    file.seek(offset)
    version, count = struct.unpack(">4sH6x", file.read(12))
    if version not in (b"\x00\x01\x00\x00", b"OTTO", b"true"):
        return None
    records = struct.iter_unpack(">4sLLL", file.read(16 * count))
    places = {tag: (start, length) for tag, _sum, start, length in records}
    if not _OUTLINES & places.keys() or _COLOURS & places.keys():
        return None
    style = _read(file, places[b"OS/2"])
    weight, stretch = struct.unpack_from(">HH", style, 4)
    # The flags of italic and oblique.
    is_slanted = struct.unpack_from(">H", style, 62)[0] & 0x201
    family = _family(_read(file, places[b"name"]))
    if is_slanted or stretch != 5 or not _NAMEABLE.fullmatch(family) or _WITHOUT_LETTERS.search(family):
        return None
    head = _read(file, places[b"head"])
    units = struct.unpack_from(">H", head, 18)[0]
    if not 16 <= units <= 16384:
        return None
    tells_height = struct.unpack_from(">H", style)[0] >= 2
    height = struct.unpack_from(">h", style, 88)[0] if tells_height else 0
    fingerprint = hashlib.sha256(head + style + family.encode()).hexdigest()[:16]
    height = height if 0 < height < 2 * units else round(0.7 * units)
    needed = {tag: places[tag] for tag in (b"cmap", b"hhea", b"hmtx")}
    return Face(path, family, weight, units, height, fingerprint, needed)


def _read(file: BinaryIO, place: tuple[int, int]) -> bytes:
    start, length = place
    if length > _LARGEST_TABLE:
        raise ValueError("A table is too large.")
    file.seek(start)
    return file.read(length)


def _family(data: bytes) -> str:
    """The name by which drawing programs know the family: the typographic one, in English if it is there."""
    count, storage = struct.unpack_from(">2xHH", data)
    names: dict[int, str] = {}
    for platform, _encoding, language, kind, length, start in struct.iter_unpack(">6H", data[6 : 6 + 12 * count]):
        if (
            platform == _WINDOWS
            and kind in (_FAMILY, _TYPOGRAPHIC_FAMILY)
            and (language == _ENGLISH or kind not in names)
        ):
            raw = data[storage + start : storage + start + length]
            names[kind] = raw.decode("utf-16-be", "replace")
    return names.get(_TYPOGRAPHIC_FAMILY) or names.get(_FAMILY, "")


# --- Letters ---------------------------------------------------------------------------------------------------------


def _characters(data: bytes) -> Callable[[int], int]:
    """From a character to the number of its form, 0 where it has none, as the best of the tables in `cmap` says."""
    count = struct.unpack_from(">2xH", data)[0]
    best: dict[int, int] = {}
    for platform, encoding, start in struct.iter_unpack(">HHL", data[4 : 4 + 8 * count]):
        # Unicode; other encodings of old fonts are not read.
        if platform == 0 or (platform == _WINDOWS and encoding in (1, 10)):
            best.setdefault(struct.unpack_from(">H", data, start)[0], start)
    if 12 in best:
        return _in_groups(data, best[12])
    if 4 in best:
        return _in_segments(data, best[4])
    raise ValueError("no Unicode table")


def _in_groups(data: bytes, start: int) -> Callable[[int], int]:
    """Format 12: groups of characters that follow each other, as do their forms."""
    count = struct.unpack_from(">L", data, start + 12)[0]
    # Fonts for Chinese have tens of thousands, which as objects of their own would fill megabytes.
    groups = _numbers("I", data, start + 16, 3 * count)
    firsts, lasts, glyphs = groups[::3], groups[1::3], groups[2::3]

    def glyph_of(code: int) -> int:
        place = bisect.bisect_right(firsts, code) - 1
        return glyphs[place] + code - firsts[place] if place >= 0 and code <= lasts[place] else 0

    return glyph_of


def _in_segments(data: bytes, start: int) -> Callable[[int], int]:
    """Format 4: segments of the first 65,536 characters, whose forms follow each other or are listed."""
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    at = start + 14
    lasts, firsts, deltas, offsets = (
        _numbers("H", data, place, count) for place in (at, at + 2 * count + 2, at + 4 * count + 2, at + 6 * count + 2)
    )
    listed = at + 6 * count + 2

    def glyph_of(code: int) -> int:
        place = bisect.bisect_left(lasts, code)
        if place == count or code < firsts[place]:
            return 0
        if not offsets[place]:
            return (code + deltas[place]) & 0xFFFF
        where = listed + 2 * place + offsets[place] + 2 * (code - firsts[place])
        glyph = int.from_bytes(data[where : where + 2], "big")
        return (glyph + deltas[place]) & 0xFFFF if glyph else 0

    return glyph_of


def _numbers(kind: str, data: bytes, start: int, count: int) -> array:
    """So many numbers of a table, as little room as they take there. Raises ValueError where it holds fewer."""
    found = array(kind)
    found.frombytes(data[start : start + count * found.itemsize])
    if len(found) < count:
        raise ValueError("A table is cut short.")
    if sys.byteorder == "little":
        found.byteswap()
    return found
