"""The file behind an archive: its JSON as a stream, as often as asked for, and the figures that came with it."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import ijson

from exchange.documents import IssueDocument, Source, UnknownForm

MEMBER = "archive.json"
FIGURE_SUFFIXES = (".png", ".jpg", ".gif", ".webp", ".svg")

_CHUNK = 1 << 18
# Without `use_float`, a number of 5,000 digits crashes ijson's C part; with it, it is a plain error.
_PARSER = {"use_float": True}
# Text packs to a fifth, seldom to a twentieth; what packs better than this holds nothing.
_DENSEST = 200
_LARGEST_FIGURE = 50_000_000
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


@dataclass
class ArchiveFile:
    """An open archive: its JSON, as often as asked for, and its figures where it has any."""

    source: Source
    zipped: zipfile.ZipFile | None = None

    @contextlib.contextmanager
    def json(self) -> Iterator[BinaryIO]:
        with self.zipped.open(MEMBER) if self.zipped else self.source.open() as opened:
            yield _WithoutMark(opened)

    def events(self) -> Iterator[tuple[str, object]]:
        with errors_named(self), self.json() as opened:
            yield from ijson.basic_parse(opened, buf_size=_CHUNK, **_PARSER)

    def items(self, prefix: str) -> Iterator[object]:
        with errors_named(self), self.json() as opened:
            yield from ijson.items(opened, prefix, buf_size=_CHUNK, **_PARSER)

    def line_of_error(self) -> int:
        """The line at which reading fails. The parser does not say; bytes fed line by line do."""
        feeder = ijson.basic_parse_coro(_Nowhere(), **_PARSER)
        number = 1
        with self.json() as opened:
            for number, line in enumerate(_lines(opened), start=1):  # noqa: B007
                try:
                    feeder.send(line)
                except (ijson.JSONError, ValueError, OverflowError):
                    return number
        return number

    @contextlib.contextmanager
    def figures(self, issue: IssueDocument) -> Iterator[None]:
        """While this lasts, the figures that came with the archive are files that the issue's entries name."""
        wanted = [entry for entry in issue.entries() if entry.figure_sha256]
        if not wanted:
            yield
        elif self.zipped is None:
            for entry in wanted:
                entry.figure_path = _beside(self.source.folder, entry.figure_sha256)
            yield
        else:
            with tempfile.TemporaryDirectory(prefix="akira-figures-") as folder:
                for entry in wanted:
                    entry.figure_path = self._unpacked(entry.figure_sha256, Path(folder))
                yield

    def _unpacked(self, sha256: str, folder: Path) -> Path | None:
        """The figure as a file. Its name is made of its checksum, never taken from the zip."""
        for suffix in FIGURE_SUFFIXES:
            try:
                member = self.zipped.getinfo(f"figures/{sha256}{suffix}")
            except KeyError:
                continue
            path = folder / f"{sha256}{suffix}"
            with contextlib.suppress(*_ZIP_ERRORS):
                with self.zipped.open(member) as packed:
                    path.write_bytes(packed.read(_LARGEST_FIGURE))
                return path
        return None


class _Nowhere:
    def append(self, event: object) -> None:
        """Forget the event."""

    send = append


class _WithoutMark:
    """A file without the byte order mark that some editors put before JSON."""

    def __init__(self, opened: BinaryIO):
        self.opened = opened
        self.at_start = True

    def read(self, size: int = -1) -> bytes:
        data = self.opened.read(size)
        if self.at_start and size != 0:
            self.at_start = False
            data = data.removeprefix(b"\xef\xbb\xbf") or self.opened.read(size)
        return data


def _lines(opened: _WithoutMark) -> Iterator[bytes]:
    rest = b""
    while data := opened.read(_CHUNK):
        *lines, rest = (rest + data).split(b"\n")
        yield from (line + b"\n" for line in lines)
    yield rest


def _first_words(error: Exception) -> str:
    said = error.args[0] if error.args else error
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    words = " ".join(words.split("\n")[0].split()) or type(error).__name__
    return words if words.endswith(".") else f"{words}."


def _is_zip(source: Source) -> bool:
    with source.open() as opened:
        return opened.read(4) == b"PK\x03\x04"


def _check_zip(zipped: zipfile.ZipFile) -> None:
    try:
        member = zipped.getinfo(MEMBER)
    except KeyError:
        raise UnknownForm(f"The zip holds no {MEMBER}, so it is no archive of Akira.") from None
    if member.file_size > _DENSEST * max(member.compress_size, 1 << 16):
        raise UnknownForm(f"The {MEMBER} in the zip swells beyond what an archive could; it is not opened.")
    try:
        zipped.open(MEMBER).close()
    except _ZIP_ERRORS as error:
        raise UnknownForm(f"The zip can't be read: {_first_words(error)}") from error


def _beside(folder: Path, sha256: str) -> Path | None:
    candidates = (folder / "figures" / f"{sha256}{suffix}" for suffix in FIGURE_SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


@contextlib.contextmanager
def opened(source: Source) -> Iterator[ArchiveFile]:
    """The archive, plain or zipped, for as long as this lasts; UnknownForm for a zip that can't be one."""
    if not _is_zip(source):
        yield ArchiveFile(source)
        return
    try:
        zipped = zipfile.ZipFile(source.path)
    except (*_ZIP_ERRORS, OSError, ValueError) as error:
        raise UnknownForm(f"The zip can't be opened: {_first_words(error)}") from error
    with zipped:
        _check_zip(zipped)
        yield ArchiveFile(source, zipped)


@contextlib.contextmanager
def errors_named(archive: ArchiveFile) -> Iterator[None]:
    """What the parsers raise becomes UnknownForm."""
    try:
        yield
    except (ijson.JSONError, ValueError, OverflowError) as error:
        raise UnknownForm(f"The JSON is broken: {_first_words(error)}", line=archive.line_of_error()) from error
    except _ZIP_ERRORS as error:
        raise UnknownForm(f"The zip is broken: {_first_words(error)}") from error
