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
# Kanji and Chinese characters in runs, katakana as words; hiragana are endings and particles and say little.
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]+")
_KATAKANA = re.compile(r"[\u30a1-\u30ff]{2,}")
# Characters that hold Chinese sentences together: a pair with one of them is a turn of phrase.
_BINDING = frozenset(
    "的了是在有和与及或并而我你您他她它们这那个哪些什么怎样如何到从对为以把被让使给向于之其可能会要应该不没无也都就还更最很"
    "来去说看想做用每各次种时候得着过"
)
_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ANY_CJK = re.compile(f"[{_CJK}]")
_LATIN = re.compile(r"[a-z]{3,}")
# Words that stand in any text.
_LIGHT = names(
    "a about above after again ago all already also always an and answer answers any are around as at back based be "
    "became become been before began behind being better between big bit both build builds built but by call called "
    "came can come comes compare compared compares could day days describe described describes did different do "
    "does down during each easy eight even ever every example explain explained explains far few find finds first "
    "five for found four from get gets give given go goes going good got great guide had half hard has have help "
    "helps here high how i if in into introducing is it its just keep keeps last late later learns learnt least "
    "less lesson lessons let lets life like little long look looked looking looks lot low made make makers makes "
    "making many may me measure measured measures might month months more most much must my need needs never new "
    "next nine no nobody none not nothing now number of off often old on once one ones only open or other our out "
    "over own part parts people place post posts practice production put questions read reading real report reports "
    "right run running said same say says second see seen set seven short should show shows simple since six small "
    "so some something soon start started still story such take takes tell tells ten test tested tests than that "
    "the their them then there these they thing things think third this those three through time times to today too "
    "took tried tries try trying turn turned two under until up us use used using very via was way we week weekend "
    "weeks well went were what when where which while who whole why will with within without word work worked "
    "working works world would write writing year years yet you your"
)
# Texts in Chinese and Japanese write it both ways.
_AI = re.compile("人工智能|人工知能")
# An ending more or less makes no other word: train, training, trained; model, models.
_STEM = 5


@lru_cache(maxsize=4_096)
def features(text: str) -> frozenset[str]:
    """The words of a text, cut to their beginnings, and the pairs of neighbouring characters of its CJK runs."""
    text = _AI.sub(" ai ", unicodedata.normalize("NFKC", text[:_LONGEST]).casefold())
    words = {word for word in _WORD.findall(text) if word not in _LIGHT and len(word) > 1}
    found = {word[:_STEM] if word.isalpha() else word for word in words} | set(_KATAKANA.findall(text))
    for run in _RUN.findall(text):
        pairs = {run[at : at + 2] for at in range(len(run) - 1)}
        found |= {pair for pair in pairs if _BINDING.isdisjoint(pair)}
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
