"""Writes anew what is searched, after an upgrade that changed how."""

from django.core.management.base import BaseCommand

from issues.search.rebuilding import RULES, is_due, rebuild

_NAMES = {"issue": "issues", "entry": "entries", "work": "works"}


class Command(BaseCommand):
    help = (
        "Write anew what older rules of search made, in small batches beside readers and writers. Safe to stop and to "
        "run again: it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", dest="everything", help="write everything anew")

    def handle(self, *, everything, verbosity, **options):
        was_due = is_due()
        told = {}
        for step in rebuild(everything=everything):
            told[step.kind] = step
            if verbosity > 1 and step.written % 10_000 < 100:
                self.stdout.write(f"{step.written} {_NAMES[step.kind]} …")
        for kind, step in told.items():
            removed = f", {step.removed} that are gone taken out" if step.removed else ""
            self.stdout.write(f"{step.written} {_NAMES[kind]} written anew{removed}.")
        self.stdout.write(f"The index follows the rules of version {RULES}{'' if was_due else ', as before'}.")
