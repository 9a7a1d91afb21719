"""Writes an archive as JSON, a record at a time, in the form that `docs/archive-format.md` describes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from typing import TextIO
from urllib.parse import urlsplit

from common.markdown import links
from exchange.documents import (
    CardDocument,
    EntryDocument,
    ErratumDocument,
    HighlightDocument,
    IssueDocument,
    PastIssueDocument,
    PublicationDocument,
    SectionDocument,
    TopicDocument,
    WaiverDocument,
    WorkDocument,
)
from exchange.readers.archive import FORMAT
from papers.identifiers import MalformedURL, arxiv_id, canonical_url


def write(
    out: TextIO,
    publication: PublicationDocument | None,
    issues: Iterable[IssueDocument],
    works: Iterable[WorkDocument],
    topics: Iterable[TopicDocument],
) -> None:
    """Write the whole archive; the same documents always give the same text. Needs the memory of one record."""
    out.write(f'{{\n"format": {_json(FORMAT)},\n')
    out.write(f'"publication": {_json(_publication(publication) if publication else None)},\n')
    _write_list(out, "issues", issues, issue_record)
    out.write(",\n")
    _write_list(out, "works", works, _work)
    out.write(",\n")
    _write_list(out, "topics", topics, _topic)
    out.write("\n}\n")


def _write_list(out: TextIO, name: str, documents: Iterable[object], record: Callable[[object], dict]) -> None:
    out.write(f'"{name}": [')
    before = "\n"
    for document in documents:
        out.write(before + _json(record(document)))
        before = ",\n"
    out.write("\n]" if before == ",\n" else "]")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _moment(moment: datetime.datetime | None) -> str | None:
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z") if moment else None


def _publication(document: PublicationDocument) -> dict[str, object]:
    return {
        "name": document.name,
        "tagline": document.tagline or None,
        "about": document.about or None,
        "author": {"name": document.author_name, "links": document.author_links},
        "imprint": document.imprint or None,
        "languages": document.languages,
        "time_zone": document.time_zone,
        "sender": document.sender or None,
        # The database keeps objects in an order of its own.
        "campaign": {language: dict(sorted(values.items())) for language, values in sorted(document.campaign.items())},
        "recurring_links": document.recurring_links,
    }


def issue_record(issue: IssueDocument) -> dict[str, object]:
    """An issue as the object that stands for it in an archive."""
    urls = {entry.id: entry.url for entry in issue.entries()}
    return {
        "slug": issue.slug,
        "language": issue.language,
        "translation_key": issue.translation_key or None,
        "kind": issue.kind,
        "number": issue.number,
        "year": issue.year,
        "week": issue.week,
        "month": issue.month,
        "title": issue.title,
        "date_text": issue.date_text,
        "intro": issue.intro or None,
        "leftovers": issue.leftovers_text or None,
        "contents": {"stated_count": issue.contents_stated_count, "lines": issue.contents_lines},
        "status": issue.status,
        "published_at": _moment(issue.published_at),
        "published_at_exact": issue.published_at_exact,
        "origin": issue.origin,
        "source_url": issue.source_url or None,
        "highlights": [_highlight(highlight, urls) for highlight in issue.highlights],
        "sections": [_section(section, place) for place, section in enumerate(issue.sections, start=1)],
        "errata": [_erratum(erratum) for erratum in issue.errata],
        "waivers": [_waiver(waiver) for waiver in issue.waivers],
        "past_issues": [_past_issue(past) for past in issue.past_issues],
    }


def _highlight(highlight: HighlightDocument, urls: dict[str, str]) -> dict[str, object]:
    found = (_linked(address, urls) for address in links(highlight.text))
    return {
        "id": highlight.id,
        "translation_key": highlight.translation_key or None,
        "group": highlight.group,
        "group_title": highlight.group_title or None,
        "text": highlight.text,
        "links": [address for address in found if address],
    }


def _linked(address: str, urls: dict[str, str]) -> str:
    """Where a link of a highlight leads: the canonical address, through the entry where it names one."""
    if address.startswith("entry:"):
        return urls.get(address.removeprefix("entry:"), "")
    try:
        return canonical_url(address)
    except MalformedURL:
        return address


def _section(section: SectionDocument, place: int) -> dict[str, object]:
    return {
        "kind": section.kind,
        "title": section.title,
        "position": place,
        "number_given": section.number_given,
        "translation_key": section.translation_key or None,
        "entries": [_entry(entry, position) for position, entry in enumerate(section.entries, start=1)],
    }


def _entry(entry: EntryDocument, place: int) -> dict[str, object]:
    found = arxiv_id(entry.url) if entry.url else None
    return {
        "id": entry.id,
        "translation_key": entry.translation_key or None,
        "position": place,
        "label": entry.label or None,
        "title": entry.title,
        "url": entry.url or None,
        "url_given": entry.url_given or None,
        "domain": urlsplit(entry.url).hostname if entry.url else None,
        "domain_shown": entry.domain_shown,
        "arxiv_id": found[0] if found else None,
        "arxiv_version": (found[1] or None) if found else None,
        "work": entry.work or None,
        "source_title": entry.source_title or None,
        "source_arxiv_id": entry.source_arxiv_id or None,
        "summary": entry.summary,
        "one_liner": entry.one_liner or None,
        "starred": entry.starred,
        "repeats": entry.repeats or None,
        "figure": entry.figure or None,
        "figure_sha256": entry.figure_sha256 or None,
        "figure_alt": entry.figure_alt or None,
        "figure_credit": entry.figure_credit or None,
        "figure_source_url": entry.figure_source_url or None,
        "figure_license": entry.figure_license or None,
        "card": _card(entry.card),
        "topics": entry.topics,
    }


def _card(card: CardDocument | None) -> dict[str, object] | None:
    if card is None:
        return None
    return {
        "url": card.url or None,
        "url_given": card.url_given or None,
        "title": card.title or None,
        "description": card.description or None,
        "domain": card.domain or None,
    }


def _erratum(erratum: ErratumDocument) -> dict[str, object]:
    return {"noted_on": erratum.noted_on.isoformat(), "entry": erratum.entry or None, "text": erratum.text}


def _waiver(waiver: WaiverDocument) -> dict[str, object]:
    return {
        "code": waiver.code,
        "entry": waiver.entry or None,
        "highlight": waiver.highlight or None,
        "section": waiver.section or None,
        "field": waiver.field or None,
        "text_sha256": waiver.text_sha256,
        "reason": waiver.reason,
        "by": waiver.by or None,
        "at": _moment(waiver.at),
    }


def _past_issue(past: PastIssueDocument) -> dict[str, object]:
    return {"title": past.title, "url": past.url or None, "url_given": past.url_given or None}


def _work(work: WorkDocument) -> dict[str, object]:
    return {
        "identity": work.identity,
        "id": work.id,
        "kind": work.kind,
        "title": work.title or None,
        "authors": work.authors,
        "abstract": work.abstract or None,
        "url": work.url,
        "doi": work.doi or None,
        "venue": work.venue or None,
        "published_on": work.published_on.isoformat() if work.published_on else None,
        "versions": work.versions,
        "withdrawn": work.withdrawn,
        "aliases": work.aliases,
        "merged_into": work.merged_into or None,
        "origin": work.origin or None,
    }


def _topic(topic: TopicDocument) -> dict[str, object]:
    return {
        "slug": topic.slug,
        "name": topic.name,
        "names": dict(sorted(topic.names.items())),
        "description": topic.description or None,
        "origin": topic.origin or None,
    }
