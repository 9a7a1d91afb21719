"""Reader of the interface of arXiv (Atom): bytes in, records out; touches no model and no network.

The form is that of https://info.arxiv.org/help/api/user-manual.html, as the interface has really answered since 2025.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from common.failures import FetchFailed, Reason
from papers.identifiers import arxiv_id, home_url
from papers.identifiers.doi import doi_in_text
from papers.records import Record
from papers.withdrawals import is_withdrawn
from papers.wording import LONGEST_NAME, one_line, paragraphs

# The interface takes more, but answers slowly then.
MOST_IDS = 100

_ATOM = "{http://www.w3.org/2005/Atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ERRORS = re.compile(r"https?://arxiv\.org/api/errors#")
_BAD_ID = re.compile(r"(?:incorrect|malformed) id(?: format)? for (\S+)", re.IGNORECASE)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?")
# arXiv marks a paragraph of an abstract by blanks at the beginning of its line.
_PARAGRAPH = re.compile(r"\n[ \t]+")
# What an entry holds lies three deep. What is much deeper is no entry, and costs too much to write out again.
_TOO_DEEP = "/".join("*" * 12)
# Nobody could have asked for as many in one request.
_FAR_TOO_MANY = 10 * MOST_IDS
# How the interface says that it is asked too often, where it forgets to say it in the status.
_RATE_EXCEEDED = b"Rate exceeded"


@dataclass(frozen=True)
class Entry:
    """What an answer says of one paper; `text` is the entry itself as XML, which `read_entry` reads again."""

    id: str
    version: str
    record: Record
    text: str


@dataclass(frozen=True)
class Answers:
    """What one answer says.

    `entries` are the papers in it, at most one for each id and version, of `total` that it says it has; `damaged` are
    ids of papers of which it does not say what every paper has; `unreadable` are ids that it does not take for ids, for
    which it answered none of the others either; `complaint` is what else it could not do.
    """

    entries: tuple[Entry, ...] = ()
    total: int = 0
    damaged: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    complaint: str = ""

    def about(self, key: str, version: str = "") -> Entry | None:
        """The entry of a paper, in exactly this version if one is named; None where the answer has none."""
        found = [entry for entry in self.entries if entry.id == key and version in ("", entry.version)]
        return max(found, key=lambda entry: int(entry.version[1:])) if found else None


def query(ids: Sequence[str]) -> str:
    """The query string that asks for these ids, with or without a version, at most MOST_IDS of them."""
    if not 0 < len(ids) <= MOST_IDS:
        raise ValueError(f"One request asks for 1 to {MOST_IDS} papers, not {len(ids)}.")
    # Unless it is told, the interface answers for ten.
    return urlencode({"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}, safe="/,")


def read(body: bytes) -> Answers:
    """What an answer says of papers; what it says besides is left out.

    Raises FetchFailed (`parse`) for what is no such answer, be it cut short, malformed, or full of entities. All of it
    passes: the interface has good days and bad ones.
    """
    feed = _parsed(body)
    if feed.tag != f"{_ATOM}feed":
        raise _unreadable("no list of papers")
    entries: dict[tuple[str, str], Entry] = {}
    errors, damaged = [], []
    elements = feed.findall(f"{_ATOM}entry")
    if len(elements) > _FAR_TOO_MANY:
        raise _unreadable("far more than it was asked for")
    for element in elements:
        if _ERRORS.match(_text(element, f"{_ATOM}id")):
            errors.append(one_line(_text(element, f"{_ATOM}summary")))
        elif entry := _entry(element):
            entries.setdefault((entry.id, entry.version), entry)
        elif found := arxiv_id(_text(element, f"{_ATOM}id")):
            damaged.append(found[0])
    total = _text(feed, f"{_SEARCH}totalResults").strip()
    unreadable = tuple(match[1] for match in map(_BAD_ID.search, errors) if match)
    return Answers(
        tuple(entries.values()),
        int(total) if re.fullmatch(r"\d{1,9}", total, re.ASCII) else 0,
        tuple(damaged),
        unreadable,
        "" if unreadable else " ".join(errors),
    )


def read_entry(text: str) -> Record:
    """The record of an entry that was kept; FetchFailed (`parse`) for what is none."""
    entry = _entry(_parsed(text.encode()))
    if entry is None:
        raise _unreadable("no paper")
    return entry.record


def _parsed(body: bytes) -> Element:
    if body.lstrip().startswith(_RATE_EXCEEDED):
        sentence = "arXiv has been asked too often. Try again later."
        raise FetchFailed(Reason.BLOCKED, sentence, status=429, is_passing=True)
    try:
        return ElementTree.fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _unreadable("an answer with entities, which it has never needed") from error
    # Encodings that do not exist are met with the last two.
    except (ParseError, ValueError, LookupError) as error:
        raise _unreadable("an answer that is damaged") from error


def _unreadable(what: str) -> FetchFailed:
    return FetchFailed(Reason.PARSE, f"arXiv sent {what}. Try again later.", is_passing=True)


def _entry(element: Element) -> Entry | None:
    """The paper of an entry; None where it names none, or lacks what every paper has."""
    found = arxiv_id(_text(element, f"{_ATOM}id"))
    published_on = _day(_text(element, f"{_ATOM}published"))
    title = one_line(_text(element, f"{_ATOM}title"))
    if not found or not found[1] or not published_on or not title or element.find(_TOO_DEEP) is not None:
        return None
    key, version = found
    comment = one_line(_text(element, f"{_ARXIV}comment"))
    abstract = paragraphs(_PARAGRAPH.sub("\n\n", _text(element, f"{_ATOM}summary").strip()))
    record = Record(
        identity=f"arxiv:{key}",
        url=home_url(f"arxiv:{key}"),
        kind="paper",
        title=title,
        authors=_authors(element),
        abstract=abstract,
        doi=_doi(_text(element, f"{_ARXIV}doi")),
        venue=one_line(_text(element, f"{_ARXIV}journal_ref")),
        published_on=published_on,
        updated_on=_day(_text(element, f"{_ATOM}updated")),
        versions=tuple(f"v{number}" for number in range(1, int(version[1:]) + 1)),
        categories=_categories(element),
        comment=comment,
        withdrawn=is_withdrawn(title=title, abstract=abstract, comment=comment),
    )
    return Entry(key, version, record, tostring(element, encoding="unicode").strip())


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else "".join(found.itertext())


def _day(moment: str) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(moment.strip()).date()
    except ValueError:
        return None


def _authors(element: Element) -> tuple[str, ...]:
    names = (
        one_line(_text(author, f"{_ATOM}name"), longest=LONGEST_NAME) for author in element.iterfind(f"{_ATOM}author")
    )
    return tuple(filter(None, names))


def _doi(stated: str) -> str:
    """The first DOI of those that are stated; there may be several, with blanks between them."""
    return next(filter(None, map(doi_in_text, stated.split())), "")


def _categories(element: Element) -> tuple[str, ...]:
    """The categories of arXiv, the primary one first. Classes of other systems (MSC, ACM) stand among them."""
    terms = [
        found.get("term", "")
        for path in (f"{_ARXIV}primary_category", f"{_ATOM}category")
        for found in element.iterfind(path)
    ]
    return tuple(dict.fromkeys(filter(_CATEGORY.fullmatch, terms)))
