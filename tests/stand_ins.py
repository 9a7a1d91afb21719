"""Stand-ins on loopback for the interfaces of arXiv and Crossref: invented papers in the real forms, and faults."""

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from django.db import connection

from papers.models import Turn
from tests.servers import Asked, LoopbackServer, Reply, serving

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json"

# --- Papers of arXiv -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """An invented paper, as arXiv knows it in its latest version."""

    id: str
    title: str = "On the Patience of Small Models"
    authors: tuple[str, ...] = ("Aiko Example", "Ben Muster")
    abstract: str = "We show that small models wait longer than large ones."
    categories: tuple[str, ...] = ("cs.LG", "stat.ML")
    version: int = 1
    published: str = "2021-03-04T18:58:59Z"
    updated: str = "2021-03-05T17:30:00Z"
    comment: str = ""
    journal_reference: str = ""
    doi: str = ""


def _extension(name: str, text: str) -> str:
    return f"<arxiv:{name}>{escape(text)}</arxiv:{name}>" if text else ""


def entry(paper: Paper, version: int | None = None) -> str:
    """The entry of a paper, in the form and order in which arXiv writes it."""
    key = f"{paper.id}v{version or paper.version}"
    categories = "".join(
        f'<category term={quoteattr(term)} scheme="http://arxiv.org/schemas/atom"/>' for term in paper.categories
    )
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
    return f"""  <entry>
    <id>http://arxiv.org/abs/{key}</id>
    <title>{escape(paper.title)}</title>
    <updated>{paper.updated}</updated>
    <link href="https://arxiv.org/abs/{key}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{key}" rel="related" type="application/pdf" title="pdf"/>
    <summary>  {escape(paper.abstract)}
</summary>
    {categories}
    <published>{paper.published}</published>
    {_extension("comment", paper.comment)}
    <arxiv:primary_category term={quoteattr(paper.categories[0])}/>
    {_extension("journal_ref", paper.journal_reference)}
    {authors}
    {_extension("doi", paper.doi)}
  </entry>
"""


def feed(*entries: str, before: str = "") -> str:
    """A whole answer of arXiv that holds the entries; `before` stands between the XML declaration and the feed."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
{before}<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/AAAAAAAAAAAAAAAAAAAAAAAAAAA</id>
  <title>arXiv Query: search_query=&amp;id_list=</title>
  <updated>2026-11-20T00:00:00Z</updated>
  <link href="https://arxiv.org/api/query?search_query=" type="application/atom+xml"/>
  <opensearch:itemsPerPage>100</opensearch:itemsPerPage>
  <opensearch:totalResults>{len(entries)}</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
{"".join(entries)}</feed>
"""


def error_feed(complaint: str) -> str:
    """How arXiv says that it can't answer: a feed with one entry that is no paper."""
    mark = f"https://arxiv.org/api/errors#{escape(complaint.replace(' ', '_'))}"
    return feed(f"""  <entry>
    <id>{mark}</id>
    <title>Error</title>
    <updated>2026-11-20T00:00:00Z</updated>
    <link href={quoteattr(mark)} rel="alternate" type="text/html"/>
    <summary>{escape(complaint)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
""")


_BOMB = "<!DOCTYPE feed [\n<!ENTITY a0 'ha'>\n" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>\n" for level in range(1, 10)
)
_SOME_PAPER = entry(Paper("2103.00001"))

# What goes wrong with arXiv, by name; each instead of an answer.
ARXIV_FAULTS = {
    "unavailable": Reply("Service Unavailable", 503, "text/plain"),
    "busy": Reply("Rate exceeded.", 429, "text/plain"),
    "busy-says-until-when": Reply("Rate exceeded.", 429, "text/plain", {"Retry-After": "2"}),
    "nothing": Reply(b"", media_type=ATOM),
    "no-entries": Reply(feed(), media_type=ATOM),
    "malformed": Reply(feed(_SOME_PAPER).replace("</title>", ""), media_type=ATOM),
    "cut": Reply(feed(_SOME_PAPER)[:1100], media_type=ATOM),
    "wrong-encoding": Reply(feed(_SOME_PAPER.replace("Aiko", "Zoë")).encode("latin-1"), media_type=ATOM),
    "entity-bomb": Reply(feed(_SOME_PAPER.replace("We", "&a9;"), before=f"{_BOMB}]>\n"), media_type=ATOM),
    "external-entity": Reply(
        feed(
            _SOME_PAPER.replace("We", "&secret;"),
            before='<!DOCTYPE feed [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n',
        ),
        media_type=ATOM,
    ),
    "page": Reply("<!doctype html><title>arXiv is being repaired</title>"),
    "error-entry": Reply(error_feed("max_results must be an integer"), media_type=ATOM),
}

# --- Works of Crossref ---------------------------------------------------------------------------------------------


def crossref_work(doi: str, **fields) -> dict:
    """What Crossref says of an invented article, in the form in which it says it; `fields` are added or replaced."""
    return {
        "status": "ok",
        "message-type": "work",
        "message-version": "1.0.0",
        "message": {
            "DOI": doi.lower(),
            "URL": f"https://doi.org/{doi.lower()}",
            "type": "journal-article",
            "title": ["On the Patience of Small Models"],
            "author": [{"given": "Aiko", "family": "Example", "sequence": "first", "affiliation": []}],
            "container-title": ["Journal of Invented Results"],
            "published": {"date-parts": [[2021, 3, 4]]},
            "issued": {"date-parts": [[2021, 3, 4]]},
            **fields,
        },
    }


CROSSREF_FAULTS = {
    "unavailable": Reply("Service Unavailable", 503, "text/plain"),
    "busy": Reply("Too many requests", 429, "text/plain", {"Retry-After": "2"}),
    "nothing": Reply(b"", media_type=JSON),
    "cut": Reply(json.dumps(crossref_work("10.5555/some"))[:200], media_type=JSON),
    "list": Reply("[]", media_type=JSON),
    "no-message": Reply('{"status": "ok", "message-type": "work"}', media_type=JSON),
    "other-work": Reply(json.dumps(crossref_work("10.5555/quite.another")), media_type=JSON),
    "deep": Reply("[" * 200_000, media_type=JSON),
    "page": Reply("<!doctype html><title>Crossref is being repaired</title>"),
}

# --- The servers ---------------------------------------------------------------------------------------------------

Fault = Reply | Callable[[Asked], Reply]


@dataclass
class StandIn:
    """What the two have in common: a server, the faults that it is to have next, and what it has measured."""

    server: LoopbackServer = field(init=False)
    # Met by the next requests, one each; then all is well again.
    faults: deque[Fault] = field(default_factory=deque)

    @property
    def host_port(self) -> str:
        return self.server.host_port

    @property
    def requests(self) -> list[Asked]:
        return self.server.requests

    @property
    def most_at_once(self) -> int:
        """The largest number of requests that were under way at the same time."""
        return self.server.most_at_once

    @property
    def spacings(self) -> list[float]:
        """Seconds between each request and the one before, as they came in."""
        moments = sorted(asked.at for asked in self.server.requests)
        return [after - before for before, after in zip(moments, moments[1:], strict=False)]

    def answer(self, asked: Asked) -> Reply:
        if self.faults:
            fault = self.faults.popleft()
            return fault if isinstance(fault, Reply) else fault(asked)
        return self._answer(asked)

    def _answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def settings(self) -> dict:
        """The settings, by name, that have this asked instead of the real interface."""
        raise NotImplementedError

    def use(self, settings) -> None:
        """Have pytest-django's `settings` lead here; needs the database."""
        forget_turns()
        for name, value in self.settings().items():
            setattr(settings, name, value)
        settings.AKIRA_FETCH_ALLOW = [*settings.AKIRA_FETCH_ALLOW, self.host_port]


# The form of ids that the interface takes; anything else spoils the whole request.
_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d+))?")


@dataclass
class ArxivStandIn(StandIn):
    """Answers like export.arxiv.org/api/query: knows the papers it was given, leaves out others, and refuses a whole
    request for one id that it can't read."""

    papers: dict[str, Paper] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.server.base}/api/query"

    @property
    def asked_for(self) -> list[list[str]]:
        """The ids of each request."""
        return [_ids(asked) for asked in self.requests]

    def know(self, *papers: Paper) -> None:
        self.papers |= {paper.id: paper for paper in papers}

    def settings(self) -> dict:
        return {"AKIRA_ARXIV_URL": self.url, "AKIRA_ARXIV_SPACING": 0.0}

    def _answer(self, asked: Asked) -> Reply:
        entries = []
        for given in _ids(asked):
            match = _ARXIV_ID.fullmatch(given)
            if match is None:
                return Reply(error_feed(f"incorrect id format for {given}"), 400, ATOM)
            paper = self.papers.get(re.sub(r"\.[A-Z]{2}/", "/", match[1]))
            if paper and int(match[2] or 1) <= paper.version:
                entries.append(entry(paper, int(match[2]) if match[2] else None))
        # The interface sorts as it likes, and shows ten unless told otherwise.
        most = int(asked.query.get("max_results", ["10"])[0])
        return Reply(feed(*entries[::-1][:most]), media_type=ATOM)


def _ids(asked: Asked) -> list[str]:
    return [given for given in asked.query.get("id_list", [""])[0].split(",") if given]


@dataclass
class CrossrefStandIn(StandIn):
    """Answers like api.crossref.org/works/…: knows the works it was given."""

    works: dict[str, dict] = field(default_factory=dict)

    def know(self, doi: str, **fields) -> None:
        self.works[doi.lower()] = crossref_work(doi, **fields)

    def settings(self) -> dict:
        return {"AKIRA_CROSSREF_URL": self.server.base}

    def _answer(self, asked: Asked) -> Reply:
        doi = unquote(asked.path.removeprefix("/works/")).lower()
        limits = {"x-rate-limit-limit": "50", "x-rate-limit-interval": "1s"}
        if doi not in self.works:
            return Reply("Resource not found.", 404, "text/plain", limits)
        return Reply(json.dumps(self.works[doi]), media_type=JSON, headers=limits)


def forget_turns() -> None:
    """Forget when interfaces were asked, and until when they want to be left alone.

    That is committed at once, so it outlives the transaction of the test that asked.
    """
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{Turn._meta.db_table}"')
    finally:
        own.close()


@contextmanager
def _standing_in(stand_in):
    with serving(stand_in.answer) as stand_in.server:
        yield stand_in


@contextmanager
def arxiv(*papers: Paper) -> Iterator[ArxivStandIn]:
    """A stand-in of arXiv for the length of the block; `use` it, let it `know` papers, give it `faults`."""
    with _standing_in(ArxivStandIn()) as stand_in:
        stand_in.know(*papers)
        yield stand_in


@contextmanager
def crossref() -> Iterator[CrossrefStandIn]:
    """A stand-in of Crossref for the length of the block; `use` it, let it `know` DOIs, give it `faults`."""
    with _standing_in(CrossrefStandIn()) as stand_in:
        yield stand_in


def slow(until: threading.Event, then: Reply = ARXIV_FAULTS["no-entries"]) -> Callable[[Asked], Reply]:
    """A fault that holds the request until the event is set, at most ten seconds."""

    def wait(asked: Asked) -> Reply:
        until.wait(10)
        return then

    return wait
