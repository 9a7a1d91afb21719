"""Titles of pages, without the name of the site that stands at one of their ends."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# What stands between a title and a site; signs that stand within words, too, only between blanks.
_PARTED = re.compile(r" ?[|｜│：·•∙–—«»‹›] ?| (?:[-/~:]|::|--) ")
_LEADING = re.compile(r"([^|]{1,60}?)(?: ?[|｜│] ?| [·•–—-] )")
_NOT_LETTERS = re.compile(r"[\W_]+")
# A file or an address as the title of a page tells nothing that the address does not; nor does what programs put there
# before anybody has, or while a reader waits.
_NO_TITLE = re.compile(
    r"https?://\S+|\S+\.(?:pdf|html?|php|aspx?)|untitled(?: document)?|document|home|index|(?:react|vite) app"
    r"|vite \+ .{1,20}|(?:loading|just a moment|please wait)[. …]*",
    re.IGNORECASE,
)
_MOST_CUTS = 3


def key(name: str) -> str:
    """The letters and digits of a name, for comparing: `The Verge` and `theverge`."""
    return _NOT_LETTERS.sub("", name).casefold()


def site_keys(names: Iterable[str], url: str) -> set[str]:
    """The keys of all that is known to be the site's name: what the page states, its host, and the parts of that."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = [label for label in host.split(".")[:-1] if len(label) > 2]
    return {key(name) for name in (*names, host, *labels)} - {""}


def _shortened(title: str, sites: set[str]) -> str:
    for parted in list(_PARTED.finditer(title))[::-1]:
        if key(title[parted.end() :]) in sites:
            return title[: parted.start()]
    leading = _LEADING.match(title)
    return title[leading.end() :] if leading and key(leading[1]) in sites else title


def without_site(title: str, sites: set[str]) -> str:
    """The title without `| Site` behind it or `Site - ` before it, where the site is known by that name.

    One that is nothing else stays. `Site: …` stays, too: it is how the site's own papers are called.
    """
    for _ in range(_MOST_CUTS):
        shorter = _shortened(title, sites).strip()
        if shorter == title or not key(shorter):
            return title
        title = shorter
    return title


def best(candidates: Iterable[str], sites: set[str]) -> str:
    """The first that is a title, else the first that is at least the name of the site; else empty."""
    titles = [cut for given in candidates if (cut := without_site(given, sites)) and not _NO_TITLE.fullmatch(cut)]
    return next((title for title in titles if key(title) not in sites), titles[0] if titles else "")
