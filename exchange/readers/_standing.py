"""Text that stands in every issue: invitations to subscribe, credits, the sign that the issue has ended."""

from __future__ import annotations

import re

_INVITATION = re.compile(
    r"\bsubscribe\b|\bunsubscribe\b|\bjoin (?:us|our)\b|\bfollow us\b|订阅|訂閱|購読|公众号|公眾號|メールマガジン登録",
    re.IGNORECASE,
)
_END = re.compile(r"[（(【\[]?\s*(?:完|終わり|おわり|the end|fin)\s*[）)】\]]?", re.IGNORECASE)
_CREDITS = re.compile(r"\b(?:edited|curated|compiled|written) by\b|\bdiscuss(?:ion)? (?:this )?on\b", re.IGNORECASE)
_PAST = re.compile(
    r"past issues?|previous issues?|(?:from the )?archives?|往期|往年|回顾|回顧|バックナンバー|過去の号", re.IGNORECASE
)
_LONGEST = 600


def invites(text: str) -> bool:
    """Whether a short text invites to subscribe or to follow."""
    return len(text) <= _LONGEST and bool(_INVITATION.search(text))


def is_end_mark(text: str) -> bool:
    """Whether a paragraph only says that the issue ends here."""
    return len(text) <= 20 and bool(_END.fullmatch(text.strip()))


def opens_foot(text: str) -> bool:
    """Whether a paragraph opens the credits below the last section."""
    return len(text) <= _LONGEST and bool(_CREDITS.search(text))


def names_past_issues(title: str) -> bool:
    """Whether a heading announces links to earlier issues."""
    return len(title) <= 40 and bool(_PAST.search(title))


def names_subscription(title: str) -> bool:
    """Whether a heading announces how to subscribe."""
    return len(title) <= 40 and invites(title)
