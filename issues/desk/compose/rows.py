"""What the composer shows of an issue to a person: highlights, sections and their entries, each as one line."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from common import markdown
from common.storing import form_name
from issues import rendering
from issues.arriving import WITH_FETCH, Arrival, Progress, arrival
from issues.conversations import open_counts
from issues.languages import is_cjk, language_of_title
from issues.models import Entry, Highlight, Issue, IssueStatus, Section
from issues.naming import section_kind_name, site_name, work_name
from issues.repeats import Repeats, entries_about, root
from issues.rights import changing, may, moving, removing
from issues.site import Site

TEASER, TEASER_OF_CJK = 180, 90
REPEATS_SHOWN = 3


@dataclass(frozen=True)
class Mention:
    """Where a work stands already, in a few words, and the page on which it does."""

    words: str
    path: str
    is_here: bool = False


class Line:
    """A row of the sheet. `form` is set where it can be typed in, `is_open` where it is edited in place.

    What the person may do with it is said by `sheet()`; nothing, as long as nobody asked.
    """

    form = None
    is_open = False
    may_change = may_move = may_remove = False

    @property
    def row(self):
        return getattr(self, self.kind)

    @property
    def key(self) -> str:
        """How requests name it: `entry:12`."""
        return f"{self.kind}:{self.row.pk}"

    @property
    def id(self) -> str:
        """How the elements of the page name it: `entry-12`."""
        return f"{self.kind}-{self.row.pk}"


@dataclass
class EntryLine(Line):
    """An entry as it stands in the sheet."""

    entry: Entry
    label: str
    up: str
    down: str
    source: str
    thumbnail: str
    title_language: str
    teaser: str
    arrival: Arrival
    mentions: list[Mention] = field(default_factory=list)
    open_comments: int = 0
    kind = "entry"

    @property
    def is_pending(self) -> bool:
        return self.arrival.progress in (Progress.PENDING, Progress.LATER)

    @property
    def lacks(self) -> list[str]:
        """What a person still has to write; what is fetched at this moment is not missed."""
        entry = self.entry
        told = [("No title", not entry.title and not self.is_pending), ("No link", not entry.url)]
        told += [("No summary", not entry.summary), ("Figure not described", entry.figure and not entry.figure_alt)]
        return [words for words, is_lacking in told if is_lacking]


@dataclass
class SectionLine(Line):
    section: Section
    number: int
    title: str
    entries: list[EntryLine]
    up: str
    down: str
    kind = "section"


@dataclass
class HighlightLine(Line):
    highlight: Highlight
    number: int
    html: SafeString
    group: str
    up: str
    down: str
    kind = "highlight"


@dataclass
class Sheet:
    """All lines of an issue, and what the person who sees them may do with the issue itself."""

    issue: Issue
    site: Site
    highlights: list[HighlightLine]
    sections: list[SectionLine]
    may_add: bool = False
    may_arrange: bool = False

    @property
    def entries(self) -> list[EntryLine]:
        return [line for section in self.sections for line in section.entries]

    def line(self, key: str) -> EntryLine | SectionLine | HighlightLine | None:
        """The line of a row named as `entry:12`."""
        return next((line for line in (*self.entries, *self.sections, *self.highlights) if line.key == key), None)

    def places(self, moving: Line | None) -> list[tuple[SectionLine, list[EntryLine]]]:
        """Each section with the entries behind which an entry could be put."""
        return [(section, [line for line in section.entries if line is not moving]) for section in self.sections]

    @property
    def order(self) -> dict:
        """What stands where, by keys, for a page that has the lines already."""
        return {
            "highlights": [line.highlight.pk for line in self.highlights],
            "sections": [
                [section.section.pk, [[line.entry.pk, line.label] for line in section.entries]]
                for section in self.sections
            ],
        }


def load(pk: int) -> Issue | None:
    """An issue with all that its sheet shows. Four queries."""
    entries = Entry.objects.select_related(*WITH_FETCH).defer("card_description")
    sections = Section.objects.prefetch_related(Prefetch("entries", entries))
    issues = Issue.objects.select_related("publication").prefetch_related("highlights", Prefetch("sections", sections))
    return issues.filter(pk=pk).first()


def sheet(issue: Issue, user) -> Sheet:
    """The sheet of an issue that was loaded by `load()`, for a person. Three queries, for where its works stood
    before and for what was said of them, and those by which the rights of a person are learnt, once in a request."""
    site = Site(issue.publication, issue.language)
    rows = [entry for section in issue.sections.all() for entry in section.entries.all()]
    labels = dict(zip([entry.pk for entry in rows], rendering.labels(issue, rows), strict=True))
    repeats = entries_about(issue, {entry.work for entry in rows if entry.work})
    resolve = rendering.EntryPaths(site)
    sections = list(issue.sections.all())
    # What readers see is in their language, what is said of it in the editor's.
    with rendering.speak(site):
        highlights = _highlights(site, list(issue.highlights.all()), resolve)
        lines = [_section(site, sections, place, labels) for place in range(len(sections))]
    made = Sheet(issue, site, highlights, lines)
    said = open_counts(issue)
    for line in made.entries:
        line.mentions = _mentions(site, line.entry, labels, repeats)
        line.open_comments = said.get(line.entry.pk, 0)
    _allow(made, user)
    return made


def _allow(made: Sheet, user) -> None:
    """Say of each line what the person may do with it."""
    made.may_add, made.may_arrange = may(user, "add_entry", made.issue), may(user, "arrange", made.issue)
    for line in (*made.entries, *made.sections, *made.highlights):
        line.may_change = may(user, changing(line.row), line.row)
        line.may_move = may(user, moving(line.row), line.row)
        line.may_remove = may(user, removing(line.row), line.row)


def _highlights(site: Site, rows: list[Highlight], resolve) -> list[HighlightLine]:
    return [
        HighlightLine(
            highlight=row,
            number=place,
            html=rendering.one_paragraph(rendering.to_html(site, row.text, resolve)),
            group=row.group_title or section_kind_name(row.group),
            up=f"highlight:{row.pk}::{place - 1}" if place > 1 else "",
            down=f"highlight:{row.pk}::{place + 1}" if place < len(rows) else "",
        )
        for place, row in enumerate(rows, start=1)
    ]


def _section(site: Site, sections: list[Section], place: int, labels: dict[int, str]) -> SectionLine:
    section = sections[place]
    entries = list(section.entries.all())
    lines = []
    for index, entry in enumerate(entries):
        lines.append(
            EntryLine(
                entry=entry,
                label=labels[entry.pk],
                up=_up(entry, sections, place, index),
                down=_down(entry, sections, place, index, len(entries)),
                source=_source(entry),
                thumbnail=_thumbnail(entry),
                title_language=language_of_title(entry.title, site.language),
                teaser=_teaser(entry, site.language),
                arrival=arrival(entry),
            )
        )
    return SectionLine(
        section=section,
        number=place + 1,
        title=section.title or section_kind_name(section.kind),
        entries=lines,
        up=f"section:{section.pk}::{place}" if place else "",
        down=f"section:{section.pk}::{place + 2}" if place + 1 < len(sections) else "",
    )


def _up(entry: Entry, sections: list[Section], place: int, index: int) -> str:
    """Where one step up leads, as the page posts it: `entry:12:3:1` is the first place of section 3."""
    if index:
        return f"entry:{entry.pk}:{sections[place].pk}:{index}"
    if place:
        above = sections[place - 1]
        return f"entry:{entry.pk}:{above.pk}:{len(above.entries.all()) + 1}"
    return ""


def _down(entry: Entry, sections: list[Section], place: int, index: int, count: int) -> str:
    if index + 1 < count:
        return f"entry:{entry.pk}:{sections[place].pk}:{index + 2}"
    return f"entry:{entry.pk}:{sections[place + 1].pk}:1" if place + 1 < len(sections) else ""


def _source(entry: Entry) -> str:
    if entry.work and entry.work.arxiv_id:
        return work_name(entry.work)
    return entry.domain_shown or site_name(urlsplit(entry.url).hostname or "")


def _thumbnail(entry: Entry) -> str:
    """The smallest form of its figure."""
    if not entry.figure:
        return ""
    if not entry.figure_widths:
        return entry.figure.url
    return entry.figure.storage.url(form_name(entry.figure.name, min(entry.figure_widths)))


def _teaser(entry: Entry, language: str) -> str:
    length = TEASER_OF_CJK if is_cjk(language) else TEASER
    return Truncator(" ".join(markdown.to_text(entry.summary[: 6 * TEASER]).split())).chars(length)


# --- Where a work stands already -----------------------------------------------------------------------------------


def _mentions(site: Site, entry: Entry, labels: dict, repeats: dict[int, Repeats]) -> list[Mention]:
    found = repeats.get(root(entry.work)) if entry.work else None
    if not found:
        return []
    others = [other for other in found.here if other.pk != entry.pk and other.pk in labels]
    here = [Mention(f"Also here, as {labels[other.pk]}", f"#entry-{other.pk}", True) for other in others]
    return [*here, *(mention(site, other) for other in found.elsewhere)][:REPEATS_SHOWN]


def mention(site: Site, entry: Entry) -> Mention:
    """Where and when an entry of another issue ran: Ran in #21 on 4 July 2021, in Papers."""
    issue, section = entry.section.issue, entry.section
    path = reverse("admin:issues_entry_change", args=[entry.pk])
    title = section.title or section.get_kind_display()
    if issue.status not in (IssueStatus.PUBLISHED, IssueStatus.WITHDRAWN):
        return Mention(f"Stands in {issue.name}, which is being written, in {title}", path)
    day = formats.date_format(site.day(issue.published_at), "j F Y")
    if issue.status == IssueStatus.WITHDRAWN:
        return Mention(f"Ran in {issue.name} on {day}, which was withdrawn", path)
    verb, when = ("Ran", "on") if issue.is_public else ("Is planned", "for")
    return Mention(f"{verb} in {issue.name} {when} {day}, in {title}", path)
