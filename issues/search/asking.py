"""A query as PostgreSQL is asked it: lexemes that have to be there, and parts that a text has to hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from django.db import connection

from .query import Query, is_paired
from .variants import forms_of, writings

# A word of the archive may be found in a text by many forms and longer words; so many are looked for.
MOST_FORMS = 40


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
    """A term as runs of letters and digits with a blank between them, and those of its runs that are words."""

    text: str = ""
    words: list[Word] = field(default_factory=list)

    @property
    def runs(self) -> list[str]:
        return self.text.split()

    @property
    def paired(self) -> list[str]:
        """The runs that are found by characters and pairs of them."""
        return [run for run in self.runs if is_paired(run)]

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
            "SELECT term, runs, word, lexeme, way FROM issues_search_words("
            "%s::text[], ARRAY(SELECT DISTINCT papers_search_dictionary(spoken) FROM unnest(%s::text[]) spoken))",
            [terms, [*languages, "en"]],
        )
        for place, text, word, lexeme, way in cursor.fetchall():
            term = read[place - 1]
            term.text = text
            if word is not None and not is_paired(word):
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
    """What a text has to hold: lexemes as parts of a `tsquery`, of each list of parts one, none of the excluded."""

    sought: list[str] = field(default_factory=list)
    parts: list[list[str]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)


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


def pairs(run: str) -> list[str]:
    """As parts of a `tsquery`, pairs that together hold every character of the run; a run of one is a character."""
    if len(run) < 3:
        return [_written(run)]
    starts = [*range(0, len(run) - 2, 2), len(run) - 2]
    return [_written(run[start : start + 2]) for start in starts]


def _written(part: str) -> str:
    """One or two characters, or what stands for them where others write them differently."""
    return any_of(map("".join, product(*map(forms_of, part))))


def _ask_for_word(asked: Asked, term: Term) -> None:
    asked.sought += [any_of(word.sought) for word in term.words]
    for run in term.paired:
        asked.sought += pairs(run)
        # The pairs may stand apart. One and two characters are told by the lexemes alone.
        if len(run) > 2:
            asked.parts.append(_parts(run))


def _ask_for_phrase(asked: Asked, term: Term) -> None:
    if term.runs:
        asked.sought += [lexeme(word.word) for word in term.words]
        asked.sought += [pair for run in term.paired for pair in pairs(run)]
        asked.parts.append(_parts(term.text))


def _exclude(asked: Asked, term: Term) -> None:
    if len(term.runs) == len(term.words) == 1:
        word = term.words[0]
        asked.sought.append(f"!{any_of([word.word, *word.forms])}")
    elif len(term.text) in (1, 2):
        asked.sought.append(f"!{_written(term.text)}")
    elif term.text:
        asked.excluded += _parts(term.text)


def _parts(text: str) -> list[str]:
    """Runs as they follow each other in a text of the index: words are whole, others may be parts of longer ones."""
    start = "" if is_paired(text) else " "
    end = "" if is_paired(text[-1]) else " "
    return [f"{start}{written}{end}" for written in writings(text)]


def whole(query: Query, terms: list[Term]) -> str:
    """All that is looked for as it would stand in a title."""
    return " ".join(term.text for term in terms[: len(query.words) + len(query.phrases)] if term.text)
