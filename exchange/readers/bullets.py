"""Reads newsletters that are lists under headings: each item a link, or a sentence or two with links in them.

A heading opens a section, titled with the headings above it; reference links are written out where they are used. An
item that begins with a link has the link's text for its title, tags in front such as `[video]` included; any other
item its first sentence. Of several links the first is the entry's, all others stay in the summary. An item that only
says when and where something is, above items that begin with a link, is part of each of these. Text with no list of
links under its heading is one entry, an essay; text around such a list, or above lower headings, says what the list is
for and becomes a leftover. Taken as standing text are comments and rules.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from exchange.documents import EntryDocument, IssueDocument, SectionDocument, Source, UnknownForm
from exchange.readers._blocks import Block, cut, definitions
from exchange.readers._groups import Group, census, group_by_heading, lift_first_heading
from exchange.readers._headers import take_fields, take_title
from exchange.readers._inline import first_sentence, links, plain, resolve
from exchange.readers._kinds import guess_kind
from exchange.readers._leftovers import SILENT, leave, leave_unused_definitions
from exchange.readers._link_led import after_link, leading_link
from exchange.readers._prose import Prose, joined
from exchange.readers._standing import opens_foot

NAME = "bullets"

_LABEL = re.compile(r"(\*\*|__)[^*_\n]{1,200}\1:?")
# Where an address of one word is a person's or a project's own page.
_PROFILE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "twitter.com", "x.com", "mastodon.social", "bsky.app")


def recognises(source: Source) -> bool:
    """Whether list items hold at least half of what the document links to, below a title."""
    counts = census(source)
    others = counts["rows"] + counts["led"] + counts["paragraphs"]
    return counts["items"] > 0 and counts["items"] >= others and _has_title(source)


def read(source: Source) -> Iterator[IssueDocument]:
    """The one issue of the file; UnknownForm where it has no title or no list of links."""
    lines = source.text.split("\n")
    issue = IssueDocument(lines=(1, len(lines)), lines_with_text=sum(1 for line in lines if line.strip()))
    start = take_fields(issue, lines)
    blocks = cut(lines[start:], start + 1)
    prose = Prose(definitions(blocks), source.folder)
    groups = group_by_heading(blocks)
    if not issue.title:
        _take_first_heading(issue, groups)
    _read_opening(issue, groups[0], prose)
    _take_foot(issue, groups)
    for group in groups[1:]:
        _read_group(issue, group, prose)
    leave_unused_definitions([issue], blocks)
    if not any(entry.url for entry in issue.entries()):
        raise UnknownForm("No list of links was found under any heading.", line=start + 1)
    yield issue


def _has_title(source: Source) -> bool:
    head = source.text[:20_000]
    return bool(re.search(r"^ {0,3}#{1,6}[ \t]+\S", head, re.MULTILINE)) or bool(re.match(r"(?i)title[ \t]*:", head))


def _take_first_heading(issue: IssueDocument, groups: list[Group]) -> None:
    """Make the first heading the title and what stands under it the opening."""
    opening = lift_first_heading(groups)
    take_title(issue, opening.title)
    for group in groups[1:]:
        if len(group.path) > 1 and group.path[0] == opening.title and opening.level < group.level:
            group.path.pop(0)


def _read_opening(issue: IssueDocument, opening: Group, prose: Prose) -> None:
    """Text above the first section is the introduction; a list of links there is a section with the issue's title."""
    items = [block for block in opening.blocks if block.kind in ("item", "numbered")]
    if _is_list_of_links(items, prose):
        _read_list(issue, Group(None, [issue.title], opening.blocks), prose, items)
    else:
        texts = [resolve(block.written, prose.definitions) for block in opening.blocks if block.kind not in SILENT]
        issue.intro = "\n\n".join(filter(None, [issue.intro, *texts]))


def _take_foot(issue: IssueDocument, groups: list[Group]) -> None:
    """Credits below the last section belong to no entry."""
    blocks = groups[-1].blocks
    start = next((i for i, block in enumerate(blocks) if block.kind == "paragraph" and opens_foot(block.text)), None)
    if start is not None:
        for block in blocks[start:]:
            leave(issue, block, "foot")
        del blocks[start:]


def _read_group(issue: IssueDocument, group: Group, prose: Prose) -> None:
    items = [block for block in group.blocks if block.kind in ("item", "numbered")]
    text = [block for block in group.blocks if block.kind not in SILENT]
    if _is_list_of_links(items, prose):
        _leave_links_of_heading(issue, group, prose)
        _read_list(issue, group, prose, items)
    elif text and not group.has_children:
        issue.sections.append(_essay(group, text, prose))
    else:
        _leave_links_of_heading(issue, group, prose)
        for block in text:
            leave(issue, block, f"heading {group.title}"[:80])
        if not text and not group.has_children:
            leave(issue, group.heading, "issue")


def _leave_links_of_heading(issue: IssueDocument, group: Group, prose: Prose) -> None:
    if group.heading and links(group.heading.text, prose.definitions):
        leave(issue, group.heading, f"heading {group.title}"[:80])


def _essay(group: Group, blocks: list[Block], prose: Prose) -> SectionDocument:
    lines = (group.heading.first, blocks[-1].last)
    found = [link for block in [group.heading, *blocks] for link in prose.links(block.text)]
    url = next((link.url for link in found if not _is_profile(link.label, link.url)), "")
    entry = EntryDocument(title=group.title or "…", url=url, url_given=url, lines=lines)
    prose.fill(entry, blocks)
    title = _title(group)
    return SectionDocument(kind=guess_kind(title), title=title, entries=[entry], lines=lines)


def _title(group: Group) -> str:
    return " › ".join(filter(None, group.path)) or "…"


def _is_list_of_links(items: list[Block], prose: Prose) -> bool:
    """Whether any item links to more than the page of the person it names."""
    return any(not _is_profile(link.label, link.url) for item in items for link in prose.links(item.text))


def _is_profile(label: str, url: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return False
    name = parts.path.strip("/")
    return (parts.hostname or "").removeprefix("www.") in _PROFILE_HOSTS and name == plain(label).lstrip("@")


def _read_list(issue: IssueDocument, group: Group, prose: Prose, items: list[Block]) -> None:
    title = _title(group)
    first = (group.heading or group.blocks[0]).first
    section = SectionDocument(kind=guess_kind(group.title, otherwise=guess_kind(title)), title=title)
    section.lines = (first, items[-1].last)
    issue.sections.append(section)
    label = ""
    for index, block in enumerate(group.blocks):
        if block.kind in ("item", "numbered"):
            section.entries += _entries(block, label, prose)
        elif _is_label(group.blocks, index):
            label = block.written
        else:
            label = ""
            leave(issue, block, f"section {len(issue.sections)}")


def _is_label(blocks: list[Block], index: int) -> bool:
    """Whether a block is a line in bold right above items, such as the name of who offers them."""
    if not _LABEL.fullmatch(blocks[index].text) or blocks[index].kind != "paragraph":
        return False
    return index + 1 < len(blocks) and blocks[index + 1].kind in ("item", "numbered")


def _entries(item: Block, label: str, prose: Prose) -> list[EntryDocument]:
    """The entries of an item: one, or those below it where only they begin with a link."""
    inner = cut(item.lines, item.first)
    own = inner[0] if inner and inner[0].kind == "paragraph" else None
    text = resolve(joined(own.text), prose.definitions) if own else ""
    rest = inner[1:] if own else inner
    led = [block for block in rest if block.kind == "item" and leading_link(block.text, prose.definitions)]
    if led and not leading_link(text):
        return _entries_below(item, "\n\n".join(filter(None, [label, text])), rest, prose)
    return [_entry(item, label, text, rest, prose)]


def _entries_below(item: Block, above: str, blocks: list[Block], prose: Prose) -> list[EntryDocument]:
    entries: list[EntryDocument] = []
    others: list[Block] = []
    for block in blocks:
        if block.kind == "item" and leading_link(block.text, prose.definitions):
            inner = cut(block.lines, block.first)
            text = resolve(joined(inner[0].text), prose.definitions)
            entries.append(_entry(block, above, text, inner[1:], prose))
        elif entries:
            entries[-1].summary += f"\n\n{resolve(block.written, prose.definitions)}"
        else:
            others.append(block)
    texts = [resolve(block.written, prose.definitions) for block in others]
    entries[0].summary = "\n\n".join(filter(None, [*texts, entries[0].summary]))
    entries[0].lines = (item.first, entries[0].lines[1])
    return entries


def _entry(item: Block, above: str, text: str, rest: list[Block], prose: Prose) -> EntryDocument:
    """An item as an entry; `above` is what stood over it, `rest` what stands under its text."""
    led = leading_link(text)
    if led:
        tags, link = led
        title = f"{tags} {plain(link.label)}".strip() or link.url
        summary = after_link(text, link)
    else:
        link = next(iter(prose.links(text)), None)
        title = first_sentence(plain(text))
        is_all_said = title == plain(text).rstrip(".。 ") and len(prose.links(text)) < 2
        summary = "" if is_all_said else text
    url = link.url if link else prose.first_link(rest)
    title = title or next((first_sentence(plain(block.text)) for block in rest if plain(block.text)), "") or "…"
    entry = EntryDocument(title=title, url=url, url_given=url, lines=(item.first, item.last))
    opening = prose.without_pictures(entry, "\n\n".join(filter(None, [above, summary])))
    return prose.fill(entry, rest, opening)
