"""Renders ahead the texts that pages will show."""

from django.core.management.base import BaseCommand

from issues.keeping_texts import forget_unused, keep_texts


class Command(BaseCommand):
    help = (
        "Render ahead the texts of all issues, as the worker does bit by bit: worthwhile after a large import, and "
        "after an upgrade. Safe to stop and to run twice."
    )

    def handle(self, **options):
        kept = sum(keep_texts())
        self.stdout.write(f"{kept} texts kept; {forget_unused()}.")
