"""Who may do what at the desk: one table of verbs, and the only place in which such a decision stands.

Verbs, pages, buttons and inlines ask here and nowhere else; what permissions a person holds is what their groups and
their account say (`issues/roles.py`). A superuser may do everything. What states and rows allow by themselves, such as
that nothing published is ever removed, is the business of the verbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from .models import Entry, Issue, Removal
from .models.issue import WITH_A_MOMENT


@dataclass(frozen=True)
class Rule:
    """Which permission a verb demands, and which others suffice.

    `anywhere` suffices for every row. `unpublished` suffices in issues that were never published, nor set for it;
    `own` does there too, for what the person added.
    """

    anywhere: str
    unpublished: str = ""
    own: str = ""


RULES: Mapping[str, Rule] = {
    # What is seen at the desk: lists, pages to read, the preview.
    "view": Rule("issues.view_issue"),
    "history": Rule("issues.see_history"),
    "audit": Rule("issues.view_auditrecord"),
    "export": Rule("issues.export_archive"),
    # Writing an issue.
    "compose": Rule("issues.change_issue", unpublished="issues.add_entry"),
    "add_entry": Rule("issues.change_entry", unpublished="issues.add_entry"),
    "change_entry": Rule("issues.change_entry", own="issues.add_entry"),
    "move_entry": Rule("issues.change_entry", own="issues.add_entry"),
    "remove_entry": Rule("issues.delete_entry", own="issues.add_entry"),
    "restore": Rule("issues.change_issue", own="issues.add_entry"),
    # Its title and introduction, its sections and highlights, and their order.
    "arrange": Rule("issues.change_issue"),
    "begin": Rule("issues.add_issue"),
    "remove_issue": Rule("issues.delete_issue"),
    # From the draft to the reader.
    "waive": Rule("issues.waive_finding"),
    "submit": Rule("issues.review_issue"),
    "invite": Rule("issues.review_issue"),
    "comment": Rule("issues.review_issue"),
    "approve": Rule("issues.review_issue"),
    "reopen": Rule("issues.review_issue"),
    "publish": Rule("issues.publish_issue"),
    "take_back": Rule("issues.publish_issue"),
    "withdraw": Rule("issues.publish_issue"),
    "correct": Rule("issues.correct_issue"),
    # What belongs to no issue.
    "add_topic": Rule("issues.add_topic"),
    "change_topic": Rule("issues.change_topic"),
    "remove_topic": Rule("issues.delete_topic"),
    "change_publication": Rule("issues.change_publication"),
    "change_work": Rule("papers.change_work"),
}


def may(user, verb: str, row=None) -> bool:
    """Whether somebody may do this with a row, or, without one, with any row at all. Asks about the row only.

    Raises KeyError for a verb that the table does not know.
    """
    return permits(RULES[verb], user, row)


def require(user, verb: str, row=None) -> None:
    """Go on only if somebody may do this; else raise PermissionDenied, which is answered with 403."""
    if not may(user, verb, row):
        raise PermissionDenied(f"This account may not: {verb.replace('_', ' ')}.")


def permits(rule: Rule, user, row=None) -> bool:
    """Whether a rule lets somebody do something; for tables of other apps, too.

    The permissions of a person are asked for once in a request, with two queries, and not at all of a superuser.
    """
    if user.has_perm(rule.anywhere):
        return True
    if row is not None and _was_published(row):
        return False
    if rule.unpublished and user.has_perm(rule.unpublished):
        return True
    return bool(rule.own) and user.has_perm(rule.own) and (row is None or is_own(user, row))


def _was_published(row) -> bool:
    """Whether the row stands in an issue that was published, or is set for it; other rows do not."""
    in_section = row.section.issue if isinstance(row, Entry) else None
    issue = row if isinstance(row, Issue) else in_section or getattr(row, "issue", None)
    return issue is not None and issue.status in WITH_A_MOMENT


def where(user, verb: str, *, prefix: str = "") -> Q:
    """The issues in which somebody may do this with rows that are not there yet, to filter by.

    `prefix` leads to the issue from other rows, such as `issue__`.
    """
    rule = RULES[verb]
    if user.has_perm(rule.anywhere):
        return Q()
    if rule.unpublished and user.has_perm(rule.unpublished):
        return ~Q(**{f"{prefix}status__in": WITH_A_MOMENT})
    return Q(pk__in=[])


def is_own(user, row) -> bool:
    """Whether this person added the row; an entry that was removed belongs to who removed it, and may be taken back."""
    if isinstance(row, Removal):
        return row.what == Entry._meta.model_name and row.removed_by_id == user.pk
    return user.pk is not None and getattr(row, "added_by_id", None) == user.pk


# --- Verbs that differ by what the row is -----------------------------------------------------------------------------


def changing(row) -> str:
    """The verb by which a row is changed: of an issue only entries can be anybody's own."""
    return "change_entry" if isinstance(row, Entry) else "arrange"


def moving(row) -> str:
    return "move_entry" if isinstance(row, Entry) else "arrange"


def removing(row) -> str:
    if isinstance(row, Issue):
        return "remove_issue"
    return "remove_entry" if isinstance(row, Entry) else "arrange"
