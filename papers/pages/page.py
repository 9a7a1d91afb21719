"""A page as the readers of its fields see it: its elements, its metadata, and what it says that it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bs4 import BeautifulSoup

from common.html import names
from papers.identifiers import Identified, identify
from papers.records import PageImage
from papers.wording import one_line

from . import linked_data, pictures, places, titles
from .claims import claims
from .linked_data import Thing
from .metadata import Metadata
from .skimming import skim

# More sources than that for one field have no reader but a machine that is to be kept busy.
_MOST_CANDIDATES = 30
# With one of these beside `citation_title`, a page is that of a paper, as libraries and Google Scholar read it.
_OF_PAPERS = names(
    "citation_arxiv_id citation_conference citation_conference_title citation_dissertation_institution citation_doi "
    "citation_inbook_title citation_journal_title citation_pdf_url citation_technical_report_institution"
)


@dataclass
class Page:
    """What is read of a page found at `url`, which is a canonical address."""

    url: str
    soup: BeautifulSoup
    metadata: Metadata
    things: list[Thing]

    @cached_property
    def base(self) -> str:
        """What relative addresses on the page are relative to."""
        element = self.soup.find("base", href=True)
        return (element and places.absolute(self.url, str(element["href"]))) or self.url

    def absolute(self, given: Iterable[str]) -> set[str]:
        """The addresses made whole, without those that lead nowhere."""
        found = (places.absolute(self.base, address) for address in islice(given, _MOST_CANDIDATES))
        return {address for address in found if address}

    @cached_property
    def canonical_links(self) -> set[str]:
        """What the page says its address is."""
        links = self.soup.find_all("link", href=True)
        return self.absolute(str(link["href"]) for link in links if "canonical" in pictures.relations(link))

    @cached_property
    def home(self) -> str:
        """The address to know the page by."""
        # The canonical link is made for this very question (RFC 6596). Open Graph's address is meant to answer it, too,
        # but often is that of a template or of whatever was shared.
        return places.home(self.url, [self.canonical_links, self.absolute(self.metadata.each("og:url"))], self.claims)

    @cached_property
    def identified(self) -> Identified:
        """What its address says that it is."""
        return identify(self.home)

    @cached_property
    def thing(self) -> Thing:
        """What JSON-LD says that the page is; empty where it says nothing, or describes something elsewhere."""
        found = linked_data.main_thing(self.things, self._is_here)
        if not linked_data.is_scholarly(found) or linked_data.is_at(found, self._is_here):
            return found
        # A page about a paper may describe it in full; only the page of the paper has its title.
        return found if titles.key(one_line(linked_data.heading(found))) in map(titles.key, self.titles) else {}

    @cached_property
    def _addresses(self) -> set[str]:
        return {places.identity_of(address) for address in (self.url, *self.canonical_links)}

    def _is_here(self, given: str) -> bool:
        address = places.absolute(self.base, given)
        return address is not None and places.identity_of(address) in self._addresses

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The identities of the paper that the page claims to be."""
        return claims(self.url, self.metadata, self.thing)

    @cached_property
    def is_paper(self) -> bool:
        """Whether it is, or says that it is, a work of science."""
        cited = self.metadata.has("citation_title") and self.metadata.has(*_OF_PAPERS)
        known = not self.identified.identity.startswith("url:") and self.identified.kind == "paper"
        return bool(known or self.claims or cited or linked_data.is_scholarly(self.thing))

    def said(self, key: str, *keys: str) -> Iterator[str]:
        """What JSON-LD says of the page under `key`; the other keys are those that name a thing within."""
        return linked_data.texts(linked_data.referred(self.things, self.thing.get(key)), *keys)

    @cached_property
    def site_names(self) -> list[str]:
        """What the site is called, the best first."""
        # Open Graph's is what the site calls itself on cards; a publisher is often the company behind the site.
        sites = [thing.get("name") for thing in self.things if "WebSite" in linked_data.types(thing)]
        publishers = [inner for thing in self.things for inner in linked_data.listed(thing.get("publisher"))]
        published = linked_data.texts(linked_data.referred(self.things, publishers), "name")
        stated = (*self.metadata.each("og:site_name"), *linked_data.texts(sites), *published)
        return self.lines((*stated, *self.metadata.each("application-name", "apple-mobile-web-app-title")))

    @cached_property
    def site_keys(self) -> set[str]:
        return titles.site_keys(self.site_names, self.url)

    def element_texts(self, *elements: str) -> list[str]:
        """The texts of all elements of the first name, then of those of the second …"""
        return [element.get_text() for name in elements for element in self.soup.find_all(name)]

    @cached_property
    def titles(self) -> list[str]:
        """What the page is called outside of JSON-LD, without the names of its site."""
        stated = self.metadata.each("citation_title", "og:title", "twitter:title", "dc.title")
        return [
            titles.without_site(line, self.site_keys)
            for line in self.lines((*stated, *self.element_texts("title", "h1")))
        ]

    def lines(self, candidates: Iterable[str]) -> list[str]:
        """The candidates that say something, each in one line."""
        return [line for given in islice(candidates, _MOST_CANDIDATES) if (line := one_line(given))]

    @cached_property
    def stated_images(self) -> list[PageImage]:
        """The pictures by which it shows itself."""
        shown = [given for key in ("image", "thumbnailUrl") for given in linked_data.listed(self.thing.get(key))]
        return pictures.stated(self.soup, self.metadata, linked_data.referred(self.things, shown), self.base)


def open_page(html: str, url: str) -> Page:
    """The page with what is read of it."""
    skimmed = skim(html)
    return Page(url, skimmed.soup, Metadata(skimmed.soup), linked_data.things(skimmed.blocks))
