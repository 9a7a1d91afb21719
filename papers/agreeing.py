"""Whether two titles are those of one work, so that no page passes for a paper that it only talks about. Pure."""

import re
import unicodedata
from difflib import SequenceMatcher

from common.html import names

# A share of like letters does not tell titles apart: “Unsupervised” for “Supervised” changes three in a hundred, and
# one word of a Japanese title weighs as much as all the slips of an English one. So the words must be the same, but for
# these, which writers change at will, and for slips of one letter in one of so many words.
_LIGHT = names("a an and as at by for from in into of on onto or the to toward towards using via with")
_WORDS_FOR_A_SLIP = 2
# In a shorter word a letter more or less makes another word.
_SHORTEST_TO_SLIP = 5
# A title that was cut short for a card tells that much at least.
_SHORTEST_START = 25
_LONGEST = 1_000

# What sites put around the title: the number of the paper before it, their own name behind or before it.
_BEFORE = re.compile(r"\s*[\[(](?:arxiv:)?\s*(?:pdf|html|[a-z-]*/?\d[\d.]*(?:v\d+)?)\s*[\])]\s*", re.IGNORECASE)
_APART = re.compile(r"\s+[|·•»›—–-]+\s+|\s*[|｜]\s*|\s*::\s*")
_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*\Z")
_OF_TEX = re.compile(r"\\(?:math[a-z]*|text[a-z]*|rm|bf|it|operatorname)(?![a-zA-Z])")
# Letters that are written without blanks between words count as a word each.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
# A voiced sound of Japanese (ば) is written as another letter (は) with this mark, which is no accent.
_VOICED = "\u3099\u309a"


def _plain(title: str) -> str:
    """The title in one form: without case, accents, widths and the commands of LaTeX."""
    text = unicodedata.normalize("NFKD", _OF_TEX.sub(" ", title[:_LONGEST])).casefold()
    kept = (letter for letter in text if letter in _VOICED or not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", "".join(kept))


def _words(title: str) -> list[str]:
    found = _WORD.findall(_plain(title))
    return [word for word in found if word not in _LIGHT] or found


def _is_slip(one: str, other: str) -> bool:
    """Whether a letter more, less or other makes one word of the other; not at its beginning: `unlike` is no slip."""
    if min(len(one), len(other)) < _SHORTEST_TO_SLIP or one[:2] != other[:2] or not (one + other).isalpha():
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(one))
    one, other = one[start:], other[start:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:]


def _are_alike(one: list[str], other: list[str]) -> bool:
    if not one or not other:
        return False
    # Hyphens are a matter of taste.
    if "".join(one) == "".join(other):
        return True
    slips = 0
    for change, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        pairs = list(zip(one[start:end], other[other_start:other_end], strict=False))
        if end - start != other_end - other_start or not all(_is_slip(*pair) for pair in pairs):
            return False
        slips += len(pairs)
    return slips * _WORDS_FOR_A_SLIP <= len(one)


def _begins(start: str, whole: str) -> bool:
    """Whether the beginning of a title, which ends anywhere in a word, is that of the other."""
    letters, all_letters = ("".join(_WORD.findall(_plain(title))) for title in (start, whole))
    return len(letters) >= _SHORTEST_START and all_letters.startswith(letters)


def _readings(title: str) -> list[str]:
    """The title as it stands, and what of it is the title itself where a site put its own name to it."""
    whole = _BEFORE.sub("", title[:_LONGEST], count=1) if _BEFORE.match(title) else title[:_LONGEST]
    cuts = [match.span() for match in _APART.finditer(whole)]
    return [whole, whole[: cuts[0][0]], whole[: cuts[-1][0]], whole[cuts[0][1] :]] if cuts else [whole]


def titles_agree(page: str, paper: str) -> bool:
    """Whether the title that a page states is that of the paper, but for spelling and the name of the site.

    Titles without words agree with none.
    """
    if (cut := _CUT.search(page)) and _begins(page[: cut.start()], paper):
        return True
    words = _words(paper)
    return any(_are_alike(_words(reading), words) for reading in _readings(page))
