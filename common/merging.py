"""Two texts that began as one: what changed between them, and both changes in one text."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Chinese and Japanese are written without blanks between words; there each letter counts for itself.
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\s+|[^\w\s]"
)
# Comparing takes the longer, the more pieces there are, faster than in proportion.
MOST_PIECES = 4_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Merged:
    """Both changes in one text. Where both changed the same words, both wordings stand, and `is_clean` is False."""

    text: str
    is_clean: bool


@dataclass(frozen=True)
class _Hunk:
    """Pieces of the original, from `start` to `end`, that became others."""

    start: int
    end: int
    pieces: tuple[str, ...]


def _pieces(*texts: str) -> list[list[str]]:
    """The texts in words, in lines where these are too many, whole where even those are."""
    for split in (_WORDS.findall, lambda text: text.splitlines(keepends=True)):
        found = [split(text) for text in texts]
        if max(map(len, found)) <= MOST_PIECES:
            return found
    return [[text] if text else [] for text in texts]


def compare(before: str, after: str) -> list[tuple[Change, str]]:
    """How one text became the other: what stayed, what was taken out, what was put in, in order."""
    old, new = _pieces(before, after)
    told: list[tuple[Change, str]] = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            told.append((Change.SAME, "".join(old[start:end])))
            continue
        told += [(Change.REMOVED, "".join(old[start:end]))] if end > start else []
        told += [(Change.ADDED, "".join(new[new_start:new_end]))] if new_end > new_start else []
    return told


def merge(base: str, mine: str, theirs: str) -> Merged:
    """The text with what was changed on either side, as far as these are different places of it."""
    original, *sides = _pieces(base, mine, theirs)
    hunks = [_hunks(original, side) for side in sides]
    merged: list[str] = []
    place, is_clean = 0, True
    while hunks[0] or hunks[1]:
        start, end, own = _next_region(hunks)
        merged += original[place:start]
        wordings = [_as_changed(original, start, end, side) for side in own]
        unchanged = original[start:end]
        changed = [wording for wording in wordings if wording != unchanged] or [unchanged]
        merged += changed[0]
        if len(changed) > 1 and changed[0] != changed[1]:
            is_clean = False
            merged += [*_gap(merged, changed[1]), *changed[1]]
        place = end
    return Merged("".join([*merged, *original[place:]]), is_clean)


def _hunks(original: list[str], side: list[str]) -> list[_Hunk]:
    opcodes = SequenceMatcher(None, original, side, autojunk=False).get_opcodes()
    return [
        _Hunk(start, end, tuple(side[own_start:own_end]))
        for what, start, end, own_start, own_end in opcodes
        if what != "equal"
    ]


def _next_region(hunks: list[list[_Hunk]]) -> tuple[int, int, list[list[_Hunk]]]:
    """Take the first changes that touch each other off both lists: from where to where, and those of each side."""
    first = min((side for side in hunks if side), key=lambda side: (side[0].start, side[0].end))
    own: list[list[_Hunk]] = [[], []]
    start, end = first[0].start, first[0].end
    own[0 if first is hunks[0] else 1].append(first.pop(0))
    while True:
        touching = next((side for side in (0, 1) if hunks[side] and _touches(hunks[side][0], start, end)), None)
        if touching is None:
            return start, end, own
        own[touching].append(hunks[touching].pop(0))
        end = max(end, own[touching][-1].end)


def _touches(hunk: _Hunk, start: int, end: int) -> bool:
    """Whether a change meets a region: it reaches into it, or both put something in at the same place."""
    return hunk.start < end or hunk.start == hunk.end == start == end


def _as_changed(original: list[str], start: int, end: int, hunks: list[_Hunk]) -> list[str]:
    """The region of the original as one side has it."""
    pieces: list[str] = []
    for hunk in hunks:
        pieces += [*original[start : hunk.start], *hunk.pieces]
        start = hunk.end
    return [*pieces, *original[start:end]]


def _gap(before: list[str], after: list[str]) -> list[str]:
    is_glued = before and after and not before[-1].isspace() and not after[0].isspace()
    return [" "] if is_glued else []
