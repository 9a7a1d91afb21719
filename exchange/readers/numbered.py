"""Reads newsletters of numbered items, `1、[Title](address)`, with pictures and paragraphs below each, and of essays.

A section that opens with a number, or has a number in front of a link, is a list of items; each number opens an entry,
with a link or without. The line behind the number is its title; where that line is empty, the first sentence below is.
Several passages in one item that each begin with a link are entries of their own, all with the item's line above. Any
other section is one entry, an essay, whatever numbers stand in its text. The first picture of an entry is its figure;
further ones become links, since pictures are not shown from other people's sites. Links to earlier issues become past
issues. Taken as standing text are sections that invite to subscribe, rules, comments and the mark of the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exchange.documents import (
    EntryDocument,
    IssueDocument,
    PastIssueDocument,
    SectionDocument,
    Source,
    UnknownForm,
)
from exchange.readers._blocks import Block, cut, definitions
from exchange.readers._groups import Group, census, group_by_heading, lift_first_heading
from exchange.readers._headers import take_fields, take_title
from exchange.readers._inline import first_sentence, links, plain, resolve
from exchange.readers._kinds import guess_kind
from exchange.readers._leftovers import SILENT, leave, leave_unused_definitions
from exchange.readers._link_led import leading_link
from exchange.readers._prose import Prose, joined
from exchange.readers._standing import is_end_mark, names_past_issues, names_subscription

NAME = "numbered"

_SENTENCE_WITHIN = re.compile(r"[。！？](?=.)|[.!?]\s+(?=\S)")
_LONGEST_LINE_TITLE = 120


def recognises(source: Source) -> bool:
    """Whether numbered items that begin with a link hold the most links of any form in the document."""
    counts = census(source)
    return counts["led"] > 0 and counts["numbered"] >= max(2, counts["items"], counts["rows"])


def read(source: Source) -> Iterator[IssueDocument]:
    """The one issue of the file; UnknownForm where it has no title or no numbered item."""
    lines = source.text.split("\n")
    issue = IssueDocument(lines=(1, len(lines)), lines_with_text=sum(1 for line in lines if line.strip()))
    start = take_fields(issue, lines)
    blocks = [block for block in cut(lines[start:], start + 1) if not _is_standing(block)]
    prose = Prose(definitions(blocks), source.folder)
    groups = group_by_heading(blocks)
    if not issue.title:
        _take_first_heading(issue, groups)
    for group in groups:
        _read_group(issue, group, prose, is_opening=group is groups[0])
    if not any(block.kind == "numbered" for block in blocks) or not issue.sections:
        raise UnknownForm("No numbered item was found under any heading.", line=start + 1)
    leave_unused_definitions([issue], blocks)
    yield issue


def _is_standing(block: Block) -> bool:
    return block.kind in ("comment", "rule") or (block.kind == "paragraph" and is_end_mark(block.text))


def _take_first_heading(issue: IssueDocument, groups: list[Group]) -> None:
    """Make the first heading the title, and what stands above and under it the opening."""
    opening = lift_first_heading(groups)
    take_title(issue, opening.title)
    for link in links(opening.heading.text):
        if link.is_web and not issue.source_url:
            issue.source_url = link.url


def _read_group(issue: IssueDocument, group: Group, prose: Prose, *, is_opening: bool) -> None:
    blocks = [block for block in group.blocks if block.kind not in SILENT]
    if is_opening and not _is_list(blocks, prose):
        issue.intro = "\n\n".join(filter(None, [issue.intro, *(_resolved(block, prose) for block in blocks)]))
    elif names_past_issues(group.title) and any(prose.links(block.text) for block in blocks):
        _take_past_issues(issue, blocks, prose)
    elif names_subscription(group.title):
        return
    elif blocks:
        title = group.title or issue.title
        here = f"section {len(issue.sections) + 1}"
        section = SectionDocument(kind=guess_kind(title), title=title, lines=(blocks[0].first, blocks[-1].last))
        if group.heading:
            section.lines = (group.heading.first, blocks[-1].last)
        if _is_list(blocks, prose):
            section.entries = _items(issue, blocks, prose, here)
        else:
            section.entries = [_essay(section, blocks, prose)]
        issue.sections.append(section)
    elif group.heading and not is_opening and not group.has_children:
        leave(issue, group.heading, "issue")


def _resolved(block: Block, prose: Prose) -> str:
    return resolve(block.written, prose.definitions)


def _take_past_issues(issue: IssueDocument, blocks: list[Block], prose: Prose) -> None:
    for block in blocks:
        found = prose.links(block.text)
        for link in found:
            title = joined(plain(block.text)) if len(found) == 1 else plain(link.label)
            issue.past_issues.append(PastIssueDocument(title or link.url, link.url, link.url))
        if not found:
            leave(issue, block, "past issues")


def _essay(section: SectionDocument, blocks: list[Block], prose: Prose) -> EntryDocument:
    url = prose.first_link(blocks)
    entry = EntryDocument(title=section.title, url=url, url_given=url, lines=section.lines)
    return prose.fill(entry, blocks)


def _is_list(blocks: list[Block], prose: Prose) -> bool:
    """Whether the blocks are numbered items rather than an essay whose parts may be numbered."""
    if not blocks:
        return False
    return blocks[0].kind == "numbered" or any(
        block.kind == "numbered" and leading_link(block.text, prose.definitions) for block in blocks
    )


def _items(issue: IssueDocument, blocks: list[Block], prose: Prose, here: str) -> list[EntryDocument]:
    """The entries of a list; what stands above its first item is a leftover."""
    entries: list[EntryDocument] = []
    items: list[list[Block]] = []
    for block in blocks:
        if block.kind == "numbered" and (not items or _opens_item(block, items[-1][0], prose)):
            items.append([block])
        elif items:
            items[-1].append(block)
        else:
            leave(issue, block, here)
    for item in items:
        entries += _entries(item[0], item[1:], prose)
    return entries


def _opens_item(block: Block, before: Block, prose: Prose) -> bool:
    """Whether a number goes on with the list: a lower one without a link counts something inside an item."""
    return block.level >= before.level or leading_link(block.text, prose.definitions) is not None


def _entries(head: Block, rest: list[Block], prose: Prose) -> list[EntryDocument]:
    inner = cut(head.lines, head.first)
    opening = inner[0] if inner and inner[0].kind == "paragraph" and head.lines[0].strip() else None
    line = resolve(joined(opening.text), prose.definitions) if opening else ""
    rest = (inner[1:] if opening else inner) + rest
    passages = [] if prose.links(line) else _passages(rest, prose)
    if len(passages) > 1:
        return _entries_of_passages(head, line, passages, prose)
    return [_entry(head, line, rest, prose)]


def _passages(blocks: list[Block], prose: Prose) -> list[list[Block]]:
    """The blocks, opened quotes included, from each that begins with a link to the next; none if none does.

    Blocks above the first belong to it.
    """
    passages: list[list[Block]] = []
    above: list[Block] = []
    for block in _opened(blocks):
        if block.kind in ("item", "paragraph") and leading_link(block.text, prose.definitions):
            passages.append([*above, block])
            above = []
        elif passages:
            passages[-1].append(block)
        else:
            above.append(block)
    return passages


def _opened(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.kind == "quote":
            yield from cut([re.sub(r"^\s*>[ \t]?", "", line) for line in block.lines], block.first)
        else:
            yield block


def _entries_of_passages(head: Block, line: str, passages: list[list[Block]], prose: Prose) -> list[EntryDocument]:
    entries = []
    for number, passage in enumerate(passages):
        led = next(block for block in passage if leading_link(block.text, prose.definitions))
        text = resolve(joined(led.text), prose.definitions)
        first = head.first if number == 0 else passage[0].first
        url = leading_link(text)[1].url
        title = first_sentence(plain(text)) or url
        entry = EntryDocument(title=title, url=url, url_given=url, lines=(first, passage[-1].last))
        others = [block for block in passage if block is not led]
        above = prose.without_pictures(entry, line)
        entries.append(prose.fill(entry, others, "\n\n".join(filter(None, [above, text]))))
    return entries


def _entry(head: Block, line: str, rest: list[Block], prose: Prose) -> EntryDocument:
    """One item: its line, and the blocks below."""
    shown = plain(line)
    found = prose.links(line)
    url = found[0].url if found else prose.first_link(rest)
    is_led = leading_link(line) is not None
    is_title = len(shown) <= _LONGEST_LINE_TITLE and (is_led or not _SENTENCE_WITHIN.search(shown))
    title = shown if is_title else first_sentence(shown)
    title = title or next((first_sentence(plain(block.text)) for block in rest if plain(block.text)), "")
    entry = EntryDocument(title=title or url or f"{head.level}", url=url, url_given=url)
    entry.lines = (head.first, max([head.last, *(block.last for block in rest)]))
    is_all_said = title == shown and len(links(line)) == len(found) < 2
    return prose.fill(entry, rest, "" if is_all_said else prose.without_pictures(entry, line))
