"""Keeps things in memory up to a number of bytes; what was not used for longest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol


class Sized(Protocol):
    @property
    def size(self) -> int: ...


class Bounded:
    """Things of a known `size` by key. Threads may share it; nothing takes longer when there are more of them."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.size = 0
        self._kept: OrderedDict[Hashable, Sized] = OrderedDict()
        # The size that each was counted with, since a thing may grow.
        self._sizes: dict[Hashable, int] = {}
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable) -> Sized | None:
        with self._changing:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, thing: Sized) -> None:
        """Keep a thing, in place of that with the same key; one that is larger than all the room is not kept."""
        with self._changing:
            self._drop(key)
            self._kept[key] = thing
            self._count(key, thing)

    def grown(self, key: Hashable, thing: Sized) -> None:
        """Count anew a thing that has become larger, if it is still here."""
        with self._changing:
            if self._kept.get(key) is thing:
                self._count(key, thing)

    def clear(self) -> None:
        with self._changing:
            self._kept.clear()
            self._sizes.clear()
            self.size = 0

    def _count(self, key: Hashable, thing: Sized) -> None:
        self.size += thing.size - self._sizes.get(key, 0)
        self._sizes[key] = thing.size
        if thing.size > self.capacity:
            self._drop(key)
        while self.size > self.capacity:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        if self._kept.pop(key, None) is not None:
            self.size -= self._sizes.pop(key)
