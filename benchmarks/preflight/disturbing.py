"""Harmless changes, as every issue goes through: nothing is wrong after one, and nothing that is wrong goes away."""

from collections.abc import Callable

from benchmarks.preflight.inventing import letters, summary, words_of
from benchmarks.preflight.mutators import put
from benchmarks.preflight.rows import Clean


def entries_shuffled(clean: Clean, chance) -> None:
    """The entries of each section are put in another order."""
    for entry in clean.entries:
        put(entry, position=chance.randrange(100))


def entry_moved(clean: Clean, chance) -> None:
    """An article is moved to another section, unless its own would be left empty."""
    entry = chance.choice(clean.articles())
    if sum(other.section_id == entry.section_id for other in clean.entries) > 1:
        put(entry, section=chance.choice(clean.sections), position=60)


def summary_rewritten(clean: Clean, chance) -> None:
    """A summary is written anew."""
    entry = chance.choice(clean.entries)
    put(entry, summary=summary(clean.wording, clean.works[entry.pk], chance))


def link_given_with_own_campaign(clean: Clean, chance) -> None:
    """A link was copied from this very edition, and its campaign was taken out."""
    entry = chance.choice(clean.entries)
    language = clean.issue.language
    sign = "&" if "?" in entry.url else "?"
    campaign = f"utm_source=pebble&utm_medium=email&utm_campaign=Pebble%20Letter%20%28{language}%29"
    put(entry, url_given=f"{entry.url}{sign}{campaign}")


def highlight_linked_by_address(clean: Clean, chance) -> None:
    """A highlight links to its entry by address in place of its id."""
    highlight = chance.choice(clean.highlights)
    entry = clean.about[highlight.pk]
    put(highlight, text=highlight.text.replace(f"entry:{entry.public_id}", entry.url))


def topic_named_in_title(clean: Clean, chance) -> None:
    """A headline says what it is about first."""
    entry = chance.choice(clean.entries)
    put(entry, title=f"{words_of(clean.wording, clean.works[entry.pk])['thing']}: {entry.title}")


def note_with_a_link_added(clean: Clean, chance) -> None:
    """A summary gets a note that links elsewhere."""
    entry = chance.choice(clean.entries)
    note = f"[{letters(chance, 6)}](https://{letters(chance, 9).lower()}.example/notes/{letters(chance, 5)})"
    put(entry, summary=f"{entry.summary}\n\n{note}")


DISTURBANCES: tuple[Callable[[Clean, object], None], ...] = (
    entries_shuffled,
    entry_moved,
    summary_rewritten,
    link_given_with_own_campaign,
    highlight_linked_by_address,
    topic_named_in_title,
    note_with_a_link_added,
)
