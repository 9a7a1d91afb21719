"""Takes the sample issues out."""

from django.core.management.base import BaseCommand

from exchange.samples import remove_samples


class Command(BaseCommand):
    help = "Remove the sample issues, and of what came with them all that nothing else uses. Safe to run twice."

    def handle(self, **options):
        removed = remove_samples()
        self.stdout.write(
            f"Removed {removed.issues} sample issues, {removed.works} works and {removed.topics} topics"
            + (f", and the languages {', '.join(removed.languages)}" if removed.languages else "")
            + (", and the sample publication." if removed.publication else ".")
        )
