"""Gives the groups contributor, editor and publisher back what they hold when they are as shipped."""

from django.core.management.base import BaseCommand

from akira.roles import ensure_roles


class Command(BaseCommand):
    help = "Make the groups contributor, editor and publisher where they are missing, and give them what they lack."

    def handle(self, *args, **options):
        count = ensure_roles()
        self.stdout.write(f"{count} permissions were given." if count else "The roles lack nothing.")
