"""Brings the sample issues in."""

import sys

from django.core.management.base import BaseCommand

from exchange.samples import NotEmpty, load_samples


class Command(BaseCommand):
    help = "Load the sample issues, unless there are issues of your own. Take them out again with remove_samples."

    def handle(self, **options):
        try:
            report = load_samples(tell=lambda outcome: self.stdout.write(str(outcome)))
        except NotEmpty as refusal:
            # Nothing is wrong, so that whoever sets a site up may always call this.
            self.stdout.write(str(refusal))
            return
        self.stdout.write(report.summary())
        if report.counts["failed"]:
            sys.exit(1)
