"""What stands before the first section: title, source, date, introduction, highlights, list of contents."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from exchange.documents import HighlightDocument, IssueDocument
from issues.stating import Stated, is_date_line, read_dates

from . import words
from .blocks import Block
from .inline import BARE_URL, absolute, links, markdown
from .parts import split_number

_SOURCE_LABEL = re.compile(r"原文|来源|來源|出处|出處|出典|链接|連結|元記事|original|source|via|from", re.I)
_ANGLED = re.compile(r"<(https?://[^<>\s]+)>")
_TRACKERS = re.compile(r"utm_\w+|source|gi|sk|fbclid|gclid|ref_src|mc_\w+", re.I)
_NEAR_THE_TOP = 6
_LONGEST_GROUP_TITLE = 40
# How far into the introduction its own week or month is named.
_OPENING = 60
_YEAR_IN_PATH = re.compile(r"[-/]")


def source_address(block: Block) -> str:
    """The address in a line that says where the document was published, or the empty string."""
    if block.kind not in ("quote", "text") or len(block.text) > 2000:
        return ""
    found = _ANGLED.search(block.text)
    linked = links(block.text)
    bare = BARE_URL.search(block.text)
    url = found[1] if found else linked[0].url if linked else bare[0] if bare else ""
    label = block.text.split(url)[0] if url else ""
    if not url or len(label) > 40 or not (block.kind == "quote" or _SOURCE_LABEL.search(label)):
        return ""
    return without_trackers(absolute(url))


def without_trackers(url: str) -> str:
    """The address without the arguments that only say where a reader came from."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKERS.fullmatch(k)]
    if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return url
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), parts.fragment))


class FrontReader:
    """Reads the front's blocks in order into the issue."""

    def __init__(self, blocks: list[Block], contents: list[Block], issue: IssueDocument):
        self.blocks = [block for block in blocks if block.kind != "residue"]
        self.contents = set(contents)
        self.issue = issue
        self.group: tuple[str, str] | None = None
        self.group_is_begun = False
        # Whether the highlights of the group are list items; then a paragraph after them is none.
        self.is_list = False
        self.intro: list[str] = []
        self.date_line = ""

    def read(self) -> None:
        self._title_and_source()
        for at, block in enumerate(self.blocks):
            if block.kind == "rule" and self.group_is_begun:
                self.group = None
            elif not block.taken_as:
                self._block(at, block)
        self.issue.intro = "\n\n".join(self.intro)
        self._dates()

    def _title_and_source(self) -> None:
        top = [block for block in self.blocks if block.kind not in ("rule", "residue")][:_NEAR_THE_TOP]
        for block in top:
            url = source_address(block)
            if url:
                self.issue.source_url = url
                block.take("source")
                break
        title = next((block for block in top if block.kind == "heading"), None)
        if title is None:
            title = next((b for b in top if b.kind == "text" and not b.taken_as and len(b.plain) <= 80), None)
        below = self._below(self.blocks.index(title)) if title is not None else None
        if title is not None and not self._heads_a_list(title, below):
            self.issue.title = title.plain
            title.take("title")

    def _below(self, at: int) -> Block | None:
        return self.blocks[at + 1] if at + 1 < len(self.blocks) else None

    def _block(self, at: int, block: Block) -> None:
        if block in self.contents:
            self.issue.contents_lines.append(split_number(block.plain)[1])
            block.take("contents")
            self.group = None
        elif block.kind in ("heading", "text"):
            self._line(at, block)
        elif block.kind == "item":
            self._highlight(block)
        elif block.kind == "card" and words.is_own_address(block.url):
            block.take("subscription")

    def _line(self, at: int, block: Block) -> None:
        below, line = self._below(at), block.plain
        if below is not None and below.kind == "item" and words.is_section_title(line) and below not in self.contents:
            self._heading(block, below)
        elif not self.date_line and is_date_line(line) and "\n" not in block.text:
            self.date_line = line
            block.take("date")
        elif words.is_contents_heading(line):
            block.take("heading of the contents")
        elif self._leads_to_contents(at, block):
            self.issue.contents_stated_count = words.stated_count(line) or self.issue.contents_stated_count
            block.take("announcement of the contents")
            self.group = None
        elif block.kind == "heading" or self._heads_a_list(block, below):
            self._heading(block, below)
        elif self.group and block.adjacent and self.group_is_begun:
            self._continue_highlight(block)
        elif self.group and not (self.group_is_begun and self.is_list):
            self._highlight(block)
        else:
            self.intro.append(markdown(block.text))
            block.take("introduction")

    def _leads_to_contents(self, at: int, block: Block) -> bool:
        if not self.contents or links(block.text):
            return False
        at += 1
        while at < len(self.blocks) and self.blocks[at].kind == "rule":
            at += 1
        ahead = self.blocks[at] if at < len(self.blocks) else None
        next_is_contents = ahead is not None and (ahead in self.contents or words.is_contents_heading(ahead.plain))
        return next_is_contents and words.announces_contents(block.plain)

    def _heads_a_list(self, block: Block, below: Block | None) -> bool:
        short = "\n" not in block.text and len(block.plain) <= _LONGEST_GROUP_TITLE and not links(block.text)
        apart = block.kind == "heading" or not (block.adjacent and self.group_is_begun)
        return short and apart and below is not None and below.kind == "item" and below not in self.contents

    def _heading(self, block: Block, below: Block | None) -> None:
        title = block.plain
        if words.foot_kind(title) and below is not None and below.kind == "card":
            block.take("subscription")
        elif below is not None and (below.kind == "item" or words.is_section_title(title)):
            self.group, self.group_is_begun = (words.kind_of(title) or "feature", title), False
            block.take("heading of highlights")
        else:
            # A line under the title that is neither date nor heading of a list introduces the issue.
            self.intro.append(markdown(block.text))
            block.take("introduction")

    def _highlight(self, block: Block) -> None:
        kind, title = self.group or ("feature", "")
        text = markdown(block.text)
        self.issue.highlights.append(HighlightDocument(kind, title, text, lines=(block.line_from, block.line_to)))
        block.take("highlight")
        self.group_is_begun, self.is_list = True, block.kind == "item"

    def _continue_highlight(self, block: Block) -> None:
        highlight = self.issue.highlights[-1]
        highlight.text += "\n" + markdown(block.text)
        highlight.lines = (highlight.lines[0], block.line_to)
        block.take("highlight")

    def _dates(self) -> None:
        """Number, year, week, month: of the title, else the line of the date, the introduction, or the address."""
        intro = self.intro[0] if self.intro else ""
        title, line, opening = (read_dates(text) for text in (self.issue.title, self.date_line, intro))
        if not (opening.week or opening.month) or opening.span[0] > _OPENING:
            opening = Stated()
        group = read_dates(self.issue.highlights[0].group_title if self.issue.highlights else "")
        where = [title, line, opening, group]
        if not any(stated.says_when or stated.number for stated in where):
            where = [read_dates(" ".join(_YEAR_IN_PATH.split(urlsplit(self.issue.source_url).path.rpartition("/")[2])))]
        issue = self.issue
        issue.number = title.number if title.number is not None else where[0].number if len(where) == 1 else None
        issue.year, issue.week = _first(where, "year"), _first(where, "week")
        issue.month = None if issue.week else _first(where, "month")
        issue.stated_on = _first(where, "day")
        issue.date_text = self.date_line or (intro[slice(*opening.span)] if opening.span else None)
        issue.kind = _kind(issue, any(stated.is_summary for stated in where), bool(words.kind_of(issue.title)))


def _first(stated: list[Stated], name: str):
    return next((value for value in (getattr(one, name) for one in stated) if value is not None), None)


def _kind(issue: IssueDocument, is_summary: bool, is_newsletter: bool) -> str:
    """Weekly where a week, day or number is stated, monthly or annual where nothing finer is; else special."""
    if issue.month and not issue.week and not issue.stated_on:
        return "monthly"
    if issue.number is not None or issue.week or issue.stated_on:
        return "weekly"
    if issue.year:
        return "annual" if is_summary else "special"
    return "weekly" if is_newsletter else "special"
