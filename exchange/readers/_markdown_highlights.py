"""The highlights of a Markdown issue: list items in groups, each with its own fields below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from exchange import markdown_form as form
from exchange.documents import HighlightDocument
from exchange.readers._front_matter import choice
from exchange.readers._kinds import guess_kind
from exchange.readers._markdown_parts import Part, take_fields


def read_highlights(part: Part, inner: list[Part], lines: list[str]) -> Iterator[HighlightDocument]:
    """The highlights under a heading, and those of the groups in it; UnknownForm where a group has no known kind."""
    first = part.last - len(lines) + 1
    yield from _items(lines, first, "feature", "")
    for group in inner:
        fields, rest = take_fields(group, form.GROUP_FIELDS)
        title = fields.get("title", group.text)
        kind = fields.get("group", "")
        kind = choice(kind, form.SECTION_KINDS, group.first) if kind else guess_kind(title, otherwise="feature")
        yield from _items(rest, group.last - len(rest) + 1, kind, title)


def _items(lines: list[str], first: int, group: str, group_title: str) -> list[HighlightDocument]:
    """One highlight from each list item, and from each paragraph that belongs to none."""
    starts = [index for index in range(len(lines)) if _starts_highlight(lines, index)]
    first_text = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    if first_text < len(lines) and first_text not in starts[:1]:
        starts.insert(0, first_text)
    highlights = []
    for start, end in itertools.pairwise([*starts, len(lines)]):
        highlight = HighlightDocument(group, group_title, lines=(first + start, first + end - 1))
        _fill_highlight(highlight, lines[start:end])
        highlights.append(highlight)
    return highlights


def _starts_highlight(lines: list[str], index: int) -> bool:
    line = lines[index]
    if re.match(r"[-*+](?:\s|$)", line):
        return True
    return bool(line.strip()) and not line[0].isspace() and (index == 0 or not lines[index - 1].strip())


def _fill_highlight(highlight: HighlightDocument, lines: list[str]) -> None:
    opening = re.sub(r"^[-*+](?:\s+|$)", "", lines[0])
    body = form.strip_blank([opening, *[line.removeprefix("  ") for line in lines[1:]]])
    while body and (read := form.read_field(body[-1], form.HIGHLIGHT_FIELDS)):
        setattr(highlight, *read)
        body = body[:-1]
    highlight.text = form.unescape(body)
