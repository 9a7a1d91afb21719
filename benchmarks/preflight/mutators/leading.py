"""Links that lead nowhere any more, to a version, into a campaign, or to an entry that is not there."""

import datetime

from benchmarks.preflight.inventing import letters
from benchmarks.preflight.mutators import (
    add_highlight,
    link_in_highlight,
    link_in_summary,
    mutator,
    on_arxiv,
    pick,
    put,
    relink,
)
from issues.models import Entry, Issue, Section
from papers.models import Fetch

# --- Dead ------------------------------------------------------------------------------------------------------------


def _failed(entry: Entry, reason: str) -> None:
    moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=5)
    values = {"last_error": reason, "last_message": "It was not there.", "failed_at": moment, "attempts": 1}
    Fetch.objects.update_or_create(work=entry.work, defaults=values | {"lane": entry.domain, "said": {}})


@mutator("dead-host")
def host_without_address(clean, chance):
    """The site of an entry is not known any more."""
    entry = chance.choice(clean.entries)
    _failed(entry, "dns")
    return [entry]


@mutator("dead-host")
def host_mistyped(clean, chance):
    """The site of a link is misspelt, and there is none of that name."""
    entry = chance.choice(clean.entries)
    host = entry.domain
    relink(entry, entry.url.replace(host, host.replace(".", f"{letters(chance, 2).lower()}.", 1)))
    _failed(entry, "dns")
    return [entry]


@mutator("dead-host")
def two_links_to_a_host_that_is_gone(clean, chance):
    """Two entries lead to one site, which is not known any more."""
    entries = chance.sample(clean.entries, 2)
    host = f"{letters(chance, 10).lower()}.example"
    for entry in entries:
        relink(entry, f"https://{host}/{letters(chance, 6)}")
        _failed(entry, "dns")
    return entries


@mutator("dead-link")
def page_not_found(clean, chance):
    """The page of an entry was not found."""
    entry = chance.choice(clean.entries)
    _failed(entry, "not-found")
    return [entry]


@mutator("dead-link")
def page_gone(clean, chance):
    """The page of an entry is gone for good."""
    entry = chance.choice(clean.entries)
    _failed(entry, "gone")
    return [entry]


@mutator("dead-link")
def path_mistyped(clean, chance):
    """The path of a link is misspelt, and nothing is there."""
    entry = relink(chance.choice(clean.entries), f"https://{chance.choice(clean.entries).domain}/{letters(chance, 9)}")
    _failed(entry, "not-found")
    return [entry]


# --- Versions and campaigns ------------------------------------------------------------------------------------------


def _pinned(clean, chance, form: str):
    entry = pick(chance, on_arxiv(clean))
    return entry and [relink(entry, form.format(id=entry.source_arxiv_id, version=chance.randint(1, 4)))]


@mutator("version-pinned")
def version_in_the_link(clean, chance):
    """The link of a paper names a version."""
    return _pinned(clean, chance, "https://arxiv.org/abs/{id}v{version}")


@mutator("version-pinned")
def version_of_the_file(clean, chance):
    """The link leads to the file of a version."""
    return _pinned(clean, chance, "https://arxiv.org/pdf/{id}v{version}.pdf")


@mutator("version-pinned")
def version_on_a_mirror(clean, chance):
    """The link leads to a version elsewhere."""
    return _pinned(clean, chance, "https://export.arxiv.org/abs/{id}v{version}")


def _campaign_of_another(clean, chance) -> str:
    other = chance.choice([name for name in clean.issue.publication.languages if name != clean.issue.language])
    return f"utm_source=pebble&utm_medium=email&utm_campaign=Pebble%20Letter%20%28{other}%29"


@mutator("campaign")
def link_copied_from_another_edition(clean, chance):
    """The link as given carries the campaign of another edition."""
    entry = chance.choice(clean.entries)
    sign = "&" if "?" in entry.url else "?"
    return [relink(entry, f"{entry.url}{sign}{_campaign_of_another(clean, chance)}")]


@mutator("campaign")
def campaign_of_another_edition_in_a_highlight(clean, chance):
    """A highlight carries it."""
    address = f"https://{letters(chance, 8).lower()}.example/?{_campaign_of_another(clean, chance)}"
    return [link_in_highlight(clean, chance, address)]


@mutator("campaign")
def tracker_in_a_summary(clean, chance):
    """A link in a summary carries a tracker."""
    tracker = chance.choice(("fbclid", "gclid", "mc_eid", "utm_source", "msclkid"))
    return [link_in_summary(clean, chance, f"https://north.example/post?{tracker}={letters(chance, 12)}")]


@mutator("campaign")
def tracker_in_a_new_highlight(clean, chance):
    """A highlight is added with a link that carries a tracker."""
    entry = chance.choice(clean.entries)
    sign = "&" if "?" in entry.url else "?"
    return [add_highlight(clean, f"[{entry.title}]({entry.url}{sign}utm_source=feed&utm_medium=rss)")]


# --- Links within the issue ------------------------------------------------------------------------------------------


@mutator("dangling-entry-link")
def entry_of_a_highlight_removed(clean, chance):
    """A highlight links to an entry, which is removed."""
    linked = [row for row in clean.highlights if f"entry:{clean.about[row.pk].public_id}" in row.text]
    highlight = pick(chance, linked)
    if highlight is None:
        return None
    Entry.objects.filter(pk=clean.about[highlight.pk].pk).delete()
    return [highlight]


@mutator("dangling-entry-link")
def id_of_an_entry_mistyped(clean, chance):
    """The id in a highlight's link has a letter too many."""
    highlight = chance.choice(clean.highlights)
    wrong = clean.about[highlight.pk].public_id + "x"
    return [put(highlight, text=f"{highlight.text} [{letters(chance, 5)}](entry:{wrong})")]


@mutator("dangling-entry-link")
def entry_of_a_draft_linked(clean, chance):
    """A highlight links to an entry of an issue that is not yet public."""
    values = {"publication": clean.issue.publication, "language": clean.issue.language}
    draft = Issue.objects.create(slug=f"draft-{letters(chance, 8).lower()}", title=clean.issue.title[::-1], **values)
    section = Section.objects.create(issue=draft, title=clean.sections[0].title)
    entry = Entry.objects.create(section=section, title=clean.entries[0].title)
    return [add_highlight(clean, f"[{entry.title}](entry:{entry.public_id})")]
