"""How long a text takes to read."""

import re

WORDS_A_MINUTE = 230
CHARACTERS_A_MINUTE = {"ja": 500, "zh": 400}
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"\w+")


def minutes(text: str, language: str) -> int:
    """Whole minutes, at least one, to read the plain text.

    Kana and Chinese characters are counted each, at the pace usual in the language; what remains is counted in words.
    """
    characters = len(_CHARACTER.findall(text))
    words = len(_WORD.findall(_CHARACTER.sub(" ", text)))
    pace = CHARACTERS_A_MINUTE.get(language.split("-")[0], CHARACTERS_A_MINUTE["zh"])
    return max(1, round(words / WORDS_A_MINUTE + characters / pace))
