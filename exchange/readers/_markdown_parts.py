"""A Markdown issue cut at its headings, and the fields under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from exchange import markdown_form as form


@dataclass
class Part:
    """A heading with the lines under it, up to the next heading; `line` is the heading's own, counted from 1."""

    level: int
    text: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.line + 1

    @property
    def last(self) -> int:
        return self.line + len(self.lines)


def cut_parts(lines: list[str], start: int) -> list[Part]:
    """The text above the first section, and each section and entry heading with what stands under it."""
    parts = [Part(0, "", start)]
    body = lines[start:]
    for number, (line, is_outside) in enumerate(zip(body, form.outside_fences(body), strict=True), start + 1):
        match = form.HEADING.match(line) if is_outside else None
        if match and (match[1] == "##" or len(parts) > 1):
            parts.append(Part(len(match[1]), (match[2] or "").strip(), number))
        else:
            parts[-1].lines.append(line)
    return parts


def by_section(parts: list[Part]) -> list[list[Part]]:
    """Each section with the entry headings in it; the parts begin with a section."""
    sections: list[list[Part]] = []
    for part in parts:
        if part.level == 2:
            sections.append([part])
        else:
            sections[-1].append(part)
    return sections


def take_fields(part: Part, names: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """The fields straight under a heading, and the lines after them."""
    fields: dict[str, str] = {}
    for index, line in enumerate(part.lines):
        read = form.read_field(line, names)
        if read is None and "url" in names and re.fullmatch(r"https?://\S+", line.strip()):
            read = ("url", line.strip())
        if read is None or read[0] in fields:
            return fields, part.lines[index:]
        fields[read[0]] = read[1]
    return fields, []
