"""A link is not encrypted; a warning once the same page was read by https."""

from collections.abc import Iterator

from papers.identifiers import canonical_url

from .. import addresses
from ..facts import Address, EntryFacts, Facts, identified
from ..finding import Change, Finding, Fix, Severity

CODE = "plain-http"
SEVERITY = Severity.NOTICE
TITLE = "A link without encryption"


def find(facts: Facts) -> Iterator[Finding]:
    of = {entry.place.row: entry for entry in facts.entries}
    for address in facts.addresses:
        # A card leads where the link leads, which is told already.
        if address.place.field in ("card_url", "figure_source_url") or addresses.scheme(address.given) != "http":
            continue
        entry = of.get(address.place.row) if address.place.field == "url" else None
        yield _finding(address, entry, _by_https(entry) if entry else "")


def _by_https(entry: EntryFacts) -> str:
    """The address of the same page that was read by https; empty where none was."""
    url = entry.record.url if entry.record else ""
    found = identified(url) if url.startswith("https://") else None
    return canonical_url(url) if found and found == entry.link else ""


def _finding(address: Address, entry: EntryFacts | None, secure: str) -> Finding:
    said = addresses.named(address)
    if not secure:
        message = (
            f"{said} begins with http://, so that others can read along. Try whether https:// leads to the page, too."
        )
        return Finding(CODE, SEVERITY, address.place, message, address.given)
    message = f"{said} begins with http://, and the same page answers by https://. Use that."
    fix = Fix("Use https", entry.place.row, (Change("url", entry.row.url, secure),))
    return Finding(CODE, Severity.WARNING, address.place, message, address.given, fix)
