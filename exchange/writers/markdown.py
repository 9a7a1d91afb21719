"""An issue as the Markdown that an editor would write by hand, which the reader of that form reads back as it was."""

from __future__ import annotations

import dataclasses
import re

import yaml

from exchange import markdown_form as form
from exchange.documents import (
    CardDocument,
    EntryDocument,
    HighlightDocument,
    IssueDocument,
    SectionDocument,
    WaiverDocument,
)


class _Dumper(yaml.SafeDumper):
    """Writes YAML in which every text that has more in it than printed characters is quoted and escaped."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = None if text.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)
# A line of YAML never needs to be broken: the values are short, and whole lines compare better.
_ONE_LINE = 2**31


def write(issue: IssueDocument) -> str:
    """The issue as one Markdown document, the same for the same issue; line ends are `\\n`.

    Line numbers, `figure_path` and `lines_with_text` say where a document was read, so they are not written.
    """
    lines = _front_matter(issue)
    if issue.intro:
        lines += ["", *form.escape(issue.intro)]
    lines += _highlights(issue.highlights)
    for section in issue.sections:
        lines += _section(section)
    lines += _leftovers(issue)
    return "\n".join(lines) + "\n"


def picture_address(entry: EntryDocument) -> str:
    """Where the document looks for the entry's figure: beside it, under the checksum where the bytes are known."""
    if re.fullmatch(r"[0-9a-f]{64}", entry.figure_sha256):
        suffix = re.search(r"\.\w{1,5}$", entry.figure)
        return f"figures/{entry.figure_sha256}{suffix[0] if suffix else ''}"
    return entry.figure


def _front_matter(issue: IssueDocument) -> list[str]:
    values = {
        "title": issue.title,
        "slug": issue.slug,
        "language": issue.language,
        "translation_key": issue.translation_key,
        "kind": issue.kind,
        "number": issue.number,
        "year": issue.year,
        "week": issue.week,
        "month": issue.month,
        "date": issue.stated_on,
        "date_text": issue.date_text,
        "status": issue.status,
        "published_at": issue.published_at and issue.published_at.isoformat(),
        "published_at_exact": None if issue.published_at_exact else "no",
        "origin": issue.origin,
        "source_url": issue.source_url,
        "contents": _filled(stated_count=issue.contents_stated_count, lines=issue.contents_lines),
        "past_issues": [
            _filled(title=past.title, url=past.url, url_given=past.url_given if past.url_given != past.url else None)
            for past in issue.past_issues
        ],
        "errata": [
            _filled(noted_on=erratum.noted_on, text=erratum.text, entry=erratum.entry) for erratum in issue.errata
        ],
        "waivers": [_waiver(waiver) for waiver in issue.waivers],
    }
    filled = {"title": issue.title, **_filled(**values)}
    dumped = yaml.dump(filled, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_ONE_LINE)
    return ["---", *dumped.rstrip("\n").split("\n"), "---"]


def _waiver(waiver: WaiverDocument) -> dict[str, object]:
    values = {field.name: getattr(waiver, field.name) for field in dataclasses.fields(waiver)}
    return _filled(**values | {"at": waiver.at and waiver.at.isoformat()})


def _filled(**values: object) -> dict[str, object]:
    """What was said: an empty `url_given` that differs from its `url` is said, too."""
    return {
        name: value for name, value in values.items() if value not in (None, "", [], {}) or _says_empty(name, value)
    }


def _says_empty(name: str, value: object) -> bool:
    return name == "url_given" and value == ""


def _highlights(highlights: list[HighlightDocument]) -> list[str]:
    if not highlights:
        return []
    lines = ["", "## Highlights", f"kind: {form.HIGHLIGHTS}"]
    group = ("feature", "")
    for highlight in highlights:
        if (highlight.group, highlight.group_title) != group:
            group = (highlight.group, highlight.group_title)
            lines += ["", *_heading(3, highlight.group_title), f"group: {highlight.group}"]
        lines += ["", *_highlight(highlight)]
    return lines


def _highlight(highlight: HighlightDocument) -> list[str]:
    lines = form.escape(highlight.text) if highlight.text else [""]
    if lines[0][:1].isspace() or form.FENCE.match(lines[0]):
        lines = form.guard_first(lines)
    if form.read_field(lines[-1], form.HIGHLIGHT_FIELDS):
        lines = form.guard_last(lines)
    fields = _fields(id=highlight.id, translation_key=highlight.translation_key)
    return [f"- {lines[0]}" if lines[0] else "-", *map(_indent, lines[1:] + fields)]


def _indent(line: str) -> str:
    return f"  {line}" if line else ""


def _section(section: SectionDocument) -> list[str]:
    lines = ["", *_heading(2, section.title), f"kind: {section.kind}"]
    if section.number_given is not None:
        lines.append(f"number: {section.number_given}")
    lines += _fields(translation_key=section.translation_key)
    for entry in section.entries:
        lines += _entry(entry)
    return lines


def _heading(level: int, title: str) -> list[str]:
    line = form.write_heading(level, title)
    return [line] if line else ["#" * level, f"title: {form.write_value(title)}"]


def _entry(entry: EntryDocument) -> list[str]:
    lines = ["", *_entry_heading(entry)]
    if entry.url_given != entry.url:
        lines.append(_field("url_given", entry.url_given))
    lines += _fields(**{name: getattr(entry, name) for name in form.PLAIN_ENTRY_FIELDS})
    if entry.starred:
        lines.append("starred: yes")
    if entry.topics:
        lines.append(f"topics: {form.write_list(entry.topics)}")
    lines += _card(entry.card)
    picture, fields = _figure(entry)
    lines += fields
    if picture:
        lines += ["", picture]
    if entry.summary:
        summary = form.escape(entry.summary)
        lines += ["", *(form.guard_first(summary) if form.read_picture(summary[0]) else summary)]
    return lines


def _entry_heading(entry: EntryDocument) -> list[str]:
    line = form.write_heading(3, entry.title, entry.url)
    return [line] if line else ["###", _field("title", entry.title), _field("url", entry.url)]


def _card(card: CardDocument | None) -> list[str]:
    if card is None:
        return []
    given = [] if card.url_given == card.url else [_field("card_url_given", card.url_given)]
    texts = _fields(card_title=card.title, card_description=card.description, card_domain=card.domain)
    return [_field("card", card.url), *given, *texts]


def _figure(entry: EntryDocument) -> tuple[str, list[str]]:
    """The line of the picture, where one says it well, and the fields for what that line doesn't say."""
    line, said = _picture(entry)
    meant = {"figure": entry.figure, "figure_alt": entry.figure_alt, "figure_sha256": entry.figure_sha256}
    return line, [_field(name, value) for name, value in meant.items() if value != said.get(name, "")]


def _picture(entry: EntryDocument) -> tuple[str, dict[str, str]]:
    address = picture_address(entry)
    for alt in (entry.figure_alt, ""):
        line = form.write_picture(alt, address)
        picture = form.read_picture(line)
        if picture and picture.path == address and not picture.is_remote and line.isprintable():
            return line, {"figure": picture.name, "figure_alt": picture.alt, "figure_sha256": picture.sha256}
    return "", {}


def _fields(**values: str | None) -> list[str]:
    return [_field(name, value) for name, value in values.items() if value]


def _field(name: str, value: str) -> str:
    return f"{name}: {form.write_value(value)}".rstrip(" ")


def _leftovers(issue: IssueDocument) -> list[str]:
    text = issue.leftovers_text or "\n".join(leftover.text for leftover in issue.leftovers)
    if not text:
        return []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    longest = max((len(run) for run in re.findall(r"~+", text)), default=0)
    fence = "~" * max(4, longest + 1)
    return ["", "## Leftovers", f"kind: {form.LEFTOVERS}", "", fence, *text.split("\n"), fence]
