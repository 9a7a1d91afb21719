"""How one value became another, as HTML: what was taken out, what was put in, and enough of the rest to find it."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.merging import Change, compare

# What stayed the same is cut where it is longer than twice this; a list, where it is longer than this.
_AROUND = 90
_AROUND_ITEMS = 2
# Comparing two texts takes time by the product of their numbers of words (0.1 seconds); where that is more, they stand
# one after the other.
_MOST_WORK = 3_000_000
_TAGS = {Change.SAME: "{}", Change.ADDED: "<ins>{}</ins>", Change.REMOVED: "<del>{}</del>"}

Told = Iterable[tuple[Change, str]]


def difference(before: str, after: str) -> SafeString:
    """Both texts in one, marked by words, or by characters where a language has no blanks between words."""
    return _marked(_shortened(list(_joined(_compared(before, after)))))


def replacement(before: str, after: str) -> SafeString:
    """One value in place of another, where neither is a text of which a part could have stayed."""
    told = [(_TAGS[Change.REMOVED], before), (_TAGS[Change.ADDED], after)]
    return format_html_join(" → ", "{}", ((format_html(tag, text),) for tag, text in told if text))


def difference_of_lists(before: Sequence[str], after: Sequence[str]) -> SafeString:
    """Both lists in one, an item a line; what stayed in its place is left out but for what stands beside a change."""
    return _marked(_items(before, after))


def _marked(told: Told) -> SafeString:
    return format_html_join("", "{}", ((format_html(_TAGS[change], text),) for change, text in told))


def _compared(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """As `compare` does it, but without the ends that are the same, which costs nothing."""
    start = _length_in_common(before, after)
    end = _length_in_common(before[start:][::-1], after[start:][::-1])
    # A word is told as a whole.
    start = _at_word(before, start)
    end = _at_word(before[::-1], end)
    end = min(end, len(before) - start, len(after) - start)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    yield Change.SAME, before[:start]
    if _weight(old) * _weight(new) <= _MOST_WORK:
        yield from compare(old, new)
    else:
        yield from ((Change.REMOVED, old), (Change.ADDED, new))
    yield Change.SAME, before[len(before) - end :]


def _weight(text: str) -> int:
    """About how many words there are, each letter of a language without blanks being one."""
    wide = sum(letter > "\u2e7f" for letter in text)
    return wide + (len(text) - wide) // 3


def _length_in_common(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _at_word(text: str, place: int) -> int:
    """The place, or the begin of the word that it is in the middle of."""
    if place >= len(text):
        return place
    while place and text[place - 1].isascii() and text[place - 1].isalnum():
        place -= 1
    return place


def _joined(told: Told) -> Iterator[tuple[Change, str]]:
    """The same, with changes told as one where nothing but a blank between them stayed: so they can be read."""
    removed = added = blank = ""
    for change, text in told:
        if change != Change.SAME:
            removed += blank + (text if change == Change.REMOVED else "")
            added += blank + (text if change == Change.ADDED else "")
            blank = ""
        elif text.strip() or not (removed or added) or blank:
            yield from _both(removed, added)
            yield Change.SAME, blank + text
            removed = added = blank = ""
        else:
            blank = text
    yield from _both(removed, added)
    yield Change.SAME, blank


def _both(removed: str, added: str) -> Iterator[tuple[Change, str]]:
    if removed:
        yield Change.REMOVED, removed
    if added:
        yield Change.ADDED, added


def _shortened(told: list[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    told = [(change, text) for change, text in told if text]
    for place, (change, text) in enumerate(told):
        if change != Change.SAME or len(text) <= 2 * _AROUND + 20:
            yield change, text
            continue
        head = text[:_AROUND] if place else ""
        tail = text[-_AROUND:] if place < len(told) - 1 else ""
        yield change, f"{head} … {tail}"


def _items(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Change, str]]:
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (what, start, end, new_start, new_end) in enumerate(opcodes):
        if what == "equal":
            yield from _few(before[start:end], is_first=place == 0, is_last=place == len(opcodes) - 1)
            continue
        yield from ((Change.REMOVED, f"{item}\n") for item in before[start:end])
        yield from ((Change.ADDED, f"{item}\n") for item in after[new_start:new_end])


def _few(items: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[tuple[Change, str]]:
    head = () if is_first else items[:_AROUND_ITEMS]
    tail = () if is_last else items[max(len(head), len(items) - _AROUND_ITEMS) :]
    yield from ((Change.SAME, f"{item}\n") for item in head)
    if len(items) > len(head) + len(tail):
        yield Change.SAME, "…\n"
    yield from ((Change.SAME, f"{item}\n") for item in tail)
