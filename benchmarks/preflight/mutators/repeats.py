"""The same work again: twice in one issue, or in an earlier one."""

from benchmarks.preflight.inventing import letters
from benchmarks.preflight.mutators import is_weekly, mutator, on_arxiv, past_entries, pick, relink
from issues.models import Entry
from papers.catalogue import merge
from papers.identifiers import identity
from papers.models import Alias

SPELLINGS = (
    "https://arxiv.org/pdf/{id}",
    "http://export.arxiv.org/abs/{id}v1",
    "https://doi.org/10.48550/arXiv.{id}",
    "https://huggingface.co/papers/{id}",
    "https://www.alphaxiv.org/abs/{id}",
)


# --- Twice in one issue ----------------------------------------------------------------------------------------------


@mutator("repeated-work")
def link_of_another_entry(clean, chance):
    """The link of one entry is pasted into another, whose texts stay."""
    one, other = chance.sample(clean.entries, 2)
    relink(other, one.url)
    return [one, other]


@mutator("repeated-work")
def entry_copied_to_another_section(clean, chance):
    """An entry stands a second time elsewhere, under another title."""
    one = chance.choice(clean.entries)
    section = chance.choice(clean.sections)
    copy = Entry.objects.get(pk=one.pk)
    copy.pk, copy.public_id, copy.section = None, letters(chance, 10, "bcdfgh"), section
    copy.position, copy.title = 99, f"{one.title} (2)"
    copy._state.adding = True
    copy.save()
    return [one, copy]


@mutator("repeated-work")
def link_of_another_entry_spelt_otherwise(clean, chance):
    """The same paper again, by another of the many addresses it has."""
    one = pick(chance, on_arxiv(clean))
    if one is None:
        return None
    other = chance.choice([entry for entry in clean.entries if entry.pk != one.pk])
    relink(other, chance.choice(SPELLINGS).format(id=one.source_arxiv_id))
    return [one, other]


@mutator("repeated-work")
def works_found_to_be_one(clean, chance):
    """Two entries lead to two addresses of one work, which was learnt later."""
    one, other = chance.sample(clean.entries, 2)
    merge(other.work, one.work)
    return [one, other]


# --- Ran before ------------------------------------------------------------------------------------------------------


def _from_the_past(clean, chance, wanted=lambda entry: True):
    rows = [(past, entry) for past, entry in past_entries(clean) if wanted(entry)]
    return pick(chance, rows) if is_weekly(clean) else None


@mutator("ran-before")
def link_from_an_earlier_issue(clean, chance):
    """A link that ran is pasted into an entry."""
    _past, old = _from_the_past(clean, chance) or (None, None)
    return old and [relink(chance.choice(clean.entries), old.url)]


@mutator("ran-before")
def work_from_an_earlier_issue_spelt_otherwise(clean, chance):
    """A paper that ran comes again by another address."""
    _past, old = _from_the_past(clean, chance, lambda entry: entry.source_arxiv_id) or (None, None)
    return old and [relink(chance.choice(clean.entries), chance.choice(SPELLINGS).format(id=old.source_arxiv_id))]


@mutator("ran-before")
def work_known_by_a_new_address(clean, chance):
    """What ran moved, and its new address was learnt; the entry has that one."""
    _past, old = _from_the_past(clean, chance) or (None, None)
    if old is None:
        return None
    address = f"https://moved.example/{letters(chance, 8)}"
    Alias.objects.create(work=old.work, identity=identity(address))
    return [relink(chance.choice(clean.entries), address)]


@mutator("ran-before")
def work_that_was_merged(clean, chance):
    """The entry's work was found to be one that ran."""
    _past, old = _from_the_past(clean, chance) or (None, None)
    if old is None:
        return None
    entry = chance.choice(clean.entries)
    merge(entry.work, old.work)
    return [entry]


@mutator("ran-before")
def whole_entry_of_an_earlier_issue(clean, chance):
    """An entry that ran is copied with its texts."""
    past, old = _from_the_past(clean, chance) or (None, None)
    if old is None:
        return None
    copy = Entry.objects.get(pk=old.pk)
    copy.pk, copy.public_id, copy.section = None, letters(chance, 10, "bcdfgh"), chance.choice(clean.sections)
    copy.label, copy.position = "", 0
    copy._state.adding = True
    copy.save()
    return [copy]
