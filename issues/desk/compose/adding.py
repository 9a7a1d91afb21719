"""Adding entries, sections, highlights and links, and asking again for what could not be fetched."""

from django.db import transaction

from issues import arriving, parts, pasting
from issues.composing import add_entry
from issues.models import Entry, Highlight, Issue, Section, SectionKind
from issues.refusals import ComposingError, Gone, in_words
from issues.rights import changing, require
from papers.addresses import addresses

from . import editors
from .answering import Notice, Told
from .requests import GONE, asked_key, found, verb_view
from .rows import EntryLine, load, sheet
from .saving import save_fields

LONGEST_PASTE = 100_000


@verb_view
def add(request, issue):
    """Make entries of what was pasted, or one without a link."""
    require(request.user, "add_entry", issue)
    chosen = asked_key(request, "section")
    section = found(issue, f"section:{chosen}", Section) if chosen else None
    if "blank" in request.POST:
        return _add_blank(issue, section, request.user)
    text = request.POST.get("text", "").replace("\0", "")
    if len(text) > LONGEST_PASTE:
        raise ComposingError(f"This text is too long: at most {LONGEST_PASTE} characters are read for addresses.")
    given = addresses(text)
    if not given:
        raise ComposingError("There is no address in this text. Paste one with https://, an arXiv number or a DOI.")
    pasted = pasting.paste(issue, given, section=section, again="again" in request.POST, by=request.user)
    return _told_of(issue, pasted, request.user)


def _add_blank(issue: Issue, section: Section | None, user) -> Told:
    section = section or issue.sections.last()
    if section is None:
        raise pasting.NoSection("The issue has no section yet. Add one first.")
    entry = add_entry(section, added_by=user)
    key = editors.key_of(entry)
    return Told(said="An entry without a link was added.", opened=key, added=[key])


def _told_of(issue: Issue, pasted: pasting.Pasted, user) -> Told:
    count = len(pasted.added)
    said = "" if not count else "One entry was added." if count == 1 else f"{count} entries were added."
    told = Told(said=said, added=[editors.key_of(entry) for entry in pasted.added])
    shown = sheet(load(issue.pk), user)
    lines = {line.entry.pk: line for line in shown.entries}
    for address, entry in pasted.here:
        told.notices.append(_already(address, lines.get(entry.pk)))
    for entry in pasted.added:
        told.notices += _ran_before(lines.get(entry.pk))
    told.notices += [Notice(f"“{address[:200]}” was left out. {why}") for address, why in pasted.refused]
    return told


def _already(address: str, line: EntryLine | None) -> Notice:
    if line is None:
        return Notice(f"{address} stands here already.", again=address)
    words = f"Already here, as {line.label}: {line.entry.title or address}"
    return Notice(words, path=f"#entry-{line.entry.pk}", link=f"Go to {line.label}", again=address)


def _ran_before(line: EntryLine | None) -> list[Notice]:
    elsewhere = [mentioned for mentioned in (line.mentions if line else []) if not mentioned.is_here]
    return [
        Notice(f"{line.label}: {mentioned.words}.", path=f"#entry-{line.entry.pk}", link=f"Go to {line.label}")
        for mentioned in elsewhere[:1]
    ]


@verb_view
def add_section(request, issue):
    """Add a section of a kind."""
    require(request.user, "arrange", issue)
    kind = asked_key(request, "kind")
    section = parts.add_section(issue, kind=kind if kind in SectionKind.values else SectionKind.OTHER)
    return Told(said=f"{in_words(section)} was added.", added=[editors.key_of(section)])


@verb_view
def add_highlight(request, issue):
    """Add a highlight, about an entry or still without words."""
    require(request.user, "arrange", issue)
    about = found(issue, asked_key(request, "about"), Entry) if asked_key(request, "about") else None
    key = editors.key_of(parts.add_highlight(issue, about=about))
    return Told(said="A highlight was added.", opened=key, added=[key])


@verb_view
def link(request, issue):
    """Link words of a highlight or a summary to an entry that was chosen from a list; saves the row's fields first."""
    row = found(issue, asked_key(request))
    name = {Highlight: "text", Entry: "summary"}.get(type(row))
    if name is None:
        raise ComposingError("Only a highlight or a summary links to entries.")
    require(request.user, changing(row), row)
    save_fields(request, issue, row)
    target = found(issue, asked_key(request, "target"), Entry)
    with transaction.atomic():
        fresh = type(row).objects.select_for_update(no_key=True).filter(pk=row.pk).first()
        if fresh is None:
            raise Gone(GONE)
        setattr(fresh, name, parts.linked(getattr(fresh, name), request.POST.get("words", "")[:500], target))
        fresh.save(update_fields=[name])
    return Told(said="The link is in the text.", opened=editors.key_of(row))


@verb_view
def fetch(request, issue):
    """Ask again for what could not be fetched, or wait for it no longer."""
    entry = found(issue, asked_key(request), Entry)
    require(request.user, "change_entry", entry)
    if "without" in request.POST:
        arriving.do_without(entry)
        return Told(said=f"“{entry}” is filled in by hand.", opened=editors.key_of(entry))
    arriving.ask_again(entry)
    return Told(said=f"Asking about “{entry}” again.", added=[editors.key_of(entry)])
