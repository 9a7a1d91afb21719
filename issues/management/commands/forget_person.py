"""Takes the name of somebody whose account is gone out of the history and the audit trail."""

from django.core.management.base import BaseCommand, CommandError

from issues.thinning import StillHere, forget_person


class Command(BaseCommand):
    help = "Put “a former editor” in place of a name in the history and the audit trail; its account must be gone."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the user name that the account had")

    def handle(self, *, name, **options):
        try:
            count = forget_person(name)
        except StillHere as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"The name stood in {count} {'place' if count == 1 else 'places'}." if count else "No such name."
        )
