"""Moves the embedded database to the newest PostgreSQL of this machine."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from common import postgres_upgrade


class Command(BaseCommand):
    help = "Move the embedded database to the newest PostgreSQL of this machine; the old data folder is kept."
    # The checks would start the database that is to be moved.
    requires_system_checks = []

    def handle(self, **options):
        if not hasattr(connection, "cluster"):
            raise CommandError("DATABASE_URL names a database that is not Akira's own; upgrade its server there.")
        done = postgres_upgrade.upgrade(connection.cluster)
        if done.kept is None:
            self.stdout.write(f"The database runs on PostgreSQL {done.old_major}, the newest one here. Nothing to do.")
            return
        self.stdout.write(f"The database was moved from PostgreSQL {done.old_major} to {done.new_major}.")
        self.stdout.write(f"The old one is kept in {done.kept}; delete that folder when all is well.")
