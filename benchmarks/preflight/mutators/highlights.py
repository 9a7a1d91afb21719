"""Highlights: without a link, without an entry, twice, or from another issue."""

import re

from benchmarks.preflight.inventing import chance_of, letters, words_of
from benchmarks.preflight.mutators import add_highlight, is_weekly, mutator, pick, put, relink
from issues.models import Entry, Highlight

LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")


def _words(clean, entry: Entry) -> dict[str, str]:
    return words_of(clean.wording, clean.works[entry.pk])


def _line(clean, chance, entry: Entry, address: str) -> str:
    """A highlight about an entry that links to an address."""
    words = _words(clean, entry)
    link = f"[{chance.choice(clean.wording.link_words).format(**words)}]({address})"
    return chance.choice(clean.wording.highlights).format(link=link, **words)


@mutator("highlight-without-link")
def links_of_a_highlight_lost(clean, chance):
    """A highlight was pasted as mere words."""
    highlight = chance.choice(clean.highlights)
    return [put(highlight, text=LINK.sub(r"\1", highlight.text))]


@mutator("highlight-without-link")
def highlight_of_mere_words_added(clean, chance):
    """A highlight without a link is added."""
    words = _words(clean, chance.choice(clean.entries))
    return [add_highlight(clean, chance.choice(clean.wording.openings).format(**words))]


@mutator("highlight-without-link")
def highlight_replaced_by_a_title(clean, chance):
    """A highlight is but the title of its entry."""
    highlight = chance.choice(clean.highlights)
    return [put(highlight, text=clean.about[highlight.pk].title)]


def _new_paper(chance) -> str:
    return f"https://arxiv.org/abs/22{chance.randrange(10, 13)}.{chance.randrange(1, 19_000):05}"


@mutator("highlight-without-entry")
def link_of_a_highlight_to_what_is_not_here(clean, chance):
    """A highlight links to a paper that has no entry."""
    highlight = chance.choice(clean.highlights)
    return [put(highlight, text=LINK.sub(rf"[\1]({_new_paper(chance)})", highlight.text))]


@mutator("highlight-without-entry")
def entry_of_a_highlight_relinked(clean, chance):
    """The entry got another link, and the highlight still has the old one."""
    given = [row for row in clean.highlights if f"({clean.about[row.pk].url})" in row.text]
    highlight = pick(chance, given)
    if highlight is None:
        return None
    entry = relink(clean.about[highlight.pk], _new_paper(chance))
    put(entry, card_url="", card_url_given="", card_title="", card_description="", card_domain="", domain_shown="")
    return [highlight]


@mutator("highlight-without-entry")
def entry_under_a_highlight_removed(clean, chance):
    """An entry is removed, and the highlight with its link stays."""
    given = [row for row in clean.highlights if f"({clean.about[row.pk].url})" in row.text]
    highlight = pick(chance, given)
    if highlight is None:
        return None
    Entry.objects.filter(pk=clean.about[highlight.pk].pk).delete()
    return [highlight]


@mutator("highlight-without-entry")
def highlight_about_something_else_added(clean, chance):
    """A highlight is added about what has no entry."""
    return [add_highlight(clean, _line(clean, chance, chance.choice(clean.entries), _new_paper(chance)))]


@mutator("highlight-repeated")
def highlight_copied(clean, chance):
    """A highlight stands twice."""
    highlight = chance.choice(clean.highlights)
    return [highlight, add_highlight(clean, highlight.text)]


@mutator("highlight-repeated")
def highlight_told_twice(clean, chance):
    """Two highlights are about one entry, in other words."""
    highlight = chance.choice(clean.highlights)
    entry = clean.about[highlight.pk]
    return [highlight, add_highlight(clean, _line(clean, chance, entry, f"entry:{entry.public_id}"))]


@mutator("highlight-repeated")
def highlight_moved_and_left(clean, chance):
    """A highlight was copied to another group, with blanks around it, and not taken out of its own."""
    highlight = chance.choice(clean.highlights)
    copy = Highlight.objects.create(
        issue=clean.issue, group="other", group_title=letters(chance, 5), text=f" {highlight.text}\n", position=90
    )
    return [highlight, copy]


def _past_highlight(clean, chance):
    """A highlight of an earlier issue, and what it is about there."""
    if not is_weekly(clean):
        return None, None
    past = chance.choice(clean.history)
    highlight = chance.choice(past.highlights)
    return highlight, past.about[highlight.pk]


@mutator("highlight-from-earlier-issue")
def highlight_of_an_earlier_issue_copied(clean, chance):
    """A highlight was copied from an earlier issue; its link leads to what was there."""
    highlight, entry = _past_highlight(clean, chance)
    if highlight is None:
        return None
    return [add_highlight(clean, highlight.text.replace(f"entry:{entry.public_id}", entry.url))]


@mutator("highlight-from-earlier-issue")
def highlight_about_what_ran(clean, chance):
    """A highlight in new words links to what ran."""
    _highlight, entry = _past_highlight(clean, chance)
    if entry is None:
        return None
    return [add_highlight(clean, _line(clean, chance, chance.choice(clean.entries), entry.url))]


@mutator("highlight-from-earlier-issue")
def highlight_not_changed_since(clean, chance):
    """In place of a new highlight there is the one of an earlier issue, tidied a little."""
    highlight, entry = _past_highlight(clean, chance)
    if highlight is None:
        return None
    text = highlight.text.replace(f"entry:{entry.public_id}", entry.url).rstrip("。.") + chance_of(entry.pk).choice(
        "。!"
    )
    return [put(chance.choice(clean.highlights), text=text)]
