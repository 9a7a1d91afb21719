"""Reads an issue that an editor wrote by hand as Markdown, and what `export_archive --format markdown` wrote.

The form is described in `docs/markdown-issues.md`.
"""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from exchange import markdown_form as form
from exchange.documents import (
    CardDocument,
    EntryDocument,
    ErratumDocument,
    IssueDocument,
    LeftoverDocument,
    PastIssueDocument,
    SectionDocument,
    Source,
    UnknownForm,
    WaiverDocument,
)
from exchange.readers._front_matter import Value, choice, day, end_of_front_matter, read_front_matter, truth
from exchange.readers._kinds import guess_kind, names_highlights
from exchange.readers._link_led import link_led_entries
from exchange.readers._markdown_highlights import read_highlights
from exchange.readers._markdown_parts import Part, by_section, cut_parts, take_fields
from exchange.readers._pictures import file_beside

NAME = "markdown"

_TEXT_NAMES = ("title", "slug", "language", "translation_key", "date_text", "source_url")
_NUMBER_NAMES = ("number", "year", "week", "month")


def recognises(source: Source) -> bool:
    """Whether the file opens with a block between dashes that holds a title."""
    with source.open() as file:
        opening = file.read(5).removeprefix(b"\xef\xbb\xbf")
    if not opening.startswith((b"---", b"--")):
        return False
    lines = source.text.split("\n")
    end = end_of_front_matter(lines)
    return end is not None and any(re.match(r"title\s*:", line) for line in lines[1:end])


def read(source: Source) -> Iterator[IssueDocument]:
    """The one issue of the file; UnknownForm with the first line that can't be meant."""
    lines = source.text.split("\n")
    end = end_of_front_matter(lines)
    values = read_front_matter(lines[1:end]) if end is not None else {}
    issue = _issue(values, lines)
    opening, *parts = cut_parts(lines, 0 if end is None else end + 1)
    _read_opening(issue, opening)
    if not issue.title:
        message = "An issue in Markdown starts with a line of three dashes, a line title: …, and three dashes again."
        raise UnknownForm(message, line=1)
    for section, *inner in by_section(parts):
        _read_section(issue, section, inner, source.folder)
    issue.lines = (1, len(lines))
    issue.lines_with_text = sum(1 for line in lines if line.strip())
    yield issue


def _issue(values: dict[str, Value], lines: list[str]) -> IssueDocument:
    issue = IssueDocument()
    setters = _setters(issue)
    for name, value in values.items():
        if name in setters:
            setters[name](value)
        else:
            _leave(issue, value.line, lines[value.line - 1], "front matter")
    return issue


def _setters(issue: IssueDocument) -> dict[str, Callable[[Value], None]]:
    """For each name of the block on top what it does to the issue."""

    def setter(attribute: str, convert: Callable[[Value], object]) -> Callable[[Value], None]:
        return lambda value: setattr(issue, attribute, convert(value))

    setters = {name: setter(name, Value.as_text) for name in _TEXT_NAMES}
    setters["date_text"] = setter("date_text", lambda value: value.as_text() or None)
    setters |= {name: setter(name, Value.as_number) for name in _NUMBER_NAMES}
    setters["kind"] = setter("kind", lambda value: value.as_choice(form.ISSUE_KINDS))
    setters["status"] = setter("status", lambda value: value.as_choice(form.STATUSES))
    setters["origin"] = setter("origin", lambda value: value.as_choice(form.ORIGINS))
    setters["date"] = lambda value: _set_date(issue, value)
    setters["published_at"] = setter("published_at", Value.as_moment)
    setters["published_at_exact"] = setter("published_at_exact", Value.as_truth)
    setters["contents"] = lambda value: _set_contents(issue, value)
    setters["past_issues"] = setter("past_issues", lambda value: [_past_issue(item) for item in value.as_list()])
    setters["errata"] = setter("errata", lambda value: [_erratum(item) for item in value.as_list()])
    setters["waivers"] = setter("waivers", lambda value: [_waiver(item) for item in value.as_list()])
    return setters


def _set_date(issue: IssueDocument, value: Value) -> None:
    """A day is the day the issue is of; any other wording is how the date is shown."""
    issue.stated_on = day(value.as_text())
    if issue.stated_on is None and issue.date_text is None:
        issue.date_text = value.as_text() or None


def _set_contents(issue: IssueDocument, value: Value) -> None:
    names = value.as_names(("stated_count", "lines"))
    if "stated_count" in names:
        issue.contents_stated_count = names["stated_count"].as_number()
    if "lines" in names:
        issue.contents_lines = [item.as_text() for item in names["lines"].as_list()]


def _past_issue(value: Value) -> PastIssueDocument:
    names = {name: item.as_text() for name, item in value.as_names(("title", "url", "url_given")).items()}
    return PastIssueDocument(**{"url_given": names.get("url", ""), **names})


def _erratum(value: Value) -> ErratumDocument:
    names = value.as_names(("noted_on", "text", "entry"))
    texts = {name: item.as_text() for name, item in names.items()}
    noted_on = day(texts.get("noted_on", ""))
    if noted_on is None:
        raise UnknownForm(f"Line {value.line}: an erratum needs noted_on, a day such as 2021-09-02.", line=value.line)
    return ErratumDocument(noted_on, texts.get("text", ""), texts.get("entry", ""))


def _waiver(value: Value) -> WaiverDocument:
    names = value.as_names(tuple(field.name for field in dataclasses.fields(WaiverDocument)))
    moment = names.pop("at").as_moment() if "at" in names else None
    texts = {name: item.as_text() for name, item in names.items()}
    for name in ("code", "text_sha256", "reason"):
        if not texts.get(name, "").strip():
            raise UnknownForm(f"Line {value.line}: a waiver needs {name}.", line=value.line)
    return WaiverDocument(**texts, at=moment)


def _leave(issue: IssueDocument, line: int, text: str, attached_to: str) -> None:
    issue.leftovers.append(LeftoverDocument(line, line + text.count("\n"), text, attached_to))


def _read_opening(issue: IssueDocument, opening: Part) -> None:
    """The text before the first section; a `#` heading on top of it is the title, or repeats it."""
    lines = form.strip_blank(opening.lines)
    if lines and re.match(r"#[ \t]", lines[0]):
        title = lines[0][1:].strip()
        if issue.title in ("", title):
            issue.title = title
            lines = lines[1:]
    issue.intro = form.unescape(lines)


def _read_section(issue: IssueDocument, part: Part, inner: list[Part], folder: Path) -> None:
    fields, lines = take_fields(part, form.SECTION_FIELDS)
    kind = fields.get("kind", "")
    if kind == form.LEFTOVERS:
        _read_leftovers(issue, part, inner, lines)
    elif kind == form.HIGHLIGHTS or (not kind and names_highlights(part.text)):
        issue.highlights += read_highlights(part, inner, lines)
    else:
        issue.sections.append(_section(issue, part, fields, lines, is_essay=not inner))
        issue.sections[-1].entries += [_entry(inner_part, folder, issue) for inner_part in inner]
        issue.sections[-1].lines = (part.line, (inner or [part])[-1].last)


def _section(
    issue: IssueDocument, part: Part, fields: dict[str, str], lines: list[str], *, is_essay: bool
) -> SectionDocument:
    title = fields.get("title", part.text)
    kind = choice(fields["kind"], form.SECTION_KINDS, part.first) if "kind" in fields else guess_kind(title)
    number = Value(part.first, text=fields.get("number", "")).as_number()
    section = SectionDocument(kind, title, number, fields.get("translation_key", ""))
    first = part.last - len(lines) + 1
    section.entries, prelude = link_led_entries(lines, first)
    here = f"section {len(issue.sections) + 1}"
    if prelude and is_essay and not section.entries:
        text = form.unescape(lines)
        section.entries = [EntryDocument(title=title, summary=text, lines=(part.line, part.last))]
    elif prelude:
        _leave(issue, prelude[0], prelude[1], here)
    return section


def _entry(part: Part, folder: Path, issue: IssueDocument) -> EntryDocument:
    fields, lines = take_fields(part, form.ENTRY_FIELDS)
    title, url = form.read_heading(part.text)
    title, url = fields.get("title", title), fields.get("url", url)
    entry = EntryDocument(
        title=title,
        url=_absolute(url, issue.source_url),
        url_given=fields.get("url_given", url),
        starred=truth(fields.get("starred", ""), part.first),
        topics=form.read_list(fields.get("topics", "")),
        card=_card(fields),
        lines=(part.line, part.last),
    )
    for name in form.PLAIN_ENTRY_FIELDS:
        setattr(entry, name, fields.get(name, getattr(entry, name)))
    entry.summary = form.unescape(_take_picture(entry, form.strip_blank(lines), folder))
    for name in ("figure", "figure_alt", "figure_sha256"):
        setattr(entry, name, fields.get(name, getattr(entry, name)))
    return entry


def _absolute(url: str, base: str) -> str:
    if not url or not base or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", url):
        return url
    try:
        return urllib.parse.urljoin(base, url)
    except ValueError:
        return url


def _card(fields: dict[str, str]) -> CardDocument | None:
    if not any(name in fields for name in form.CARD_FIELDS):
        return None
    return CardDocument(
        url=fields.get("card", ""),
        url_given=fields.get("card_url_given", fields.get("card", "")),
        title=fields.get("card_title", ""),
        description=fields.get("card_description", ""),
        domain=fields.get("card_domain", ""),
    )


def _take_picture(entry: EntryDocument, lines: list[str], folder: Path) -> list[str]:
    """Make a picture alone on the first line the entry's figure; the lines after it."""
    picture = form.read_picture(lines[0]) if lines else None
    if picture is None or not picture.name:
        return lines
    entry.figure, entry.figure_alt, entry.figure_sha256 = picture.name, picture.alt, picture.sha256
    entry.figure_credit = entry.figure_credit or picture.credit
    if picture.is_remote:
        entry.figure_source_url = entry.figure_source_url or picture.address
    else:
        entry.figure_path = file_beside(folder, picture.path)
    return lines[1:]


def _read_leftovers(issue: IssueDocument, part: Part, inner: list[Part], lines: list[str]) -> None:
    """What an archive kept as leftovers stays so; it stands in one fenced block, or bare where written by hand."""
    lines = form.strip_blank(lines)
    fences = form.closed_fences(lines)
    is_one_block = bool(lines) and fences.get(0) == len(lines) - 1
    text = "\n".join(lines[1:-1]) if is_one_block else form.unescape(lines)
    issue.leftovers_text = "\n".join(filter(None, [issue.leftovers_text, text]))
    for entry in inner:
        heading = "#" * entry.level + " " + entry.text
        _leave(issue, entry.line, "\n".join([heading, *entry.lines]).rstrip(), "leftovers")
