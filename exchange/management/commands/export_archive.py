"""Writes the whole archive as JSON or Markdown, in the forms that import_issues reads back."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from exchange.archiving import CannotExport, write_folder, write_json, write_json_file, write_zip
from issues.audit import note


class Command(BaseCommand):
    help = "Export the whole archive. Two exports of the same archive are the same to the byte."

    def add_arguments(self, parser):
        parser.add_argument("--format", required=True, choices=["json", "markdown"])
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="FILE",
            help="a .json file, a .zip with the figures, or for Markdown a new folder; without it JSON is printed",
        )

    def handle(self, *, format, output, **options):
        try:
            if format == "markdown":
                self._folder(output)
            elif output is None:
                write_json(self.stdout._out)
            elif output.suffix.lower() == ".zip":
                self._tell(write_zip(output), f"Wrote {output}, figures included.")
            else:
                write_json_file(output)
                self.stderr.write(f"Wrote {output}. The figures' bytes are left out: name a .zip to have them.")
            note("archive.exported", form=format, file=output.name if output else "")
        except CannotExport as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The archive can't be written: {error.strerror or error}.") from error

    def _folder(self, output):
        if output is None:
            raise CommandError("Name a new folder for the Markdown files: -o FOLDER.")
        count, missing = write_folder(output)
        self._tell(missing, f"Wrote {count} {'issue' if count == 1 else 'issues'} to {output}, figures beside them.")

    def _tell(self, missing, done):
        for name in missing:
            self.stderr.write(f"The figure {name} is lost: it is not in the store of uploads.")
        self.stderr.write(done)
