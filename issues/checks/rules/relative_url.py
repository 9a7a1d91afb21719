"""An address was given without its site, so that it means something else on every page, or nothing in a mail."""

import re
from collections.abc import Iterator

from django.urls import Resolver404, resolve

from .. import addresses
from ..facts import EntryFacts, Facts, shortened
from ..finding import Change, Finding, Fix, Place, Severity

CODE = "relative-url"
SEVERITY = Severity.WARNING
TITLE = "An address without its site"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        if addresses.is_relative(entry.row.url_given.strip()) or addresses.is_relative(entry.row.url.strip()):
            yield _of_link(entry)
    for address in facts.addresses:
        if address.place.field in ("url", "card_url") or addresses.danger(address.given):
            continue
        given = address.given.strip()
        # In a text an address without https:// is taken for a page beside this one.
        is_page = not addresses.scheme(given) and not addresses.is_internal(given) and not given.startswith("//")
        # Addresses from the root lead to pages of our own, on each page and in mails; others of that form to nothing.
        if given and (addresses.is_relative(given) or is_page) and not _is_our_page(given):
            yield _finding(address.place, given, given)


def _is_our_page(given: str) -> bool:
    try:
        return given.startswith("/") and bool(resolve(re.split("[?#]", given)[0]))
    except Resolver404:
        return False


def _of_link(entry: EntryFacts) -> Finding:
    given, url = entry.row.url_given, entry.row.url
    fix = None
    if not addresses.is_relative(url.strip()):
        fix = Fix(f"Keep {shortened(url)}", entry.place.row, (Change("url_given", given, url),))
    return _finding(
        entry.place.at("url"), given if addresses.is_relative(given.strip()) else url, f"{given}\n{url}", fix
    )


def _finding(place: Place, given: str, about: str, fix: Fix | None = None) -> Finding:
    message = f"The address “{shortened(given)}” names no site. Give the whole address, beginning with https://."
    return Finding(CODE, SEVERITY, place, message, about, fix)
