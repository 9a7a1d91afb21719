"""The verbs that add sections and highlights to an issue, and links from a text to its entries."""

import re

from django.db import transaction
from django.utils import translation

from .languages import interface_language
from .models import Entry, Highlight, Issue, Section, SectionKind
from .moving import hold
from .naming import section_kind_name
from .refusals import Gone, in_words

_MARKS = re.compile(r"([\\\[\]`*_<>])")


def linked(text: str, words: str, entry: Entry) -> str:
    """The text with these words linked to the entry: where they stand first outside a link, else added at the end.

    Without words the title of the entry is linked.
    """
    words = words.strip()
    shown = words or escaped(entry.title) or entry.domain or "this"
    link = f"[{shown}](entry:{entry.public_id})"
    place = _outside_of_links(text, words) if words else -1
    if place >= 0:
        return text[:place] + link + text[place + len(words) :]
    return f"{text.rstrip()} {link}".lstrip()


def escaped(text: str) -> str:
    """Plain words as Markdown: nothing in them is a mark."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _outside_of_links(text: str, words: str) -> int:
    taken = [match.span() for match in re.finditer(r"\[[^\]]*\]\([^)]*\)", text)]
    place = text.find(words)
    while place >= 0 and any(start < place + len(words) and place < end for start, end in taken):
        place = text.find(words, place + 1)
    return place


@transaction.atomic
def add_section(issue: Issue, *, kind: str = SectionKind.OTHER, title: str = "") -> Section:
    """Add a section at the end, by default under the usual name of its kind in the issue's language.

    Raises Gone where the issue was removed.
    """
    _hold(issue)
    with translation.override(interface_language(issue.language)):
        title = title or section_kind_name(kind)
    return Section.objects.create(issue=issue, kind=kind, title=title, position=issue.sections.count() + 1)


@transaction.atomic
def add_highlight(issue: Issue, *, about: Entry | None = None) -> Highlight:
    """Add a highlight at the end: about an entry, to which its title is linked, or an empty one to be written.

    It joins the group of the entry's section, else that of the last highlight. Raises Gone where the issue, or the
    entry, was removed.
    """
    _hold(issue)
    if about and not Entry.objects.filter(pk=about.pk).exists():
        raise Gone(f"{in_words(about)} was removed by somebody else.")
    last = issue.highlights.last()
    highlight = Highlight(issue=issue, position=issue.highlights.count() + 1)
    if about:
        highlight.text, highlight.group = linked("", "", about), about.section.kind
    elif last:
        highlight.group, highlight.group_title = last.group, last.group_title
    highlight.save()
    return highlight


def _hold(issue: Issue) -> None:
    if issue.pk not in hold(issue.pk):
        raise Gone(f"{in_words(issue)} was removed by somebody else.")
