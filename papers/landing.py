"""Where an address led: whether that is still the work that was asked for. Pure: no database, no network.

A wrong yes makes two works one, before readers; a wrong no costs a second row. So what is not certain counts as no.
"""

import re
from collections.abc import Collection

from common.html import names
from common.urls import Address, read

from .identifiers import identity

# What they stand for is the address they lead to, and never changes.
SHORTENERS = names(
    "adobe.ly aka.ms amzn.to apple.co bbc.in bit.ly buff.ly cnn.it cutt.ly dlvr.it econ.st eepurl.com fb.me flip.it "
    "g.co git.io goo.gl hubs.la hubs.li hubs.ly ibm.co ift.tt is.gd j.mp lnkd.in msft.it n.pr nature.pub nvda.ws "
    "nyti.ms oreil.ly ow.ly po.st rb.gy rebrand.ly reut.rs shorturl.at smarturl.it spr.ly t.co t.ly tiny.cc "
    "tinyurl.com trib.al v.gd wapo.st wp.me x.co"
)
_PERMANENT = frozenset({301, 308})

# Parts of a path that stand for a page in the way of the one that was asked for, be it a login or an error.
_GATES = names(
    "404 403 500 access-denied account-login authenticate captcha checkpoint consent cookie-consent cookieabsent "
    "cookies-required error forbidden log-in log_in login logon maintenance not-found not_found notfound oauth oauth2 "
    "page-not-found pagenotfound paywall sign-in sign-up sign_in sign_up signin signup sorry sso suspended "
    "unsupported-browser unusual-traffic wp-login"
)
_GATE_HOSTS = re.compile(
    r"(?:accounts?|auth\d?|authenticate|authn|captcha|consent|guce|idp|login\d?|myaccount|oauth|passport|signin|sso)\."
)
# Pages that list others. Everything that a site took away is often sent to one of them.
_LISTS = names(
    "about all archive archives article articles blog blogs category contact default en en-gb en-us entries events "
    "feed home home-page homepage index insights ja jp journal journals latest library list main media medium new "
    "news news-and-events newsroom overview page pages papers post posts press press-releases product products "
    "project projects publication publications releases research resources search site start stories tag tags team "
    "topic topics updates us welcome work works writing zh zh-cn zh-hans"
)
_SUFFIX = re.compile(r"\.(?:html?|xhtml|shtml|php|aspx?|jsp|cfm)\Z")
_FACES = re.compile(r"(?:www\d?|m|mobile|amp)\.")


def _words(address: Address) -> list[str]:
    """The parts of the path, in small letters, without the suffix of a file."""
    return [_SUFFIX.sub("", part) for part in address.path.lower().split("/") if part]


def _site(address: Address) -> str:
    """The host without what only tells how a site shows itself, with its port."""
    host = address.host.removesuffix(".")
    bare = _FACES.sub("", host, count=1)
    return f"{bare if '.' in bare else host}:{address.port}"


def _is_general(address: Address) -> bool:
    """Whether its path is that of a front page or of a list."""
    return _LISTS.issuperset(_words(address))


def _is_front_page(address: Address) -> bool:
    return _is_general(address) and not address.query and not address.fragment.startswith(("#/", "#!"))


def _is_gate(address: Address) -> bool:
    return bool(_GATE_HOSTS.match(address.host)) or not _GATES.isdisjoint(_words(address))


def in_the_way(asked: str, landed: str) -> str:
    """What a site showed instead of the page that was asked for, such as “a page to log in”; the empty string where it
    showed the page, or perhaps did.

    >>> in_the_way("https://example.org/2019/05/post", "https://example.org/")
    'its front page'
    """
    before, after = read(asked), read(landed)
    if identity(asked) == identity(landed):
        return ""
    if _is_gate(after) and not _is_gate(before):
        return "a page to log in, to agree to something, or about an error"
    is_same_site = _site(before) == _site(after)
    if is_same_site and _is_front_page(after) and not _is_general(before):
        return "its front page" if not _words(after) else "a page that lists others"
    return ""


def is_same_work(asked: str, landed: str, statuses: Collection[int]) -> bool:
    """Whether the address that redirects with these statuses led to is known to be the work that was asked for.

    It is, where the address is that of a link shortener; where the new one names a work by itself (an arXiv id, a DOI,
    a repository); and where every redirect is for good (RFC 9110, 15.4: 301 and 308) and leads to a page of its own.
    A redirect for the time being (“the latest post”) does not make two addresses one, nor does one to a front page, to
    a list, or to a login: those are what a site sends all its lost pages to.
    """
    before, after = read(asked), read(landed)
    if identity(asked) == identity(landed):
        return True
    if in_the_way(asked, landed) or _is_gate(after):
        return False
    if not identity(landed).startswith("url:"):
        return True
    if before.host.removeprefix("www.") in SHORTENERS:
        return _site(before) != _site(after)
    return set(statuses) <= _PERMANENT and not _is_front_page(after) and not _is_above(after, before)


def _is_above(after: Address, before: Address) -> bool:
    """Whether the one address is that of a folder in which the other lies."""
    above, below = _words(after), _words(before)
    return _site(after) == _site(before) and len(above) < len(below) and below[: len(above)] == above


def _has_own_name(address: Address) -> bool:
    """Whether the last part of the path tells what the page is about, and not only which program makes it."""
    last = _words(address)[-1:]
    return not _SUFFIX.search(address.path) and any(len(word) > 12 or re.search(r"[\d_%-]", word) for word in last)


def is_same_page(stated: str, landed: str) -> bool:
    """Whether the canonical address that a page states of itself is certainly its own.

    Many sites state their front page on every page, or the page of which this is a copy. So it counts only where it is
    the same path of the same site, but for the mark of a page for telephones, with some of the arguments; with none
    only where the path names the page.
    """
    there, here = read(stated), read(landed)
    own = _words(here)
    if _site(there) != _site(here) or _words(there) not in (own, [word for word in own if word != "amp"]):
        return False
    wanted, given = ({*filter(None, address.query[1:].split("&"))} for address in (there, here))
    return wanted <= given and bool(wanted or not given or _has_own_name(there))
