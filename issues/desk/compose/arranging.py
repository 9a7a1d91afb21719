"""Moving, removing, bringing back: what changes the order of an issue."""

from issues import moving, removing
from issues.models import Entry, Highlight, Removal, Section
from issues.naming import section_kind_name
from issues.refusals import ComposingError, Gone, in_words
from issues.removing import REMOVERS
from issues.rights import changing, may, require
from issues.rights import moving as moving_verb
from issues.rights import removing as removing_verb

from . import editors
from .answering import Told, who_else
from .requests import asked_key, found, verb_view
from .saving import save_fields


@verb_view
def move(request, issue):
    """Move a row: `entry:12:3:1` is entry 12 to the first place of section 3, `section:3::2` section 3 to the second.

    `seen` is the section in which the editor saw an entry: that somebody moved it meanwhile is told.
    """
    if not asked_key(request, "move"):
        raise ComposingError("There is nothing beyond: it is the first or the last already.")
    kind, number, section, position = (asked_key(request, "move").split(":") + [""] * 4)[:4]
    row = found(issue, f"{kind}:{number}")
    require(request.user, moving_verb(row), row)
    if not (position.isascii() and position.isdecimal() and len(position) < 7):
        raise ComposingError("This is no place. Choose one from the list.")
    meanwhile = ""
    if isinstance(row, Entry):
        seen = asked_key(request, "seen")
        if seen.isdecimal() and seen not in (str(row.section_id), section):
            meanwhile = f" {who_else(issue, request.user)} had moved it to {row.section} meanwhile."
        moving.move_entry(row, found(issue, f"section:{section}", Section), position=int(position))
    elif isinstance(row, Section):
        moving.move_section(row, int(position))
    elif isinstance(row, Highlight):
        moving.move_highlight(row, int(position))
    else:
        raise ComposingError("Only entries, sections and highlights have a place.")
    return Told(said=_moved(row) + meanwhile, added=[editors.key_of(row)])


def _moved(row) -> str:
    if isinstance(row, Entry):
        count = row.section.entries.count()
        title = row.section.title or section_kind_name(row.section.kind)
        return f"“{row}” is now {row.position} of {count} in {title}."
    return f"{in_words(row)} is now number {row.position}."


@verb_view
def remove(request, issue):
    """Remove a row; it can be brought back."""
    row = found(issue, asked_key(request))
    require(request.user, removing_verb(row), row)
    if type(row) not in REMOVERS:
        raise ComposingError("An issue is deleted on its own page.")
    removal = REMOVERS[type(row)](row, by=request.user)
    return Told(said=f"{in_words(row)} was removed.", undo=removal.pk)


@verb_view
def restore(request, issue):
    """Bring a removed row back, with what was typed into it meanwhile."""
    key = asked_key(request, "removal")
    removal = Removal.objects.filter(issue=issue, pk=int(key) if key.isdecimal() and len(key) < 18 else 0).first()
    if removal is None:
        raise Gone("This was brought back already, or is no longer kept.")
    require(request.user, "restore", removal)
    row = removing.restore(removal)
    # Who was writing in a row goes on with it, be it one of a section that is back.
    edited = editors.find(issue, asked_key(request))
    target = edited or row
    opened = editors.key_of(edited) if edited else ""
    told = Told(said=f"{in_words(row)} is back.", opened=opened, added=[editors.key_of(target)])
    is_theirs = type(target) in REMOVERS and may(request.user, changing(target), target)
    if is_theirs and editors.sent(request.POST, editors.FORMS[type(target)]):
        save_fields(request, issue, target)
        told.said = f"{in_words(row)} is back, with your text."
    return told
