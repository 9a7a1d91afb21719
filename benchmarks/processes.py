"""What processes of this machine have computed, from /proc: a figure that other work on the machine hardly moves."""

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pid: int) -> float:
    """What the living threads of a process have computed, from the scheduler, which counts in nanoseconds.

    Nothing, once it has ended.
    """
    total = 0
    try:
        for thread in (PROC / str(pid) / "task").iterdir():
            total += int((thread / "schedstat").read_text().split()[0])
    except OSError:
        # A thread, or all of it, ended meanwhile.
        pass
    return total / 1e9


def tree_of(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (parent := _parent_of(int(folder.name))) is not None:
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _parent_of(pid: int) -> int | None:
    try:
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def is_postgres(pid: int) -> bool:
    """Whether it is a server process of PostgreSQL; it runs on another machine where there is none of that number."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().startswith(b"postgres")
    except OSError:
        return False


def busy_seconds() -> float:
    """What all processes of this machine have computed."""
    times = list(map(int, (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]))
    idle, waiting = times[3], times[4]
    return (sum(times) - idle - waiting) / TICKS


class Meter:
    """What a set of processes computes from one moment to the next; `pids` is asked anew at each."""

    def __init__(self, pids):
        self._pids = pids
        self._before = self._now()

    def _now(self) -> dict[int, float]:
        return {pid: seconds_of(pid) for pid in self._pids()}

    def seconds(self) -> float:
        """What was computed since the meter was made; of processes that began later, all."""
        return sum(seconds - self._before.get(pid, 0) for pid, seconds in self._now().items())


def trees_of(roots: Iterable[int]) -> set[int]:
    return {pid for root in roots for pid in tree_of(root)}
