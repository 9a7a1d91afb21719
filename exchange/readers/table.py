"""Reads newsletters whose entries are the rows of tables: a text in one column, its links in another.

A heading that names a date or a number opens an issue, so a file may hold many; other headings with a table below
open sections. Of a row, the first link (the paper's, where one is called so) is the entry's; the others stay, as
links, at the end of its summary. Taken as standing text are rules, comments and invitations to subscribe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exchange.documents import EntryDocument, IssueDocument, LeftoverDocument, SectionDocument, Source, UnknownForm
from exchange.readers._blocks import Block, cut, definitions
from exchange.readers._groups import Group, census, group_by_heading
from exchange.readers._headers import date_in, number_in, take_title
from exchange.readers._inline import Link, first_sentence, links, plain, resolve, shorten, target
from exchange.readers._kinds import guess_kind
from exchange.readers._leftovers import SILENT, leave, leave_unused_definitions
from exchange.readers._link_led import leading_link
from exchange.readers._prose import Prose
from exchange.readers._standing import invites

NAME = "table"

_LINK_HEADERS = re.compile(r"links?|urls?|resources?|リンク|链接|連結|鏈接", re.IGNORECASE)
_NUMBER_HEADERS = re.compile(r"#|no\.?|nr\.?|番号|序号|編號|", re.IGNORECASE)
_TITLE_HEADERS = re.compile(r"paper|title|name|article|项目|标题|論文|论文|タイトル", re.IGNORECASE)
_PAPER_LABELS = re.compile(r"papers?|arxiv|pdf|preprint|論文|论文", re.IGNORECASE)
_ROW_NUMBER = re.compile(r"\s*\d{1,3}(?:[).）．、:]|\.)\s*")
_BULLET = re.compile(r"\s*[●•◦‣▪○·]\s*")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


def recognises(source: Source) -> bool:
    """Whether rows of tables hold at least half of what the document links to."""
    counts = census(source)
    return counts["rows"] > 0 and counts["rows"] >= counts["items"] + counts["led"] + counts["paragraphs"]


def read(source: Source) -> Iterator[IssueDocument]:
    """The issues of the file; UnknownForm where it holds no table with links under a heading."""
    lines = source.text.split("\n")
    blocks = cut(lines)
    prose = Prose(definitions(blocks), source.folder)
    groups = group_by_heading(blocks)
    if not any(_rows_with_links(group, prose) for group in groups):
        raise UnknownForm("No table with links was found.", line=1)
    starts = _starts(groups, prose)
    issues = []
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        first = 1 if start == starts[0] else groups[start].heading.first
        last = groups[end].heading.first - 1 if end < len(groups) else len(lines)
        issue = IssueDocument(lines=(first, last))
        issue.lines_with_text = sum(1 for line in lines[first - 1 : last] if line.strip())
        before = groups[:start] if start == starts[0] else []
        _read_issue(issue, before, groups[start:end], prose)
        issues.append(issue)
    leave_unused_definitions(issues, blocks)
    yield from issues


def _rows_with_links(group: Group, prose: Prose) -> bool:
    return any(block.kind == "table" and any(map(prose.links, block.lines[2:])) for block in group.blocks)


def _starts(groups: list[Group], prose: Prose) -> list[int]:
    """Where issues start: at each heading of a date or a number with a table; else the document is one issue."""
    dated = [
        index
        for index, group in enumerate(groups)
        if group.heading and _rows_with_links(group, prose) and (date_in(group.title) or number_in(group.title))
    ]
    if dated:
        return dated
    first_heading = next((index for index, group in enumerate(groups) if group.heading), None)
    if first_heading is None:
        raise UnknownForm("The table stands under no heading that could be the issue's title.", line=1)
    return [first_heading]


def _read_issue(issue: IssueDocument, before: list[Group], groups: list[Group], prose: Prose) -> None:
    for group in before:
        if group.heading:
            _leave(issue, group.heading, "document")
        for block in group.blocks:
            _leave(issue, block, "document")
    take_title(issue, groups[0].title)
    _leave_links_of_heading(issue, groups[0])
    for group in groups:
        _read_group(issue, group, prose, opens_issue=group is groups[0])


def _read_group(issue: IssueDocument, group: Group, prose: Prose, *, opens_issue: bool) -> None:
    tables = [block for block in group.blocks if block.kind == "table"]
    if group.heading and not opens_issue and not tables:
        _leave(issue, group.heading, "issue")
    intro = []
    for block in group.blocks:
        if block.kind == "table":
            title = "" if opens_issue else group.title
            issue.sections.append(_section(issue, block, title, prose))
        elif opens_issue and not issue.sections and block.kind not in SILENT:
            intro.append(resolve(block.written, prose.definitions))
        else:
            _leave(issue, block, f"section {len(issue.sections)}" if issue.sections else "issue")
    issue.intro = issue.intro or "\n\n".join(intro)


def _leave(issue: IssueDocument, block: Block, attached_to: str) -> None:
    """Keep a block as a leftover, unless it is standing text."""
    if block.kind != "paragraph" or not invites(block.text):
        leave(issue, block, attached_to)


def _leave_links_of_heading(issue: IssueDocument, group: Group) -> None:
    if links(group.heading.text):
        _leave(issue, group.heading, "issue")


@dataclass
class _Columns:
    """What the columns of a table hold, by their headers; where these don't tell, by their cells."""

    headers: list[str]
    links: int | None
    title: int
    others: list[int] = field(default_factory=list)


def _section(issue: IssueDocument, table: Block, title: str, prose: Prose) -> SectionDocument:
    rows = [_cells(line) for line in table.lines[2:]]
    columns = _columns([plain(cell) for cell in _cells(table.lines[0])], rows, prose)
    title = title or columns.headers[columns.title] or issue.title
    section = SectionDocument(kind=guess_kind(title), title=title, lines=(table.first, table.last))
    for number, cells in enumerate(rows, start=table.first + 2):
        entry = _entry(cells, columns, prose)
        if entry:
            entry.lines = (number, number)
            section.entries.append(entry)
        elif any(cells):
            line = table.lines[number - table.first]
            here = f"section {len(issue.sections) + 1}"
            issue.leftovers.append(LeftoverDocument(number, number, line, here))
    return section


def _cells(line: str) -> list[str]:
    """The cells of a row; a bar behind a backslash belongs to its cell."""
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _columns(headers: list[str], rows: list[list[str]], prose: Prose) -> _Columns:
    texts = [index for index, header in enumerate(headers) if not _NUMBER_HEADERS.fullmatch(header)]
    texts = texts or list(range(len(headers)))
    link_column = next((index for index in texts if _LINK_HEADERS.fullmatch(headers[index])), None)
    if link_column is None and len(texts) > 1:
        link_column = next((index for index in texts[1:] if _holds_only_links(index, rows, prose)), None)
    texts = [index for index in texts if index != link_column] or [0]
    title = next((index for index in texts if _TITLE_HEADERS.search(headers[index])), texts[0])
    return _Columns(headers, link_column, title, [index for index in texts if index != title])


def _holds_only_links(index: int, rows: list[list[str]], prose: Prose) -> bool:
    cells = [row[index] for row in rows[:20] if len(row) > index and row[index]]
    return bool(cells) and all(prose.links(cell) and not _beside_links(cell, prose) for cell in cells)


def _beside_links(cell: str, prose: Prose) -> str:
    """What a cell holds beside its links and the marks between them."""
    position, pieces = 0, []
    for link in links(cell, prose.definitions, bare=True):
        pieces.append(cell[position : link.start])
        position = link.end
    rest = " ".join([*pieces, cell[position:]])
    return " ".join(re.sub(r"[,|<>]", " ", _BREAK.sub(" ", rest)).split()).strip(" ,;/·•")


def _entry(cells: list[str], columns: _Columns, prose: Prose) -> EntryDocument | None:
    """The entry of a row; None where nothing could be its title."""

    def cell(index: int | None) -> str:
        return resolve(cells[index], prose.definitions) if index is not None and index < len(cells) else ""

    title, link, summary = _split_title(_ROW_NUMBER.sub("", cell(columns.title), count=1))
    link_cell = cell(columns.links)
    given = links(link_cell, bare=True)
    chosen = _chosen(given) or link or next(iter(prose.links(summary)), None)
    title = title or (plain(chosen.label) if chosen else "")
    if not title:
        return None
    others = [f"**{columns.headers[index]}**: {cell(index)}" for index in columns.others if cell(index)]
    others += [extra for extra in cells[len(columns.headers) :] if extra]
    rest = [other for other in [link, *given] if other and other is not chosen]
    beside = _beside_links(link_cell, prose)
    further = ", ".join(filter(None, [*(f"[{other.label}]({target(other.url)})" for other in rest), beside]))
    url = chosen.url if chosen else ""
    pieces = [_paragraphs(summary), *others, further]
    summary = "\n\n".join(piece for piece in pieces if piece)
    return EntryDocument(title=title, url=url, url_given=url, summary=summary)


def _chosen(given: list[Link]) -> Link | None:
    """The link that an entry is about: the paper's, else the first."""
    web = [link for link in given if link.is_web]
    papers = (link for link in web if _PAPER_LABELS.fullmatch(plain(link.label)))
    return next(papers, web[0] if web else None)


def _split_title(text: str) -> tuple[str, Link | None, str]:
    """Title, the link that the title may be, and what follows it."""
    led = leading_link(text)
    if led:
        tags, link = led
        rest = re.sub(r"^(?:\*\*|__)", "", text[link.end :])
        return f"{tags} {plain(link.label)}".strip(), link, rest.lstrip(" -–—:")
    bold = re.match(r"(\*\*|__)(.{1,400}?)\1", text, re.DOTALL)
    if bold:
        return plain(bold[2]), None, text[bold.end() :].lstrip(" -–—:")
    for mark in (r"\s{2,}(?=\S)", r"\s[-–—]\s", r"<br\s*/?>"):
        split = re.search(mark, text[:300], re.IGNORECASE)
        if split and split.start():
            return shorten(plain(text[: split.start()])), None, text[split.end() :]
    title = first_sentence(plain(text))
    return title, None, text if plain(text).rstrip(".。 ") != title else ""


def _paragraphs(text: str) -> str:
    """The text of a cell as Markdown: breaks become paragraphs, lines behind a bullet a list."""
    lines = [line.strip() for line in _BREAK.split(text.strip())]
    pieces: list[str] = []
    for line in filter(None, lines):
        bullet = _BULLET.match(line)
        is_next_item = bullet and pieces and pieces[-1].startswith("- ")
        piece = f"- {line[bullet.end() :]}" if bullet else line
        if is_next_item:
            pieces[-1] += f"\n{piece}"
        else:
            pieces.append(piece)
    return "\n\n".join(pieces)
