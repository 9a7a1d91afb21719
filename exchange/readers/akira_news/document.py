"""The reader's two doors: whether a file is an issue of the newsletter, and the issues that a file holds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from exchange.documents import IssueDocument, LeftoverDocument, SectionDocument, Source, UnknownForm

from . import words
from .blocks import Block, is_blank, read_blocks
from .entries import SectionReader
from .foot import read_foot
from .front import FrontReader, source_address
from .joined import part_joined
from .parts import Part, find_contents, split_parts

NAME = "akira-news"

_BEGINNING = 64 * 1024
_FRONT_MATTER = re.compile(r"\s*(?:---\s*\n\s*[\w-]+\s*:|\{|\[\s*\{|\+\+\+\s*\n|[A-Z]\w+: \S.*\n[A-Z]\w+: )")
_WIDE_PARENTHESES = re.compile(r"(?<=[\]】])[（(]((?:https?://|/)[^\s()（）]*)[)）]")
_NAME_OF_AUTHOR = re.compile(r"akira|阿基拉|アキラ|明(?:的|の)", re.I)
_OF_NEWS = re.compile(r"新闻|消息|机器学习|机械学习|ニュース|news|machine.?learning|\bml\b", re.I)
_PAPER_HOSTS = ("arxiv", "openreview", "thecvf", "aclanthology", "biorxiv")


def _evened(text: str) -> str:
    """The text with plain spaces, and with plain parentheses around the addresses of links."""
    return _WIDE_PARENTHESES.sub(r"(\1)", text.replace("\u00a0", " "))


def recognises(source: Source) -> bool:
    """Whether a file looks like an issue of the newsletter: its name or its mirror's line, and its structure."""
    try:
        with source.open() as file:
            beginning = file.read(_BEGINNING).decode("utf-8-sig", errors="ignore")
    except OSError:
        return False
    if _FRONT_MATTER.match(beginning) or "\0" in beginning:
        return False
    return _is_issue(read_blocks(_evened(beginning.replace("\r\n", "\n").replace("\r", "\n"))))


def _is_issue(blocks: list[Block]) -> bool:
    top = [block for block in blocks if block.kind not in ("rule", "residue")][:8]
    mirror = next((url for url in map(source_address, top) if url), "")
    title = next((words.fold(block.plain) for block in top if block.kind == "heading"), "")
    named = bool(_NAME_OF_AUTHOR.search(title) and _OF_NEWS.search(title))
    if "akira" in mirror.lower() and _OF_NEWS.search(mirror):
        return True
    contents = find_contents(blocks)
    _, parts = split_parts(blocks, contents)
    sections = [part for part in parts if part.kind == "section"]
    known = sum(part.is_known for part in sections)
    if mirror and (known > 1 or any(words.is_own_address(block.url or block.text) for block in blocks[-20:])):
        return True
    numbered = sum(part.is_known and part.number is not None for part in sections)
    return (named and bool(mirror or sections or contents)) or (bool(contents) and numbered > 1)


def _starts(blocks: list[Block]) -> list[int]:
    """Where issues begin: at a heading that a mirror's line follows."""
    content = [at for at, block in enumerate(blocks) if block.kind not in ("rule", "residue")]
    starts = [
        at
        for at, below in zip(content, content[1:], strict=False)
        if blocks[at].kind == "heading" and blocks[below].kind == "quote" and source_address(blocks[below])
    ]
    return [0, *(start for start in starts if start > content[0])] if blocks else []


def read(source: Source) -> Iterator[IssueDocument]:
    """The issues of a document, in order. UnknownForm where nothing in it is a highlight or an entry."""
    issues, blocks = read_text(source.text, source.folder)
    if not any(issue.highlights or any(issue.entries()) for issue in issues):
        raise UnknownForm(
            "The file holds no issue of the newsletter: no highlight and no section with an entry was found.",
            line=blocks[0].line_from if blocks else 1,
        )
    yield from issues


def read_text(text: str, folder: Path | None = None) -> tuple[list[IssueDocument], list[Block]]:
    """The issues of a text, and its blocks, each with the word that says as what it was taken.

    Figures are looked for in `folder`.
    """
    blocks = part_joined(read_blocks(_evened(text)))
    starts = _starts(blocks)
    issues = [_read_issue(blocks[start:end], folder) for start, end in itertools.zip_longest(starts, starts[1:])]
    lines = text.split("\n")
    for issue in issues:
        line_from, line_to = issue.lines
        issue.lines_with_text = sum(not is_blank(line) for line in lines[line_from - 1 : line_to])
    return issues, blocks


def _read_issue(blocks: list[Block], folder: Path | None) -> IssueDocument:
    issue = IssueDocument(lines=(blocks[0].line_from, blocks[-1].line_to))
    for block in blocks:
        if block.kind in ("rule", "residue"):
            block.take("separator" if block.kind == "rule" else "stray stars")
    contents = find_contents(blocks)
    front, parts = split_parts(blocks, contents)
    FrontReader(front, contents, issue).read()
    for part in parts:
        if part.kind == "section":
            _read_section(issue, part, folder)
        else:
            issue.past_issues += read_foot(part)
    _settle_kinds(issue)
    _gather_leftovers(issue, front, parts)
    return issue


def _read_section(issue: IssueDocument, part: Part, folder: Path | None) -> None:
    number = len(issue.sections) + 1
    part.head.take(f"section {number}")
    reader = SectionReader(part.blocks, f"section {number}", folder)
    section = SectionDocument(words.kind_of(part.title) or "", part.title, part.number, entries=reader.read())
    last = part.blocks[-1] if part.blocks else part.head
    section.lines = (part.head.line_from, last.line_to)
    issue.sections.append(section)
    issue.leftovers += reader.leftovers


def _settle_kinds(issue: IssueDocument) -> None:
    """Give each section whose title says no kind the kind of its line in the contents, of its place, of its entries."""
    known = [section.kind for section in issue.sections]
    for at, section in enumerate(issue.sections):
        if not section.kind:
            section.kind = _kind_in_contents(issue, at) or _kind_by_place(known, at) or _kind_by_entries(section)


def _kind_in_contents(issue: IssueDocument, at: int) -> str | None:
    number = issue.sections[at].number_given or at + 1
    lines = issue.contents_lines
    return words.kind_of(lines[number - 1]) if 0 < number <= len(lines) else None


def _kind_by_place(known: list[str], at: int) -> str | None:
    """The kind at this place in the order of sections that fits all that are known."""
    if not any(known):
        return None
    for order in words.ORDERS:
        fits = len(known) <= len(order) and all(not kind or kind == order[place] for place, kind in enumerate(known))
        if fits:
            return order[at]
    return None


def _kind_by_entries(section: SectionDocument) -> str:
    papers = sum(any(host in entry.url for host in _PAPER_HOSTS) for entry in section.entries)
    return "paper" if papers * 2 > len(section.entries) else "other"


def _gather_leftovers(issue: IssueDocument, front: list[Block], parts: list[Part]) -> None:
    """Everything that nobody took, with the place where it stood."""
    section = 0
    _leave(issue, front, "issue")
    for part in parts:
        section += part.kind == "section"
        place = f"section {section}" if part.kind == "section" else "foot"
        _leave(issue, [part.head, *part.blocks] if part.head else part.blocks, place)
    issue.leftovers.sort(key=lambda leftover: leftover.line_from)


def _leave(issue: IssueDocument, blocks: list[Block], place: str) -> None:
    within = place
    for block in blocks:
        if block.taken_as:
            within = block.taken_as if "entry" in block.taken_as else within
        else:
            block.take("leftover")
            text = f"![{block.text}]({block.url})" if block.kind == "image" else block.text
            issue.leftovers.append(LeftoverDocument(block.line_from, block.line_to, text, within))
