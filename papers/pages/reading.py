"""A page read into a record. For each field its sources stand in order of trust, with the reason for the order."""

import datetime
import re
from collections.abc import Iterable, Iterator

from common.urls import canonical_url
from papers.records import Record
from papers.wording import one_line, paragraphs, person

from . import claims, dates, languages, linked_data, pictures, places, titles
from .page import Page, open_page

LONGEST_DESCRIPTION = 1_000
LONGEST_SITE_NAME = 100
LONGEST_VENUE = 500
MOST_AUTHORS = 5_000


def _title(page: Page) -> str:
    # `citation_title` is the title of the paper and nothing else. Open Graph's is written to be shown away from the
    # site, and hardly ever missing; JSON-LD's headline may be cut for search engines. Twitter's is a copy of one of
    # them, Dublin Core's often the same for a whole site, `<title>` carries names of sites and sections, and the first
    # heading may be a slogan.
    candidates = (
        *page.metadata.each("citation_title", "og:title"),
        *page.said("headline"),
        *page.said("name"),
        *page.metadata.each("twitter:title", "dc.title"),
        *page.element_texts("title", "h1"),
    )
    return titles.best(page.lines(candidates), page.site_keys)


def _split_names(stated: str) -> list[str]:
    """Several names in one text: parted by semicolons, or by commas where each part is a whole name."""
    for separator in (";", ","):
        parts = [part.strip() for part in stated.split(separator)]
        if len(parts) > 1 and all(" " in part for part in parts if part):
            return parts
    return [stated]


_IS_ADDRESS = re.compile(r"\s*(?:https?:|www\.|@)")


def _authors(page: Page) -> tuple[str, ...]:
    # Each source is taken whole, since two of them spell one person in two ways. `citation_author` lists the authors
    # of the paper; JSON-LD those of the article; Dublin Core often a department; `author` often who made the page.
    each = page.metadata.each
    sources = (
        each("citation_author"),
        (name for given in each("citation_authors") for name in given.split(";")),
        page.said("author", "name", "alternateName"),
        page.said("creator", "name"),
        each("dc.creator"),
        (name for given in each("article:author", "author") for name in _split_names(given[:5_000])),
    )
    for source in sources:
        spoken = [person(name) for name in list(source)[:MOST_AUTHORS] if not _IS_ADDRESS.match(name)]
        if found := tuple(name for name in dict.fromkeys(spoken) if any(map(str.isalpha, name))):
            return found
    return ()


def _times(page: Page) -> Iterator[str]:
    """Each `<time>` that says it is the date of publication, then those of the article."""
    found = page.soup.find_all("time", datetime=True)
    marked = [time for time in found if time.has_attr("pubdate") or "datePublished" in str(time.get("itemprop"))]
    around = [(time, {parent.name for parent in time.parents}) for time in found]
    within = [time for time, names in around if "article" in names and not names & {"aside", "nav", "footer"}]
    yield from (str(time["datetime"]) for time in (*marked, *within))


def _first_day(candidates: Iterable[str]) -> datetime.date | None:
    return next(filter(None, map(dates.day, candidates)), None)


def _published_on(page: Page) -> datetime.date | None:
    # The date of the paper goes before that of its page. A source that gives a month alone is passed over for the
    # next one that gives a day. Names of single systems come late, and last what the page shows.
    each = page.metadata.each
    return _first_day(
        (
            *each("citation_publication_date", "citation_online_date", "citation_date"),
            *page.said("datePublished"),
            *page.said("uploadDate"),
            *each("article:published_time", "article:published", "og:published_time", "datepublished"),
            *each("prism.publicationdate", "dc.issued", "dc.date.issued", "dc.date"),
            *each("parsely-pub-date", "sailthru.date", "publish-date", "pubdate", "publishdate", "date"),
            *_times(page),
        )
    )


def _updated_on(page: Page, published_on: datetime.date | None) -> datetime.date | None:
    found = _first_day((*page.said("dateModified"), *page.metadata.each("article:modified_time", "dc.modified")))
    return None if found and published_on and found < published_on else found


def _description(page: Page, title: str) -> str:
    # Open Graph's and Twitter's are written for cards; the plain description for search engines, stuffed at times.
    cards = page.metadata.each("og:description", "twitter:description")
    plain = page.metadata.each("description", "dc.description")
    found = (one_line(given, longest=LONGEST_DESCRIPTION) for given in (*cards, *page.said("description"), *plain))
    return next((line for line in found if line and line != title), "")


def _abstract(page: Page) -> str:
    """The abstract of a paper; what any other page says of itself is its description."""
    if not page.is_paper:
        return ""
    stated = page.metadata.each("citation_abstract", "dc.abstract", "dc.description.abstract")
    described = page.metadata.each("dc.description")
    return next(filter(None, map(paragraphs, (*stated, *page.said("abstract"), *described))), "")


def _wholes(page: Page) -> list[str]:
    """Names of what a paper is part of, the widest first: its journal, rather than volume and number of that."""
    found: list[str] = []
    whole = page.thing.get("isPartOf")
    for _ in range(5):
        whole = next(iter(linked_data.referred(page.things, whole)), None)
        if not isinstance(whole, dict):
            break
        found += linked_data.texts(whole.get("name"))
        whole = whole.get("isPartOf")
    return found[::-1]


def _venue(page: Page) -> str:
    named = page.metadata.each(
        *("citation_journal_title", "citation_conference_title", "citation_conference", "citation_inbook_title"),
        *("prism.publicationname", "citation_dissertation_institution", "citation_technical_report_institution"),
    )
    candidates = (*named, *(_wholes(page) if linked_data.is_scholarly(page.thing) else ()))
    return next(filter(None, (one_line(given, longest=LONGEST_VENUE) for given in candidates)), "")


def _site_name(page: Page) -> str:
    return one_line(page.site_names[0], longest=LONGEST_SITE_NAME) if page.site_names else ""


def _language(page: Page) -> str:
    # What is said of the work goes before what is said of the page around it: menus of a journal are English whatever
    # the language of the paper. `og:locale` is the default of its program on too many pages.
    root = page.soup.find("html")
    stated = (
        *page.metadata.each("citation_language"),
        *page.said("inLanguage", "alternateName", "name"),
        *([str(root.get("lang") or root.get("xml:lang") or "")] if root else []),
        *page.metadata.each("og:locale", "dc.language", "content-language", "language"),
    )
    return next(filter(None, map(languages.language, stated)), "")


def _kind(page: Page) -> str:
    # What the address names is certain; what the page says of itself is likely.
    if not page.identified.identity.startswith("url:"):
        return page.identified.kind
    types = linked_data.types(page.thing)
    shared_as = next(page.metadata.each("og:type"), "").lower()
    if page.is_paper:
        return "paper"
    if shared_as.startswith("video") or types & linked_data.VIDEOS:
        return "video"
    if types & linked_data.REPOSITORIES:
        return "repository"
    if shared_as == "article" or linked_data.is_article(page.thing):
        return "article"
    is_other = shared_as.startswith(("product", "profile", "music")) or "Dataset" in types
    return "other" if is_other or places.is_front_page(page.identified.identity) else page.identified.kind


def read(html: str, url: str) -> Record:
    """What the page, found at `url` in the end, says of itself; what it does not say stays empty.

    Texts are plain and bounded (papers/wording), yet a stranger's: escape them wherever they are shown. Addresses are
    absolute, canonical, and http or https. `identity` and `url` follow the page's own canonical address only within
    its site, so that no page can pass itself off as another site's. `names` are of the paper that it claims to be: a
    stranger's claim, too. Days are as stated in their own zone; a month or a year alone gives none.

    Never raises, whatever the page holds, and costs a time that grows with its length alone. Raises MalformedURL where
    `url` is no address.
    """
    page = open_page(html, canonical_url(url))
    title, published_on = _title(page), _published_on(page)
    identity = page.identified.identity
    return Record(
        identity=identity,
        url=page.home,
        kind=_kind(page),
        title=title,
        authors=_authors(page),
        abstract=_abstract(page),
        doi=claims.doi((identity, *page.claims)),
        venue=_venue(page),
        published_on=published_on,
        updated_on=_updated_on(page, published_on),
        description=_description(page, title),
        site_name=_site_name(page),
        language=_language(page),
        image=next(iter(page.stated_images), None),
        images=pictures.pictures(page.soup, page.stated_images, page.base),
        names=tuple(name for name in page.claims if name != identity),
    )
