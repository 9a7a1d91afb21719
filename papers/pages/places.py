"""Where a page lives: addresses made whole, and the canonical one where it may be believed."""

import re
from collections.abc import Collection, Iterable

from ada_url import join_url

from common.html import names
from common.urls import LONGEST_ADDRESS, Address, canonical_url
from common.urls import read as read_address
from papers.identifiers import MalformedURL, home_url, identity

# Sites whose subdomains belong to many people: none of them speaks for the site itself.
_SHARED = names(
    "ac.at ac.cn ac.il ac.in ac.jp ac.kr ac.nz ac.uk ac.za co.jp co.kr co.nz co.uk co.za com.au com.br com.cn com.hk "
    "com.mx com.sg com.tr com.tw edu.au edu.cn edu.hk edu.sg edu.tw go.jp gov.au gov.cn gov.uk ne.jp net.cn or.jp "
    "or.kr org.au org.cn org.uk "
    "amazonaws.com appspot.com azurewebsites.net blogspot.com cloudfront.net firebaseapp.com fly.dev ghost.io "
    "github.io gitlab.io hatenablog.com herokuapp.com hf.space neocities.org netlify.app notion.site onrender.com "
    "pages.dev readthedocs.io readthedocs.org s3.amazonaws.com streamlit.app tumblr.com vercel.app web.app weebly.com "
    "wixsite.com wordpress.com workers.dev"
)
# Names of hosts that serve the same site in another form.
_FORMS_OF_A_SITE = {"www", "m", "mobile", "amp"}


def absolute(base: str, given: str) -> str | None:
    """The address as the page means it, in canonical form; None where it leads nowhere on the web."""
    if not given.strip() or len(given) > LONGEST_ADDRESS:
        return None
    try:
        return canonical_url(join_url(base, given.strip()))
    except ValueError:
        return None


def identity_of(given: str) -> str:
    """The identity, or the empty string where the text is no address."""
    try:
        return identity(given)
    except MalformedURL:
        return ""


def is_front_page(identity: str) -> bool:
    """Whether the identity is that of a site as a whole."""
    return re.fullmatch(r"url:[^/?#]*", identity) is not None


def _site(address: Address) -> str:
    labels = address.host.removesuffix(".").split(".")
    return ".".join([label for label in labels[:-2] if label not in _FORMS_OF_A_SITE] + labels[-2:])


def is_same_site(one: str, other: str) -> bool:
    """Whether both are on one host, or one host is a part of the other; hosts that many people share have no parts."""
    first, second = read_address(one), read_address(other)
    shorter, longer = sorted((_site(first), _site(second)), key=len)
    if first.port != second.port:
        return False
    return shorter == longer or (longer.endswith(f".{shorter}") and "." in shorter and shorter not in _SHARED)


def _may_speak_for(url: str, candidate: str, claimed: Collection[str]) -> bool:
    """Whether a page found at `url` may say that it is the page at `candidate`."""
    ours, theirs = identity_of(url), identity_of(candidate)
    if theirs == ours:
        return True
    # A page of a known site is what its address says, and a route in the fragment is unknown to whoever wrote the
    # page. Careless programs give every page the front page as its canonical one.
    if not ours.startswith("url:") or "#" in ours or is_front_page(theirs):
        return False
    return is_same_site(url, candidate) or theirs in claimed


def _secured(address: str, url: str) -> str:
    """The canonical address with https where the page came by https: many sites forgot to change what they state."""
    stated, ours = read_address(address), read_address(url)
    if (stated.scheme, ours.scheme) == ("http", "https") and (stated.host, stated.port) == (ours.host, ours.port):
        return str(stated._replace(scheme="https"))
    return address


def home(url: str, sources: Iterable[Collection[str]], claimed: Collection[str]) -> str:
    """The address to know the page by: the first canonical one that may be believed, else its own.

    Each of `sources` is what one of them says; one that names several pages says nothing. `claimed` are identities of
    the paper that the page is, whose address may be its canonical one, too.
    """
    for stated in sources:
        if len({identity_of(address) for address in stated}) != 1:
            continue
        address = min(stated, key=lambda given: (not given.startswith("https:"), given))
        if _may_speak_for(url, address, claimed):
            return home_url(_secured(address, url))
    return home_url(url)
