"""Brings the identities of works up to date after a change of the rules in `papers/identifiers`."""

from collections import Counter

from django.core.management.base import BaseCommand

from papers.catalogue import refresh_identities


class Command(BaseCommand):
    help = "Recompute the identities of all works by today's rules; works that turn out to be one are merged."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")

    def handle(self, *args, dry_run, **options):
        counts = Counter()
        for told in refresh_identities(dry_run=dry_run):
            counts[told.outcome] += 1
            self.stdout.write(
                f"{told.outcome}: {told.before}" + (f" -> {told.after}" if told.after else f" ({told.reason})")
            )
        summary = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("changed", "merged", "unreadable"))
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {summary}.")
