"""An issue and its entries as parts of HTML, from the same rows for the page, the preview and the feed."""

import datetime
import re
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from common import markdown
from issues import reading, texts
from issues.citing import citation
from issues.figures import Figure, figure_parts
from issues.labels import next_labels
from issues.languages import html_language, is_cjk, language_of_title
from issues.models import Entry, Erratum, Highlight, Issue, Section
from issues.naming import issue_mark, issue_name, issue_title, section_kind_name, site_name, work_name
from issues.site import Site

# Longer labels, made of a long slug, would not fit the margin.
LABEL_IN_MARGIN = 14
# In characters; one of Chinese or Japanese says about as much as two or three Latin letters.
TEASER, TEASER_OF_CJK = 200, 90
CARD_DESCRIPTION = 300


@dataclass(frozen=True)
class Link:
    words: str
    path: str
    language: str = ""


@dataclass(frozen=True)
class Correction:
    noted_on: datetime.date
    text: SafeString
    entry: Link | None = None


@dataclass(frozen=True)
class Card:
    """What a linked page says of itself."""

    url: str
    title: str
    description: str
    domain: str


@dataclass(frozen=True)
class EntryParts:
    """What is shown of an entry: texts, so that a page can show many of them at once; see `common/alike.py`."""

    entry: Entry
    label: str
    label_in_margin: str
    anchor: str
    path: str
    url: str
    title: str
    title_language: str
    domain: str
    source_title: str
    source_language: str
    work: Link | None
    summary: SafeString
    figure: Figure | None
    card: Card | None
    topics: list[Link]
    also_in: Link | None
    also_title: str
    corrections: list[Correction]
    citation: str


@dataclass(frozen=True)
class SectionParts:
    section: Section
    title: str
    entries: list[EntryParts]


@dataclass(frozen=True)
class HighlightGroup:
    title: str
    highlights: list[SafeString] = field(default_factory=list)


# --- Entries -------------------------------------------------------------------------------------------------------


def labels(issue: Issue, entries: list[Entry]) -> list[str]:
    """The labels of an issue's entries in order: those fixed at publication, and those that the rest would be given."""
    taken = [entry.label for entry in entries if entry.label]
    free = iter(next_labels(issue.label_stem, taken, len(entries) - len(taken)))
    return [entry.label or next(free) for entry in entries]


def label_in_margin(label: str) -> str:
    return label if len(label) <= LABEL_IN_MARGIN else "." + label.rpartition(".")[2]


class EntryPaths:
    """Resolves `entry:ID`: to the place on this page where the entry stands here, else to its own page."""

    def __init__(self, site: Site, here: list[Entry] = ()):
        self.site = site
        self.here = {entry.public_id for entry in here}

    def __call__(self, address: str) -> str | None:
        scheme, _colon, public_id = address.partition(":")
        if scheme != "entry" or not re.fullmatch(r"[0-9a-z-]{1,26}", public_id):
            return None
        if public_id in self.here:
            return f"#e-{public_id}"
        return self.site.path("entry", public_id=public_id)


def to_html(site: Site, text: str, resolve=None, heading_level: int | None = None) -> SafeString:
    """Markdown of this publication as HTML, its links led to where they are found.

    On a page a formula of its own line can be scrolled, by keyboard too; in feeds and mails formulas are their source.
    """
    made = texts.rendered(text, heading_level)
    return markdown.resolve_links(made.away if site.base else made.html, resolve or EntryPaths(site), site.base)


def corrections(site: Site, errata: list[Erratum], resolve=None) -> list[Correction]:
    return [Correction(erratum.noted_on, to_html(site, erratum.text, resolve)) for erratum in errata]


def entry_parts(
    site: Site, entry: Entry, label: str, *, resolve=None, errata=(), earlier: Entry | None = None, lazy: bool = True
) -> EntryParts:
    """An entry as shown; `earlier` is the entry of an earlier issue to which “also in” leads."""
    work = entry.work and (entry.work.merged_into or entry.work)
    title = entry.title or entry.source_title or entry.domain or label
    return EntryParts(
        entry=entry,
        label=label,
        label_in_margin=label_in_margin(label),
        anchor=f"e-{entry.public_id}",
        path=site.entry_path(entry),
        url=entry.url,
        title=title,
        # A name in Latin letters is no English on a Japanese page, where the editor wrote the title.
        title_language=language_of_title(title, site.language) if not title.isascii() else "",
        domain=entry.domain_shown or site_name(entry.domain),
        source_title=entry.source_title,
        source_language=language_of_title(entry.source_title, site.language),
        work=Link(work_name(work), site.work_path(work)) if work else None,
        summary=to_html(site, entry.summary, resolve, texts.HEADING_LEVEL[Entry]),
        figure=figure_parts(site, entry, lazy=lazy),
        card=card_parts(entry) if entry.has_card else None,
        topics=topic_links(site, entry.topics.all()),
        also_in=Link(earlier.section.issue.name, site.entry_path(earlier)) if earlier else None,
        also_title=earlier.title if earlier else "",
        corrections=corrections(site, errata, resolve),
        # Feeds and mails show none.
        citation="" if site.base else citation(site, entry, label),
    )


def card_parts(entry: Entry) -> Card:
    description = Truncator(entry.card_description).chars(CARD_DESCRIPTION)
    return Card(entry.card_url, entry.card_title, description, entry.card_domain)


def topic_links(site: Site, topics) -> list[Link]:
    names = [(topic, topic.name_in(site.language)) for topic in topics]
    links = [Link(name, site.topic_path(topic), language_of_title(name, site.language)) for topic, name in names]
    return sorted(links, key=lambda link: link.words.casefold())


# --- Issues --------------------------------------------------------------------------------------------------------


def entries_in_order(issue: Issue) -> list[Entry]:
    """The entries of an issue that was loaded `with_entries()`; each knows its section without a query."""
    return [entry for section in issue.sections.all() for entry in section.entries.all()]


def highlight_groups(site: Site, highlights: list[Highlight], resolve) -> list[HighlightGroup]:
    """The highlights under their headings; neighbours of the same group share one."""
    groups: list[HighlightGroup] = []
    last = None
    for highlight in highlights:
        key = (highlight.group, highlight.group_title)
        if key != last:
            groups.append(HighlightGroup(highlight.group_title or section_kind_name(highlight.group)))
            last = key
        groups[-1].highlights.append(one_paragraph(to_html(site, highlight.text, resolve)))
    return groups


def one_paragraph(rendered: SafeString) -> SafeString:
    """A text of one paragraph without its tags, so that a list item holds it as it is."""
    match = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>\s*", rendered, re.DOTALL)
    return SafeString(match[1]) if match else rendered


def section_parts(site: Site, issue: Issue, resolve, earlier: dict[int, Entry]) -> list[SectionParts]:
    entries = entries_in_order(issue)
    label_of = dict(zip((entry.pk for entry in entries), labels(issue, entries), strict=True))
    errata: dict[int, list[Erratum]] = {}
    for erratum in issue.errata.all():
        errata.setdefault(erratum.entry_id, []).append(erratum)
    first_figure = next((entry.pk for entry in entries if entry.figure), None)

    def parts(entry: Entry) -> EntryParts:
        return entry_parts(
            site,
            entry,
            label_of[entry.pk],
            resolve=resolve,
            errata=errata.get(entry.pk, ()),
            earlier=earlier.get(entry.pk),
            lazy=entry.pk != first_figure,
        )

    return [
        SectionParts(
            section, section.title or section_kind_name(section.kind), [parts(e) for e in section.entries.all()]
        )
        for section in issue.sections.all()
    ]


def issue_corrections(site: Site, issue: Issue, sections: list[SectionParts]) -> list[Correction]:
    """All corrections of the issue by date; each of an entry leads there."""
    parts = {entry.entry.pk: entry for section in sections for entry in section.entries}
    found = []
    for erratum in issue.errata.all():
        of = parts.get(erratum.entry_id)
        link = Link(of.label, f"#{of.anchor}") if of else None
        found.append(Correction(erratum.noted_on, to_html(site, erratum.text), link))
    return found


def issue_length(issue: Issue) -> reading.Length:
    """How much there is to read in the issue."""
    entries = entries_in_order(issue)
    shown = [texts.rendered(issue.intro, texts.HEADING_LEVEL[Issue])]
    shown += [texts.rendered(highlight.text) for highlight in issue.highlights.all()]
    shown += [texts.rendered(entry.summary, texts.HEADING_LEVEL[Entry]) for entry in entries]
    titles = "\n".join([issue.title, *(entry.title for entry in entries)])
    return reading.together([reading.length(titles), *(text.length for text in shown)])


def teaser(issue: Issue) -> str:
    """One or two sentences of plain text: from the introduction, else from the first highlight.

    Asks for the highlights of the issue unless they were prefetched.
    """
    if issue.intro:
        text = texts.rendered(issue.intro, texts.HEADING_LEVEL[Issue]).plain
    else:
        highlights = issue.highlights.all()
        text = texts.rendered(highlights[0].text).plain if highlights else ""
    length = TEASER_OF_CJK if is_cjk(issue.language) else TEASER
    return Truncator(" ".join(text.split())).chars(length)


def issue_parts(site: Site, issue: Issue, *, earlier: dict[int, Entry] | None = None, on_its_page: bool = True) -> dict:
    """The content of an issue loaded `with_entries()`; asks the database nothing.

    Links to its entries lead to their places where it is shown `on_its_page`, else to pages of their own.
    """
    entries = entries_in_order(issue)
    # In a feed or a mail there is no page on which the entries stand.
    resolve = EntryPaths(site, here=entries if on_its_page and not site.base else ())
    sections = section_parts(site, issue, resolve, earlier or {})
    return {
        "issue": issue,
        "title": issue_title(issue),
        "name": issue_name(issue),
        "mark": issue_mark(issue),
        "intro": to_html(site, issue.intro, resolve, texts.HEADING_LEVEL[Issue]),
        "highlight_groups": highlight_groups(site, issue.highlights.all(), resolve),
        "sections": sections,
        "entry_count": len(entries),
        "minutes": reading.minutes(issue_length(issue), issue.language),
        "corrections": issue_corrections(site, issue, sections),
        "content_language": html_language(issue.language),
    }


def speak(site: Site):
    """A context in which labels and dates are in the site's language."""
    return translation.override(site.interface_language)
