"""A summary says nearly the same as one before it in this issue, as one of the issue before, or as what was said of the
same work earlier: a paragraph was copied and not replaced."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator

from common.folding import fold

from ..facts import EntryFacts, Facts, shortened
from ..finding import Finding, Severity

CODE = "near-identical-summary"
SEVERITY = Severity.WARNING
TITLE = "Nearly the same summary"

# Of the shorter text this part stands in the other. Reworded texts about one work have a third at most.
_ALIKE = 0.7
_LONGEST = 6_000
# Shorter texts, such as “No surprise here.”, may well be the same.
_SHORTEST, _SHORTEST_OF_CJK = 60, 24
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SPACE = re.compile(r"[\W_]+")
# What is linked is how others call it; announcements of places and days are little else.
_LINK = re.compile(r"\[[^\]\n]*\]\([^)\s]*\)")
# Texts that are alike have many of these few shingles in common, so that only they are compared whole.
_SAMPLE = 48


def find(facts: Facts) -> Iterator[Finding]:
    index = _Index()
    for before in facts.previous.entries if facts.previous else ():
        index.add(before.summary, f"that of “{shortened(before.title)}” in {facts.previous.issue.name}")
    for entry in facts.entries:
        # What may run in every issue may keep its words.
        recurs = facts.may_recur(entry.row.url)
        if not recurs and (said := index.alike(entry.row.summary) or _said_earlier(facts, entry)):
            yield _finding(entry, said)
        index.add(entry.row.summary, f"that of {entry.name}, “{entry.title}”")


def _finding(entry: EntryFacts, said: str) -> Finding:
    message = f"The summary of “{entry.title}” is nearly {said}. Write its own, or take the copy out."
    return Finding(CODE, SEVERITY, entry.place.at("summary"), message, entry.row.summary)


def _said_earlier(facts: Facts, entry: EntryFacts) -> str:
    index = _Index()
    for mention in facts.earlier_mentions(entry):
        index.add(mention.summary, f"what was said of it in {mention.issue.name}")
    return index.alike(entry.row.summary)


class _Index:
    """Texts, found by their likeness."""

    def __init__(self):
        self.known: list[tuple[frozenset[int], str]] = []
        self.by_shingle: dict[int, list[int]] = {}

    def add(self, text: str, name: str) -> None:
        if shingles := shingles_of(text):
            for shingle in _sample(shingles):
                self.by_shingle.setdefault(shingle, []).append(len(self.known))
            self.known.append((shingles, name))

    def alike(self, text: str) -> str:
        """The name of the first text that is nearly this one; empty where there is none."""
        shingles = shingles_of(text)
        common = Counter(place for shingle in shingles for place in self.by_shingle.get(shingle, ()))
        for place in sorted(place for place, number in common.items() if number > _SAMPLE // 8):
            other, name = self.known[place]
            if len(shingles & other) >= _ALIKE * min(len(shingles), len(other)):
                return name
        return ""


def shingles_of(text: str) -> frozenset[int]:
    """The runs of five letters of a text, of three characters where it is Chinese or Japanese; none of a short one."""
    plain = _SPACE.sub("", fold(_LINK.sub(" ", text[:_LONGEST])))
    is_cjk = len(_CJK.findall(plain)) * 3 > len(plain)
    size, shortest = (3, _SHORTEST_OF_CJK) if is_cjk else (5, _SHORTEST)
    if len(plain) < shortest:
        return frozenset()
    return frozenset(zlib.crc32(plain[at : at + size].encode()) for at in range(len(plain) - size + 1))


def _sample(shingles: frozenset[int]) -> list[int]:
    """The same shingles of texts that share them: those with the smallest numbers."""
    return sorted(shingles)[:_SAMPLE]
