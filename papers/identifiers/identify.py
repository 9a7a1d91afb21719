"""The identity of a work: asked of arXiv, DOIs and the known sites first, else read from the address itself."""

import re

from common.urls import SHARE_MARKS_OF_SITES, Address, canonical_url, of_site, read, tidied

from . import arxiv, doi, sites
from .identified import LONGEST_IDENTITY, Identified, bounded

_INDEX_PAGE = re.compile(r"/index\.(?:html?|xhtml|shtml|php|aspx?|jsp|cfm)")
_PERCENT = re.compile("%([0-9A-Fa-f]{2})")
# RFC 3986, section 2.3, and the marks that browsers never encode: escaped or not, they mean the same.
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!*'()")
# The standard of URLs leaves these as they were given, though no address may hold them plain.
_ESCAPED = str.maketrans({character: f"%{ord(character):02X}" for character in '"<>[\\]^`{|}'})

_ODD = re.compile('[%"<>[\\]\\\\^`{|}]')


def _unescape_plain(match: re.Match) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _one_spelling(part: str) -> str:
    """The part with one form of percent-encoding (RFC 3986, section 6.2.2); what is encoded twice stays so."""
    if not _ODD.search(part):
        return part
    return _PERCENT.sub(_unescape_plain, part.translate(_ESCAPED))


def _path_key(path: str) -> str:
    path = _one_spelling(path)
    if path.endswith("/"):
        return path[:-1]
    folder, slash, page = path.rpartition("/")
    return folder if _INDEX_PAGE.fullmatch(slash + page) else path


def _query_key(query: str, host: str) -> str:
    if not query:
        return ""
    marks = of_site(SHARE_MARKS_OF_SITES, host)
    pieces = [piece for piece in _one_spelling(query[1:]).split("&") if piece and piece.partition("=")[0] not in marks]
    return "?" + "&".join(sorted(pieces)) if pieces else ""


def _fragment_key(fragment: str) -> str:
    """Where a page of one address shows many works, the fragment is a route (`#/paper/3`, `#!paper`) and counts."""
    return _one_spelling(fragment) if fragment.startswith(("#/", "#!")) else ""


def _host_key(host: str) -> str:
    host = host.removesuffix(".")
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def _url_key(address: Address) -> str:
    host = _host_key(address.host)
    port = f":{address.port}" if address.port else ""
    return (
        f"url:{host}{port}{_path_key(address.path)}{_query_key(address.query, host)}{_fragment_key(address.fragment)}"
    )


def _from_arxiv(found: tuple[str, str]) -> Identified:
    return Identified(f"arxiv:{found[0]}", found[1], "paper")


def _from_doi(found: str) -> Identified:
    preprint = arxiv.id_in_doi(found)
    return _from_arxiv(preprint) if preprint else Identified(bounded(f"doi:{doi.key(found)}"), kind="paper")


_KNOWN_HOSTS = arxiv.HOSTS | doi.HOSTS | sites.RECOGNISERS.keys()


def _of_known_site(address: Address, host: str) -> Identified | None:
    if found := arxiv.id_in_address(address):
        return _from_arxiv(found)
    if found := doi.doi_in_address(address):
        return _from_doi(found)
    recognise = sites.RECOGNISERS.get(host)
    return recognise(address) if recognise else None


def _from_address(address: Address) -> Identified:
    host = address.host.removeprefix("www.")
    known = not address.port and (host in _KNOWN_HOSTS or host.endswith(".arxiv.org"))
    return (known and _of_known_site(address, host)) or Identified(bounded(_url_key(address)))


_URL_KEY = re.compile(r"url:(?:\[[0-9a-f:.]+\]|[^\s/?#:@A-Z\[\]\\<>^|%]+)(?::\d{1,5})?(?:[/?#][!-~]*)?", re.ASCII)
_CVF_KEY = re.compile(r"cvf:[a-z0-9_./-]+/\w[\w.,'%()-]*", re.ASCII)
_BOUNDED_KEY = re.compile(r"(url|doi|cvf):[!-~]*~sha256=[0-9a-f]{64}")


def _from_site_key(scheme: str, key: str) -> Identified | None:
    if scheme == "github" and (repository := sites.repository_key(key)):
        return Identified(f"github:{repository}", kind="repository")
    if scheme == "youtube" and sites.VIDEO_ID.fullmatch(key):
        return Identified(f"youtube:{key}", kind="video")
    if scheme == "openreview" and sites.OPENREVIEW_ID.fullmatch(key):
        return Identified(f"openreview:{key}", kind="paper")
    if scheme == "acl" and (match := sites.ACL_ID.fullmatch(key)):
        return Identified(f"acl:{sites.acl_key(match[1])}", match[2] or "", "paper")
    return None


def _from_key(text: str) -> Identified | None:
    """What an identity itself identifies, so that asking twice changes nothing; None where the text is none."""
    if not text.isascii() or len(text) > LONGEST_IDENTITY:
        return None
    if len(text) == LONGEST_IDENTITY and (match := _BOUNDED_KEY.fullmatch(text)):
        return Identified(text, kind="article" if match[1] == "url" else "paper")
    if found := doi.doi_in_text(text):
        return _from_doi(found)
    if _URL_KEY.fullmatch(text):
        return Identified(text)
    if _CVF_KEY.fullmatch(text):
        return Identified(text, kind="paper")
    scheme, _, key = text.partition(":")
    return _from_site_key(scheme.lower(), key)


def identify(given: str) -> Identified:
    """The identity, version and likely kind of the work behind any spelling: an address, an id, or an identity.

    Raises MalformedURL where the text is neither. Two spellings get one identity only where they certainly are the
    same work. The identity is ASCII, at most 2000 characters, and identifies itself.
    """
    text = tidied(given)
    if text.startswith("http"):
        return _from_address(read(given))
    if found := arxiv.id_in_text(text):
        return _from_arxiv(found)
    if found := _from_key(text):
        return found
    if found := doi.doi_in_text(text):
        return _from_doi(found)
    return _from_address(read(given))


def identity(given: str) -> str:
    """The comparison key alone; see `identify`."""
    return identify(given).identity


_HOMES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "acl": "https://aclanthology.org/{}/",
    "youtube": "https://www.youtube.com/watch?v={}",
}


def home_url(given: str) -> str:
    """Where readers are sent for a work: its own page where its identity names one, else the canonical address.

    So a work has one address whichever spelling of it came first. Raises MalformedURL.
    """
    found = identity(given)
    scheme, _, key = found.partition(":")
    if scheme in _HOMES and not _BOUNDED_KEY.fullmatch(found):
        return _HOMES[scheme].format(key)
    if scheme == "github" and given[:7].lower() == "github:":
        return f"https://github.com/{key}"
    return canonical_url(given)
