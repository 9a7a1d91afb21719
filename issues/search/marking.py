"""Found words marked in a title or an excerpt. Pure: text that may be hostile goes in, escaped HTML comes out."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from typing import NamedTuple

from django.utils.safestring import SafeString

from .letters import JOINED, LATIN, LATIN_RUN, fold, is_wide, runs
from .query import Query

# Longer texts are not searched to their end for what could be marked.
LONGEST = 10_000
# How wide an excerpt is, in Latin letters; one of Chinese or Japanese is as wide as two.
EXCERPT = 210
# What of it stands before the first found word, where the text begins earlier.
_BEFORE = 60
_MOST_TERMS, _MOST_TRIES, _MOST_MARKS, _MOST_STARTS = 24, 600, 60, 12

# Tried at the beginnings of words alone, and without going back: a hostile text is read once.
_HYPHENED = re.compile(f"(?<!{LATIN.pattern}){LATIN.pattern}++(?:-{LATIN.pattern}++)+")
_BETWEEN = re.compile(r"[\W_]*")
_SENTENCE = re.compile(r"[.!?…]\s+|[。！？]\s*")
_WORD_BEGINS = re.compile(r"\s+|(?<=[、。，；：！？」』）])")
# No line begins with these.
_CLINGING = re.compile(f"[{JOINED}、。，．；：！？」』）】〕》〉ゝゞ々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]")

# Endings by which forms of one English word differ, the longest first; PostgreSQL takes them off likewise.
_ENDINGS = (
    *("ations", "ation", "ators", "ating", "ative", "ively", "ator", "ated", "ates", "ings", "ions", "ives", "edly"),
    *("ate", "ing", "ion", "ive", "ers", "ies", "ied", "ed", "er", "es", "ly", "e", "s", "y", "i"),
)
# What is left of a word must still tell it from others: "nation" is no form of "nature".
_SHORTEST_STEM = 4


# --- What is marked ------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """A place of a text where a term stands."""

    start: int
    end: int
    term: int


class _Run(NamedTuple):
    """A run of letters and digits that is looked for: how it begins, and whether other forms of it count."""

    stem: str
    is_wide: bool
    bends: bool = False

    @classmethod
    def of(cls, run: str) -> "_Run":
        if is_wide(run) or not (run.isascii() and run.isalpha() and len(run) > 2):
            return cls(run, is_wide(run))
        ending = next((end for end in _ENDINGS if run.endswith(end) and len(run) - len(end) >= _SHORTEST_STEM), "")
        stem = run.removesuffix(ending)
        # The running of a runner: a consonant is written twice before an ending.
        if ending and stem[-1] == stem[-2] and stem[-1] not in "aeiouls":
            stem = stem[:-1]
        return cls(stem, False, True)

    def end_in(self, text: str, place: int) -> int:
        """Where the run ends, or a form of it, that stands at this place as a whole word; -1 if none does."""
        end = place + len(self.stem)
        if not text.startswith(self.stem, place):
            return -1
        if self.is_wide:
            return end
        rest = LATIN_RUN.match(text, end)[0]
        if not rest or (self.bends and (rest in _ENDINGS or (rest[0] == self.stem[-1] and rest[1:] in _ENDINGS))):
            return end + len(rest)
        return -1


def _places_of(text: str, words: str) -> Iterator[int]:
    """Where these letters stand; of very many places the first ones."""
    place = text.find(words)
    for _ in range(_MOST_TRIES):
        if place < 0:
            return
        yield place
        place = text.find(words, place + 1)


class _Term:
    """What is looked for in folded texts: as whole words, in their order, whatever stands between them."""

    def __init__(self, term: list[str]):
        self.runs = [_Run.of(run) for run in term]
        # Not in every word that happens to hold two letters.
        self.part = term[0] if len(term) == 1 and len(term[0]) > 2 else ""

    def spans(self, text: str, number: int) -> list[Span]:
        """Where the term stands; where it is no word of the text, within words."""
        whole = [
            Span(place, end, number)
            for place in _places_of(text, self.runs[0].stem)
            if (end := self._end(text, place)) > 0
        ]
        whole = whole or self._joined(text, number)
        if whole or not self.part:
            return whole[:_MOST_MARKS]
        return [Span(place, place + len(self.part), number) for place in _places_of(text, self.part)][:_MOST_MARKS]

    def _joined(self, text: str, number: int) -> list[Span]:
        """Where words that hyphens part are the term when written as one: GPT-3 for gpt3."""
        if not self.part or self.runs[0].is_wide or "-" not in text:
            return []
        return [
            Span(*found.span(), number) for found in _HYPHENED.finditer(text) if found[0].replace("-", "") == self.part
        ]

    def _end(self, text: str, place: int) -> int:
        if place and not self.runs[0].is_wide and LATIN.match(text[place - 1]):
            return -1
        end = self.runs[0].end_in(text, place)
        for run in self.runs[1:]:
            if end < 0:
                break
            end = run.end_in(text, _BETWEEN.match(text, end).end())
        return end


class Marker:
    """Marks the terms of one query in as many texts as are wanted.

    A term is found as a whole word or a form of it, without regard to case, width and accents; in a text that has
    none, within words.
    """

    def __init__(self, query: Query, variants: Iterable[str] = ()):
        found = filter(None, map(runs, [*query.phrases, *query.words, *variants]))
        self._terms = [_Term(term) for term in islice(found, _MOST_TERMS)]

    @property
    def count(self) -> int:
        """How many terms there are to mark."""
        return len(self._terms)

    def spans(self, text: str) -> list[Span]:
        """Where terms stand in the text: in order, none over another."""
        folded, places = fold(text[:LONGEST])
        found = _apart(span for number, term in enumerate(self._terms) for span in term.spans(folded, number))
        if places is None:
            return found
        return _apart(Span(places[span.start], _end(places, span.end), span.term) for span in found)

    def mark(self, text: str) -> SafeString:
        """The whole text, with what was found marked."""
        return _marked(text, self.spans(text), 0, len(text))

    def excerpt(self, text: str) -> SafeString:
        """So much of the text as a result shows, from where most of the terms stand; cut between words."""
        return self.excerpt_and_terms(text)[0]

    def excerpt_and_terms(self, text: str) -> tuple[SafeString, set[int]]:
        """The same, and which of the terms are marked in it."""
        text = " ".join(text[:LONGEST].split())
        spans = self.spans(text)
        start, end = _window(text, spans)
        begins = "… " if start and not _SENTENCE.search(text, max(0, start - 3), start) else ""
        ends = "" if end >= len(text) else "…" if is_wide(text[end - 1]) else "\u00a0…"
        shown = {span.term for span in spans if span.start < end and span.end > start}
        return SafeString(f"{begins}{_marked(text, spans, start, end)}{ends}"), shown


def excerpt(text: str, query: Query, language: str = "") -> SafeString:
    """One excerpt; for several, a `Marker` is made once."""
    return Marker(query).excerpt(text)


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
    earliest = max(0, anchor - (_BEFORE // 2 if is_wide(text[anchor]) else _BEFORE))
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
    if not is_wide(text[end]) and not is_wide(text[end - 1]):
        blank = text.rfind(" ", max(start + 1, end - _BEFORE), end + 1)
        end = blank if blank > 0 else end
    while start < end < len(text) and _CLINGING.match(text[end]):
        end -= 1
    return len(text[:end].rstrip(" ,;:，、；："))


def _width(text: str) -> int:
    """How wide the text is: this encoding of Chinese gives two bytes to what is twice as wide as a Latin letter."""
    return len(text.encode("gb18030", "replace"))


def _advance(text: str, start: int, width: int) -> int:
    """The place that is so wide behind the start."""
    encoded = text[start : start + width].encode("gb18030", "replace")
    return start + len(encoded[:width].decode("gb18030", "ignore"))


def _retreat(text: str, width: int) -> int:
    """The place that is so wide before the end."""
    return len(text) - _advance(text[::-1], 0, width)
