"""Who may do what in the inbox; read as the table of `issues/rights.py` is, on which it stands."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied

from issues import rights
from issues.rights import Rule

from .models import Candidate

RULES: Mapping[str, Rule] = {
    "view": Rule("inbox.view_candidate"),
    # Also by the bookmarklet, and by programs that show a token of one's own.
    "add": Rule("inbox.add_candidate"),
    # Keep, drop, take back, place, star, note, have it read again.
    "decide": Rule("inbox.change_candidate", own="inbox.add_candidate"),
    "delete": Rule("inbox.delete_candidate"),
}


def may(user, verb: str, candidate: Candidate | None = None) -> bool:
    """Whether somebody may do this with a candidate, or, without one, with any candidate at all."""
    return rights.permits(RULES[verb], user, candidate)


def require(user, verb: str, candidate: Candidate | None = None) -> None:
    """Go on only if somebody may do this; else raise PermissionDenied, which is answered with 403."""
    if not may(user, verb, candidate):
        raise PermissionDenied(f"This account may not: {verb} candidates.")


def require_for_each(user, verb: str, keys: Collection[int]) -> None:
    """Like `require`, for all candidates with these keys. One query, none for who may do it with every candidate."""
    if user.has_perm(RULES[verb].anywhere):
        return
    require(user, verb)
    for candidate in Candidate.objects.filter(pk__in=keys).only("added_by"):
        require(user, verb, candidate)


def may_place(user) -> bool:
    """Whether somebody may make entries of candidates, in some issue at least."""
    return may(user, "decide") and rights.may(user, "add_entry")
