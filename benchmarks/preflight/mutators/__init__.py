"""What goes wrong in real issues, done to the rows of a clean one; each mutator knows rows, and no rule.

A mutator takes a clean issue and a source of chance, writes the rows, and returns those at one of which the finding
must be: rows, or the issue itself where it is about the whole. It returns None where the issue gives it nothing to
spoil. Modules of this folder are named after what they spoil.
"""

import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib import import_module

from django.db.models import Model

from benchmarks.preflight.inventing import Invented, letters
from benchmarks.preflight.rows import Clean
from common.urls import MalformedURL
from issues.composing import link_entry
from issues.models import Entry, Highlight

Mutator = Callable[..., Iterable[Model] | None]
MUTATORS: dict[str, list[Mutator]] = defaultdict(list)


def mutator(code: str):
    """Lists a function under the code of the rule that has to see what it does."""

    def listed(function: Mutator) -> Mutator:
        MUTATORS[code].append(function)
        return function

    return listed


def all_mutators() -> dict[str, list[Mutator]]:
    """The mutators by code."""
    for found in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")
    return dict(MUTATORS)


def relink(entry: Entry, given: str) -> Entry:
    """Point an entry at an address as somebody would who types it, readable or not."""
    try:
        link_entry(entry, given)
    except MalformedURL:
        entry.url = entry.url_given = given
        entry.work = None
    entry.awaits_record = False
    entry.save()
    return entry


def put(row: Model, **values) -> Model:
    """Write fields of a row."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def are_unlike(one: Invented, other: Invented) -> bool:
    """Whether two works have nothing in common but the language they are told in."""
    return one.thing != other.thing and one.method != other.method and one.name[:3] != other.name[:3]


def unlike_pair(clean: Clean, chance, entries: list[Entry]) -> tuple[Entry, Entry] | None:
    """Two of the entries about works that have nothing in common."""
    shuffled = chance.sample(entries, len(entries))
    for place, one in enumerate(shuffled):
        for other in shuffled[place + 1 :]:
            if are_unlike(clean.works[one.pk], clean.works[other.pk]):
                return one, other
    return None


def on_arxiv(clean: Clean) -> list[Entry]:
    """Papers whose original title states the id of their link."""
    return [entry for entry in clean.papers() if entry.source_arxiv_id]


def with_cards(clean: Clean) -> list[Entry]:
    """Articles whose card is in the language of the issue."""
    language = clean.wording.language
    return [entry for entry in clean.articles() if clean.works[entry.pk].card_language == language]


def pick(chance, rows: list):
    """One of the rows; None where there is none."""
    return chance.choice(rows) if rows else None


def add_highlight(clean: Clean, text: str) -> Highlight:
    """A further highlight at the end, in the group of the last."""
    last = clean.highlights[-1]
    highlight = Highlight.objects.create(
        issue=clean.issue,
        group=last.group,
        group_title=last.group_title,
        text=text,
        position=len(clean.highlights) + 1,
    )
    clean.highlights.append(highlight)
    return highlight


def past_entries(clean: Clean) -> list[tuple[Clean, Entry]]:
    """The entries of earlier issues, each with its issue."""
    return [(past, entry) for past in clean.history for entry in past.entries]


def is_weekly(clean: Clean) -> bool:
    return clean.issue.kind == "weekly"


def link_in_summary(clean: Clean, chance, address: str) -> Entry:
    """A summary gets a further link to the address."""
    entry = chance.choice(clean.entries)
    words = clean.works[entry.pk].name
    return put(entry, summary=f"{entry.summary}\n\n[{words}]({address})")


def link_in_highlight(clean: Clean, chance, address: str) -> Highlight:
    """A highlight gets a further link to the address."""
    highlight = chance.choice(clean.highlights)
    return put(highlight, text=f"{highlight.text} [{letters(chance, 6)}]({address})")
