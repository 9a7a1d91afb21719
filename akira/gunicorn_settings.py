"""Settings of the web server; WEB_CONCURRENCY sets the number of processes."""

import os
from pathlib import Path

from akira import lifeline

wsgi_app = "akira.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", 2))
threads = 4
# A request that takes longer is stuck; one under way when we are asked to stop gets this long to end.
timeout = 60
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True
# Its sign of life is a file, which a busy disk would delay.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def when_ready(server):
    lifeline.follow_supervisor()
