"""Brings documents in: finds the files, reads each in its own form, saves issue by issue."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import DataError, reset_queries

from common.html import encodable
from exchange import catalogue
from exchange.documents import (
    Document,
    IssueDocument,
    PublicationDocument,
    RefusedIssue,
    Source,
    TopicDocument,
    UnknownForm,
    WorkDocument,
)
from exchange.readers import archive
from exchange.readers.registry import find_reader
from exchange.report import Note, Outcome, Report
from exchange.run import Run, Unsaveable
from exchange.saving import save
from exchange.settling import settle

SUFFIXES = (".md", ".markdown", ".json", ".zip")

Tell = Callable[[Outcome], None]


def import_documents(
    paths: Iterable[Path],
    run: Run,
    *,
    format: str = "",
    report_to: TextIO | None = None,
    tell: Tell = lambda outcome: None,
) -> Report:
    """Import files, and folders with all that is in them; each issue in a transaction of its own.

    A file or issue that can't be imported is an outcome like any other, and the rest goes on. `tell` hears of each
    outcome at once. Causes no mail, post or ping. Needs little memory, however many documents come.
    """
    report = Report(report_to)

    def hear(outcome: Outcome) -> None:
        report.add(outcome)
        tell(outcome)
        # With debugging on, Django keeps the text of thousands of queries.
        if settings.DEBUG:
            reset_queries()

    for path in files(paths):
        _File(path, run, report, hear).take_in(format)
    settle(run, report)
    return report


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to import: those named, and what in a folder ends like a document and is not hidden, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                    yield Path(folder) / name


class _File:
    """One file on its way in."""

    def __init__(self, path: Path, run: Run, report: Report, hear: Tell):
        self.path = path
        self.name = encodable(str(path))
        self.run = run
        self.report = report
        self.hear = hear
        self.waiting: list[TopicDocument] | list[WorkDocument] = []
        # An archive may well be empty; of a document that means that it was not understood.
        self.may_be_empty = False

    def take_in(self, format: str) -> None:
        """Import all that the file holds; what can't be read or saved is heard of as failed."""
        try:
            for document in self._documents(format):
                self.may_be_empty = True
                self._take(document)
            self._flush()
        except UnknownForm as error:
            self._fail(error.message, line=error.line)
        except Unsaveable as error:
            self._fail(str(error))
        except DataError as error:
            self.run.recall()
            self._fail(f"The database can't hold a value of it: {str(error).splitlines()[0]}.")
        else:
            if not self.may_be_empty:
                self._fail("There is nothing in it to import.")

    def _documents(self, format: str) -> Iterator[Document]:
        """What the reader finds. Trouble with the file is told apart from trouble with the disk we write to."""
        try:
            if not self.path.exists():
                raise UnknownForm("There is no such file or folder.")
            if not self.path.is_file():
                raise UnknownForm("It is neither a file nor a folder.")
            source = Source(self.path)
            reader = find_reader(source, format or None)
            self.may_be_empty = reader is archive
            documents = iter(reader.read(source))
        except OSError as error:
            raise UnknownForm(f"It can't be read: {error.strerror}.") from error
        while True:
            try:
                document = next(documents)
            except StopIteration:
                return
            except OSError as error:
                raise UnknownForm(f"It can't be read: {error.strerror}.") from error
            yield document

    def _take(self, document: Document) -> None:
        if isinstance(document, TopicDocument | WorkDocument):
            if self.waiting and (type(self.waiting[0]) is not type(document) or len(self.waiting) >= catalogue.BATCH):
                self._flush()
            self.waiting.append(document)
            if isinstance(document, WorkDocument) and document.merged_into:
                self.run.mergers.append((document.identity, document.merged_into, self.name))
            return
        self._flush()
        if isinstance(document, PublicationDocument):
            self._say(catalogue.restore_publication(document, self.run))
        elif isinstance(document, RefusedIssue):
            self._fail(f"{document.where}: {document.message}." if document.where else document.message, document.line)
        else:
            self._save(document)

    def _save(self, document: IssueDocument) -> None:
        try:
            self.hear(save(document, self.run, self.name))
        except Unsaveable as error:
            named = f" (“{document.title[:80]}”)" if document.title else ""
            line = document.lines[0] if document.lines else None
            self._fail(f"{error}{named}", line)

    def _flush(self) -> None:
        """Save the topics or works that were gathered."""
        waiting, self.waiting = self.waiting, []
        if waiting and isinstance(waiting[0], TopicDocument):
            self._say(catalogue.restore_topics(waiting, self.run))
        elif waiting:
            self._say(catalogue.restore_works(waiting, self.run))

    def _say(self, notes: list[Note]) -> None:
        for note in notes:
            self.report.say(self.name, note)

    def _fail(self, message: str, line: int | None = None) -> None:
        self.hear(Outcome("failed", self.name, message=message, line=line))
