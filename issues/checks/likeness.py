"""How much two texts have in common, by the words and the pairs of characters that carry meaning. Pure.

Two texts are compared only within a script: a Japanese headline and an English title have no letters in common though
they say the same. Thresholds are those of the rules, which measured them; see decision 0019.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from common.html import names
from papers.agreeing import titles_agree

_LONGEST = 4_000
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Kanji and Chinese characters in runs, katakana in runs; hiragana are endings and particles and say little.
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]+|[\u30a1-\u30ff]+")
_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ANY_CJK = re.compile(f"[{_CJK}]")
_LATIN = re.compile(r"[a-z]{3,}")
# Words that stand in any text.
_LIGHT = names(
    "a about above after all also an and any are as at based be been before better between but by can could did do "
    "does each for from get had has have how in into is it its just like made make makes many may more most much "
    "new no not now of off on one only or other our out over own said same say says see show shows so some such "
    "than that the their them then there these they this those through to today too two under up use used using "
    "very via was way we well were what when where which while who why will with within without would you your"
)
# An ending more or less makes no other word: train, training, trained; model, models.
_STEM = 5


@lru_cache(maxsize=4_096)
def features(text: str) -> frozenset[str]:
    """The words of a text, cut to their beginnings, and the pairs of neighbouring characters of its CJK runs."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    words = {word for word in _WORD.findall(text) if word not in _LIGHT and (len(word) > 1 or word.isdecimal())}
    found = {word[:_STEM] if word.isalpha() else word for word in words}
    for run in _RUN.findall(text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return frozenset(found)


def script(text: str) -> str:
    """`cjk` where a text is written in Chinese characters or kana at least in part, `latin`, or the empty string."""
    if _ANY_CJK.search(text):
        return "cjk"
    return "latin" if _LATIN.search(text.casefold()) else ""


def are_comparable(one: str, other: str) -> bool:
    """Whether both texts are of one script, so that likeness says something about them."""
    return script(one) == script(other) != ""


def shared(one: str, other: str) -> frozenset[str]:
    """What both texts have in common."""
    return features(one) & features(other)


def likeness(one: str, other: str) -> float:
    """The part of the smaller text's features that the other has, from 0 to 1; 0 where one of them has none."""
    smaller = min(len(features(one)), len(features(other)))
    return len(shared(one, other)) / smaller if smaller else 0.0


def nearest(text: str, others: Iterable[str]) -> float:
    """The likeness of a text to the most alike of others."""
    return max((likeness(text, other) for other in others), default=0.0)


# Two titles with less than this part of their features in common are those of two works.
_OF_ONE_WORK = 0.51
# Before a colon or dash stands the name of the thing, by which the whole is often quoted.
_SUBTITLE = re.compile(r"\s*[:：–—]\s*|\s+-\s+")


def overlap(one: str, other: str) -> float:
    """The features that both texts have, as a part of all that either has on average (Dice), from 0 to 1."""
    sizes = len(features(one)) + len(features(other))
    return 2 * len(shared(one, other)) / sizes if sizes else 1.0


def are_titles_of_two_works(one: str, other: str) -> bool:
    """Whether two titles of one script are certainly not those of the same work.

    Spelling, order, a subtitle that is left out, and one word more or other make no second work.
    """
    if not are_comparable(one, other) or titles_agree(one, other):
        return False
    heads = [_SUBTITLE.split(title.strip(), maxsplit=1)[0] for title in (one, other)]
    if titles_agree(heads[0], other) or titles_agree(one, heads[1]) or titles_agree(*heads):
        return False
    return overlap(one, other) < _OF_ONE_WORK
