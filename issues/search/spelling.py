"""The nearest spelling of a word that stands in no text. Pure."""

from collections.abc import Iterable

# How many letters may be wrong, by how long the word is.
_SHORT, _LONG = 4, 8


def distance(given: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or have changed places with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(given, 1):
        earlier, before, row = before, row, [place]
        for column, found in enumerate(other, 1):
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != found))
            if place > 1 and column > 1 and letter == other[column - 2] and given[place - 2] == found:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, others: Iterable[str]) -> str:
    """The one of the others that was meant most likely; the empty string where none is near.

    Of those that are equally near, one that begins with the same letter, then the first.
    """
    allowed = 1 if len(word) <= _SHORT else 2 if len(word) <= _LONG else 3
    ranked = [(distance(word, other), other[:1] != word[:1], place, other) for place, other in enumerate(others)]
    return min((found[-1] for found in [min(ranked)] if found[0] <= allowed), default="") if ranked else ""
