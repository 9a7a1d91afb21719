"""Loads what stands in issues, whatever their number, in two queries: for pages, feeds and mails.

With the rows come their texts as they were rendered and kept, so that showing them costs no reading of Markdown.
Django would need a query for each of highlights, corrections, sections, entries, works and topics, and most of the time
of a page to put these into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from itertools import accumulate
from operator import attrgetter

from django.db import connection

from common.columns import Columns, hold, relate
from papers.models import Work

from . import texts
from .models import Entry, Erratum, Highlight, Issue, Section, Topic

_OF_IMPORT = ("imported_document", "imported_digest")
# What readers see nothing of stays where it is, until somebody reads it.
_LEFT_IN_ENTRY = (*_OF_IMPORT, "url_given", "one_liner", "card_url_given", "figure_sha256", "awaits_record", "added_by")
_LEFT_IN_WORK = ("abstract", "versions", "created_at")


def gather(issues: Sequence[Issue]) -> None:
    """Load what stands in these issues, to be had from `issue.sections.all()` and the like as if it were prefetched.

    Two queries. Each entry knows its section, its work and, where that was merged, the other one; each section knows
    its issue.
    """
    gather_lines(issues)
    if issues:
        _sections.gather({issue.pk: issue for issue in issues})


def gather_lines(issues: Sequence[Issue]) -> None:
    """Load the highlights and corrections of these issues, which is all that a line about one needs. One query."""
    if issues:
        _lines.gather({issue.pk: issue for issue in issues})


class _Lines:
    """What is one text each: introductions, highlights and corrections."""

    @cached_property
    def highlight(self):
        return Columns(Highlight, "highlight", without=_OF_IMPORT)

    @cached_property
    def erratum(self):
        return Columns(Erratum, "erratum")

    @cached_property
    def sql(self) -> str:
        return f"""
            SELECT 'intro', issue.id, NULL::json, {texts.COLUMNS}
              FROM issues_issue issue JOIN issues_kepttext kept ON kept.key = {texts.key_in_sql("issue.intro")}
             WHERE issue.id = ANY(%s)
             UNION ALL
            SELECT 'highlight', highlight.issue_id, json_build_array({self.highlight.sql}), {texts.COLUMNS}
              FROM issues_highlight highlight
              LEFT JOIN issues_kepttext kept ON kept.key = {texts.key_in_sql("highlight.text")}
             WHERE highlight.issue_id = ANY(%s)
             UNION ALL
            SELECT 'erratum', erratum.issue_id, json_build_array({self.erratum.sql}), {texts.COLUMNS}
              FROM issues_erratum erratum
              LEFT JOIN issues_kepttext kept ON kept.key = {texts.key_in_sql("erratum.text")}
             WHERE erratum.issue_id = ANY(%s)
        """

    def gather(self, issues: dict[int, Issue]) -> None:
        keys = list(issues)
        given = [value for model in (Issue, Highlight, Erratum) for value in (texts.form_of(model), keys)]
        highlights = {key: [] for key in keys}
        errata = {key: [] for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            for what, key, values, *kept in cursor.fetchall():
                if what == "intro":
                    texts.remember_kept(Issue, issues[key].intro, kept)
                    continue
                columns, rows = (self.highlight, highlights) if what == "highlight" else (self.erratum, errata)
                row = columns.from_json(values)
                relate(row, "issue", issues[key])
                rows[key].append(row)
                texts.remember_kept(type(row), row.text, kept)
        for key, issue in issues.items():
            first = sorted(highlights[key], key=lambda row: (row.position, row.pk))
            hold(issue, "highlights", first, partial(Highlight.objects.filter, issue=issue))
            dated = sorted(errata[key], key=lambda row: (row.noted_on, row.pk))
            hold(issue, "errata", dated, partial(Erratum.objects.filter, issue=issue))


class _Sections:
    """Sections with their entries, the works these are about, and their topics."""

    @cached_property
    def columns(self) -> list[Columns]:
        return [
            Columns(Section, "section", without=_OF_IMPORT),
            Columns(Entry, "entry", without=_LEFT_IN_ENTRY),
            Columns(Work, "work", without=_LEFT_IN_WORK),
            Columns(Work, "merged", without=_LEFT_IN_WORK),
        ]

    @cached_property
    def topic(self) -> Columns:
        return Columns(Topic, "topic", without=("description", "origin"))

    @cached_property
    def sql(self) -> str:
        return f"""
            SELECT {", ".join(columns.sql for columns in self.columns)}, {texts.COLUMNS},
                   (SELECT json_agg((SELECT json_build_array({self.topic.sql})
                                       FROM issues_topic topic WHERE topic.id = tagged.tag_id))
                      FROM issues_taggedentry tagged WHERE tagged.content_object_id = entry.id)
              FROM issues_section section
              LEFT JOIN issues_entry entry ON entry.section_id = section.id
              LEFT JOIN papers_work work ON work.id = entry.work_id
              LEFT JOIN papers_work merged ON merged.id = work.merged_into_id
              LEFT JOIN issues_kepttext kept ON kept.key = {texts.key_in_sql("entry.summary")}
             WHERE section.issue_id = ANY(%s)
             ORDER BY section.position, section.id, entry.position, entry.id
        """

    @cached_property
    def starts(self) -> list[int]:
        """Where the columns of each model begin in a row."""
        return list(accumulate(map(len, self.columns), initial=0))

    def gather(self, issues: dict[int, Issue]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [texts.form_of(Entry), list(issues)])
            rows = cursor.fetchall()
        sections: dict[int, tuple[Section, list[Entry]]] = {}
        topics: dict[int, Topic] = {}
        for row in rows:
            if row[0] not in sections:
                sections[row[0]] = (self.columns[0].instance(row), [])
            section, entries = sections[row[0]]
            if entry := self._entry(row, section, topics):
                entries.append(entry)
        for section, entries in sections.values():
            relate(section, "issue", issues[section.issue_id])
            hold(section, "entries", entries, partial(Entry.objects.filter, section=section))
        for issue in issues.values():
            own = [section for section, _entries in sections.values() if section.issue_id == issue.pk]
            hold(issue, "sections", own, partial(Section.objects.filter, issue=issue))

    def _entry(self, row: Sequence, section: Section, topics: dict[int, Topic]) -> Entry | None:
        """The entry of a row, none where its section has none, with its work and topics; `topics` are those known."""
        [_, of_entry, of_work, of_merged], [_, entry_at, work_at, merged_at, _] = self.columns, self.starts
        entry = of_entry.instance(row, entry_at)
        if entry is None:
            return None
        relate(entry, "section", section)
        work = of_work.instance(row, work_at)
        relate(entry, "work", work)
        if work:
            relate(work, "merged_into", of_merged.instance(row, merged_at))
        *kept, of_topics = row[-5:]
        texts.remember_kept(Entry, entry.summary, kept)
        self._hold_topics(entry, of_topics or (), topics)
        return entry

    def _hold_topics(self, entry: Entry, rows: Sequence[Sequence], known: dict[int, Topic]) -> None:
        for row in rows:
            if row[0] not in known:
                known[row[0]] = self.topic.from_json(row)
        own = sorted((known[row[0]] for row in rows), key=attrgetter("slug"))
        hold(entry, "topics", own, partial(Topic.objects.filter, tagged__content_object=entry))


_lines, _sections = _Lines(), _Sections()
