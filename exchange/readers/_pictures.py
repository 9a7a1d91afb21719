"""Pictures that documents show: their file names, and the files beside the document."""

from __future__ import annotations

from pathlib import Path


def file_beside(folder: Path, path: str) -> Path | None:
    """The file of this relative path, if there is one in the document's folder or below; else None."""
    try:
        file = (folder / path).resolve()
        return file if path and file.is_relative_to(folder.resolve()) and file.is_file() else None
    except (OSError, ValueError):
        return None
