"""Brings the rows of an issue up to a document that came again, without undoing what was done at the desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from exchange.creating import add_errata, add_waivers, arrangement, new_entry, new_highlight, new_section, tag
from exchange.editions import SharedKeys
from exchange.figures import kept_for
from exchange.matching import interleave, pair
from exchange.parts import FIELDS, Part, PreparedIssue, row_digest
from exchange.report import Note
from exchange.run import Run
from issues.models import Entry, Highlight, Issue, Section
from papers.models import Work

DIGEST_LENGTH = 32


def merge(issue: Issue, prepared: PreparedIssue, works: dict[int, Work], run: Run) -> Merge:
    """Update an issue from a document; the caller holds the transaction and reads what happened from the result.

    Rows that nobody touched since their import follow the document. Rows edited since stay and are noted, and so do
    rows that are no longer in the document, unless the import overwrites. Rows added at the desk always stay.
    """
    merging = Merge(issue, prepared, works, run)
    merging.run_through()
    return merging


@dataclass
class Merge:
    """The rows of one issue beside the parts of its document, and what became of them."""

    issue: Issue
    prepared: PreparedIssue
    works: dict[int, Work]
    run: Run
    notes: list[Note] = field(default_factory=list)
    changed: int = 0
    kept: int = 0
    keys: SharedKeys = field(default_factory=SharedKeys)
    made: set[int] = field(default_factory=set)

    def run_through(self) -> None:
        self._read()
        rearranged = self.issue.imported_digest[DIGEST_LENGTH:] != self._arrangement()
        self._take_over_issue()
        self._take_over_highlights()
        self._take_over_sections()
        self._take_over_entries()
        self._arrange(rearranged and not self.run.overwrite)
        self._remove()
        self.changed += add_errata(self.issue, self.prepared, {entry.public_id: entry for entry in self.entries})
        self.changed += add_waivers(self.issue, self.prepared, self.run)
        self._remember(rearranged)

    def _read(self) -> None:
        # Locked, so that an edit at the desk comes before this or waits for it, and is never overwritten unseen.
        self.highlights = list(self.issue.highlights.select_for_update())
        self.sections = list(self.issue.sections.select_for_update())
        places = {section.pk: place for place, section in enumerate(self.sections)}
        entries = Entry.objects.filter(section__in=places).select_for_update().prefetch_related("topics")
        self.entries = sorted(entries, key=lambda entry: (places[entry.section_id], entry.position, entry.pk))
        # Rows by the parts that they are; the keys are the parts' ids.
        self.row_of: dict[int, Highlight | Section | Entry] = {}

    def _arrangement(self) -> str:
        return arrangement(self.highlights, [(section, self._entries_in(section)) for section in self.sections])

    def _entries_in(self, section: Section) -> list[Entry]:
        return [entry for entry in self.entries if entry.section_id == section.pk]

    def _take_over_issue(self) -> None:
        own = self.prepared.own
        before = {name: getattr(self.issue, name) for name in FIELDS[Issue]}
        if before == own.values:
            return
        if self._may_change(self.issue, own, "the issue"):
            _set(self.issue, own.values)
            self.issue.imported_digest = own.digest + self.issue.imported_digest[DIGEST_LENGTH:]
            self.changed += 1

    def _may_change(self, row: Issue | Highlight | Section | Entry, part: Part, what: str) -> bool:
        """Whether the document may change the row; where it may not, that is noted."""
        if self.run.overwrite or row.imported_digest[:DIGEST_LENGTH] == row_digest(row):
            return True
        self.kept += 1
        self.notes.append(Note("kept", f"Kept {what}, since it was edited at the desk.", part.place))
        return False

    def _take_over_highlights(self) -> None:
        by_id = (lambda row: row.public_id, lambda part: part.document.id or None)
        by_text = (lambda row: row.text, lambda part: part.values["text"])
        new = self._pair(self.highlights, self.prepared.highlights, [by_id, by_text, _by_order()])
        made = [new_highlight(part, self.issue, 0, self.keys) for part in new]
        self._add(Highlight, made, new, self.highlights)

    def _take_over_sections(self) -> None:
        by_title = (lambda row: (row.kind, row.title), lambda part: (part.values["kind"], part.values["title"]))
        by_kind = (lambda row: row.kind, lambda part: part.values["kind"])
        new = self._pair(self.sections, self.prepared.sections, [by_title, by_kind, _by_order()])
        self._add(Section, [new_section(part, self.issue, 0, self.keys) for part in new], new, self.sections)

    def _take_over_entries(self) -> None:
        section_of = {id(entry): section for section in self.prepared.sections for entry in section.entries}
        parts = self.prepared.entries
        by_id = (lambda row: row.public_id, lambda part: part.document.id or None)
        by_url = (lambda row: row.url or None, lambda part: part.values["url"] or None)
        by_work = (lambda row: row.work_id, lambda part: getattr(self.works.get(id(part)), "pk", None))
        by_title = (lambda row: row.title or None, lambda part: part.values["title"] or None)
        by_place = _by_place(self.entries, parts, lambda part: self.row_of[id(section_of[id(part)])].pk)
        new = self._pair(self.entries, parts, [by_id, by_url, by_work, by_title, by_place])
        made = []
        for part in new:
            section = self.row_of[id(section_of[id(part)])]
            made.append(new_entry(part, section, 0, self.keys, self.works))
        self._add(Entry, made, new, self.entries)
        tag(self.issue, zip(made, new, strict=True), self.run)

    def _pair(self, rows: list, parts: list[Part], by: list) -> list[Part]:
        """Find the row of each part and update it where that may be; return the parts that have none."""
        found = pair(rows, parts, by)
        changed = []
        for index, row in found.items():
            self.row_of[id(parts[index])] = row
            if self._take_over(row, parts[index]):
                changed.append(row)
        if changed:
            fields = [*FIELDS[type(changed[0])], "imported_document", "imported_digest"]
            if isinstance(changed[0], Entry):
                fields += ["work", "figure", "figure_width", "figure_height", "figure_widths"]
            type(changed[0]).objects.bulk_update(changed, fields)
            self.changed += len(changed)
        return [part for index, part in enumerate(parts) if index not in found]

    def _take_over(self, row: Highlight | Section | Entry, part: Part) -> bool:
        """Give the row the values of the part; whether it has to be written. What an editor changed stays."""
        if row_digest(row) == part.digest and not self._brings_figure(row, part):
            return False
        if row_digest(row) != part.digest and not self._may_change(row, part, part.place):
            return False
        _set(row, part.values)
        row.imported_document = row.imported_digest = part.digest
        if isinstance(row, Entry):
            self._take_over_relations(row, part)
        return True

    def _brings_figure(self, row: Highlight | Section | Entry, part: Part) -> bool:
        return isinstance(row, Entry) and bool(part.picture) and not row.figure

    def _take_over_relations(self, entry: Entry, part: Part) -> None:
        entry.work = self.works.get(id(part))
        figure = kept_for(part)
        entry.figure, entry.figure_width, entry.figure_height = figure.name, figure.width, figure.height
        entry.figure_widths = list(figure.widths)
        wanted = {slug for slug, _ in part.topics}
        entry.tagged.exclude(tag__slug__in=wanted).delete()
        tag(self.issue, [(entry, part)], self.run)

    def _add(self, model: type, made: list, parts: list[Part], rows: list) -> None:
        if made:
            model.objects.bulk_create(made)
        rows.extend(made)
        self.made.update(map(id, made))
        self.changed += len(made)
        self.row_of.update((id(part), row) for part, row in zip(parts, made, strict=True))

    def _arrange(self, desk_order_stays: bool) -> None:
        """Put everything where the document has it, or where the desk put it; what only one of them knows fits in."""
        before = [*self.highlights, *self.sections, *self.entries]
        homes = {entry.pk: entry.section_id for entry in self.entries}
        if not desk_order_stays:
            for section in self.prepared.sections:
                for entry in section.entries:
                    self.row_of[id(entry)].section = self.row_of[id(section)]
        self.highlights = self._ordered(self.highlights, self.prepared.highlights, desk_order_stays)
        self.sections = self._ordered(self.sections, self.prepared.sections, desk_order_stays)
        part_of = {self.row_of[id(part)].pk: part for part in self.prepared.sections}
        placed = []
        for section in self.sections:
            here = self._entries_in(section)
            part = part_of.get(section.pk)
            wanted = [entry for entry in part.entries if self.row_of[id(entry)] in here] if part else []
            placed.append(self._ordered(here, wanted, desk_order_stays))
        self._number([self.highlights], {}, Highlight)
        self._number([self.sections], {}, Section)
        self._number(placed, homes, Entry)
        self.entries = [entry for entries in placed for entry in entries]
        if desk_order_stays and self._differs_from_document(before):
            self.kept += 1
            self.notes.append(Note("kept", "Kept the order of things, since it was changed at the desk.", "issue"))

    def _ordered(self, rows: list, parts: list[Part], desk_order_stays: bool) -> list:
        in_document = [self.row_of[id(part)] for part in parts]
        if desk_order_stays:
            return interleave([row for row in rows if id(row) not in self.made], in_document)
        return interleave(in_document, rows)

    def _differs_from_document(self, rows: list) -> bool:
        prepared = self.prepared
        parts = [*prepared.highlights, *prepared.sections, *prepared.entries]
        in_document = [self.row_of[id(part)] for part in parts if id(self.row_of[id(part)]) not in self.made]
        known = set(map(id, in_document))
        return [id(row) for row in rows if id(row) in known] != [id(row) for row in in_document]

    def _number(self, groups: list[list], homes: dict[int, int], model: type) -> None:
        """Give the rows of each group their places; `homes` says in which section entries stood so far."""
        moved = []
        for rows in groups:
            for place, row in enumerate(rows, start=1):
                if row.position != place or (homes and homes[row.pk] != row.section_id):
                    row.position = place
                    moved.append(row)
        if moved:
            model.objects.bulk_update(moved, ["position", "section"] if homes else ["position"])
            self.changed += len(moved)

    def _remove(self) -> None:
        """Say which imported rows the document no longer has; overwriting takes them out."""
        known = set(map(id, self.row_of.values()))
        rows = [*self.entries, *self.highlights, *self.sections]
        for row in [row for row in rows if row.imported_document and id(row) not in known]:
            name = row._meta.verbose_name
            if not self.run.overwrite:
                self.kept += 1
                self.notes.append(Note("gone", f"Kept the {name} “{row}”, which is no longer in the document.", name))
            elif isinstance(row, Section) and Entry.objects.filter(section=row).exists():
                self.notes.append(Note("gone", f"Kept the section “{row}”, which holds entries of the desk.", name))
            else:
                self.notes.append(Note("removed", f"Removed the {name} “{row}”, no longer in the document.", name))
                self.changed += 1
                for held in (self.highlights, self.sections, self.entries):
                    if row in held:
                        held.remove(row)
                row.delete()

    def _remember(self, rearranged: bool) -> None:
        """Write down which document the issue now is, so that it is known to be unchanged the next time."""
        issue = self.issue
        own, order = issue.imported_digest[:DIGEST_LENGTH], issue.imported_digest[DIGEST_LENGTH:]
        if not rearranged or self.run.overwrite:
            order = self._arrangement()
        issue.imported_document, issue.imported_digest = self.prepared.digest, own + order
        fields = [*FIELDS[Issue], "imported_document", "imported_digest"]
        if self.changed:
            issue.updated_at = timezone.now()
            fields.append("updated_at")
        Issue.objects.filter(pk=issue.pk).update(**{name: getattr(issue, name) for name in fields})


def _set(row: Issue | Highlight | Section | Entry, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _by_order():
    """Keys by which what is left over goes together in order: any row with any part."""
    return (lambda row: True, lambda part: True)


def _by_place(entries: list[Entry], parts: list[Part], section_of_part) -> tuple:
    """Keys by section and place in it."""
    places: dict[int, tuple[int | uuid.UUID, int]] = {}
    counts: dict[int, int] = {}
    for thing, section in [(entry, entry.section_id) for entry in entries]:
        counts[section] = counts.get(section, 0) + 1
        places[id(thing)] = (section, counts[section])
    counts = {}
    for part in parts:
        section = section_of_part(part)
        counts[section] = counts.get(section, 0) + 1
        places[id(part)] = (section, counts[section])
    return (lambda row: places.get(id(row)), lambda part: places.get(id(part)))
