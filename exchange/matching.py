"""Which rows of an issue are which parts of a document that came again, and in which order they then stand. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

Key = Callable[[object], Hashable | None]


def pair(rows: Sequence[object], parts: Sequence[object], keys: Sequence[tuple[Key, Key]]) -> dict[int, object]:
    """The row of each part, by the part's index; parts without one are left out.

    Each pair of functions gives a key of a row and of a part; the first pair that makes them equal counts, and None
    equals nothing. Of several equal ones the first rows go with the first parts, so that the result never depends
    on chance.
    """
    found: dict[int, object] = {}
    free = list(rows)
    for row_key, part_key in keys:
        waiting: dict[Hashable, list[object]] = defaultdict(list)
        for row in free:
            if (key := row_key(row)) is not None:
                waiting[key].append(row)
        for index, part in enumerate(parts):
            if index in found or (key := part_key(part)) is None or not waiting.get(key):
                continue
            found[index] = waiting[key].pop(0)
        taken = set(map(id, found.values()))
        free = [row for row in free if id(row) not in taken]
    return found


def interleave(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Hashable]:
    """The first order, with what only the second has put after its nearest predecessor there."""
    order = list(first)
    known = set(order)
    before = None
    for item in second:
        if item not in known:
            order.insert(order.index(before) + 1 if before is not None else 0, item)
            known.add(item)
        before = item
    return order
