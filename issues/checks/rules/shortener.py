"""A link goes through a link shortener, which hides where it leads, follows readers, and may end one day."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from common.html import names
from papers.landing import SHORTENERS

from .. import addresses
from ..facts import Address, EntryFacts, Facts, shortened
from ..finding import Change, Finding, Fix, Severity

CODE = "shortener"
SEVERITY = Severity.WARNING
TITLE = "A shortened address"

# Beside those of which the landing of a fetch knows that they never change where they lead.
_OTHERS = names(
    "adf.ly bit.do bl.ink clck.ru dwz.cn ht.ly link.medium.com mcaf.ee on.wsj.com page.link pca.st qr.ae rebrandly.com "
    "s.id shor.by short.io snip.ly soo.gd spoti.fi suo.im suo.nz t.cn tr.im url.cn urlz.fr ux.nu x.gd"
)


def find(facts: Facts) -> Iterator[Finding]:
    of = {entry.place.row: entry for entry in facts.entries}
    for address in facts.addresses:
        if (host := _host(address.given)) and host in SHORTENERS | _OTHERS:
            message = (
                f"{addresses.named(address)} goes through {host}, which hides where it leads. Link to the page itself."
            )
            yield Finding(
                CODE, SEVERITY, address.place, message, address.given, _fix(address, of.get(address.place.row))
            )


def _host(given: str) -> str:
    try:
        return (urlsplit(given.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _fix(address: Address, entry: EntryFacts | None) -> Fix | None:
    """Where the link was seen to lead."""
    record = entry.record if entry and address.place.field == "url" else None
    if record is None or not record.url or _host(record.url) in ("", _host(address.given)):
        return None
    return Fix(f"Link to {shortened(record.url)}", entry.place.row, (Change("url", entry.row.url, record.url),))
