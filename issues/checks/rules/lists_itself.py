"""The issue leads to itself: it stands in its own list of past issues, or a text or an entry links to its own page."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from common.folding import key
from issues.site import Site

from ..facts import Address, Facts, identified, shortened
from ..finding import Finding, Severity

CODE = "lists-itself"
SEVERITY = Severity.WARNING
TITLE = "The issue leads to itself"


def find(facts: Facts) -> Iterator[Finding]:
    own = _own_addresses(facts)
    for past in facts.issue.past_issues:
        title, url = str(past.get("title") or ""), str(past.get("url") or past.get("url_given") or "")
        if _identity(url) in own or (title and key(title) == key(facts.issue.title)):
            message = f"The list of past issues names this issue itself, as “{shortened(title or url)}”. Take it out."
            yield Finding(CODE, SEVERITY, facts.place.at("past_issues"), message, f"{title}\n{url}")
    for address in facts.addresses:
        if _identity(address.given) in own:
            yield _finding(address)


def _finding(address: Address) -> Finding:
    words = f"“{shortened(address.words)}”" if address.words else shortened(address.given)
    message = f"The link {words} leads to this issue itself. Give it the address that was meant, or take it out."
    return Finding(CODE, SEVERITY, address.place, message, address.given)


def _own_addresses(facts: Facts) -> set[str]:
    issue = facts.issue
    path = Site(facts.publication, issue.language).issue_path(issue)
    own = {_identity(issue.source_url), _identity(Site(facts.publication, issue.language).absolute().issue_path(issue))}
    return {address for address in own | {path} if address}


def _identity(address: str) -> str:
    """What an address is compared by: a path on our own site as it stands."""
    address = address.strip()
    if address.startswith("/") and not address.startswith("//"):
        return urlsplit(address).path
    found = identified(address)
    return found.identity if found else ""
