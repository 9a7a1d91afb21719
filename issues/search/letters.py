"""Letters as they are compared when found words are marked, each with its place in the text. Pure."""

import re
import unicodedata

from .query import PAIRED

# What is written without blanks between words, and the signs that stand with it.
WIDE = re.compile(f"[{PAIRED}\u3000-\u303f\uff00-\uff60]")
LATIN = re.compile(f"[^\\W_{PAIRED}]")
LATIN_RUN = re.compile(f"{LATIN.pattern}*")
_RUN = re.compile(f"[{PAIRED}]+|{LATIN.pattern}+")
# Marks that belong to the letter before them, the voiced marks of kana among them.
JOINED = "\u0300-\u036f\u3099\u309a\uff9e\uff9f\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CLUSTER = re.compile(f".[{JOINED}]*", re.DOTALL)

# Letters with a stroke and two in one, which Unicode does not take apart.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


def _fold_cluster(cluster: str) -> str:
    """A letter with its marks: width, case and accents gone; the voiced marks of kana stay, they make other letters."""
    letter = unicodedata.normalize("NFKC", cluster)
    if not WIDE.match(letter):
        letter = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return letter.casefold().translate(_STROKES)


class _Letters(dict):
    """Folded letters by code point, remembered as they come; `odd` holds those that do not fold to one letter."""

    def __init__(self):
        self.odd = set(map(chr, [*range(0x300, 0x370), 0x3099, 0x309A, 0xFF9E, 0xFF9F]))

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        folded = _fold_cluster(letter)
        # Letters beyond the first plane are rare, and too many to remember.
        if point < 0x10000:
            self[point] = folded
            if len(folded) != 1:
                self.odd.add(letter)
        return folded


_LETTERS = _Letters()


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text as it is compared, and where each of its letters begins in the text; None where that is the same.

    Width, case and accents are gone. The list has one place more, the end of the text.
    """
    folded = text.translate(_LETTERS)
    if len(folded) == len(text) and _LETTERS.odd.isdisjoint(text):
        return folded, None
    parts, places = [], []
    for cluster in _CLUSTER.finditer(text):
        letters = _fold_cluster(cluster[0])
        parts.append(letters)
        places += [cluster.start()] * len(letters)
    return "".join(parts), [*places, len(text)]


def runs(term: str) -> list[str]:
    """The folded runs of letters and digits of a term, those without blanks between words apart from others."""
    return _RUN.findall(fold(term)[0])


def is_wide(letters: str) -> bool:
    """Whether they begin with a letter, or a sign, of a script that has no blanks between words."""
    return bool(WIDE.match(letters))
