"""DOIs: from resolvers, from `doi:` texts, and from the pages of publishers that carry the DOI in their address.

A DOI knows no case (https://www.doi.org/doi-handbook/HTML/case-sensitivity.html); the key has it in lower case, with
everything percent-encoded that is not plain.
"""

import re
import string
from urllib.parse import quote, unquote_to_bytes

from common.urls import Address

_DOI = r"10\.\d{4,9}(?:\.\d+)*/[^/].*"
_WHOLE = re.compile(_DOI, re.DOTALL)
_TEXT = re.compile(r"(?:doi:?\s*)?(10\.\d{4,9}(?:\.\d+)*/[^/\s]\S*)", re.IGNORECASE)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SAFE = "/:;()[]@!$'*+,="

_RESOLVERS = ("doi.org", "dx.doi.org", "doi.acm.org", "doi.ieeecomputersociety.org")

# One platform serves these publishers: /doi/10.…, or /doi/abs/10.… and the like. Supplements have addresses of their
# own kind (/doi/suppl/…) and are left out.
_PLATFORM = re.compile(
    rf"/doi/(?:(?:abs|abstract|full|full-html|fullHtml|full-xml|pdf|pdfdirect|pdfplus|epdf|epub|reader)/)?({_DOI})"
)
_ON_PLATFORM = (
    "dl.acm.org journals.sagepub.com nejm.org onlinelibrary.wiley.com pnas.org pubs.acs.org pubsonline.informs.org "
    "royalsocietypublishing.org science.org tandfonline.com"
)
_SPRINGER = re.compile(
    r"/(?:article|book|chapter|protocol|referencework|referenceworkentry|content/pdf|epdf)/(10\.\d{4,9}/[^/]+?)"
    r"(?:\.pdf|/fulltext\.html)?"
)
_PREPRINT_SERVER = re.compile(r"/content/(10\.(?:1101|64898)/[\d.]+?)(?:v\d+)?(?:\.(?:abstract|full|full-text|pdf))*")
_FRONTIERS = re.compile(r"/(?:articles|journals/[a-z-]+/articles)/(10\.3389/[^/]+)(?:/(?:full|abstract|pdf|epub|xml))?")
_IOP = re.compile(r"/article/(10\.\d{4,9}/[^/]+(?:/[^/]+)*?)(?:/(?:meta|pdf))?")
_APS = re.compile(r"/[a-z]+/(?:abstract|pdf)/(10\.1103/[^/]+)")
# Nature leaves its own prefix out.
_NATURE = re.compile(r"/articles/([sd]\d{5}-\d{3}-\d{5}-[\dxwyz]|nature\d{5})(?:\.pdf)?")
_PLOS = re.compile(r"[?&]id=(10\.1371/[^&]+)")

_FORMS = {
    **dict.fromkeys(_ON_PLATFORM.split(), _PLATFORM),
    "link.springer.com": _SPRINGER,
    "biorxiv.org": _PREPRINT_SERVER,
    "medrxiv.org": _PREPRINT_SERVER,
    "frontiersin.org": _FRONTIERS,
    "iopscience.iop.org": _IOP,
    "journals.aps.org": _APS,
}
HOSTS = frozenset([*_RESOLVERS, *_FORMS, "nature.com", "journals.plos.org"])


def _decoded(text: str) -> str:
    """The text with its percent-encoding undone; bytes that are no UTF-8 come through as they are."""
    return unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogateescape")


def key(doi: str) -> str:
    """The DOI as it stands in an identity: lower case, ASCII, one form of percent-encoding."""
    return quote(doi.translate(_LOWER), safe=_SAFE, errors="surrogateescape")


def doi_in_text(text: str) -> str | None:
    """The DOI where the whole text is one, with or without `doi:` before it; else None."""
    match = _TEXT.fullmatch(text)
    return _decoded(match[1]) if match else None


def _of_publisher(host: str, path: str, query: str) -> str | None:
    if host == "nature.com":
        match = _NATURE.fullmatch(path)
        return f"10.1038/{match[1]}" if match else None
    if host == "journals.plos.org":
        match = _PLOS.search(query)
        return _decoded(match[1]) if match and path.endswith("/article") else None
    form = _FORMS.get(host)
    match = form.fullmatch(path.removesuffix("/")) if form else None
    return match[1] if match else None


def doi_in_address(address: Address) -> str | None:
    """The DOI where the address is that of a resolver, or of a publisher's page of exactly that work; else None."""
    host = address.host.removeprefix("www.")
    if host not in HOSTS or address.port:
        return None
    path = _decoded(address.path)
    if host in _RESOLVERS:
        doi = path.removeprefix("/").removesuffix("/").removeprefix("doi:")
        return doi if _WHOLE.fullmatch(doi) else None
    return _of_publisher(host, path, address.query)
