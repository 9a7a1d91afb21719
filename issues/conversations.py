"""The comments on an issue, each where it belongs; what was removed leaves its comments with the whole."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from common import markdown
from common.texts import one_line

from .models import Comment, CommentPlace, Entry, Issue
from .removing import find_removal

_WORDS_OF_HIGHLIGHT = 80
_LONGEST_PLACE = 300


@dataclass
class Conversation:
    """Comments by place, in the order in which they were made. What is about a place that is gone is `adrift`."""

    whole: list[Comment] = field(default_factory=list)
    highlights: list[Comment] = field(default_factory=list)
    by_entry: dict[int, list[Comment]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def at(self, place: str, key: int | None = None) -> list[Comment]:
        """The comments on the whole (`issue`), on the highlights, or on an entry."""
        if place == CommentPlace.ENTRY:
            return self.by_entry.get(key, [])
        return self.highlights if place == CommentPlace.HIGHLIGHTS else self.whole


def conversation(issue: Issue) -> Conversation:
    """All comments on an issue. Three queries."""
    entries = set(Entry.objects.filter(section__issue=issue).values_list("pk", flat=True))
    has_highlights = issue.highlights.exists()
    found = Conversation()
    for comment in issue.comments.select_related("answered_by", "link"):
        found.count += 1
        comment.is_adrift = _is_adrift(comment, entries, has_highlights)
        if comment.is_adrift or comment.place == CommentPlace.ISSUE:
            found.whole.append(comment)
        elif comment.place == CommentPlace.HIGHLIGHTS:
            found.highlights.append(comment)
        else:
            found.by_entry[comment.entry_id].append(comment)
    return found


def _is_adrift(comment: Comment, entries: set[int], has_highlights: bool) -> bool:
    if comment.place == CommentPlace.ENTRY:
        return comment.entry_id not in entries
    return comment.place == CommentPlace.HIGHLIGHTS and not has_highlights


def place_in(issue: Issue, at: str) -> dict:
    """What a comment says of its place, such as `entry:12`; what is no longer there is named. Up to two queries."""
    kind, _, number = at.partition(":")
    key = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else None
    if kind == "entry" and key is not None:
        entry = Entry.objects.filter(section__issue=issue, pk=key).first()
        return {"place": CommentPlace.ENTRY, "entry": entry, "place_name": _name(issue, entry, kind, key)}
    if kind == "highlight" and key is not None:
        row = issue.highlights.filter(pk=key).first()
        return {"place": CommentPlace.HIGHLIGHTS, "highlight": row, "place_name": _name(issue, row, kind, key)}
    return {"place": CommentPlace.HIGHLIGHTS if kind == "highlights" else CommentPlace.ISSUE}


def _name(issue: Issue, row, kind: str, key: int) -> str:
    """How the row is called, or, where it was removed meanwhile, how it was."""
    named = row or find_removal(issue, kind, key)
    if named and kind == "highlight":
        return words_of(row.text if row else named.name)
    return one_line(str(named), longest=_LONGEST_PLACE) if named else ""


def open_counts(issue: Issue) -> dict[int | None, int]:
    """How many comments are open, by entry; those on anything else stand under None. One query."""
    rows = Comment.objects.open().filter(issue=issue).order_by().values_list("entry").annotate(Count("pk"))
    return dict(rows)


def words_of(text: str) -> str:
    """The first words of a highlight, by which it is known in a list. Pure."""
    words = " ".join(markdown.to_text(text).split())
    return words if len(words) <= _WORDS_OF_HIGHLIGHT else words[: _WORDS_OF_HIGHLIGHT - 1].rstrip() + "…"
