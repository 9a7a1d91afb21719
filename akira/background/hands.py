"""The threads of a worker, each of which carries out one task at a time."""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from django.db import close_old_connections, connections


class Hands:
    """Threads that do one task whenever they are called, as a context; on leaving it they get `patience` seconds.

    `do` must not raise. `done` is called after each task. A thread that is still at work then ends with the process;
    the row that it holds is claimed again when its lease has run out.
    """

    def __init__(self, count: int, *, do: Callable[[], None], done: Callable[[], None], patience: float):
        self._do, self._done, self._patience = do, done, patience
        self._calls: SimpleQueue[bool] = SimpleQueue()
        self._counting = threading.Lock()
        self._busy = 0
        self._threads = [threading.Thread(target=self._work, name=f"hand-{n}", daemon=True) for n in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        for _ in self._threads:
            self._calls.put(False)
        deadline = time.monotonic() + self._patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    @property
    def busy(self) -> int:
        """How many tasks are being done, or about to be."""
        return self._busy

    @property
    def idle(self) -> int:
        return len(self._threads) - self._busy

    def call(self, number: int) -> None:
        """Have so many tasks done, or as many as there are idle threads."""
        for _ in range(min(number, self.idle)):
            with self._counting:
                self._busy += 1
            self._calls.put(True)

    def _work(self):
        try:
            while self._calls.get():
                close_old_connections()
                self._do()
                with self._counting:
                    self._busy -= 1
                self._done()
        finally:
            connections.close_all()
