"""Makes the scaled forms of figures that came before there were any."""

from django.core.management.base import BaseCommand, CommandError

from common.storing import CannotStore
from issues.figures import scale_figures


class Command(BaseCommand):
    help = "Make the scaled forms (WebP) that figures lack. Safe to stop and to run twice; new figures have theirs."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="make those anew that are there, of every figure")

    def handle(self, *, again, **options):
        done = left = with_metadata = 0
        try:
            for told in scale_figures(again=again):
                done, left = (done, left + 1) if told.refused else (done + 1, left)
                with_metadata += told.has_metadata
                self.stdout.write(f"{told.name}: {told.refused or _forms(told.widths)}")
        except CannotStore as error:
            raise CommandError(f"Stopped after {done} {'figure' if done == 1 else 'figures'}: {error}") from error
        self.stdout.write(f"{done} done, {left} left as they are.")
        if with_metadata:
            self.stdout.write(
                f"Stored before metadata was taken out, and still with it: {with_metadata}. Import those again, or "
                "choose their files again at the desk."
            )


def _forms(widths):
    return f"{', '.join(map(str, widths))} pixels wide" if widths else "needs no forms"
