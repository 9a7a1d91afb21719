"""Reader of the interface of Crossref (REST, JSON): bytes in, a record out; touches no model and no network.

The form is that of https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md, with what came later:
`published`, `updated-by` and `aliases`.
"""

import datetime
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from common.failures import FetchFailed, Reason
from common.html import names
from papers.identifiers import home_url, identity
from papers.identifiers.doi import doi_in_text
from papers.records import Record
from papers.wording import LONGEST_NAME, one_line, paragraphs

# https://api.crossref.org/types, in our words. Of types that come later nothing is said.
_PAPERS = names(
    "book book-chapter book-part book-section dissertation edited-book journal-article monograph peer-review "
    "posted-content proceedings-article reference-book reference-entry report report-component standard"
)
_OTHERS = names(
    "book-series book-set book-track component database dataset grant journal journal-issue journal-volume other "
    "proceedings proceedings-series report-series"
)
# When it came out; the first that is known to the day is taken.
_DATES = ("published-online", "published", "published-print", "issued", "posted")
_RETRACTIONS = names("removal retraction withdrawal")
# As publishers mark the title itself. "Retraction: …" is the notice, not the article.
_RETRACTED = re.compile(
    r"\W*(?:retracted|withdrawn|removed)(?:\s+(?:article|chapter|paper))?\s*[:\])–—-]", re.IGNORECASE
)
_HEADING = re.compile(r"(?:abstract|summary)\W*\n+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")

# --- Shapes ----------------------------------------------------------------------------------------------------------


def _strings(message: dict[str, Any], name: str) -> list[str]:
    """The strings of a list, and of nothing else."""
    value = message.get(name)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _string(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    return value if isinstance(value, str) else ""


def _objects(message: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = message.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _first(message: dict[str, Any], name: str) -> str:
    """The first of several texts that says something."""
    return next(filter(None, map(one_line, _strings(message, name))), "")


# --- Fields ----------------------------------------------------------------------------------------------------------


def _title(message: dict[str, Any]) -> str:
    title, subtitle = _first(message, "title") or _first(message, "original-title"), _first(message, "subtitle")
    if not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title} {subtitle}" if title.endswith((":", "?", "!")) else f"{title}: {subtitle}"


def _authors(message: dict[str, Any]) -> tuple[str, ...]:
    """Names in the order of the work; organisations have one name, people two or one."""
    authors = []
    for author in _objects(message, "author"):
        parts = [one_line(_string(author, part), longest=LONGEST_NAME) for part in ("given", "family", "suffix")]
        authors.append(" ".join(filter(None, parts)) or one_line(_string(author, "name"), longest=LONGEST_NAME))
    return tuple(filter(None, authors))


def _abstract(message: dict[str, Any]) -> str:
    """The abstract without the heading that says that it is one."""
    abstract = paragraphs(_string(message, "abstract"))
    heading = _HEADING.match(abstract)
    return abstract[heading.end() :] if heading else abstract


def _venue(message: dict[str, Any]) -> str:
    """What it came out in; of a preprint, the server."""
    institutions = (one_line(_string(institution, "name")) for institution in _objects(message, "institution"))
    return _first(message, "container-title") or next(filter(None, institutions), "")


def _parts(message: dict[str, Any], name: str) -> list[int]:
    """Year, month and day of a date, as many as are stated; none where they are no date."""
    date = message.get(name)
    parts = date.get("date-parts") if isinstance(date, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    stated = [part for part in first[:3] if isinstance(part, int)]
    try:
        datetime.date(*(stated + [1, 1])[:3])
    except (ValueError, TypeError, OverflowError):
        return []
    return stated


def _published_on(message: dict[str, Any]) -> datetime.date | None:
    """The day on which it came out.

    Where only its month or year is known, that is the day on which the DOI was registered, if that lies in it, else the
    first day: the year is worth more than nothing.
    """
    stated = sorted(filter(None, (_parts(message, name) for name in _DATES)), key=len, reverse=True)
    if not stated:
        return None
    best = stated[0]
    registered = _parts(message, "created")
    return datetime.date(*(registered if registered[: len(best)] == best else best + [1, 1])[:3])


def _is_withdrawn(message: dict[str, Any], doi: str) -> bool:
    """Whether it was retracted: by a notice that updates it, by itself, or by the mark in its title.

    `update-to` stands in the notice and names the article; only where an article names itself is it retracted.
    """
    notices = _objects(message, "updated-by") + [
        update for update in _objects(message, "update-to") if _string(update, "DOI").lower() == doi.lower()
    ]
    is_retracted = any(_string(notice, "type").lower() in _RETRACTIONS for notice in notices)
    return is_retracted or any(_RETRACTED.match(one_line(title)) for title in _strings(message, "title")[:1])


def _names(message: dict[str, Any]) -> tuple[str, ...]:
    """Identities of further DOIs of the same work. A preprint and its article are two works; so are two versions."""
    relation = message.get("relation")
    same = _objects(relation, "is-identical-to") if isinstance(relation, dict) else []
    dois = _strings(message, "aliases") + [_string(one, "id") for one in same if _string(one, "id-type") == "doi"]
    return tuple(dict.fromkeys(identity(f"doi:{doi}") for doi in filter(None, map(doi_in_text, dois))))


def _kind(message: dict[str, Any]) -> str:
    stated = _string(message, "type")
    return "paper" if stated in _PAPERS else "other" if stated in _OTHERS else ""


# --- Promises --------------------------------------------------------------------------------------------------------


def path(doi: str, contact: str = "") -> str:
    """Path and query that ask for a DOI; who leaves a contact is served in the "polite pool"."""
    asked = f"/works/{quote(doi, safe='')}"
    return f"{asked}?mailto={quote(contact, safe='@')}" if contact else asked


def spacing(headers: Mapping[str, str]) -> float:
    """Seconds between two requests that an answer asks for (`X-Rate-Limit-…`); 0 where it asks for nothing."""
    limit, interval = (headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "interval"))
    stated = re.fullmatch(r"(\d{1,6})s?", interval.strip())
    if not stated or not re.fullmatch(r"[1-9]\d{0,5}", limit.strip()):
        return 0.0
    return int(stated[1]) / int(limit)


def read(body: bytes) -> Record:
    """What an answer says of one work; `names` are further DOIs of the same.

    Raises FetchFailed (`parse`, which passes) for what is no such answer. A part that is not of its form says nothing.
    """
    try:
        answer = json.loads(body)
    # The latter is met where brackets are nested by the thousand.
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    message = answer.get("message") if isinstance(answer, dict) else None
    doi = doi_in_text(_string(message, "DOI").strip()) if isinstance(message, dict) else None
    if not doi:
        raise _unreadable()
    language = _string(message, "language").lower()
    return Record(
        identity=identity(f"doi:{doi}"),
        url=home_url(f"doi:{doi}"),
        kind=_kind(message),
        title=_title(message),
        authors=_authors(message),
        abstract=_abstract(message),
        doi=doi,
        venue=_venue(message),
        published_on=_published_on(message),
        withdrawn=_is_withdrawn(message, doi),
        language=language if _LANGUAGE.fullmatch(language) else "",
        names=_names(message),
    )


def _unreadable() -> FetchFailed:
    return FetchFailed(Reason.PARSE, "Crossref sent an answer that can't be read. Try again later.", is_passing=True)
