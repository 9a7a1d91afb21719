"""Finds what a query asks for: a fixed number of queries, and bounded work however large the archive is.

The newest rows are read first, so many that they can be ranked; what is older comes on later pages. Of words that are
rare, all rows are read at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from issues.models import Entry, Issue, Publication
from papers.catalogue import known_works
from papers.models import Work

from . import asking, loading, spelling
from .asking import Term
from .query import ISSUE, WORK, Query, folded
from .variants import as_pattern

HITS_ON_A_PAGE = 20
VALUES_IN_A_FACET = 20
# However it is asked: one query for the words, one for the rows, and one for each kind of row.
MOST_QUERIES = 6

_TOP, _BOTTOM = 2_000_000, 0
_KEY = re.compile(r"(-?\d{1,10})\.(-?\d{1,10})\.(\d{1,9})(?:\.(\d{1,2})\.(-?\d{1,18})\.([1-3])\.(\d{1,18}))?", re.ASCII)
_KINDS = ("entry", "issue", "work")


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


@dataclass(frozen=True)
class Key:
    """Where a page begins: at which buckets of each stream, after how many rows, and after which of the window."""

    tops: tuple[int, int] = (_TOP, _TOP)
    seen: int = 0
    place: tuple[int, int, int, int] | None = None

    @classmethod
    def read(cls, text: str) -> Key:
        """What the text says; the beginning where it says nothing."""
        match = _KEY.fullmatch(text)
        if not match:
            return cls()
        tops = tuple(max(-_FLOOR, min(_TOP, int(number))) for number in match.group(1, 2))
        place = tuple(map(int, match.group(4, 5, 6, 7))) if match[4] else None
        return cls(tops, int(match[3]), place)

    def __str__(self) -> str:
        return ".".join(map(str, [*self.tops, self.seen, *(self.place or ())]))


_FLOOR = 2_000_000_000


def search(
    query: Query, publication: Publication, *, language: str = "", after: str = "", drafts: bool = False
) -> Results:
    """The page of results that begins after the key; with `drafts` also what readers do not see yet.

    Of what fits alike, what is in this language comes first.
    """
    if query.is_empty or publication.pk is None:
        return Results()
    if query.identity:
        return _named(query.identity, drafts=drafts)
    terms = asking.read_terms(
        [*query.words, *query.phrases, *query.excluded, query.filters.get("author", "")], publication.languages
    )
    author, terms = terms[-1].text, terms[:-1]
    kept = terms[: len(query.words) + len(query.phrases)]
    if any(term.is_unknown for term in kept):
        return _suggested(query, terms, publication, author, drafts=drafts)
    key = Key.read(after)
    page = _page(query, terms, publication, author, key, language=language, drafts=drafts)
    hits = _loaded(page.hits)
    return Results(
        hits=hits,
        next_key=page.next_key,
        count=key.seen + page.count,
        is_capped=page.is_capped,
        facets=page.facets(is_capped=page.is_capped or key.seen > 0),
        variants=_variants(kept, hits),
    )


# --- A page of keys ------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """What the database says of a window: the hits of a page as kind, key, score and moment, and all that is told."""

    key: Key
    bottoms: tuple[int, int]
    streams: tuple[bool, bool]
    hits: list[tuple[str, int, int, int]] = field(default_factory=list)
    lows: dict[int, int] = field(default_factory=dict)
    values: list[tuple[str, str, int]] = field(default_factory=list)
    count: int = 0
    has_more: bool = False

    @property
    def is_capped(self) -> bool:
        return any(low > self.bottoms[stream - 1] for stream, low in self.lows.items())

    @property
    def next_key(self) -> str:
        if self.has_more:
            kind, number, score, moment = self.hits[-1]
            return str(Key(self.key.tops, self.key.seen, (score, moment, _KINDS.index(kind) + 1, number)))
        if not self.is_capped:
            return ""
        tops = tuple(self.lows.get(stream, -_FLOOR) - 1 for stream in (1, 2))
        return str(Key(tops, self.key.seen + self.count))

    def facets(self, *, is_capped: bool) -> list[Facet]:
        told: dict[str, int] = {}
        found = []
        for name, value, count in self.values:
            told[name] = told.get(name, 0) + 1
            if value and told[name] <= VALUES_IN_A_FACET:
                found.append(Facet(name, value, count, is_capped))
        return found


def _page(
    query: Query, terms: list[Term], publication, author: str, key: Key, *, language: str = "", drafts: bool
) -> Page:
    asked = asking.asked_for(query, terms)
    filters = query.filters
    since, until = _span(filters.get("year"), publication)
    kind = filters.get("kind")
    bottom = _lowest_bucket(since) if since else _BOTTOM
    streams = (kind != WORK and not author, kind in (None, WORK) and "topic" not in filters)
    page = Page(key, (bottom, -_FLOOR), streams)
    sought = [*asked.sought, *_filters(query)]
    in_issues = [*sought, *([asking.lexeme(f"lang:{filters['language']}")] if "language" in filters else [])]
    in_works = [*sought, asking.lexeme("kind:work")]
    if author:
        in_works.append(asking.lexeme(f"author:{author}"))
    top = min(key.tops[0], until.toordinal()) if until else key.tops[0]
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE,
            {
                "streams": list(streams),
                "sought": [asking.all_of(in_issues), asking.all_of(in_works)],
                "tops": [top, key.tops[1]],
                "bottom": bottom,
                "publication": publication.pk,
                "languages": sorted(publication.languages, key=lambda spoken: spoken != language),
                "drafts": drafts,
                "at": timezone.now(),
                "parts": _squared(asked.parts) or None,
                "excluded": asked.excluded or None,
                "since": since,
                "until": until,
                "language": filters.get("language"),
                "topic": filters.get("topic"),
                "whole": asking.whole(query, terms),
                "titled": asking.all_of(part for part in asked.sought if not part.startswith("!")),
                "zone": publication.time_zone,
                "place": list(key.place) if key.place else None,
                "size": HITS_ON_A_PAGE + 1,
            },
        )
        _take(page, cursor.fetchall())
    return page


def _squared(lists: list[list[str]]) -> list[list[str]]:
    """Lists of one length, as PostgreSQL wants them; the last of each stands for what it lacks."""
    longest = max(map(len, lists), default=0)
    return [[*texts, *texts[-1:] * (longest - len(texts))] for texts in lists]


_PAGE = """
SELECT * FROM issues_search_page(
    %(streams)s, %(sought)s::tsquery[], %(tops)s, %(bottom)s,
    ROW(%(publication)s, %(languages)s, %(drafts)s, %(at)s, %(parts)s::text[], %(excluded)s, %(since)s, %(until)s,
        %(language)s, CASE WHEN %(topic)s IS NOT NULL
                           THEN coalesce((SELECT id FROM issues_topic WHERE slug = %(topic)s), 0) END,
        %(whole)s, %(titled)s::tsquery)::issues_searchlimits,
    %(zone)s, %(place)s::bigint[], %(size)s, true)
"""


def _take(page: Page, rows: Iterable[tuple]) -> None:
    for what, name, number, count, score, moment in rows:
        if what == "hit":
            page.hits.append((name, number, score, moment))
        elif what == "low":
            page.lows[number] = count
        elif what == "all":
            page.count = count
        else:
            page.values.append((what, name, count))
    page.has_more = len(page.hits) > HITS_ON_A_PAGE
    del page.hits[HITS_ON_A_PAGE:]


def _filters(query: Query) -> list[str]:
    kind, site = query.filters.get("kind"), query.filters.get("site", "")
    lexemes = [f"kind:{kind}"] if kind and kind != WORK else []
    if site:
        lexemes.append(f"site:{site.lower().removeprefix('www.')}")
    return [asking.lexeme(text) for text in lexemes]


def _span(year: str | None, publication: Publication):
    """The moments between which a year lies in the publication's time zone."""
    if not year:
        return None, None
    zone = publication.zone
    return (datetime.datetime(number, 1, 1, tzinfo=zone) for number in (int(year), min(int(year) + 1, 9999)))


def _lowest_bucket(moment: datetime.datetime) -> int:
    """A bucket in which nothing stands that is as new; zones move days by one."""
    return max(_BOTTOM, moment.toordinal() - 2)


# --- Rows ----------------------------------------------------------------------------------------------------------

_LOADERS = {"entry": loading.entries, ISSUE: loading.issues, WORK: loading.works}


def _loaded(found: list[tuple[str, int, int, int]]) -> list[Hit]:
    """What was found as hits; a query for each kind that there is. Rows that are gone meanwhile are passed over."""
    rows = {
        kind: load(keys)
        for kind, load in _LOADERS.items()
        if (keys := [number for name, number, *_ in found if name == kind])
    }
    return [_hit(kind, rows[kind][number]) for kind, number, *_ in found if number in rows[kind]]


def _hit(kind: str, row: Entry | Issue | Work) -> Hit:
    if kind == WORK:
        return Hit(kind, row, row.abstract, "")
    if kind == ISSUE:
        return Hit(kind, row, loading.plain(row.intro), row.language)
    return Hit(kind, row, loading.plain(row.summary), row.section.issue.language)


def _variants(terms: list[Term], hits: list[Hit]) -> tuple[str, ...]:
    """The longer words and other ways of writing by which these hits were found; nothing else is told of any text."""
    parts = [part for term in terms for word in term.words for part in word.parts]
    written = [run for term in terms for run in term.paired if as_pattern(run) != run]
    if not (parts or written):
        return ()
    said = " ".join(
        folded(f"{getattr(hit.row, 'title', '')} {getattr(hit.row, 'source_title', '')} {hit.text}") for hit in hits
    )
    found = [part for part in parts if part in said]
    found += [other for run in written for other in re.findall(as_pattern(run), said) if other != run]
    return tuple(dict.fromkeys(found))


# --- What else is answered -----------------------------------------------------------------------------------------


def _named(identity: str, *, drafts: bool) -> Results:
    """The work that an address or a number names, and the newest entries about it. Six queries at most."""
    work = known_works([identity]).get(identity)
    if work is None:
        return Results()
    family = [work.pk, *Work.objects.filter(merged_into=work).values_list("pk", flat=True)]
    entries = Entry.objects.filter(work__in=family)
    entries = entries if drafts else entries.published()
    newest = entries.order_by("-section__issue__published_at", "pk")[:HITS_ON_A_PAGE]
    rows = [("entry", key, 0, 0) for key in newest.values_list("pk", flat=True)]
    return Results(
        hits=_loaded(rows) if rows else [],
        count=len(rows),
        is_capped=len(rows) == HITS_ON_A_PAGE,
        work=work,
        has_run=bool(rows),
    )


def _suggested(query: Query, terms: list[Term], publication, author: str, *, drafts: bool) -> Results:
    """No hits, and the nearest spelling where that finds something. One query."""
    kept = terms[: len(query.words) + len(query.phrases)]
    words = [word for term in kept for word in term.words if word.near]
    for word in words:
        word.word = spelling.nearest(word.word, word.near)
    if not all(word.word for word in words):
        return Results()
    for term in kept:
        if any(word.near for word in term.words):
            term.text = " ".join([*(word.word for word in term.words), *term.paired])
    page = _page(query, terms, publication, author, Key(), drafts=drafts)
    return Results(suggestion=_spelt(query, terms)) if page.hits else Results()


def _spelt(query: Query, terms: list[Term]) -> str:
    """The query as it would be typed with these terms."""
    words, phrases = len(query.words), len(query.words) + len(query.phrases)
    typed = [*query.words, *query.phrases, *query.excluded]
    told = [term.text if any(word.near for word in term.words) else typed[place] for place, term in enumerate(terms)]
    return " ".join(
        [*told[:words], *(f'"{text}"' for text in told[words:phrases]), *(f'-"{text}"' for text in told[phrases:])]
    )
