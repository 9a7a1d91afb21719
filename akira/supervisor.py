"""Runs the web server and the worker side by side, and ends both when one ends or when asked to."""

import contextlib
import os
import signal
import subprocess
import time

from akira import lifeline

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Longer than the web server gives its requests.
PATIENCE = 20.0


class StopRequested(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


def stop_on_signals() -> None:
    """From now on, a signal to stop raises StopRequested."""

    def stop(number, frame):
        raise StopRequested

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


class Supervisor:
    """The children, as a context: on leaving it, they are ended."""

    def __enter__(self):
        self.children: dict[str, subprocess.Popen] = {}
        self._lifeline, self._our_end = os.pipe()
        return self

    def __exit__(self, *exception):
        self._end_all()
        os.close(self._our_end)
        os.close(self._lifeline)

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start a child in a session of its own: Ctrl-C reaches us alone, and we end the children in order."""
        self.children[name] = subprocess.Popen(
            command,
            env=os.environ | environment | {lifeline.VARIABLE: str(self._lifeline)},
            pass_fds=[self._lifeline],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ended(self) -> str:
        """Say which child has ended, and how; the empty string while all are alive."""
        for name, child in self.children.items():
            if (status := child.poll()) is not None:
                how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
                return f"The {name} {how}"
        return ""

    def wait(self) -> str:
        """Wait until a child ends, and say which and how."""
        while not (said := self.ended()):
            time.sleep(0.2)
        return said

    def _end_all(self) -> None:
        """Ask all to end, and insist when the time is up or when we are asked a second time."""
        with contextlib.suppress(StopRequested):
            for child in self.children.values():
                child.terminate()
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and any(child.poll() is None for child in self.children.values()):
                time.sleep(0.05)
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for child in self.children.values():
            if child.poll() is None:
                # It leads a group of its own, in which its workers are.
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
