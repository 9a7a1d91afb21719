"""Why a verb that composes an issue refuses: what was published is fixed, and others may have been quicker."""

from .models import Entry, Issue, Section
from .models.issue import WITH_A_MOMENT


class ComposingError(Exception):
    """A verb that composes an issue refused; the text says why, in words for an editor."""


class FixedByPublication(ComposingError):
    """What was published keeps its place for ever: it can be corrected or withdrawn, not removed or carried away."""


class Gone(ComposingError):
    """What the verb is about was removed by somebody else, or is somewhere else by now."""


def why_kept(row: Issue | Section | Entry) -> str:
    """The sentence that says why a row can't be deleted, or the empty string where it can. Up to two queries."""
    issue = row if isinstance(row, Issue) else row.issue if isinstance(row, Section) else row.section.issue
    return _refusal(in_words(row), "deleted") if issue.status in WITH_A_MOMENT else ""


def in_words(row) -> str:
    """What a row is, and its name: The entry “Sparse is enough”."""
    return f"The {row._meta.verbose_name} “{row}”"


def _refusal(what: str, deed: str) -> str:
    return f"{what} was published and can't be {deed}, because its address is for ever. Withdraw the issue instead."


def refuse_when_published(issue: Issue, row, deed: str) -> None:
    """Raise FixedByPublication where the issue was published. It has to be held, or the answer may be old."""
    if issue.status in WITH_A_MOMENT:
        raise FixedByPublication(_refusal(in_words(row), deed))
