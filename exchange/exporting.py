"""Turns the rows of the archive into documents, a few issues at a time, always in the same order."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, Prefetch
from django.db.models.functions import Collate

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
from issues.models import Entry, Erratum, Highlight, Issue, Publication, Section, Topic, Waiver
from papers.models import Alias, Work

# As many issues as are in memory at once.
_ISSUES = 50
_WORKS = 500


@contextlib.contextmanager
def one_moment() -> Iterator[None]:
    """While this lasts, everything read is as it was at one moment, whatever is saved meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def publication() -> PublicationDocument | None:
    row = Publication.objects.first()
    if row is None:
        return None
    return PublicationDocument(
        name=row.name,
        tagline=row.tagline,
        about=row.about,
        author_name=row.author_name,
        author_links=row.author_links,
        imprint=row.imprint,
        languages=row.languages,
        time_zone=row.time_zone,
        sender=row.sender,
        campaign=row.campaign,
        recurring_links=row.recurring_links,
    )


def issues() -> Iterator[IssueDocument]:
    """All issues by language, moment, number and slug, drafts last; sorted alike whatever the database's collation."""
    entries = Entry.objects.select_related("work", "repeats").prefetch_related("topics")
    rows = Issue.objects.order_by(
        Collate("language", "C"),
        F("published_at").asc(nulls_last=True),
        F("number").asc(nulls_last=True),
        Collate("slug", "C"),
    ).prefetch_related(
        Prefetch("highlights", Highlight.objects.order_by("position", "pk")),
        Prefetch("errata", Erratum.objects.select_related("entry").order_by("noted_on", Collate("text", "C"), "pk")),
        Prefetch("waivers", Waiver.objects.order_by("at", "code", Collate("row", "C"), "field", "digest")),
        Prefetch("sections", Section.objects.order_by("position", "pk")),
        Prefetch("sections__entries", entries.order_by("position", "pk")),
    )
    for row in rows.iterator(chunk_size=_ISSUES):
        yield _issue(row)


def works() -> Iterator[WorkDocument]:
    """All works by identity, merged ones too."""
    rows = Work.objects.select_related("merged_into").order_by(Collate("identity", "C"))
    rows = rows.prefetch_related(Prefetch("aliases", Alias.objects.order_by(Collate("identity", "C"))))
    for row in rows.iterator(chunk_size=_WORKS):
        yield WorkDocument(
            identity=row.identity,
            id=row.public_id,
            kind=row.kind,
            title=row.title,
            authors=row.authors,
            abstract=row.abstract,
            url=row.url,
            doi=row.doi,
            venue=row.venue,
            published_on=row.published_on,
            versions=row.versions,
            withdrawn=row.withdrawn,
            aliases=[alias.identity for alias in row.aliases.all()],
            merged_into=row.merged_into.identity if row.merged_into else "",
            origin=row.origin,
        )


def topics() -> Iterator[TopicDocument]:
    """All topics by slug."""
    for row in Topic.objects.order_by(Collate("slug", "C")).iterator():
        yield TopicDocument(row.slug, row.name, row.names, row.description, row.origin)


def figures() -> Iterator[tuple[str, str]]:
    """(checksum, name in the store) of each figure file, once each."""
    rows = Entry.objects.exclude(figure="").exclude(figure_sha256="").order_by("figure_sha256", "figure")
    before = ""
    for sha256, name in rows.values_list("figure_sha256", "figure").iterator():
        if sha256 != before:
            yield sha256, name
        before = sha256


def _issue(row: Issue) -> IssueDocument:
    return IssueDocument(
        title=row.title,
        kind=row.kind,
        number=row.number,
        year=row.year,
        week=row.week,
        month=row.month,
        date_text=row.date_text or None,
        intro=row.intro,
        contents_stated_count=row.contents_stated_count,
        contents_lines=row.contents_lines,
        source_url=row.source_url,
        highlights=[_highlight(highlight) for highlight in row.highlights.all()],
        sections=[_section(section) for section in row.sections.all()],
        past_issues=[PastIssueDocument(**past) for past in row.past_issues],
        errata=[_erratum(erratum) for erratum in row.errata.all()],
        waivers=[_waiver(waiver) for waiver in row.waivers.all()],
        leftovers_text=row.leftovers,
        slug=row.slug,
        language=row.language,
        translation_key=str(row.translation_key),
        status=row.status,
        published_at=row.published_at,
        published_at_exact=row.published_at_exact,
        origin=row.origin,
    )


def _highlight(row: Highlight) -> HighlightDocument:
    return HighlightDocument(row.group, row.group_title, row.text, row.public_id, str(row.translation_key))


def _erratum(row: Erratum) -> ErratumDocument:
    return ErratumDocument(row.noted_on, row.text, row.entry.public_id if row.entry else "")


def _waiver(row: Waiver) -> WaiverDocument:
    kind, _, name = row.row.partition(":")
    about = {kind: name} if name else {}
    return WaiverDocument(row.code, row.digest, row.reason, **about, field=row.field, by=row.by_name, at=row.at)


def _section(row: Section) -> SectionDocument:
    entries = [_entry(entry) for entry in row.entries.all()]
    return SectionDocument(row.kind, row.title, row.number_given, str(row.translation_key), entries)


def _entry(row: Entry) -> EntryDocument:
    return EntryDocument(
        title=row.title,
        url=row.url,
        url_given=row.url_given,
        domain_shown=row.domain_shown or None,
        source_title=row.source_title,
        source_arxiv_id=row.source_arxiv_id,
        summary=row.summary,
        one_liner=row.one_liner,
        starred=row.starred,
        figure=row.figure_name,
        # Here the name in the store, by which the writer finds the bytes.
        figure_path=Path(row.figure.name) if row.figure else None,
        figure_sha256=row.figure_sha256,
        figure_alt=row.figure_alt,
        figure_credit=row.figure_credit,
        figure_source_url=row.figure_source_url,
        figure_license=row.figure_license,
        card=_card(row),
        topics=sorted(topic.slug for topic in row.topics.all()),
        id=row.public_id,
        translation_key=str(row.translation_key),
        repeats=row.repeats.public_id if row.repeats else "",
        label=row.label,
        work=row.work.identity if row.work else "",
    )


def _card(row: Entry) -> CardDocument | None:
    values = (row.card_url, row.card_url_given, row.card_title, row.card_description, row.card_domain)
    return CardDocument(*values) if any(values) else None
