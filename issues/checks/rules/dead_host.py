"""A link leads to a site that is gone: its name is no longer known, or its owner has shut it down."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from common.failures import Reason
from common.html import names

from .. import addresses
from ..facts import Facts
from ..finding import Finding, Severity

CODE = "dead-host"
SEVERITY = Severity.WARNING
TITLE = "A site that is gone"

# Services whose pages were all taken away, though the name may still answer.
_SHUT_DOWN = names(
    "bintray.com codeplex.com feedproxy.google.com geocities.com getrevue.co gitorious.org inbox.google.com "
    "jcenter.bintray.com knol.google.com periscope.tv plus.google.com posterous.com reader.google.com revue.email "
    "storify.com vine.co xkcdexplained.com"
)


def find(facts: Facts) -> Iterator[Finding]:
    told = set()
    for entry in facts.entries:
        if entry.fetch and entry.fetch.last_error == Reason.DNS:
            told.add(entry.place.at("url"))
            again = " It is being asked again." if entry.fetch.due_at else ""
            message = (
                f"Nothing answers under the name {entry.row.domain}.{again} Check its spelling, or link elsewhere."
            )
            yield Finding(CODE, SEVERITY, entry.place.at("url"), message, entry.row.url)
    for address in facts.addresses:
        if address.place not in told and (site := _shut_down(address.given)):
            message = f"{addresses.named(address)} leads to {site}, which was shut down. Link to a copy elsewhere."
            yield Finding(CODE, SEVERITY, address.place, message, address.given)


def _shut_down(given: str) -> str:
    try:
        host = (urlsplit(given.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return next((site for site in _SHUT_DOWN if host == site or host.endswith(f".{site}")), "")
