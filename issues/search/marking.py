"""Found words marked in a title or an excerpt. Pure: text that may be hostile goes in, escaped HTML comes out."""

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import NamedTuple

from django.utils.safestring import SafeString

from .query import Query

# Longer texts are not searched to their end for what could be marked.
LONGEST = 20_000
# How wide an excerpt is, in Latin letters; one of Chinese or Japanese is as wide as two.
EXCERPT = 210
# What of it stands before the first found word, where the text begins earlier.
_BEFORE = 60
_MOST_TERMS, _MOST_MARKS, _MOST_STARTS = 24, 60, 12

_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_WIDE = re.compile(f"[{_CJK}\u3000-\u303f\uff00-\uff60]")
_LATIN = f"[^\\W_{_CJK}]"
_RUN = re.compile(f"[{_CJK}]+|{_LATIN}+")
# Marks that belong to the letter before them, the voiced marks of kana among them.
_JOINED = "\u0300-\u036f\u3099\u309a\uff9e\uff9f\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CLUSTER = re.compile(f".[{_JOINED}]*", re.DOTALL)
_SENTENCE = re.compile(r"[.!?…]\s+|[。！？]\s*")
_WORD_BEGINS = re.compile(r"\s+|(?<=[、。，；：！？」』）])")
# No line begins with these.
_CLINGING = re.compile(f"[{_JOINED}、。，．；：！？」』）】〕》〉ゝゞ々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]")

# Endings by which forms of one English word differ, the longest first; PostgreSQL takes them off likewise.
_ENDINGS = (
    *("ations", "ation", "ators", "ating", "ative", "ively", "ator", "ated", "ates", "ings", "ions", "ives", "edly"),
    *("ate", "ing", "ion", "ive", "ers", "ies", "ied", "ed", "er", "es", "ly", "e", "s", "y", "i"),
)
_ANY_ENDING = "|".join(_ENDINGS)
# What is left of a word must still tell it from others: "nation" is no form of "nature".
_SHORTEST_STEM = 4


# --- Letters as they are compared ----------------------------------------------------------------------------------

# Letters with a stroke and two in one, which Unicode does not take apart.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


def _fold_cluster(cluster: str) -> str:
    """A letter with its marks: width, case and accents gone; the voiced marks of kana stay, they make other letters."""
    letter = unicodedata.normalize("NFKC", cluster)
    if not _WIDE.match(letter):
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


# --- What is marked ------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """A place of a text where a term stands."""

    start: int
    end: int
    term: int


def _forms(word: str) -> str:
    """A pattern of the word and of those forms of it that search finds with it."""
    if not (word.isascii() and word.isalpha() and len(word) > 2):
        return re.escape(word)
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST_STEM), "")
    stem = word.removesuffix(ending)
    # The running of a runner: a consonant is written twice before an ending.
    if ending and stem[-1] == stem[-2] and stem[-1] not in "aeiouls":
        stem = stem[:-1]
    return f"{stem}{stem[-1]}?(?:{_ANY_ENDING})?"


def _runs(term: str) -> list[str]:
    """The runs of letters and digits of a term, Chinese and Japanese ones apart from others."""
    return _RUN.findall(fold(term)[0])


def _is_wide(run: str) -> bool:
    return bool(_WIDE.match(run))


def _as_words(runs: list[str]) -> str:
    """The runs in their order, whatever stands between them, and as whole words where words have blanks between."""
    written = [re.escape(run) if _is_wide(run) else _forms(run) for run in runs]
    start = "" if _is_wide(runs[0]) else f"(?<!{_LATIN})"
    end = "" if _is_wide(runs[-1]) else f"(?!{_LATIN})"
    return start + r"[\W_]*".join(written) + end


class Marker:
    """Marks the terms of one query in as many texts as are wanted.

    A term is found as a whole word or a form of it, without regard to case, width and accents; in a text that has
    none, within words.
    """

    def __init__(self, query: Query, variants: Iterable[str] = ()):
        found = [runs for term in [*query.phrases, *query.words, *variants] if (runs := _runs(term))]
        # Either way of writing a term may be the one that is found.
        self._patterns = [
            (
                re.compile(_as_words(runs)),
                re.compile(r"[\W_]*".join(map(re.escape, runs))) if _is_telling(runs) else None,
            )
            for runs in found[:_MOST_TERMS]
        ]

    def spans(self, text: str) -> list[Span]:
        """Where terms stand in the text: in order, none over another."""
        folded, places = fold(text[:LONGEST])
        found = _apart(span for number, patterns in enumerate(self._patterns) for span in _of(patterns, folded, number))
        if places is None:
            return found
        return _apart(Span(places[span.start], _end(places, span.end), span.term) for span in found)

    def mark(self, text: str) -> SafeString:
        """The whole text, with what was found marked."""
        return _marked(text, self.spans(text), 0, len(text))

    def excerpt(self, text: str) -> SafeString:
        """So much of the text as a result shows, from where most of the terms stand; cut between words."""
        text = " ".join(text[:LONGEST].split())
        spans = self.spans(text)
        start, end = _window(text, spans)
        begins = "… " if start and not _SENTENCE.search(text, max(0, start - 3), start) else ""
        ends = "" if end >= len(text) else "…" if _is_wide(text[end - 1]) else "\u00a0…"
        return SafeString(f"{begins}{_marked(text, spans, start, end)}{ends}")


def excerpt(text: str, query: Query, language: str = "") -> SafeString:
    """One excerpt; for several, a `Marker` is made once."""
    return Marker(query).excerpt(text)


def _is_telling(runs: list[str]) -> bool:
    """Whether the term may be marked within words: not in every word that happens to hold two letters."""
    return sum(map(len, runs)) > 2


def _of(patterns: tuple[re.Pattern, re.Pattern | None], folded: str, number: int) -> list[Span]:
    for pattern in filter(None, patterns):
        if found := [Span(*match.span(), number) for match in islice(pattern.finditer(folded), _MOST_MARKS)]:
            return found
    return []


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, the longer first where two begin together, without those that begin within another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.end > span.start and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept


def _end(places: list[int], end: int) -> int:
    """Where the letter behind the last one begins; one letter of the text may be several when compared."""
    last = places[end - 1]
    while places[end] == last:
        end += 1
    return places[end]


def _marked(text: str, spans: list[Span], start: int, end: int) -> SafeString:
    parts, place = [], start
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first < last:
            parts += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
            place = last
    return SafeString("".join([*parts, escape(text[place:end])]))


# --- What is shown -------------------------------------------------------------------------------------------------


def _window(text: str, spans: list[Span]) -> tuple[int, int]:
    """From where to where the excerpt goes."""
    if len(text) <= EXCERPT // 2:
        return 0, len(text)
    start = _start(text, _richest(spans)) if spans else 0
    end = _advance(text, start, EXCERPT)
    if end >= len(text):
        return _between_words(text, min(start, _retreat(text, EXCERPT))), len(text)
    return start, _last_word(text, start, end)


def _richest(spans: list[Span]) -> int:
    """Where the span begins behind which most of the terms stand close together, the first one of several such."""
    near = [
        (len({other.term for other in spans if 0 <= other.start - span.start < EXCERPT // 2}), span) for span in spans
    ]
    return max(near[:_MOST_STARTS], key=lambda pair: pair[0])[1].start


def _start(text: str, anchor: int) -> int:
    """A place before the anchor: the beginning of its text or sentence where that is near, else of a word."""
    if _width(text[:anchor]) <= _BEFORE:
        return 0
    earliest = max(0, anchor - (_BEFORE // 2 if _is_wide(text[anchor]) else _BEFORE))
    sentences = [sentence.end() for sentence in _SENTENCE.finditer(text, earliest, anchor)]
    return sentences[-1] if sentences else _between_words(text, earliest, until=anchor)


def _between_words(text: str, place: int, until: int | None = None) -> int:
    """The place, or the next one at which a word begins."""
    if place == 0:
        return 0
    begins = _WORD_BEGINS.search(text, place, until if until is not None else place + _BEFORE)
    return begins.end() if begins else (place if until is None else until)


def _last_word(text: str, start: int, end: int) -> int:
    """The end, or an earlier one at which no word is cut."""
    if not _is_wide(text[end]) and not _is_wide(text[end - 1]):
        blank = text.rfind(" ", max(start + 1, end - _BEFORE), end + 1)
        end = blank if blank > 0 else end
    while start < end < len(text) and _CLINGING.match(text[end]):
        end -= 1
    return len(text[:end].rstrip(" ,;:，、；："))


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _advance(text: str, start: int, width: int) -> int:
    """The place that is so wide behind the start."""
    while start < len(text) and width > 0:
        width -= 2 if _is_wide(text[start]) else 1
        start += 1
    return start


def _retreat(text: str, width: int) -> int:
    """The place that is so wide before the end."""
    place = len(text)
    while place and width > 0:
        place -= 1
        width -= 2 if _is_wide(text[place]) else 1
    return place
