"""What the rules ask of an address as it is written: its scheme, whether it names a site, what harm it does."""

from __future__ import annotations

import dataclasses
import re
from functools import lru_cache

from django.conf import settings

from common import addresses
from common.failures import FetchFailed
from common.html import names

from .facts import Address, shortened

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_HARMFUL = names("about blob chrome data file filesystem intent javascript ms-settings vbscript view-source ws wss")
# Browsers pass over blanks and control characters within a scheme.
_INVISIBLE = re.compile(r"[\x00-\x20\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_CREDENTIALS = re.compile(r"(?:https?:)?//[^/?#\\]*@", re.IGNORECASE)
_FIELDS = {
    "url": "The link",
    "card_url": "The address of the card",
    "figure_source_url": "The address where the figure comes from",
}


def scheme(given: str) -> str:
    """The scheme in lower case, or the empty string; `example.org:8080` has none."""
    match = _SCHEME.match(_INVISIBLE.sub("", given[:200]))
    return match[1].lower() if match and "." not in match[1] else ""


def is_internal(given: str) -> bool:
    """Whether it leads to an entry, or to a place on the same page."""
    return given[:6].lower() == "entry:" or given.startswith("#")


def is_relative(given: str) -> bool:
    """Whether it names no site, so that it means something else on every page; bare names of hosts don't count."""
    return bool(given) and given.startswith(("/", "./", "../", "?")) and not given.startswith("//")


def is_bare(given: str) -> bool:
    """Whether it begins with the name of a site, without https:// before it."""
    return bool(re.match(r"(?:[\w-]+\.)+[a-zA-Z]{2,}(?:[:/?#]|\Z)", given)) and not given.startswith("//")


def danger(given: str) -> str:
    """What an address does to those who follow it, as a sentence; empty where nothing is to be feared of it."""
    return _danger(given, tuple(settings.AKIRA_FETCH_ALLOW))


@lru_cache(maxsize=2_048)
def _danger(given: str, allowed_here: tuple[str, ...]) -> str:
    given = given.strip()
    if (found := scheme(given)) in _HARMFUL:
        return f"it begins with “{found}:”, which can run things on the reader's machine. Link to a page of the web."
    if _CREDENTIALS.match(given):
        return "it carries a user name or password, which readers would see. Remove what stands before @."
    if found not in ("http", "https"):
        return ""
    try:
        destination = addresses.read(given)
        allowed = addresses.allowed_pairs(allowed_here)
        if addresses.is_allowed(destination, allowed):
            return ""
        if destination.host.removesuffix(".") == "localhost":
            return "it leads to the reader's own machine. Link to a public website."
        # An odd port is no danger to readers.
        addresses.check(dataclasses.replace(destination, port=443))
    except FetchFailed as failure:
        return _private(given, failure)
    return ""


def _private(given: str, failure: FetchFailed) -> str:
    if "private network" not in failure.message:
        return ""
    return failure.message[0].lower() + failure.message[1:] if failure.message.startswith("It") else failure.message


def named(address: Address) -> str:
    """How a message calls an address: The link of an entry, or the words that are linked in a text."""
    field = address.place.field or ""
    if field in _FIELDS:
        return _FIELDS[field]
    return f"The link “{shortened(address.words or address.given)}”"
