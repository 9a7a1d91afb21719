"""The plain text of an issue's mail, as a letter: highlights, sections, and each entry with its comment indented."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from issues.rendering import Correction, EntryParts, HighlightGroup
from issues.site import Site

from .letter import Links, lines_of
from .wrapping import COLUMNS, columns, wrap

_COMMENT = " " * 6
_LINK = " " * 2


def letter_body(site: Site, parts: dict) -> str:
    """All that stands between the head of the letter and its foot."""
    links = Links()
    lines = [*_opening(parts, links)]
    for number, section in enumerate(parts["sections"], start=1):
        lines += ["", "=" * COLUMNS, *wrap(f"{number}. {section.title.upper()}"), ""]
        for entry in section.entries:
            lines += [*_entry(entry, links), "", ""]
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _opening(parts: dict, links: Links) -> Iterator[str]:
    """Corrections of the whole, introduction and highlights, with their links below them."""
    for correction in parts["corrections"]:
        if not correction.entry:
            yield from ["", *_correction(correction, links, "")]
    if intro := lines_of(parts["intro"], links):
        yield from ["", *intro, ""]
    for group in parts["highlight_groups"]:
        yield from ["", *_highlights(group, links), ""]
    if links.waiting:
        yield from links.told(_LINK)


def _highlights(group: HighlightGroup, links: Links) -> Iterator[str]:
    yield from [*wrap(group.title.upper()), ""]
    for highlight in group.highlights:
        yield from lines_of(highlight, links, "  ", first="* ")


def _entry(parts: EntryParts, links: Links) -> Iterator[str]:
    entry = parts.entry
    yield from wrap(parts.title, first=f"{parts.label} ", rest=_COMMENT)
    if entry.source_title:
        identified = f" [{entry.arxiv_id}]" if entry.arxiv_id else ""
        yield from wrap(entry.source_title + identified, first=_COMMENT)
    yield _COMMENT + "".join((entry.url or parts.path).split())
    if parts.figure and parts.figure.alt:
        yield from ["", *wrap(f"[{_('Figure')}: {parts.figure.alt}]", first=_COMMENT)]
    if comment := lines_of(parts.summary, links, _COMMENT):
        yield from ["", *comment]
    for correction in parts.corrections:
        yield from ["", *_correction(correction, links, _COMMENT)]
    if entry.has_card and entry.card_url and entry.card_url != entry.url:
        yield from ["", *wrap(entry.card_title, first=_COMMENT), f"{_COMMENT}{entry.card_url}"]
    if parts.also_in:
        said = _("Also in %(issue)s") % {"issue": parts.also_in.words}
        words = f"{said}, “{parts.also_title}”" if parts.also_title else said
        yield from ["", *wrap(words, first=_COMMENT), f"{_COMMENT}{parts.also_in.path}"]
    if links.waiting:
        yield from ["", *links.told(_COMMENT)]


def _correction(correction: Correction, links: Links, indent: str) -> list[str]:
    first = f"{indent}{_('Corrected')}, {correction.noted_on.isoformat()}: "
    lines = lines_of(correction.text, links, indent)
    # The words of the correction go on where its date ends.
    opening = lines[0].strip() if lines else ""
    if columns(first) + columns(opening) <= COLUMNS:
        return [first + opening, *lines[1:]]
    return [first.rstrip(), *lines]
