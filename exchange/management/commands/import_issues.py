"""Imports documents: issues in Markdown of several forms, and archives of Akira."""

import contextlib
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from exchange.importing import import_documents
from exchange.readers.registry import names_of_formats
from exchange.report import Outcome
from exchange.run import Run, Unsaveable, as_language
from issues.audit import note


class Command(BaseCommand):
    help = "Import issues from files and folders. Safe to run twice."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it")
        parser.add_argument("--language", default="", help="of documents that don't state theirs, such as zh-hans")
        parser.add_argument(
            "--format", default="", choices=["", *names_of_formats()], help="found by itself if left out"
        )
        parser.add_argument("--publish", action="store_true", help="publish what states no status, at its own moment")
        parser.add_argument("--overwrite", action="store_true", help="replace what was edited at the desk")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write outcomes and leftovers as JSON lines")

    def handle(self, *, paths, language, format, publish, overwrite, report, **options):
        try:
            language = as_language(language) if language else ""
        except Unsaveable as error:
            raise CommandError(str(error)) from error
        run = Run(language=language, publish=publish, overwrite=overwrite)
        with self._opened(report) as report_to, self._bar() as bar:

            def tell(outcome: Outcome) -> None:
                bar.update()
                with bar.external_write_mode():
                    self.stdout.write("\n".join([str(outcome), *outcome.told()]))

            done = import_documents(paths, run, format=format, report_to=report_to, tell=tell)
        note("archive.imported", overwrite=overwrite, publish=publish, **done.counts)
        self.stdout.write(done.summary())
        if done.counts["failed"]:
            sys.exit(1)

    def _opened(self, report):
        if report is None:
            return contextlib.nullcontext()
        try:
            return report.open("w", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The report can't be written to {report}: {error.strerror}.") from error

    def _bar(self):
        """A bar for people; a log gets none."""
        return tqdm(unit=" issues", disable=not sys.stderr.isatty(), leave=False)
