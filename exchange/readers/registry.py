"""Finds the reader that understands a file, or the one that was asked for by name."""

from __future__ import annotations

from types import ModuleType

from exchange.documents import Source, UnknownForm
from exchange.readers import akira_news, archive, bullets, markdown, numbered, table

# The most particular form first: the first that recognises a file reads it.
READERS: list[ModuleType] = [archive, markdown, akira_news, table, numbered, bullets]


def find_reader(source: Source, format: str | None = None) -> ModuleType:
    """The module that reads this file; the one of that name where a format is given, which then has to try.

    Raises UnknownForm with the file's name and the first line that did not fit where no reader understands the file,
    and ValueError where there is no format of that name.
    """
    if format is not None:
        return _by_name(format)
    for reader in READERS:
        if reader.recognises(source):
            return reader
    line = first_line_with_text(source)
    names = ", ".join(names_of_formats())
    raise UnknownForm(
        f"{source.name} is in none of the known forms ({names}); the first line that did not fit is line {line}.",
        line=line,
    )


def names_of_formats() -> list[str]:
    """The words that `--format` takes."""
    return [reader.NAME for reader in READERS]


def first_line_with_text(source: Source) -> int:
    """The number of the first line that holds more than blanks: no form begins like it. 1 where there is none."""
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line.strip():
            return number
    return 1


def _by_name(format: str) -> ModuleType:
    for reader in READERS:
        if format == reader.NAME:
            return reader
    raise ValueError(f"There is no format {format!r}; there are {', '.join(names_of_formats())}.")
