"""Says of something that is out of reach that it is, once a minute, however often it is reached for."""

import logging
import time

EVERY = 60.0


def in_a_line(error: Exception) -> str:
    """An error with its kind, cut to one line."""
    first_line, _, _ = str(error).strip().partition("\n")
    return f"{type(error).__name__}: {first_line}"


class Complaints:
    """What is said of one thing: `missing` while it is out of reach, `back` when it is there again."""

    def __init__(self, logger: logging.Logger, *, missing: str, back: str):
        self._logger, self._missing, self._back = logger, missing, back
        self._said_at: float | None = None

    def note(self, error: Exception) -> None:
        """It could not be reached."""
        if self._said_at is None or time.monotonic() >= self._said_at + EVERY:
            self._said_at = time.monotonic()
            self._logger.error("%s (%s)", self._missing, in_a_line(error))

    def over(self) -> None:
        """It was reached."""
        if self._said_at is not None:
            self._said_at = None
            self._logger.warning("%s", self._back)
