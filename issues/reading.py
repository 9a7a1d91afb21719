"""How long a text takes to read."""

import re
from collections.abc import Iterable
from typing import NamedTuple

WORDS_A_MINUTE = 230
CHARACTERS_A_MINUTE = {"ja": 500, "zh": 400}
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"\w+")


class Length(NamedTuple):
    """How much there is to read: words, and kana and Chinese characters, which are counted each."""

    words: int = 0
    characters: int = 0


def length(text: str) -> Length:
    """The length of a plain text."""
    # Most texts hold none of them, and are not written anew.
    spaced, characters = _CHARACTER.subn(" ", text)
    return Length(len(_WORD.findall(spaced)), characters)


def together(lengths: Iterable[Length]) -> Length:
    words, characters = zip(*lengths, strict=True)
    return Length(sum(words), sum(characters))


def minutes(length: Length, language: str) -> int:
    """Whole minutes, at least one, to read so much.

    Kana and Chinese characters are counted each, at the pace usual in the language; what remains is counted in words.
    """
    pace = CHARACTERS_A_MINUTE.get(language.split("-")[0], CHARACTERS_A_MINUTE["zh"])
    return max(1, round(length.words / WORDS_A_MINUTE + length.characters / pace))
