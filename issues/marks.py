"""The marks of the kinds of issues: sun, moon, ring and diamond."""

from functools import cache

from django.utils.safestring import SafeString

from issues.models import IssueKind

_SHAPES = {
    IssueKind.WEEKLY: '<circle cx="8" cy="8" r="5" fill="currentColor"/>',
    IssueKind.MONTHLY: '<path d="M7 1.5A6.5 6.5 0 1 1 1.5 10 5.2 5.2 0 0 0 7 1.5Z" fill="currentColor"/>',
    IssueKind.ANNUAL: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<circle cx="8" cy="8" r="2" fill="currentColor"/>',
    IssueKind.SPECIAL: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="currentColor"/>',
}


@cache
def kind_mark(kind: str) -> SafeString:
    """The mark of a kind of issue. Its name always stands beside it."""
    drawing = '<svg class="kind" viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">{}</svg>'
    return SafeString(drawing.format(_SHAPES[kind]))
