"""A query as PostgreSQL is asked it: lexemes that have to be there, and patterns that a text has to match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from .query import PAIRED, Query, is_paired, runs

# A word of the archive may be found in a text by many forms and longer words; so many are looked for.
MOST_FORMS = 40

_GAP = "[^[:alnum:]]*"
_BEFORE = f"(^|[^[:alnum:]]|[{PAIRED}])"
_BEHIND = f"($|[^[:alnum:]]|[{PAIRED}])"


@dataclass
class Word:
    """A word of a term as it is asked for, folded, and the words of the archive by which it is found."""

    word: str
    forms: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)

    @property
    def sought(self) -> list[str]:
        return [self.word, *self.forms, *self.parts][: MOST_FORMS + 1]


@dataclass
class Term:
    """A term, folded by the database, and its words."""

    folded: str = ""
    words: list[Word] = field(default_factory=list)

    @property
    def is_unknown(self) -> bool:
        """Whether a word of it stands in no text, but one that is nearly it."""
        return any(word.near for word in self.words)


def read_terms(terms: list[str], languages: list[str]) -> list[Term]:
    """The terms, folded, with the words by which they are found. One query; none for no terms."""
    if not terms:
        return []
    read = [Term() for _ in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term, folded, word, lexeme, way FROM issues_search_words("
            "%s, ARRAY(SELECT DISTINCT papers_search_dictionary(spoken) FROM unnest(%s) spoken))",
            [terms, [*languages, "en"]],
        )
        for place, folded, word, lexeme, way in cursor.fetchall():
            term = read[place - 1]
            term.folded = folded
            if word is not None:
                _take(term, word, lexeme, way)
    return read


def _take(term: Term, word: str, lexeme: str | None, way: str) -> None:
    if lexeme is None:
        term.words.append(Word(word))
        return
    last = term.words[-1]
    if lexeme != word:
        {"form": last.forms, "part": last.parts, "near": last.near}[way].append(lexeme)


@dataclass
class Asked:
    """What a text has to hold: lexemes as a `tsquery`, patterns of LIKE, and regular expressions."""

    sought: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    @property
    def tsquery(self) -> str | None:
        return all_of(self.sought)


def lexeme(text: str) -> str:
    """A text as one lexeme of a `tsquery`."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def all_of(parts: Iterable[str]) -> str | None:
    return " & ".join(dict.fromkeys(parts)) or None


def any_of(texts: Iterable[str]) -> str:
    found = [lexeme(text) for text in dict.fromkeys(texts)]
    return f"({' | '.join(found)})" if len(found) > 1 else found[0]


def asked_for(query: Query, terms: list[Term]) -> Asked:
    """What the query's words, phrases and excluded terms ask for; `terms` are these in that order."""
    asked = Asked()
    words = len(query.words)
    phrases = words + len(query.phrases)
    for term in terms[:words]:
        if len(term.words) > 1:
            _ask_for_phrase(asked, term)
        else:
            _ask_for_word(asked, term)
    for term in terms[words:phrases]:
        _ask_for_phrase(asked, term)
    for term in terms[phrases:]:
        _exclude(asked, term)
    return asked


def _paired_runs(term: Term) -> list[str]:
    return [run for run in runs(term.folded) if is_paired(run)]


def _pairs(run: str) -> list[str]:
    """Pairs that together hold every character of the run; a run of one is a character."""
    if len(run) < 3:
        return [run]
    starts = [*range(0, len(run) - 2, 2), len(run) - 2]
    return [run[start : start + 2] for start in starts]


def _ask_for_word(asked: Asked, term: Term) -> None:
    asked.sought += [any_of(word.sought) for word in term.words]
    for run in _paired_runs(term):
        asked.sought += map(lexeme, _pairs(run))
        # The pairs may stand apart. One and two characters are told by the lexemes alone.
        if len(run) > 2:
            asked.patterns.append(f"%{run}%")


def _ask_for_phrase(asked: Asked, term: Term) -> None:
    asked.sought += [lexeme(word.word) for word in term.words]
    for run in _paired_runs(term):
        asked.sought += map(lexeme, _pairs(run))
    if found := runs(term.folded):
        # What is quick to tell is told first; what is left is looked at closely.
        asked.patterns.append(f"%{'%'.join(found)}%")
        asked.phrases.append(_as_phrase(found))


def _as_phrase(found: list[str]) -> str:
    """The runs one after another, as whole words where words have blanks between them."""
    start = "" if is_paired(found[0]) else _BEFORE
    end = "" if is_paired(found[-1]) else _BEHIND
    written = found[0]
    for before, run in zip(found, found[1:], strict=False):
        written += (_GAP if is_paired(before) or is_paired(run) else "[^[:alnum:]]+") + run
    return f"{start}{written}{end}"


def _exclude(asked: Asked, term: Term) -> None:
    found = runs(term.folded)
    if not found:
        return
    if len(found) == 1 and len(term.words) == 1 and not is_paired(found[0]):
        asked.sought.append(f"!{any_of([term.words[0].word, *term.words[0].forms])}")
    elif len(found) == 1 and len(found[0]) < 3 and is_paired(found[0]):
        asked.sought.append(f"!{lexeme(found[0])}")
    else:
        asked.excluded.append(_as_phrase(found))


_NO_BLANKS = re.compile(r"\s+")


def whole(query: Query, terms: list[Term]) -> str:
    """All that is looked for as it would stand in a title."""
    kept = terms[: len(query.words) + len(query.phrases)]
    return _NO_BLANKS.sub(" ", " ".join(term.folded for term in kept)).strip()
