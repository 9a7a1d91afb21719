"""Filters of a search as plain links: what can be chosen, with counts, and what can be taken off."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from issues.languages import html_language, language_name
from issues.models import SectionKind
from issues.naming import section_kind_name
from issues.site import Site

from .finding import Facet, Results
from .query import FILTERS, ISSUE, KINDS, LONGEST_FILTER, WORK, Query

# Of each filter; the rest is found with a further word.
MOST_CHOICES = 8


@dataclass(frozen=True)
class Asked:
    """What an address asks for: words, filters, and from where the list goes on."""

    site: Site
    text: str
    filters: dict[str, str]
    after: str = ""

    @classmethod
    def read(cls, site: Site, given: Mapping[str, str]) -> "Asked":
        """From the parameters of an address; blanks and empty filters are passed over."""
        filters = {name: value for name in FILTERS if (value := given.get(name, "").strip()[:LONGEST_FILTER])}
        return cls(site, given.get("q", "").strip(), filters, given.get("after", ""))

    def path(self, text: str, **changed: str) -> str:
        """The address of a search with these words and filters, some changed; an empty value takes one off."""
        values = {"q": text, **self.filters, **changed}
        given = urlencode({name: value for name, value in values.items() if value})
        return self._page + (f"?{given}" if given else "")

    @cached_property
    def _page(self) -> str:
        return self.site.path("search")


@dataclass(frozen=True)
class Choice:
    """A value by which results are narrowed, or could be; where it leads, and how many there are."""

    words: str
    # Of the words, where that is not the page's.
    language: str
    path: str
    count: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    choices: list[Choice]


def narrowing(asked: Asked, query: Query, results: Results) -> dict:
    """Kinds as tabs, the other filters in groups, and those that are chosen. One query, for the names of topics."""
    facets = {name: _telling(name, query, results) for name in FILTERS}
    shown = [(facet.name, facet.value) for found in facets.values() for facet in found]
    words = _wording(asked.site, [*shown, *query.filters.items()])

    def choices(name: str) -> list[Choice]:
        return [
            Choice(*words(name, facet.value), asked.path(query.text, **{name: facet.value}), _count(facet))
            for facet in facets[name]
        ]

    return {
        "tabs": _tabs(asked, query, choices("kind")),
        "groups": [Group(_title(name), choices(name)) for name in FILTERS if name != "kind" and facets[name]],
        "taken": [
            Choice(f"{_title(name)}: {words(name, value)[0]}", "", asked.path(query.text, **{name: ""}))
            for name, value in query.filters.items()
        ],
    }


def _telling(name: str, query: Query, results: Results) -> list[Facet]:
    """The values that can be chosen; of what is chosen already, or what all results have, none."""
    found = [facet for facet in results.facets if facet.name == name][:MOST_CHOICES]
    if name == "kind":
        return sorted(found, key=lambda facet: KINDS.index(facet.value))
    is_all = len(found) == 1 and found[0].count == results.count and not results.is_capped
    return [] if is_all or name in query.filters else found


def _tabs(asked: Asked, query: Query, kinds: list[Choice]) -> list[Choice]:
    """Everything, and each kind that was found; none where there is but one."""
    is_narrowed = "kind" in query.filters
    if len(kinds) < 2 and not is_narrowed:
        return []
    everything = Choice(_("Everything"), "", asked.path(query.text, kind=""), is_current=not is_narrowed)
    # Under a kind, no other one is found.
    return [everything, *(dataclasses.replace(kind, is_current=is_narrowed) for kind in kinds)]


def _count(facet: Facet) -> str:
    return f"{facet.count}+" if facet.is_capped else str(facet.count)


def _title(name: str) -> str:
    return {
        "kind": _("Kind"),
        "topic": _("Topic"),
        "year": _("Year"),
        "language": _("Language"),
        "author": _("Author"),
        "site": _("Website"),
    }[name]


def _wording(site: Site, values: Iterable[tuple[str, str]]) -> Callable[[str, str], tuple[str, str]]:
    """How the values of filters are called, each with the language of its name where that is not the page's. One query
    where there are topics among them."""
    slugs = [value for name, value in values if name == "topic"]
    topics = _topic_names(site, slugs) if slugs else {}

    def words(name: str, value: str) -> tuple[str, str]:
        if name == "kind":
            return kind_words(value), ""
        if name == "language":
            return language_name(value), html_language(value) if value != site.language else ""
        return topics.get(value, value) if name == "topic" else value, ""

    return words


def _topic_names(site: Site, slugs: list[str]) -> dict[str, str]:
    """What topics are called in the site's language, by slug. One query, in SQL since Django's costs more than it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, coalesce(nullif(names ->> %s, ''), name) FROM issues_topic WHERE slug = ANY (%s)",
            [site.language, slugs],
        )
        return dict(cursor.fetchall())


def kind_words(kind: str) -> str:
    """What a tab is called that shows results of one kind."""
    if kind in SectionKind.values:
        return section_kind_name(kind)
    return {ISSUE: _("Issues"), WORK: _("Works")}[kind]
