"""What a page is about in the words of schema.org, as objects that become JSON-LD. Pure: nothing here asks a database.

Each thing has the address of its page as its `@id`, by which a program knows it again on any other page.
"""

from collections.abc import Iterable
from urllib.parse import quote

from django.conf import settings
from django.urls import NoReverseMatch

from issues.languages import html_language
from issues.site import Site
from papers.models import Work, WorkKind

# A paper of an experiment with thousands of authors would make its page heavier than all that is said of it.
AUTHORS = 100
# What the editor wrote about a work is a piece of its own and a comment on another.
COMMENT = ["Article", "Comment"]
_WORKS = {
    WorkKind.PAPER: "ScholarlyArticle",
    WorkKind.ARTICLE: "Article",
    WorkKind.REPOSITORY: "SoftwareSourceCode",
    WorkKind.VIDEO: "VideoObject",
    WorkKind.OTHER: "CreativeWork",
}


def _filled(thing: dict) -> dict:
    """Without what is not known."""
    return {name: value for name, value in thing.items() if value not in ("", None, [], ())}


# --- The publication -------------------------------------------------------------------------------------------------


def _about_all(name: str) -> str:
    return f"{settings.AKIRA_BASE_URL}/#{name}"


def _reference(site: Site) -> dict:
    return {
        "@type": "Periodical",
        "@id": _about_all("periodical"),
        "name": site.name,
        "url": site.in_language(site.publication.default_language).absolute().path("home"),
    }


def editor(site: Site) -> dict:
    """Who answers for what is written: the person who is named, else the publication."""
    if not site.publication.author_name:
        return {"@type": "Organization", "name": site.name, "url": site.absolute().path("home")}
    links = [link for link in site.publication.author_links if isinstance(link, str) and link.startswith("http")]
    return _filled({"@type": "Person", "name": site.publication.author_name, "sameAs": links})


def periodical(site: Site) -> dict:
    return _filled(
        {
            **_reference(site),
            "description": site.publication.tagline,
            "inLanguage": [html_language(language) for language in site.publication.languages],
            "editor": editor(site),
        }
    )


def website(site: Site) -> dict:
    """The site, and where it is searched."""
    found = {
        "@type": "WebSite",
        "@id": _about_all("website"),
        "name": site.name,
        "url": site.absolute().path("home"),
        "inLanguage": site.html_language,
        "about": {"@id": _about_all("periodical")},
    }
    try:
        address = site.absolute().path("search")
    except NoReverseMatch:
        return found
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{address}?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    return found | {"potentialAction": action}


def breadcrumbs(site: Site, *steps: tuple[str, str]) -> dict:
    """The way from the home page: names and absolute addresses, the last of them this page's."""
    named = [(site.name, site.absolute().path("home")), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(named, 1)
        ],
    }


# --- Issues and entries ----------------------------------------------------------------------------------------------


def issue(
    site: Site,
    *,
    address: str,
    name: str,
    number: str,
    language: str,
    description: str = "",
    published: str = "",
    modified: str = "",
    image: str = "",
    source: str = "",
    entries: Iterable[tuple[str, str]] = (),
    editions: Iterable[tuple[str, str]] = (),
) -> dict:
    """An issue with its entries, given by address and title, and its editions, given by language and address."""
    translations = [
        {"@type": "PublicationIssue", "@id": other, "inLanguage": html_language(spoken)} for spoken, other in editions
    ]
    # Which edition was written first is not kept; the others of the first language are taken for translations.
    original = site.publication.default_language
    is_original = language == original or original not in dict(editions)
    if not is_original:
        translations = [found for found in translations if found["inLanguage"] == html_language(original)]
    return _filled(
        {
            "@type": "PublicationIssue",
            "@id": address,
            "url": address,
            "name": name,
            "issueNumber": number,
            "description": description,
            "datePublished": published,
            "dateModified": modified,
            "inLanguage": html_language(language),
            "image": image,
            "sameAs": source,
            "isPartOf": _reference(site),
            "editor": editor(site),
            "workTranslation" if is_original else "translationOfWork": translations,
            "hasPart": [{"@type": COMMENT, "@id": entry, "url": entry, "name": title} for entry, title in entries],
        }
    )


def entry(
    site: Site,
    *,
    address: str,
    title: str,
    label: str,
    language: str,
    issue: dict,
    description: str = "",
    published: str = "",
    modified: str = "",
    image: str = "",
    keywords: list[str] = (),
    about: dict | None = None,
) -> dict:
    """What the editor wrote about a work; `issue` is that in which it appeared, `about` is the work."""
    return _filled(
        {
            "@type": COMMENT,
            "@id": address,
            "url": address,
            "headline": title,
            "identifier": label,
            "description": description,
            "datePublished": published,
            "dateModified": modified,
            "inLanguage": html_language(language),
            "image": image,
            "author": editor(site),
            "publisher": {"@type": "Organization", "name": site.name, "url": site.absolute().path("home")},
            "isPartOf": issue,
            "keywords": list(keywords),
            "about": about,
        }
    )


def issue_reference(site: Site, *, address: str, name: str, number: str) -> dict:
    """An issue as the pages of others name it."""
    return {
        "@type": "PublicationIssue",
        "@id": address,
        "url": address,
        "name": name,
        "issueNumber": number,
        "isPartOf": _reference(site),
    }


# --- Works -----------------------------------------------------------------------------------------------------------


def doi_address(doi: str) -> str:
    return f"https://doi.org/{quote(doi, safe='/:;()<>._-')}" if doi else ""


def work(found: Work, *, address: str, title: str, comments: Iterable[dict] = ()) -> dict:
    """A work by what is known of it. `address` is our page of it, `comments` are our entries.

    A paper whose authors are not known is called no ScholarlyArticle, of which programs expect them.
    """
    authors = _names(found)
    arxiv = f"https://arxiv.org/abs/{found.arxiv_id}" if found.arxiv_id else ""
    doi = doi_address(found.doi)
    identifiers = [("arXiv", found.arxiv_id), ("DOI", found.doi)]
    return _filled(
        {
            "@type": _kind(found, authors),
            "@id": address,
            "name": title,
            "headline": title if found.kind in (WorkKind.PAPER, WorkKind.ARTICLE) else "",
            "url": found.url,
            "sameAs": list(dict.fromkeys(filter(None, [arxiv, doi]))),
            "identifier": [
                {"@type": "PropertyValue", "propertyID": scheme, "value": value}
                for scheme, value in identifiers
                if value
            ],
            "author": [{"@type": "Person", "name": name} for name in authors],
            "datePublished": found.published_on.isoformat() if found.published_on else "",
            "abstract": found.abstract,
            "isPartOf": {"@type": "CreativeWork", "name": found.venue} if found.venue else None,
            "mainEntityOfPage": address,
            "subjectOf": list(comments),
        }
    )


def _names(work: Work) -> list[str]:
    return [name for name in work.authors[:AUTHORS] if isinstance(name, str) and name]


def _kind(work: Work, authors: list[str]) -> str:
    kind = WorkKind(work.kind)
    if (kind == WorkKind.PAPER and not authors) or (kind == WorkKind.ARTICLE and not work.published_on):
        return "CreativeWork"
    return _WORKS[kind]


def comment_reference(*, address: str, title: str, published: str, language: str) -> dict:
    """An entry as the page of the work names it."""
    return {
        "@type": COMMENT,
        "@id": address,
        "url": address,
        "headline": title,
        "datePublished": published,
        "inLanguage": html_language(language),
    }


def citations(found: Work, title: str) -> list[tuple[str, str]]:
    """The `citation_*` fields of a paper, as Google Scholar and Zotero read them; only those that are known.

    Names: https://scholar.google.com/intl/en/scholar/inclusion.html and Highwire Press. A date is written Y/M/D.
    """
    if found.kind != WorkKind.PAPER:
        return []
    day = found.published_on
    pdf = f"https://arxiv.org/pdf/{found.arxiv_id}" if found.arxiv_id else ""
    fields = [
        ("citation_title", title),
        *(("citation_author", name) for name in _names(found)),
        ("citation_publication_date", f"{day.year}/{day.month}/{day.day}" if day else ""),
        ("citation_arxiv_id", found.arxiv_id),
        ("citation_doi", found.doi),
        ("citation_pdf_url", pdf),
    ]
    return [(name, value) for name, value in fields if value]
