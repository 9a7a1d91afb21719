"""Takes the second factor of somebody away who has lost it; the password alone is enough then."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from akira.accounts import second_factor


class Command(BaseCommand):
    help = "Take somebody's second factor away (app, passkeys, recovery codes), who has lost it."

    def add_arguments(self, parser):
        parser.add_argument("account", help="the user name")

    def handle(self, *, account, **options):
        user = get_user_model().objects.filter(username=account).first()
        if user is None:
            raise CommandError(f"There is no account {account!r}.")
        number = second_factor.remove(user)
        self.stdout.write("Removed; the password alone is enough now." if number else "There was no second factor.")
