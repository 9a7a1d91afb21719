"""arXiv ids, new (`2103.03230`) and old (`hep-th/9901001`), in every address that leads to the paper.

The forms are those of https://info.arxiv.org/help/arxiv_identifier.html: since April 2007 YYMM and a number of four
digits, five since January 2015; before that the archive, YYMM and three digits.
"""

import re

from common.html import names
from common.urls import Address, MalformedURL, read, tidied

_ARCHIVES = names(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con"
)
_NEW = r"(?P<new>\d\d(?:0[1-9]|1[0-2])\.\d{4,5})"
# The class of a subject, as in math.GT/0309136, says nothing that the number does not.
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z-]{2,})?/(?P<number>\d\d(?:0[1-9]|1[0-2])\d{3})"
_ID = rf"(?:{_NEW}|{_OLD})(?P<version>v[1-9]\d{{0,2}})?"
_TEXT = re.compile(rf"(?:arxiv:\s*)?{_ID}(?:\s*\[[a-z.-]+\])?", re.IGNORECASE | re.ASCII)
_DOI = re.compile(rf"10\.48550/arxiv\.{_ID}", re.IGNORECASE | re.ASCII)

_ON_ARXIV = r"abs|pdf|html|ps|format|src|e-print|ftp/arxiv/papers/\d{4}"
_PATHS = {
    "arxiv.org": _ON_ARXIV,
    "ar5iv.org": "abs|pdf|html",
    "ar5iv.labs.arxiv.org": "abs|pdf|html",
    "alphaxiv.org": "(?:[a-z]{2}/)?(?:abs|pdf|html|overview)",
    "arxiv-vanity.com": "papers",
    "huggingface.co": "papers",
    "hf.co": "papers",
    "xxx.lanl.gov": _ON_ARXIV,
    "xxx.itp.ac.cn": _ON_ARXIV,
}
_FORMS = {
    host: re.compile(rf"/(?:{paths})/(?:arxiv:)?{_ID}(?:\.pdf|\.ps\.gz)?/?", re.IGNORECASE | re.ASCII)
    for host, paths in _PATHS.items()
}
HOSTS = frozenset(_FORMS)


def _found(match: re.Match | None) -> tuple[str, str] | None:
    """Id and version of the match, unless no paper can have that number."""
    if match is None:
        return None
    version = (match["version"] or "").lower()
    if match["new"]:
        month, _, number = match["new"].partition(".")
        digits = 4 if month < "1501" else 5
        valid = "0704" <= month < "9101" and len(number) == digits and number.strip("0")
        return (match["new"], version) if valid else None
    archive, number = match["archive"].lower(), match["number"]
    valid = archive in _ARCHIVES and (number >= "9107" or number < "0704") and number[4:] != "000"
    return (f"{archive}/{number}", version) if valid else None


def id_in_text(text: str) -> tuple[str, str] | None:
    """Id and version where the whole text is an arXiv id, such as `arXiv:2103.00020v2 [cs.CV]`; else None."""
    return _found(_TEXT.fullmatch(text))


def id_in_doi(doi: str) -> tuple[str, str] | None:
    """Id and version where the DOI is one that arXiv gives to its papers; else None."""
    return _found(_DOI.fullmatch(doi))


def id_in_address(address: Address) -> tuple[str, str] | None:
    """Id and version where the address is a page or file of one arXiv paper; else None."""
    host = address.host.removeprefix("www.")
    form = _FORMS.get(host) or (_FORMS["arxiv.org"] if host.endswith(".arxiv.org") else None)
    if form is None or address.port:
        return None
    return _found(form.fullmatch(address.path.replace("%2F", "/").replace("%2f", "/")))


def arxiv_id(given: str) -> tuple[str, str] | None:
    """Id and version (`v2`, else empty) of any spelling of an arXiv paper: address, DOI or bare id; else None.

    >>> arxiv_id("https://arxiv.org/pdf/2103.00020v2.pdf")
    ('2103.00020', 'v2')
    """
    from .doi import doi_in_address, doi_in_text

    text = tidied(given)
    if found := id_in_text(text):
        return found
    if doi := doi_in_text(text):
        return id_in_doi(doi)
    try:
        address = read(given)
    except MalformedURL:
        return None
    doi = doi_in_address(address)
    return id_in_address(address) or (id_in_doi(doi) if doi else None)
