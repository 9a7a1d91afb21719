"""Verbs that look an address up: what arXiv, Crossref or the page itself says of the work behind it."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from common.failures import FetchFailed, Reason
from common.http import Fetched, fetch
from papers import landing, pages
from papers.agreeing import titles_agree
from papers.asking import ask_arxiv, ask_crossref
from papers.identifiers import MalformedURL, home_url, identify, identity
from papers.models import Work
from papers.records import Record

logger = logging.getLogger(__name__)

# Of the papers that a page names, so many are asked for; they are nearly always one paper under two names.
MOST_NAMES = 2
# A page, the paper it names and a picture together must take less than a worker holds a piece of work (AKIRA_LEASE).
PAGE_DEADLINE = 20.0
PAPER_DEADLINE = 30.0
# What a paper's own record is given by the page that names it: the link card.
_OF_THE_PAGE = ("description", "site_name", "image", "images")


def look_up(given: str) -> Record:
    """What is said of the work behind an address (or an arXiv id, or a DOI): by arXiv, by Crossref, else by the page.

    A page that names a paper and carries its title leads to the record of the paper, with the link card of the page.
    Where the interface can't tell at the moment, or knows no such paper, the page stands for itself; what it names is
    then left in `names`. Takes at most a minute and a half. Raises FetchFailed, with `refused` for what is no address.
    """
    try:
        found = identify(given)
        address = home_url(given)
    except MalformedURL as error:
        raise FetchFailed(Reason.REFUSED, error.message, given) from error
    if is_registered(found.identity):
        return _paper_or_its_page(found.identity)
    return _page(address, found.identity)


def look_up_arxiv(ids: Iterable[str]) -> dict[str, Record | FetchFailed]:
    """What arXiv says of each id, or why it says nothing; one request for up to a hundred of them."""
    return ask_arxiv(ids)


def address_of(work: Work) -> str:
    """What to look up for a work: the paper itself where its identity names one, else the address readers go to."""
    return work.identity if is_registered(work.identity) else work.url


def is_registered(key: str) -> bool:
    """Whether arXiv or Crossref can be asked for the identity. A DOI that was too long to be kept whole can't be."""
    return key.startswith(("arxiv:", "doi:")) and "~sha256=" not in key


def _paper(key: str) -> Record:
    """What the interface says of a paper."""
    scheme, _, name = key.partition(":")
    if scheme == "arxiv":
        answer = ask_arxiv([name], deadline=PAPER_DEADLINE)[name]
        if isinstance(answer, FetchFailed):
            raise answer
        return answer
    return ask_crossref(name, deadline=PAPER_DEADLINE)


def _paper_or_its_page(key: str) -> Record:
    """What the interface says of a paper; of a DOI unknown to Crossref, what the page says that it leads to."""
    try:
        return _paper(key)
    except FetchFailed as failure:
        if failure.reason != Reason.NOT_FOUND or not key.startswith("doi:"):
            raise
    # Most others are DOIs of DataCite: theses, data sets, software.
    read = _page(home_url(key), key)
    stated = read.doi or pages.claims.doi((key,))
    return replace(read, names=(), doi=stated) if read.identity == key else read


def _page(address: str, key: str) -> Record:
    """What a page says, as the work that the key identifies, or as the one that it turns out to be."""
    fetched = fetch(address, deadline=PAGE_DEADLINE)
    read = pages.read(fetched.text(), fetched.url)
    is_the_work = landing.is_same_work(address, fetched.url, [redirect.status for redirect in fetched.redirects])
    known_as = _identity_of_page(fetched, read) if is_the_work and not is_registered(key) else key
    # Many sites state on every page that it is their front page.
    url = read.url if read.url and not landing.in_the_way(fetched.url, read.url) else fetched.url
    record = replace(read, identity=known_as, url=url, kind=_kind(known_as, read), names=_names(read, known_as))
    if known_as != key and is_registered(known_as):
        # The address led to the paper itself, under whatever title.
        return _as_paper(record, known_as)
    # What stands in for the page that was asked for speaks for itself alone. A resolver of DOIs always leads elsewhere.
    return _as_named(record) if is_the_work or is_registered(key) else replace(record, names=())


def _identity_of_page(fetched: Fetched, read: Record) -> str:
    """The identity by the address that the page states of itself, where that certainly is its own, else by its own."""
    return identity(read.url if read.url and landing.is_same_page(read.url, fetched.url) else fetched.url)


def _names(read: Record, known_as: str) -> tuple[str, ...]:
    """The papers that the page claims to be, as far as they can be asked for."""
    claimed = dict.fromkeys([read.identity, *read.names])
    return tuple(name for name in claimed if name != known_as and is_registered(name))


def _kind(key: str, read: Record) -> str:
    """What the identity tells is certain; of other pages, what the page says."""
    told = identify(key).kind
    return told if told != "article" else read.kind or told


def _as_named(record: Record) -> Record:
    """The paper that the page names, or the page where that is none, is another, or can't be asked for.

    One step: what the paper names is not followed.
    """
    unsettled = []
    for name in record.names[:MOST_NAMES]:
        try:
            paper = _paper(name)
        except FetchFailed as failure:
            logger.info("%s names %s: %s", record.identity, name, failure.reason)
            if failure.is_passing:
                unsettled.append(name)
            continue
        if titles_agree(record.title, paper.title):
            return _with_card(paper, record)
        logger.info("%s names %s, whose title is another", record.identity, name)
    return replace(record, names=tuple(unsettled))


def _as_paper(record: Record, key: str) -> Record:
    """The paper to which a redirect led; as its page tells where the interface can't."""
    try:
        return _with_card(_paper(key), record)
    except FetchFailed as failure:
        logger.info("%s: %s", key, failure.reason)
        return replace(record, kind="paper", names=())


def _with_card(paper: Record, page: Record) -> Record:
    return replace(paper, **{name: getattr(page, name) for name in _OF_THE_PAGE if getattr(page, name)})
