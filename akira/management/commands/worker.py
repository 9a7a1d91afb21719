"""Does background work until stopped."""

import signal
import threading

from django.core.management.base import BaseCommand

from akira import lifeline, worker


class Command(BaseCommand):
    help = "Do background work until stopped; SIGTERM lets it finish what it holds."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *, once, **options):
        if once:
            worker.work_once(worker.chores())
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        lifeline.follow_supervisor()
        worker.work(worker.chores(), stop)
