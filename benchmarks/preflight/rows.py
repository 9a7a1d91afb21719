"""Writes the rows of an invented issue, and what the outside said of its works."""

import copy
import dataclasses
import datetime
import hashlib
import struct
import zlib
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from benchmarks.preflight.inventing import Invented, capital, chance_of, words_of
from benchmarks.preflight.wording import Wording
from issues.models import Entry, Highlight, Issue, IssueStatus, Publication, Section
from papers.catalogue import find_or_create_works
from papers.models import Fetch
from papers.records import Record

FIGURE = "figures/preflight-bench.png"
HEAVY_FIGURE = "figures/preflight-bench-heavy.png"
# What may run in every issue.
STANDING = "https://positions.pebble.example/"


@dataclass
class Clean:
    """An issue and its rows in the order of readers, with what was invented for each entry."""

    issue: Issue
    wording: Wording
    day: datetime.date
    highlights: list[Highlight] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    works: dict[int, Invented] = field(default_factory=dict)
    # What a highlight is about, by its key.
    about: dict[int, Entry] = field(default_factory=dict)
    history: list["Clean"] = field(default_factory=list)

    def copy(self) -> "Clean":
        """The same with rows of its own, which can be changed and thrown away."""
        entries = {entry.pk: copy.copy(entry) for entry in self.entries}
        return dataclasses.replace(
            self,
            issue=copy.copy(self.issue),
            highlights=[copy.copy(row) for row in self.highlights],
            sections=[copy.copy(row) for row in self.sections],
            entries=list(entries.values()),
            about={key: entries[entry.pk] for key, entry in self.about.items()},
        )

    def papers(self) -> list[Entry]:
        return [entry for entry in self.entries if self.works[entry.pk].is_paper]

    def articles(self) -> list[Entry]:
        return [entry for entry in self.entries if not self.works[entry.pk].is_paper]


def _png(side: int, chance) -> bytes:
    """A square picture of grey noise, which no compression makes small."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + chance.randbytes(side) for _ in range(side)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def put_figures() -> None:
    """Keep the picture that all figures show in the store, and a heavy one."""
    for name, side in ((FIGURE, 200), (HEAVY_FIGURE, 1200)):
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(_png(side, chance_of(name))))


def new_issue(publication: Publication, language: str, slug: str, **values) -> Issue:
    defaults = {"status": IssueStatus.DRAFT, "mail_on_publication": True}
    return Issue.objects.create(publication=publication, language=language, slug=slug, **defaults | values)


def save(issue: Issue, wording: Wording, day: datetime.date, plan, history, chance) -> Clean:
    """Write sections, entries, works and highlights of an issue."""
    clean = Clean(issue, wording, day, history=history)
    clean.sections = Section.objects.bulk_create(
        Section(issue=issue, kind=kind, title=wording.sections[kind], position=place)
        for place, (kind, _works) in enumerate(plan, 1)
    )
    works = find_or_create_works([work.url for _kind, told in plan for work in told])
    rows = []
    for section, (_kind, told) in zip(clean.sections, plan, strict=True):
        rows += [(_entry(section, place, work, works[work.url], chance), work) for place, work in enumerate(told, 1)]
    clean.entries = Entry.objects.bulk_create(row for row, _work in rows)
    clean.works = {row.pk: work for row, work in rows}
    _remember_records(clean)
    _add_highlights(clean, chance)
    return clean


def _entry(section: Section, place: int, work: Invented, row, chance) -> Entry:
    public_id = "".join(chance.choice("bcdfghjkmnpqrstvwxyz") for _ in range(10))
    entry = Entry(
        section=section,
        public_id=public_id,
        position=place,
        title=work.title,
        url=work.url,
        url_given=work.url,
        domain_shown=work.domain_shown,
        source_title=work.source_title,
        source_arxiv_id=work.source_arxiv_id,
        summary=work.summary,
        work=row,
    )
    if work.card:
        entry.card_url = entry.card_url_given = work.url
        entry.card_title, entry.card_description = work.card["title"], work.card["description"]
        entry.card_domain = work.card["domain"]
    if work.figure_alt:
        entry.figure, entry.figure_name = FIGURE, f"{work.name.lower()}.png"
        entry.figure_sha256 = hashlib.sha256(work.name.encode()).hexdigest()
        entry.figure_width = entry.figure_height = 640
        entry.figure_alt, entry.figure_license, entry.figure_credit = work.figure_alt, "CC-BY-4.0", "The authors"
        entry.figure_source_url = work.url
    return entry


def add_standing_entry(clean: Clean) -> None:
    """The entry that stands in every issue under the same words; nobody spoils it."""
    title, summary = clean.wording.standing
    work = find_or_create_works([STANDING])[STANDING]
    Entry.objects.create(
        section=clean.sections[-1],
        position=90,
        title=title,
        summary=summary,
        url=STANDING,
        url_given=STANDING,
        work=work,
    )


def _remember_records(clean: Clean) -> None:
    """What the outside said of the works, as if a worker had asked."""
    known = set(
        Fetch.objects.filter(work__in=[entry.work_id for entry in clean.entries]).values_list("work", flat=True)
    )
    told = [(entry, clean.works[entry.pk].said) for entry in clean.entries if entry.work_id not in known]
    Fetch.objects.bulk_create(
        Fetch(
            work=entry.work,
            lane=entry.work.identity.partition(":")[0],
            said=Record(identity=entry.work.identity, url=entry.work.url, **said).as_json(),
            fetched_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC),
        )
        for entry, said in told
        if said
    )


def _add_highlights(clean: Clean, chance) -> None:
    wording = clean.wording
    by_section = [[entry for entry in clean.entries if entry.section_id == section.pk] for section in clean.sections]
    chosen = [(clean.sections[0], entry) for entry in by_section[0][: chance.choice((1, 2))]]
    for section, entries in list(zip(clean.sections, by_section, strict=True))[1:4]:
        if chance.random() < 0.4:
            chosen.append((section, chance.choice(entries)))
    rows = []
    for place, (section, entry) in enumerate(chosen, 1):
        rows.append(
            Highlight(
                issue=clean.issue,
                group=section.kind,
                group_title=wording.groups[section.kind],
                text=_highlight_text(wording, clean.works[entry.pk], entry, chance),
                position=place,
            )
        )
    clean.highlights = Highlight.objects.bulk_create(rows)
    clean.about = {row.pk: entry for row, (_section, entry) in zip(clean.highlights, chosen, strict=True)}


def _highlight_text(wording: Wording, work: Invented, entry: Entry, chance) -> str:
    words = words_of(wording, work)
    target = f"entry:{entry.public_id}" if chance.random() < 0.6 else entry.url
    link = f"[{chance.choice(wording.link_words).format(**words)}]({target})"
    text = capital(chance.choice(wording.highlights).format(link=link, **words))
    if chance.random() < 0.25:
        text += chance.choice(wording.asides).format(
            url=f"https://arxiv.org/abs/1{chance.randrange(7, 10)}05.1{work.thing:04}"
        )
    return text
