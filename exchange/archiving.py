"""Writes the whole archive to a file, a zip or a folder; what stands there appears whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.core.files.storage import default_storage

from exchange import exporting
from exchange.documents import IssueDocument
from exchange.readers.archive import MEMBER
from exchange.writers import archive, markdown

# The earliest moment that a zip can state: two exports of one archive are the same to the byte.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class CannotExport(Exception):
    """The archive can't be written there; the text says what to do."""


def write_json(out: TextIO) -> None:
    """Write the archive as JSON, without the bytes of figures."""
    with exporting.one_moment():
        archive.write(out, exporting.publication(), exporting.issues(), exporting.works(), exporting.topics())


def write_json_file(path: Path) -> None:
    """Write the archive as JSON into a file, which is replaced at the end in one step."""
    with _replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        write_json(out)


def write_zip(path: Path) -> list[str]:
    """Write the archive with its figures into a zip; return the names of figures that the store has lost."""
    missing = []
    with _replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as zipped, exporting.one_moment():
        member = zipped.open(_member(MEMBER), "w", force_zip64=True)
        with io.TextIOWrapper(member, encoding="utf-8", newline="\n") as out:
            write_json(out)
        for sha256, name in exporting.figures():
            data = _figure(name)
            if data is None:
                missing.append(name)
            else:
                # Pictures are packed already.
                zipped.writestr(_member(f"figures/{sha256}{Path(name).suffix}", zipfile.ZIP_STORED), data)
    return missing


def write_folder(folder: Path) -> tuple[int, list[str]]:
    """Write each issue as Markdown into a folder, figures beside them; return how many, and the figures lost.

    The folder has to be new or empty, so that no issue that is gone lies beside those that are there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotExport(f"{folder} is there already and not empty; name a new folder.")
    count, missing = 0, []
    with exporting.one_moment():
        for issue in exporting.issues():
            target = folder / issue.language
            target.mkdir(parents=True, exist_ok=True)
            text = markdown.write(issue)
            (target / f"{issue.slug}.md").write_text(text, encoding="utf-8", newline="\n")
            missing += _write_figures(issue, target)
            count += 1
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "archive.json").open("w", encoding="utf-8", newline="\n") as out:
            archive.write(out, exporting.publication(), (), exporting.works(), exporting.topics())
    return count, missing


def _write_figures(issue: IssueDocument, target: Path) -> list[str]:
    missing = []
    for entry in issue.entries():
        if not (entry.figure_path and entry.figure_sha256):
            continue
        data = _figure(str(entry.figure_path))
        if data is None:
            missing.append(str(entry.figure_path))
            continue
        path = target / markdown.picture_address(entry)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return missing


def _member(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _NO_TIME)
    member.compress_type = packing
    member.create_system = 3
    member.external_attr = 0o644 << 16
    return member


def _figure(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as opened:
            return opened.read()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside the path, which takes its place when all went well."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CannotExport(f"{path} can't be written: {error.strerror}.") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
