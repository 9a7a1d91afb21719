"""Has one thread at a time make what several want, while the others wait for it."""

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

Made = TypeVar("Made")


class _Flight:
    def __init__(self):
        self.has_landed = threading.Event()
        self.made = None


class Flights:
    """What is being made in this process, by key."""

    def __init__(self, patience: float):
        """`patience`: for how many seconds one waits for another."""
        self._patience = patience
        self._under_way: dict[Hashable, _Flight] = {}
        self._boarding = threading.Lock()

    def join(self, key: Hashable, make: Callable[[], Made]) -> tuple[Made | None, bool]:
        """What `make` returns, and whether it was our own: where another thread makes the same, its is waited for.

        Where that other one fails or takes too long, there is nothing (None); its failure reaches nobody else.
        """
        with self._boarding:
            flight = self._under_way.get(key)
            leads = flight is None
            if leads:
                flight = self._under_way[key] = _Flight()
        if not leads:
            flight.has_landed.wait(self._patience)
            return flight.made, False
        try:
            flight.made = make()
            return flight.made, True
        finally:
            with self._boarding:
                del self._under_way[key]
            flight.has_landed.set()
