"""Finds what a query asks for: a fixed number of queries, and bounded work however large the archive is."""

from dataclasses import dataclass, field

from django.db.models import Q

from common.markdown import to_text
from issues.models import Entry, Issue, Publication
from papers.catalogue import known_works
from papers.models import Work

from .query import Query

HITS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A row that was found, loaded with all that a line shows of it, and its text for an excerpt."""

    kind: str
    row: Entry | Issue | Work
    text: str
    language: str


@dataclass(frozen=True)
class Facet:
    """A value of a filter, and how many of what was found have it; `is_capped`: so many at least."""

    name: str
    value: str
    count: int
    is_capped: bool = False


@dataclass(frozen=True)
class Results:
    """A page of what was found.

    `count` is exact unless `is_capped`: then it is so many at least. `suggestion` is the nearest spelling of a query
    that finds nothing. `work` is what an address or a number in the box names, `has_run` whether readers can see an
    entry about it. `variants` are further words that were looked for, such as those of which one asked for is a part.
    """

    hits: list[Hit] = field(default_factory=list)
    next_key: str = ""
    count: int = 0
    is_capped: bool = False
    facets: list[Facet] = field(default_factory=list)
    suggestion: str = ""
    work: Work | None = None
    has_run: bool = False
    variants: tuple[str, ...] = ()


def search(query: Query, publication: Publication, *, after: str = "", drafts: bool = False) -> Results:
    """The page of results that begins after the key; with `drafts` also what readers do not see yet."""
    if query.is_empty:
        return Results()
    if query.identity:
        return _named(query.identity, drafts=drafts)
    entries = Entry.objects.all() if drafts else Entry.objects.published()
    for word in (*query.words, *query.phrases):
        entries = entries.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(source_title__icontains=word)
        )
    entries = entries.select_related("section__issue", "work__merged_into").order_by(
        "-section__issue__published_at", "pk"
    )
    rows = list(entries[:HITS_ON_A_PAGE])
    hits = [Hit("entry", row, to_text(row.summary), row.section.issue.language) for row in rows]
    return Results(hits=hits, count=len(hits))


def _named(identity: str, *, drafts: bool) -> Results:
    work = known_works([identity]).get(identity)
    if work is None:
        return Results()
    entries = Entry.objects.all() if drafts else Entry.objects.published()
    return Results(work=work, has_run=entries.filter(Q(work=work) | Q(work__merged_into=work)).exists())
