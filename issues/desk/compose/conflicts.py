"""What an editor is shown where somebody else changed the same field: both texts, what differs, and both in one."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.editing import Conflict
from common.merging import Change, compare, merge

_TAGS = {Change.SAME: "{}", Change.ADDED: "<ins>{}</ins>", Change.REMOVED: "<del>{}</del>"}


@dataclass(frozen=True)
class ShownConflict:
    """A conflict as the page shows it; `field_id` is that of the field's element, `by` who saved the other text."""

    conflict: Conflict
    field_id: str
    by: str
    mine: SafeString
    theirs: SafeString
    merged: str
    is_clean: bool


def shown(conflict: Conflict, field_id: str, by: str) -> ShownConflict:
    both = merge(conflict.base, conflict.mine, conflict.theirs)
    return ShownConflict(
        conflict=conflict,
        field_id=field_id,
        by=by,
        mine=_marked(conflict.base, conflict.mine),
        theirs=_marked(conflict.base, conflict.theirs),
        merged=both.text,
        is_clean=both.is_clean,
    )


def _marked(before: str, after: str) -> SafeString:
    """The text with what was put in and taken out since; what was written is escaped."""
    return mark_safe("".join(_TAGS[change].format(escape(text)) for change, text in compare(before, after)))
