"""The `<meta>` of a page by their names: Open Graph, Twitter cards, `citation_*`, Dublin Core and the plain ones."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup

# Programs that write pages disagree in which of them the name of a `<meta>` stands.
_NAMING = ("property", "name", "itemprop", "http-equiv")
# Dublin Core goes by three names, and one program puts its own before those that Google Scholar reads.
_DUBLIN_CORE = re.compile("(?:dc|dcterms)[.:]")


def _one_spelling(name: str) -> str:
    return _DUBLIN_CORE.sub("dc.", name, count=1) if name.startswith("dc") else name.removeprefix("bepress_")


def _pairs(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for element in soup.find_all("meta"):
        value = str(element.get("content") or "").strip()
        if value:
            given = " ".join(str(element.get(attribute) or "") for attribute in _NAMING)
            # A name given twice, as name and as property, is one name.
            yield from ((name, value) for name in dict.fromkeys(map(_one_spelling, given.lower().split())))


class Metadata:
    """The names and values in the order of the page, names in lower case, without those that say nothing."""

    def __init__(self, soup: BeautifulSoup):
        self.pairs = list(_pairs(soup))
        self._values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self._values.setdefault(name, []).append(value)

    def each(self, *names: str) -> Iterator[str]:
        """The values under the first name, then those under the second …: in order of trust."""
        for name in names:
            yield from self._values.get(name, ())

    def has(self, *names: str) -> bool:
        return any(name in self._values for name in names)
