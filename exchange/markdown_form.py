"""What the reader and the writer of Markdown issues agree on: names, values, headings, pictures and escapes.

`docs/markdown-issues.md` tells an editor the same. Every `read_…` undoes its `write_…`, or the writer says the thing
in a field instead, so that nothing needs to be right twice.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from dataclasses import dataclass

ISSUE_KINDS = ("weekly", "monthly", "annual", "special")
SECTION_KINDS = ("feature", "use_case", "paper", "article", "other")
STATUSES = ("draft", "in_review", "approved", "published", "withdrawn")
ORIGINS = ("desk", "import", "sample")
HIGHLIGHTS, LEFTOVERS = "highlights", "leftovers"

SECTION_FIELDS = ("kind", "number", "translation_key", "title")
GROUP_FIELDS = ("group", "title")
HIGHLIGHT_FIELDS = ("id", "translation_key")
# Fields whose name here is the name of the attribute, and whose value is text.
PLAIN_ENTRY_FIELDS = (
    "id",
    "label",
    "translation_key",
    "repeats",
    "domain_shown",
    "source_title",
    "source_arxiv_id",
    "one_liner",
    "figure_credit",
    "figure_source_url",
    "figure_license",
)
CARD_FIELDS = ("card", "card_url_given", "card_title", "card_description", "card_domain")
ENTRY_FIELDS = (
    "title",
    "url",
    "url_given",
    "starred",
    "topics",
    "figure",
    "figure_alt",
    "figure_sha256",
    *PLAIN_ENTRY_FIELDS,
    *CARD_FIELDS,
)

FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")
HEADING = re.compile(r"(#{2,3})(?:[ \t](.*))?$", re.DOTALL)
SHA256_NAME = re.compile(r"(?:.*/)?([0-9a-f]{64})(?:\.\w+)?$")
# A line that means something outside a fenced block, with the backslashes that take its meaning away.
_ESCAPABLE = re.compile(r"(\\*)(?:#{1,3}(?:[ \t]|$)|\s*`{3}|\s*~{3})")
_GUARD = "\\"


def closed_fences(lines: list[str]) -> dict[int, int]:
    """The fenced blocks among `lines`: index of the opening line to index of the closing one, in linear time.

    How far a fence is indented makes no difference, and one that is never closed is text (CommonMark lets it run to
    the end): so a stray fence in one entry doesn't swallow the others.
    """
    fences = [_fence(line) for line in lines]
    longest_closer_after = _longest_closers(fences)
    blocks: dict[int, int] = {}
    index = 0
    while index < len(lines):
        fence = fences[index]
        if fence and fence.opens and longest_closer_after[fence.mark][index] >= fence.length:
            opened = index
            index += 1
            while not _closes(fences[index], fence):
                index += 1
            blocks[opened] = index
        index += 1
    return blocks


@dataclass(frozen=True)
class _Fence:
    mark: str
    length: int
    opens: bool
    closes: bool


def _fence(line: str) -> _Fence | None:
    match = FENCE.match(line)
    if not match:
        return None
    run, info = match.groups()
    return _Fence(run[0], len(run), opens=run[0] == "~" or "`" not in info, closes=not info.strip())


def _closes(fence: _Fence | None, opened: _Fence) -> bool:
    return fence is not None and fence.closes and fence.mark == opened.mark and fence.length >= opened.length


def _longest_closers(fences: list[_Fence | None]) -> dict[str, list[int]]:
    longest = {"`": 0, "~": 0}
    after: dict[str, list[int]] = {"`": [0] * len(fences), "~": [0] * len(fences)}
    for index in range(len(fences) - 1, -1, -1):
        for mark in longest:
            after[mark][index] = longest[mark]
        fence = fences[index]
        if fence and fence.closes:
            longest[fence.mark] = max(longest[fence.mark], fence.length)
    return after


def outside_fences(lines: list[str]) -> list[bool]:
    """For each line whether it stands outside every fenced block; the fences themselves stand inside."""
    outside = [True] * len(lines)
    for first, last in closed_fences(lines).items():
        outside[first : last + 1] = [False] * (last + 1 - first)
    return outside


def escape(text: str) -> list[str]:
    """The lines of a text, safe from being read as structure; `unescape` gives the text back."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    escaped = [
        _GUARD + line if is_outside and _ESCAPABLE.match(line) else line
        for line, is_outside in zip(lines, outside_fences(lines), strict=True)
    ]
    if _needs_guard(escaped[0]):
        escaped.insert(0, _GUARD)
    if _needs_guard(escaped[-1]):
        escaped.append(_GUARD)
    return escaped


def unescape(lines: list[str]) -> str:
    """The text that stands in these lines, without the blank lines around it."""
    lines = _strip_guards(strip_blank(lines))
    return "\n".join(
        line[1:] if is_outside and line.startswith(_GUARD) and _ESCAPABLE.match(line) else line
        for line, is_outside in zip(lines, outside_fences(lines), strict=True)
    )


def guard_first(lines: list[str]) -> list[str]:
    """Escaped lines behind a backslash of their own, which keeps the first from being read as something else."""
    return lines if lines[0] == _GUARD else [_GUARD, *lines]


def guard_last(lines: list[str]) -> list[str]:
    """Escaped lines before a backslash of their own, which keeps the last from being read as something else."""
    return lines if lines[-1] == _GUARD and len(lines) > 1 else [*lines, _GUARD]


def _needs_guard(line: str) -> bool:
    return not line.strip() or line == _GUARD


def _strip_guards(lines: list[str]) -> list[str]:
    if lines and lines[0] == _GUARD:
        lines = lines[1:]
    if lines and lines[-1] == _GUARD:
        lines = lines[:-1]
    return lines


def strip_blank(lines: list[str]) -> list[str]:
    """The lines without the blank ones at both ends."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]


def write_value(value: str) -> str:
    """A text as the value of a field, in the quotes of JSON where it would not survive bare."""
    bare = value == value.strip() and not any(ord(character) < 32 for character in value)
    if bare and not (value.startswith('"') and value.endswith('"')):
        return value
    return json.dumps(value, ensure_ascii=False)


def read_value(value: str) -> str:
    """The text that the value of a field stands for."""
    value = value.strip()
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def write_list(values: list[str]) -> str:
    """Texts with commas between them; as a JSON list where one of them would not survive that."""
    joined = ", ".join(values)
    is_one_line = not any(ord(character) < 32 for character in joined)
    return joined if is_one_line and read_list(joined) == values else json.dumps(values, ensure_ascii=False)


def read_list(value: str) -> list[str]:
    """The texts of a list; empty ones between commas are left out."""
    value = value.strip()
    if value.startswith("["):
        try:
            values = json.loads(value)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, list) and all(isinstance(item, str) for item in values):
            return values
    return [item.strip() for item in value.split(",") if item.strip()]


def write_heading(level: int, title: str, url: str = "") -> str | None:
    """A heading of this title, a link where there is an address; None where reading it would give something else."""
    text = f"[{title}]({url})" if url else title
    line = "#" * level + (f" {text}" if text else "")
    match = HEADING.match(line)
    given = read_heading(match[2] or "") if level == 3 else ((match[2] or "").strip(), "")
    return line if "\n" not in line and "\r" not in line and given == (title, url) else None


def read_heading(text: str) -> tuple[str, str]:
    """Title and address of the text of a heading."""
    text = text.strip()
    link = _split_link(text, "[")
    if not link or re.search(r"\s", link[1]):
        return text, ""
    return link[0].strip(), link[1].removeprefix("<").removesuffix(">")


def _split_link(text: str, opening: str) -> tuple[str, str] | None:
    """What stands between the brackets and between the parentheses of a link that is the whole text."""
    middle = text.rfind("](")
    if middle < 0 or not text.startswith(opening) or not text.endswith(")"):
        return None
    return text[len(opening) : middle], text[middle + 2 : -1]


@dataclass(frozen=True)
class Picture:
    """A picture on a line of its own: the name of its file, where it is, and what its name tells of its content."""

    alt: str
    address: str
    credit: str

    @property
    def is_remote(self) -> bool:
        return bool(re.match(r"(?:[a-z][a-z0-9+.-]*:|//)", self.address, re.IGNORECASE))

    @property
    def path(self) -> str:
        return urllib.parse.unquote(self.address)

    @property
    def name(self) -> str:
        path = self.address.partition("?")[0].partition("#")[0] if self.is_remote else self.address
        return urllib.parse.unquote(path.rstrip("/").rpartition("/")[2])

    @property
    def sha256(self) -> str:
        match = SHA256_NAME.match(self.address)
        return match[1] if match and not self.is_remote else ""


def write_picture(alt: str, path: str) -> str:
    return f"![{alt}]({urllib.parse.quote(path)})"


def read_picture(line: str) -> Picture | None:
    """The picture that is alone on this line, or None."""
    link = _split_link(line.rstrip(), "![")
    if not link:
        return None
    address, _, credit = link[1].partition(" ")
    credit = credit.strip()
    is_quoted = len(credit) > 1 and credit[0] == credit[-1] == '"'
    if not address or (credit and not is_quoted) or re.search(r"[\s<>]", address):
        return None
    return Picture(link[0], address, credit[1:-1])


def read_field(line: str, names: tuple[str, ...]) -> tuple[str, str] | None:
    """Name and value where the line is a field of one of these names."""
    name, colon, value = line.partition(":")
    name = name.strip()
    return (name, read_value(value)) if colon and name in names else None
