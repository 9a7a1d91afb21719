"""The desk's search boxes: a list narrowed to what a text asks for, drafts included, by the index that readers ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from issues.models import Entry, Issue, Publication
from issues.models.issue import SLUG_PATTERN
from papers.catalogue import known_works
from papers.models import Work

from . import asking
from .asking import Asked
from .query import Query, parse

_LABEL = re.compile(r"[\w-]+\.\d{1,6}")
_PUBLIC_ID = re.compile(SLUG_PATTERN)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Sought:
    """What a text asks for; `loosely` as a `tsquery` for texts whose words are not known; works that it names."""

    text: str
    asked: Asked
    loosely: str | None
    works: list[int]

    @property
    def host(self) -> str:
        """The site that the text names, or the empty string."""
        return self.text.lower().removeprefix("www.") if _HOST.fullmatch(self.text) else ""


def narrow(queryset: QuerySet, text: str) -> QuerySet:
    """The rows of the queryset that the text asks for: entries, issues, works, or candidates of the inbox.

    Words are found by their forms, Japanese and Chinese by characters; phrases and -excluded words work as they do for
    readers, and an address or a number finds what is about that work. All rows where the text holds nothing to look
    for. Five queries at most, none with the rows.
    """
    query = parse(text)
    if not (query.words or query.phrases or query.excluded):
        return queryset
    sought = _read(query)
    ways = _WAYS.get(queryset.model)
    return queryset.filter(pk__in=RawSQL(*_joined(ways(sought)))) if ways else queryset.sought(sought)


def _read(query: Query) -> Sought:
    publication = Publication.objects.only("languages").first()
    languages = publication.languages if publication else []
    terms = asking.read_terms([*query.words, *query.phrases, *query.excluded], languages)
    found = known_works([query.identity]).get(query.identity) if query.identity else None
    works = [found.pk, *Work.objects.filter(merged_into=found).values_list("pk", flat=True)] if found else []
    return Sought(query.text, asking.asked_for(query, terms), _loosely(query, terms, languages), works)


def _loosely(query: Query, terms: list[asking.Term], languages: list[str]) -> str | None:
    """As parts of a `tsquery` for texts of which no list of words is kept: a word is what begins with its stem."""
    words = sorted({word.word for term in terms for word in term.words})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, papers_search_stem(papers_search_dictionary(spoken), word)"
            " FROM unnest(%s::text[]) word CROSS JOIN unnest(%s::text[]) spoken WHERE length(word) > 2",
            [words, [*languages, "en"]],
        )
        stems = {}
        for word, stem in cursor.fetchall():
            stems.setdefault(word, {}).setdefault(stem)
    parts = []
    kept = len(query.words) + len(query.phrases)
    for place, term in enumerate(terms):
        sought = [_beginnings(word.word, stems.get(word.word, ())) for word in term.words]
        sought += [pair for run in term.paired for pair in asking.pairs(run)]
        if sought:
            parts.append(asking.all_of(sought) if place < kept else f"!({asking.all_of(sought)})")
    return asking.all_of(parts)


def _beginnings(word: str, stems) -> str:
    return f"({' | '.join([asking.lexeme(word), *(f'{asking.lexeme(stem)}:*' for stem in stems)])})"


# --- Keys by SQL ---------------------------------------------------------------------------------------------------

Part = tuple[str, list]


def _joined(parts: list[Part]) -> Part:
    return " UNION ALL ".join(sql for sql, _given in parts), [value for _sql, given in parts for value in given]


def _texts(sought: Sought, kind: str) -> Part:
    """The keys of the rows of a kind that hold it."""
    asked = sought.asked
    sql = "SELECT kept.row FROM issues_searchtext kept WHERE kept.kind = %s AND kept.lexemes @@ %s::tsquery"
    for texts, holds in [*((texts, "> 0") for texts in asked.parts), *(([text], "= 0") for text in asked.excluded)]:
        sql += f" AND ({' OR '.join([f'strpos(kept.text, %s) {holds}'] * len(texts))})"
    of_kind = asking.lexeme(f"kind:{kind}") if kind != "entry" else "!'kind:issue' & !'kind:work'"
    lexemes = asking.all_of(asked.sought) or of_kind
    return sql, [kind, lexemes, *(text for texts in asked.parts for text in texts), *asked.excluded]


def _of_site(sought: Sought, kind: str) -> list[Part]:
    if not sought.host:
        return []
    sql = "SELECT kept.row FROM issues_searchtext kept WHERE kept.kind = %s AND kept.lexemes @@ %s::tsquery"
    return [(sql, [kind, asking.lexeme(f"site:{sought.host}")])]


def _entries(sought: Sought) -> list[Part]:
    parts = [_texts(sought, "entry"), *_of_site(sought, "entry")]
    if _LABEL.fullmatch(sought.text):
        parts.append(("SELECT id FROM issues_entry WHERE label = %s", [sought.text]))
    if _PUBLIC_ID.match(sought.text):
        parts.append(("SELECT id FROM issues_entry WHERE public_id = %s", [sought.text]))
    if sought.works:
        parts.append(("SELECT id FROM issues_entry WHERE work_id = ANY (%s)", [sought.works]))
    return parts


def _issues(sought: Sought) -> list[Part]:
    return [_texts(sought, "issue")]


def works_found(sought: Sought) -> Part:
    """The keys of the works that hold it, or that it names, as SQL with its parameters."""
    return _joined(_works(sought))


def _works(sought: Sought) -> list[Part]:
    """A work without a title goes by what entries say of it."""
    of_entries, parameters = _texts(sought, "entry")
    untitled = (
        "SELECT work.id FROM papers_work work JOIN issues_entry entry ON entry.work_id = work.id"
        f" WHERE work.title = '' AND entry.id IN ({of_entries})"
    )
    parts = [_texts(sought, "work"), (untitled, parameters), *_of_site(sought, "work")]
    for entries, given in _of_site(sought, "entry"):
        parts.append((f"SELECT work_id FROM issues_entry WHERE work_id IS NOT NULL AND id IN ({entries})", given))
    if sought.works:
        parts.append(("SELECT unnest(%s::bigint[])", [sought.works]))
    return parts


_WAYS = {Entry: _entries, Issue: _issues, Work: _works}
