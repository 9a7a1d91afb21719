"""The identity of a work: asked of arXiv, DOIs and the known sites first, else read from the address itself."""

import re
from functools import lru_cache

from common.urls import Address, MalformedURL, read

from . import arxiv, doi, sites
from .identified import LONGEST_IDENTITY, Identified, bounded

_INDEX_PAGE = re.compile(r"/index\.(?:html?|xhtml|shtml|php|aspx?|jsp|cfm)")
_PERCENT = re.compile("%([0-9A-Fa-f]{2})")
# RFC 3986, section 2.3, and the marks that browsers never encode: escaped or not, they mean the same.
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!*'()")
# The standard of URLs leaves these as they were given, though no address may hold them plain.
_ESCAPED = str.maketrans({character: f"%{ord(character):02X}" for character in '"<>[\\]^`{|}'})


def _unescape_plain(match: re.Match) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _one_spelling(part: str) -> str:
    """The part with one form of percent-encoding (RFC 3986, section 6.2.2); what is encoded twice stays so."""
    part = part.translate(_ESCAPED)
    return _PERCENT.sub(_unescape_plain, part) if "%" in part else part


def _path_key(path: str) -> str:
    path = _one_spelling(path)
    if path.endswith("/"):
        return path[:-1]
    folder, slash, page = path.rpartition("/")
    return folder if _INDEX_PAGE.fullmatch(slash + page) else path


def _query_key(query: str) -> str:
    pieces = sorted(_one_spelling(piece) for piece in query[1:].split("&") if piece)
    return "?" + "&".join(pieces) if pieces else ""


def _fragment_key(fragment: str) -> str:
    """Where a page of one address shows many works, the fragment is a route (`#/paper/3`, `#!paper`) and counts."""
    return _one_spelling(fragment) if fragment.startswith(("#/", "#!")) else ""


def _host_key(host: str) -> str:
    host = host.removesuffix(".")
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def _url_key(address: Address) -> str:
    port = f":{address.port}" if address.port else ""
    return (
        f"url:{_host_key(address.host)}{port}{_path_key(address.path)}"
        f"{_query_key(address.query)}{_fragment_key(address.fragment)}"
    )


def _from_arxiv(found: tuple[str, str]) -> Identified:
    return Identified(f"arxiv:{found[0]}", found[1], "paper")


def _from_doi(found: str) -> Identified:
    preprint = arxiv.id_in_doi(found)
    return _from_arxiv(preprint) if preprint else Identified(bounded(f"doi:{doi.key(found)}"), kind="paper")


def _from_address(address: Address) -> Identified:
    if found := arxiv.id_in_address(address):
        return _from_arxiv(found)
    if found := doi.doi_in_address(address):
        return _from_doi(found)
    recognise = sites.RECOGNISERS.get(address.host.removeprefix("www.")) if not address.port else None
    recognised = recognise(address) if recognise else None
    return recognised or Identified(bounded(_url_key(address)))


_URL_KEY = re.compile(r"url:(?:[a-z0-9_.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#][!-~]*)?")
_CVF_KEY = re.compile(r"cvf:[a-z0-9_./-]+/\w[\w.,'%()-]*", re.ASCII)


def _from_key(text: str) -> Identified | None:
    """What an identity itself identifies, so that asking twice changes nothing; None where it is none."""
    scheme, _, key = text.partition(":")
    scheme = scheme.lower()
    if scheme == "url" and _URL_KEY.fullmatch(text) and len(text) <= LONGEST_IDENTITY:
        return Identified(text)
    if scheme == "github" and (repository := sites.repository_key(key)):
        return Identified(f"github:{repository}", kind="repository")
    if scheme == "youtube" and sites.VIDEO_ID.fullmatch(key):
        return Identified(f"youtube:{key}", kind="video")
    if scheme == "openreview" and sites.OPENREVIEW_ID.fullmatch(key):
        return Identified(f"openreview:{key}", kind="paper")
    if scheme == "acl" and (match := sites.ACL_ID.fullmatch(key)):
        return Identified(f"acl:{sites.acl_key(match[1])}", match[2] or "", "paper")
    if scheme == "cvf" and _CVF_KEY.fullmatch(text):
        return Identified(text, kind="paper")
    return None


def _identify(given: str) -> Identified:
    text = given.strip()
    if found := arxiv.id_in_text(text):
        return _from_arxiv(found)
    if found := doi.doi_in_text(text):
        return _from_doi(found)
    if found := _from_key(text):
        return found
    return _from_address(read(given))


_identify_cached = lru_cache(maxsize=16_384)(_identify)


def identify(given: str) -> Identified:
    """The identity, version and likely kind of the work behind any spelling: an address, an id, or an identity.

    Raises MalformedURL where the text is neither. Two spellings get one identity only where they certainly are the
    same work. The identity is ASCII, at most 2000 characters, and identifies itself.
    """
    return _identify_cached(given) if len(given) <= LONGEST_IDENTITY else _identify(given)


def identity(given: str) -> str:
    """The comparison key alone; see `identify`."""
    return identify(given).identity


__all__ = ["Identified", "MalformedURL", "identify", "identity"]
