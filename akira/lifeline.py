"""Ties the life of a child to that of the supervisor, however that ends."""

import os
import signal
import threading

VARIABLE = "AKIRA_LIFELINE"


def follow_supervisor() -> None:
    """End this process, as SIGTERM would, when the supervisor that started it is gone; without one, do nothing.

    The supervisor alone holds the other end of the pipe, so that its death closes it, a kill -9 included.
    """
    descriptor = os.environ.get(VARIABLE)
    if descriptor:
        threading.Thread(target=_wait, args=[int(descriptor)], daemon=True).start()


def _wait(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
