"""Editions of one issue in several languages: the keys that a new edition shares with one that is there."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

from exchange.matching import pair
from exchange.parts import Part, PreparedIssue
from issues.models import Entry, Issue
from papers.models import Work


@dataclass
class SharedKeys:
    """Translation keys by part; a part that has no counterpart has a key of its own or none here."""

    issue: uuid.UUID | None = None
    parts: dict[int, uuid.UUID] = field(default_factory=dict)

    def of(self, part: Part) -> uuid.UUID:
        """The key of a part: as the document states it, else shared with the other edition, else a new one."""
        stated = part.document.translation_key
        return uuid.UUID(stated) if stated else self.parts.get(id(part)) or uuid.uuid4()


def shared_keys(prepared: PreparedIssue, sibling: Issue | None, works: dict[int, Work]) -> SharedKeys:
    """What the edition shares with its sibling: sections by kind and place, entries by work, then by place,
    highlights by place. Three queries where there is a sibling, none where there is not."""
    keys = SharedKeys()
    if sibling is None:
        return keys
    keys.issue = sibling.translation_key
    _share(keys, list(sibling.highlights.all()), prepared.highlights, [(_place(), _place())])
    sections = list(sibling.sections.all())
    _share(keys, sections, prepared.sections, [(_kind_and_place(), _kind_and_place())])
    entries = list(Entry.objects.filter(section__issue=sibling).select_related("section"))
    section_keys = {section.pk: section.translation_key for section in sections}
    places = _places_of_rows(entries, section_keys) | _places_of_parts(prepared, keys)
    by_work = (lambda row: row.work_id, lambda part: works[id(part)].pk if id(part) in works else None)
    by_place = (lambda row: places.get(id(row)), lambda part: places.get(id(part)))
    _share(keys, entries, prepared.entries, [by_work, by_place])
    return keys


def _share(keys: SharedKeys, rows: list, parts: list[Part], by: list) -> None:
    for index, row in pair(rows, parts, by).items():
        keys.parts[id(parts[index])] = row.translation_key


def _place():
    """Counts the things it is asked about: a key of their place, for one pass over them."""
    seen = Counter()

    def key(_) -> int:
        seen["all"] += 1
        return seen["all"]

    return key


def _kind_and_place():
    seen = Counter()

    def key(thing) -> tuple[str, int]:
        kind = thing.values["kind"] if isinstance(thing, Part) else thing.kind
        seen[kind] += 1
        return kind, seen[kind]

    return key


def _places_of_rows(entries: list[Entry], section_keys: dict[int, uuid.UUID]) -> dict[int, tuple]:
    seen = Counter()
    places = {}
    for entry in entries:
        seen[entry.section_id] += 1
        places[id(entry)] = (section_keys[entry.section_id], seen[entry.section_id])
    return places


def _places_of_parts(prepared: PreparedIssue, keys: SharedKeys) -> dict[int, tuple]:
    return {
        id(entry): (keys.parts[id(section)], place)
        for section in prepared.sections
        if id(section) in keys.parts
        for place, entry in enumerate(section.entries, start=1)
    }
