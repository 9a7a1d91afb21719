"""Filters of a search as plain links: what can be chosen, with counts, and what can be taken off."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from issues.languages import html_language, language_name
from issues.models import SectionKind, Topic
from issues.naming import section_kind_name
from issues.site import Site

from .finding import Facet, Results
from .query import FILTERS, ISSUE, LONGEST_FILTER, WORK, Query


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
        return self.site.path("search") + (f"?{given}" if given else "")


@dataclass(frozen=True)
class Choice:
    """A value by which results are narrowed, or could be; where it leads, and how many there are."""

    words: str
    path: str
    count: str = ""
    language: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    choices: list[Choice]


def narrowing(asked: Asked, query: Query, results: Results) -> dict:
    """Kinds as tabs, the other filters in groups, and those that are chosen. One query, for the names of topics."""
    values = [(facet.name, facet.value) for facet in results.facets]
    words = _wording(asked.site, [*values, *query.filters.items()])

    def choice(facet: Facet) -> Choice:
        name, language = words(facet.name, facet.value)
        path = asked.path(query.text, **{facet.name: facet.value})
        return Choice(name, path, _count(facet), language, facet.value == query.filters.get(facet.name))

    offered = {name: [choice(facet) for facet in results.facets if facet.name == name] for name in FILTERS}
    taken = [
        Choice(f"{_title(name)}: {words(name, value)[0]}", path=asked.path(query.text, **{name: ""}))
        for name, value in query.filters.items()
    ]
    groups = [
        Group(_title(name), [choice for choice in offered[name] if not choice.is_current]) for name in FILTERS[1:]
    ]
    return {
        "taken": taken,
        "tabs": _tabs(asked, query, offered["kind"]),
        "groups": [group for group in groups if group.choices],
    }


def _tabs(asked: Asked, query: Query, kinds: list[Choice]) -> list[Choice]:
    """Everything, and each kind that was found; none where there is but one."""
    if len(kinds) < 2 and "kind" not in query.filters:
        return []
    everything = Choice(_("Everything"), asked.path(query.text, kind=""), is_current="kind" not in query.filters)
    return [everything, *kinds]


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
    slugs = {value for name, value in values if name == "topic"}
    topics = (
        {topic.slug: topic.name_in(site.language) for topic in Topic.objects.filter(slug__in=slugs)} if slugs else {}
    )

    def words(name: str, value: str) -> tuple[str, str]:
        if name == "kind":
            return kind_words(value), ""
        if name == "language":
            return language_name(value), html_language(value) if value != site.language else ""
        return topics.get(value, value) if name == "topic" else value, ""

    return words


def kind_words(kind: str) -> str:
    """What a tab is called that shows results of one kind."""
    if kind in SectionKind.values:
        return section_kind_name(kind)
    return {ISSUE: _("Issues"), WORK: _("Works")}[kind]
