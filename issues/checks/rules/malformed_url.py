"""An address can't be followed: it is misspelt, names no site, holds a second address, or an arXiv id that can't be."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from common.urls import Address as ParsedAddress
from common.urls import MalformedURL, read
from papers.identifiers import arxiv_id

from .. import addresses
from ..facts import Facts
from ..finding import Finding, Severity

CODE = "malformed-url"
SEVERITY = Severity.ERROR
TITLE = "An address that leads nowhere"
WAIVABLE = False

_SECOND_SCHEME = re.compile(r"https?(?::|%3a)?/{1,2}", re.IGNORECASE)
# What belongs to the sentence or the Markdown around an address, and came along when it was copied.
_CAME_ALONG = "，。；、！？」』】）》”’“‘\"'<>|`，；,;]"
_ARXIV_PAGE = re.compile(r"/(?:abs|pdf|html)(?:/|\Z)")
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]+")


def find(facts: Facts) -> Iterator[Finding]:
    for address in facts.addresses:
        given = address.given.strip()
        if addresses.is_internal(given) or addresses.is_relative(given) or addresses.danger(given):
            continue
        if wrong := _wrong(given):
            yield Finding(
                CODE, SEVERITY, address.place, f"{addresses.named(address)}: {wrong}", address.given, waivable=False
            )


def _wrong(given: str) -> str:
    """What is wrong with an address, as a sentence; empty where nothing is."""
    if not given:
        return "it has no address. Give one, or take the link away."
    if addresses.scheme(given) == "mailto":
        return "" if "@" in given else "this is no mail address. Write mailto: and the address."
    try:
        address = read(given)
    except MalformedURL as error:
        return error.message[0].lower() + error.message[1:]
    return _misspelt(address)


def _misspelt(address: ParsedAddress) -> str:
    host = address.host.removesuffix(".")
    if host in ("http", "https") or _SECOND_SCHEME.match(address.path.lstrip("/")) and host in ("http.", "https."):
        return "it holds https:// twice. Remove one."
    if not host.startswith("[") and not host.replace(".", "").isdigit():
        last = host.rpartition(".")[2]
        if "." not in host or not _TOP_LEVEL.fullmatch(last) or ".." in host or "_" in last:
            return f"“{host[:60]}” is no name of a site. Check its spelling."
    end = unquote(str(address))[-1:]
    if end in _CAME_ALONG or end in ")]" and _closes_nothing(unquote(str(address)), end):
        return f"it ends in “{end}”, which belongs to the text around it. Remove that."
    if host.removeprefix("www.") in ("arxiv.org", "export.arxiv.org") and _ARXIV_PAGE.match(address.path):
        return "" if arxiv_id(str(address)) else "no paper of arXiv has this number. Copy the address again."
    return ""


def _closes_nothing(text: str, end: str) -> bool:
    return text.count(end) > text.count({")": "(", "]": "["}[end])
