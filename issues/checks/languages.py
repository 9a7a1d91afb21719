"""In which language a text is written, as far as its script and its small words tell. Pure."""

from __future__ import annotations

import re
from collections import Counter

from common.html import names

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
# Small words that stand in every few sentences of a language and in hardly another one.
_SMALL = {
    "en": names(
        "the and of is that with for this are was from have which not they it by be as on but their has "
        "if you your about what when how who would into than been our"
    ),
    "de": names("der die das und ist nicht mit ein eine von den auf für dem sich auch wird im zu werden durch sind"),
    "fr": names("le les des est une dans pour que qui par sur avec du pas ce cette sont au aux ou plus leur nous"),
    "es": names("el los las una por con para que del se es como más pero sus este esta son muy también entre sobre"),
    "it": names("il gli che della di una per con non sono è anche come nel più alla dei questo questa delle ma"),
    "pt": names("os que uma para com não por dos das como mais foi ao seu sua são também pelo pela este esta em"),
    "nl": names("het een van en dat niet met voor zijn aan ook wordt door maar naar deze dit bij als worden er"),
}
# Fewer letters or words tell nothing.
_LEAST_CHARACTERS, _LEAST_WORDS = 16, 12


def language_of(text: str) -> str:
    """The language of a text: one of those above, ja, zh, ko, ru; empty where it can't be told."""
    counted = {script: len(form.findall(text)) for script, form in _SCRIPTS.items()}
    words = [word.lower() for word in _LATIN.findall(text)]
    # A Latin word weighs like two characters of Chinese or kana.
    weights = {**counted, "latin": 2 * len(words)}
    cjk = counted["kana"] + counted["han"]
    if cjk >= _LEAST_CHARACTERS and cjk > weights["latin"]:
        return _japanese_or_chinese(text, counted)
    for script, language in (("hangul", "ko"), ("cyrillic", "ru")):
        if counted[script] >= _LEAST_CHARACTERS and counted[script] > weights["latin"]:
            return language
    return _by_small_words(words) if cjk < len(words) else ""


_SCRIPTS = {"kana": _KANA, "han": _HAN, "hangul": _HANGUL, "cyrillic": _CYRILLIC}


def _japanese_or_chinese(text: str, counted: dict[str, int]) -> str:
    """Japanese has hiragana every few letters; Chinese has none, though it may quote a name in katakana."""
    hiragana = len(_HIRAGANA.findall(text))
    if hiragana * 12 >= counted["han"] + counted["kana"]:
        return "ja"
    return "zh" if hiragana * 40 <= counted["han"] and counted["kana"] * 4 <= counted["han"] else ""


def _by_small_words(words: list[str]) -> str:
    if len(words) < _LEAST_WORDS:
        return ""
    found = Counter({language: sum(word in small for word in words) for language, small in _SMALL.items()})
    (best, most), (_, second) = found.most_common(2)
    return best if most * 8 >= len(words) and most >= 2 * second else ""
