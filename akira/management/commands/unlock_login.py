"""Lets an account, or a network, log in again at once, after too many wrong passwords."""

from django.core.management.base import BaseCommand, CommandError

from akira.accounts import locks
from common import visitors


class Command(BaseCommand):
    help = "Let an account, or a network, log in again at once after too many wrong passwords."

    def add_arguments(self, parser):
        parser.add_argument("account", nargs="?", default="", help="the user name")
        parser.add_argument("--from", dest="network", default="", help="the IP address that is locked")

    def handle(self, *, account, network, **options):
        if not account and not network:
            for lock in locks.standing():
                name = "(a name that nobody has)" if lock.is_of_nobody else lock.account or "(any account)"
                self.stdout.write(f"{name} from {lock.network or 'anywhere'}: until {lock.until:%Y-%m-%d %H:%M} UTC")
            raise CommandError("Name what to unlock: a user name, an address with --from, or both.")
        if network and not visitors.network(network):
            raise CommandError(f"{network!r} is no IP address.")
        number = locks.open_one(account, visitors.network(network))
        self.stdout.write("Unlocked." if number else "Nothing was locked there.")
