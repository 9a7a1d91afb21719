"""Does background work until stopped."""

import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from akira import lifeline
from akira.background.queues import queue
from akira.complaints import in_a_line
from akira.worker import Worker, chores


class Command(BaseCommand):
    help = "Do background work until stopped; SIGTERM lets it finish what it holds."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *, once, **options):
        tasks = queue()
        worker = Worker(tasks, chores(tasks), threads=settings.AKIRA_WORKER_THREADS)
        if once:
            try:
                worker.run_once()
            except tasks.troubles as error:
                raise CommandError(f"The worker can't reach its database or queue ({in_a_line(error)})") from error
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        lifeline.follow_supervisor()
        worker.run()
