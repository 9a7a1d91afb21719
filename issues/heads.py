"""What the head of a page tells programs: its address, its editions, its picture, and what it is about.

Each function is handed the context of the page (`page_context` and what came to it) and asks the database nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from issues import cards, structured
from issues.languages import open_graph_locale
from issues.models import Entry, Erratum, Issue
from issues.rendering import entries_in_order
from issues.site import Site
from papers.models import Work

# As long as the description of a page of its own.
DESCRIPTION = 200


@dataclass(frozen=True)
class Picture:
    """The picture of a page, and what it says in words."""

    address: str
    alt: str
    width: int = cards.WIDTH
    height: int = cards.HEIGHT


@dataclass(frozen=True)
class Head:
    """What `issues/_head.html` writes, beside the title and the description that a page has in any case.

    `title` is set where a card calls the page otherwise than its tab does. Moments are ISO 8601: a day where no more
    is known.
    """

    address: str
    picture: Picture
    locale: str = ""
    other_locales: tuple[str, ...] = ()
    kind: str = "website"
    title: str = ""
    published: str = ""
    modified: str = ""
    is_listed: bool = True
    citations: tuple[tuple[str, str], ...] = ()
    things: tuple[dict, ...] = ()


# --- Pages -----------------------------------------------------------------------------------------------------------


def of_home(context: Mapping) -> Head:
    """The head of the home page, which is about the publication."""
    site = context["site"]
    things = (structured.website(site), structured.periodical(site))
    return Head(**_of_any(context), title=site.name, picture=_picture_of_publication(site), things=things)


def of_page(context: Mapping) -> Head:
    """The head of a page that has nothing more to tell than where it stands."""
    site, crumbs = context["site"], _crumbs(context)
    things = [structured.periodical(site)] if context.get("section") == "about" else []
    things += [structured.breadcrumbs(site, *crumbs)] if crumbs else []
    return Head(**_of_any(context), picture=_picture_of_publication(site), things=tuple(things))


def _crumbs(context: Mapping) -> list[tuple[str, str]]:
    """The part of the site in which a page stands, and the page itself where it is called by a name of its own."""
    site, section, name = context["site"].absolute(), context.get("section", ""), context.get("name", "")
    sections = {
        "issues": (_("Issues"), "archive"),
        "topics": (_("Topics"), "topics"),
        "about": (_("About"), "about"),
        "feeds": (_("Feeds"), "feeds"),
        "search": (_("Search"), "search"),
    }
    if section not in sections:
        return []
    words, page = sections[section]
    steps = [(words, site.path(page))]
    return [*steps, (name, context["canonical"])] if name else steps


def _of_any(context: Mapping) -> dict:
    """What every page tells of its address and its editions."""
    others = [alternate["html_language"] for alternate in context["alternates"]]
    own = open_graph_locale(context["site"].language)
    locales = dict.fromkeys(open_graph_locale(language) for language in others)
    return {
        "address": context["canonical"],
        "locale": own,
        "other_locales": tuple(locale for locale in locales if locale and locale != own),
        "is_listed": context.get("is_listed", True),
    }


def _picture(site: Site, page: str, card: cards.Card, alt: str, **arguments) -> Picture:
    return Picture(site.absolute().path(page, digest=card.digest, **arguments), alt)


def _picture_of_publication(site: Site) -> Picture:
    alt = ". ".join(filter(None, [site.name, site.publication.tagline]))
    return _picture(site, "card", cards.of_publication(site), alt)


# --- Issues and entries ----------------------------------------------------------------------------------------------


def of_issue(context: Mapping, issue: Issue) -> Head:
    """The head of the page of a published issue, loaded `with_entries()`."""
    site, address, title = context["site"], context["canonical"], context["title"]
    card = cards.of_issue(site, issue)
    picture = _picture(site, "issue_card", card, _in_words(card), slug=issue.slug)
    moments = _moments(site, issue, issue.errata.all())
    own = site.absolute()
    thing = structured.issue(
        site,
        address=address,
        name=title,
        number=_number(issue),
        language=issue.language,
        description=context["description"],
        image=picture.address,
        source=issue.source_url,
        entries=[(own.entry_path(entry), cards.title_of(entry)) for entry in entries_in_order(issue)],
        editions=_other_editions(context),
        **moments,
    )
    crumbs = structured.breadcrumbs(site, (_("Issues"), own.path("archive")), (title, address))
    return Head(**_of_any(context), kind="article", title=title, picture=picture, things=(thing, crumbs), **moments)


def of_entry(context: Mapping, entry: Entry) -> Head:
    """The head of the page of a published entry, loaded with its issue, its work, topics and errata."""
    site, address, issue = context["site"], context["canonical"], entry.section.issue
    card, own = cards.of_entry(site, entry), site.absolute()
    picture = _picture(site, "entry_card", card, _in_words(card), public_id=entry.public_id)
    moments = _moments(site, issue, entry.errata.all())
    issue_address, issue_title = own.issue_path(issue), context["issue_title"]
    thing = structured.entry(
        site,
        address=address,
        title=card.title,
        label=entry.label,
        language=issue.language,
        issue=structured.issue_reference(site, address=issue_address, name=issue_title, number=_number(issue)),
        description=Truncator(context["description"]).chars(DESCRIPTION),
        image=picture.address,
        keywords=[topic.name_in(issue.language) for topic in entry.topics.all()],
        about=_about(own, entry),
        **moments,
    )
    steps = [(_("Issues"), own.path("archive")), (issue_title, issue_address), (card.title, address)]
    things = (thing, structured.breadcrumbs(site, *steps))
    return Head(**_of_any(context), kind="article", title=card.title, picture=picture, things=things, **moments)


def _number(issue: Issue) -> str:
    """What an issue is counted by, such as 26 or 2021-W10; empty where it is known by its title alone."""
    stem = issue.label_stem
    return stem if issue.number is not None or stem != issue.slug else ""


def _in_words(card: cards.Card) -> str:
    """What the picture says: Akira 26.9. A title. Weekly, 29 August 2021."""
    name = " ".join(filter(None, [card.name, card.mark]))
    return ". ".join([name, card.title, f"{card.kind_name}, {card.day}"])


def _moments(site: Site, issue: Issue, errata: Iterable[Erratum]) -> dict[str, str]:
    """When it appeared, to the day where no more is known, and the day of the newest correction."""
    corrected = [erratum.noted_on for erratum in errata]
    return {
        "published": published(site, issue),
        "modified": max(corrected).isoformat() if corrected else "",
    }


def published(site: Site, issue: Issue) -> str:
    """When an issue appeared, as ISO 8601: a day where no more is known."""
    moment = issue.published_at.astimezone(site.zone).replace(microsecond=0)
    return (moment if issue.published_at_exact else moment.date()).isoformat()


def _other_editions(context: Mapping) -> list[tuple[str, str]]:
    """The languages and addresses of the other editions of a page."""
    pairs = [(alternate["html_language"], alternate["address"]) for alternate in context["alternates"]]
    return [(language, address) for language, address in pairs if address != context["canonical"]]


def _about(site: Site, entry: Entry) -> dict | None:
    work = entry.work and (entry.work.merged_into or entry.work)
    if work:
        return structured.work(work, address=site.work_path(work), title=work.title or cards.title_of(entry))
    return {"@type": "WebPage", "url": entry.url} if entry.url else None


# --- Works -----------------------------------------------------------------------------------------------------------


def of_work(context: Mapping, work: Work, mentions: Iterable[Entry]) -> Head:
    """The head of the page of a work, with the entries about it that stand on the page."""
    site, title = context["site"].absolute(), context["title"]
    comments = [
        structured.comment_reference(
            address=site.entry_path(entry, entry.section.issue.language),
            title=cards.title_of(entry),
            language=entry.section.issue.language,
            published=published(site, entry.section.issue),
        )
        for entry in mentions
    ]
    # The page tells of the work, wherever the list of mentions is begun.
    thing = structured.work(work, address=site.work_path(work), title=title, comments=comments)
    crumbs = structured.breadcrumbs(site, (title, context["canonical"]))
    return Head(
        **_of_any(context),
        title=title,
        picture=_picture_of_publication(context["site"]),
        citations=tuple(structured.citations(work, title)),
        things=(thing, crumbs),
    )
