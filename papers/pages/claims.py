"""Which paper a page says that it is. A page about a paper must not be taken for it, nor one that lists several."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from . import linked_data
from .linked_data import Thing
from .metadata import Metadata
from .places import identity_of

PAPERS = ("arxiv", "doi", "openreview", "acl", "cvf")
LONGEST_DOI = 300

_DOI = re.compile(r"(?:info:doi/|doi:?\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(r"arxiv:|https?://(?:www\.)?arxiv\.org/", re.IGNORECASE)


def _from_doi_field(value: str) -> str:
    match = _DOI.fullmatch(value.strip())
    return identity_of(f"doi:{match[1]}") if match else ""


def _from_arxiv_field(value: str) -> str:
    return identity_of(value if _ARXIV.match(value) else f"arxiv:{value.strip()}")


def _from_any_field(value: str) -> str:
    """From a field that holds anything: only what says itself that it is a DOI or an arXiv id."""
    return identity_of(value) if _ARXIV.match(value) else _from_doi_field(value)


def _from_address(value: str) -> str:
    return identity_of(value) if re.match("https?:", value, re.IGNORECASE) else _from_any_field(value)


def _from_properties(value: object) -> Iterator[str]:
    """From `PropertyValue`, where beside each identifier stands what it is."""
    for item in linked_data.listed(value):
        if isinstance(item, dict):
            name = " ".join(linked_data.texts([item.get("propertyID"), item.get("name")])).lower()
            reader = _from_arxiv_field if "arxiv" in name else _from_doi_field if "doi" in name else _from_address
            yield from map(reader, linked_data.texts(item.get("value")))


def _sources(metadata: Metadata, thing: Thing) -> Iterator[Iterable[str]]:
    """What each source says, the most reliable first.

    Only what tells that the page *is* the paper counts here, not what it cites or is about.
    """
    yield map(_from_arxiv_field, metadata.each("citation_arxiv_id"))
    yield map(_from_doi_field, metadata.each("citation_doi"))
    yield map(_from_doi_field, metadata.each("prism.doi", "dc.identifier.doi"))
    yield map(_from_any_field, metadata.each("dc.identifier", "eprints.id_number"))
    if linked_data.is_scholarly(thing):
        yield _from_properties(thing.get("identifier"))
        for key in ("identifier", "sameAs", "@id", "url"):
            yield map(_from_address, linked_data.texts(thing.get(key), "@id", "url"))


def claims(url: str, metadata: Metadata, thing: Thing) -> tuple[str, ...]:
    """The identities of the paper that the page claims to be, at most one of a kind, other than that of its address.

    `thing` is what JSON-LD says that the page is. A source that names several papers of one kind lists them and says
    nothing; where two sources differ the more reliable one counts; a page whose address names a paper is no other.
    """
    own = identity_of(url)
    found = {own.partition(":")[0]: own}
    for source in _sources(metadata, thing):
        stated = set(source)
        for scheme in PAPERS:
            named = [identity for identity in stated if identity.startswith(f"{scheme}:")]
            if len(named) == 1:
                found.setdefault(scheme, named[0])
    return tuple(identity for identity in found.values() if identity != own)


def doi(identities: Iterable[str]) -> str:
    """The DOI among the identities as it is written, or the empty string; so, too, where nobody could write it."""
    key = next((found[4:] for found in identities if found.startswith("doi:")), "")
    written = unquote(key)
    return written if len(key) <= LONGEST_DOI and written.isprintable() else ""
