"""Whatever way a row is changed, the history tells of it: the verbs, `update()`, bulk, raw SQL, cascades."""

import datetime

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from common.acting import acting
from issues.models import (
    Change,
    Comment,
    Deed,
    Entry,
    Erratum,
    Issue,
    Step,
    TaggedEntry,
    Waiver,
)
from issues.moving import move_entry, number
from issues.publishing import publish
from papers.models import Work
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

pytestmark = pytest.mark.django_db

TRACKED = {
    *("publication", "issue", "section", "highlight", "entry", "erratum", "comment", "waiver", "topic"),
    "taggedentry",
}
# What tells of itself when it came, by whom, and what became of it; or what follows from something else.
LEFT_OUT = {"approval", "auditrecord", "change", "step", "preflight", "presence", "removal", "reviewlink"}
LEFT_OUT |= {"entrymoment", "entrycount", "stamp", "kepttext"}
LEFT_OUT |= {"searchtext", "searchword", "searchrules"}


def make_draft():
    return make_issue(published=False)


def make_erratum():
    return Erratum.objects.create(issue=make_issue(), noted_on=datetime.date(2021, 1, 1), text="Eleven.")


def make_comment():
    return Comment.objects.create(issue=make_draft(), name="Ada", text="A typo.")


def make_waiver():
    return Waiver.objects.create(issue=make_draft(), code="ran-before", row="entry:abc", digest="", reason="A series.")


# Each tracked model: how to make one, a field of text, and which issue it belongs to.
ROWS = {
    "publication": (make_publication, "tagline", lambda row: None),
    "issue": (make_draft, "intro", lambda row: row.pk),
    "section": (lambda: make_section(make_draft()), "title", lambda row: row.issue_id),
    "highlight": (lambda: make_highlight(make_draft()), "text", lambda row: row.issue_id),
    "entry": (lambda: make_entry(make_section(make_draft())), "summary", lambda row: row.section.issue_id),
    "erratum": (make_erratum, "text", lambda row: row.issue_id),
    "comment": (make_comment, "text", lambda row: row.issue_id),
    "waiver": (make_waiver, "reason", lambda row: row.issue_id),
    "work": (make_work, "title", lambda row: None),
    "topic": (make_topic, "description", lambda row: None),
}


def save(row, field, text):
    setattr(row, field, text)
    row.save()


def update(row, field, text):
    type(row)._base_manager.filter(pk=row.pk).update(**{field: text})


def bulk_update(row, field, text):
    setattr(row, field, text)
    type(row)._base_manager.bulk_update([row], [field])


def sql(row, field, text):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {field} = %s WHERE id = %s", [text, row.pk])


def changes(**values):
    return list(Change.objects.filter(**values).order_by("pk"))


@pytest.mark.parametrize("way", [save, update, bulk_update, sql])
@pytest.mark.parametrize("model", ROWS)
def test_a_change_leaves_both_texts(model, way):
    make, field, issue_of = ROWS[model]
    row = make()
    before = getattr(row, field)
    way(row, field, "Another text, 100% “new”, it's 'quoted' \\n {}")
    (change,) = changes(model=model, deed=Deed.CHANGED)
    assert (change.row, change.field, change.issue) == (row.pk, field, issue_of(row))
    assert (change.old, change.new) == (before, "Another text, 100% “new”, it's 'quoted' \\n {}")
    assert (change.person, change.saves) == (None, 1)


@pytest.mark.parametrize("model", ROWS)
def test_a_removed_row_leaves_all_its_columns(model):
    make, field, issue_of = ROWS[model]
    row = make()
    issue, key, text = issue_of(row), row.pk, getattr(row, field)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [key])
    (change,) = changes(model=model, deed=Deed.REMOVED)
    assert (change.row, change.issue, change.old[field]) == (key, issue, text)
    assert set(change.old) == {column.column for column in row._meta.concrete_fields}


@pytest.mark.parametrize("model", sorted(set(ROWS) - {"work", "topic"}))
def test_a_row_that_comes_is_told(model):
    row = ROWS[model][0]()
    assert [change.row for change in changes(model=model, deed=Deed.ADDED)] == [row.pk]


def test_what_changes_nothing_leaves_nothing():
    entry = make_entry()
    Change.objects.all().delete()
    entry.save()
    Entry.objects.update(title=entry.title)
    Issue.objects.update(updated_at=timezone.now())
    assert not Change.objects.exists()


def test_every_model_is_tracked_or_left_out_for_a_reason():
    models = {model._meta.model_name for model in apps.get_app_config("issues").get_models()}
    assert models == TRACKED | LEFT_OUT
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'history_changed'")
        tables = {table for (table,) in cursor.fetchall()}
    assert tables == {f"issues_{name}" for name in TRACKED} | {Work._meta.db_table}


def test_whatever_goes_with_an_issue_is_told_of_the_issue():
    issue = make_draft()
    section = make_section(issue)
    entry, highlight = make_entry(section, topics=[make_topic()]), make_highlight(issue)
    keys = {("entry", entry.pk), ("section", section.pk), ("highlight", highlight.pk), ("issue", issue.pk)}
    number = issue.pk
    issue.delete()
    gone = changes(deed=Deed.REMOVED)
    assert {(change.model, change.row) for change in gone} == keys
    assert {change.issue for change in gone} == {number}
    assert len({change.transaction_at for change in gone}) == 1


def test_who_forgets_a_row_that_goes_is_told():
    first, second = make_entry(), make_entry()
    Entry.objects.filter(pk=second.pk).update(repeats=first)
    key = first.pk
    first.delete()
    change = changes(field="repeats_id")[-1]
    assert (change.row, change.issue, change.old, change.new) == (second.pk, second.section.issue_id, key, None)


# --- Topics ----------------------------------------------------------------------------------------------------------


def test_topics_are_told_of_their_entry_as_a_list():
    entry = make_entry()
    video, audio = make_topic("video"), make_topic("audio")
    entry.topics.add(video)
    entry.topics.set([audio, video])
    TaggedEntry.objects.filter(tag=video).delete()
    told = [(change.model, change.row, change.old, change.new) for change in changes(field="topics")]
    assert told == [
        ("entry", entry.pk, [], ["video"]),
        ("entry", entry.pk, ["video"], ["audio", "video"]),
        ("entry", entry.pk, ["audio", "video"], ["audio"]),
    ]
    assert {change.issue for change in changes(field="topics")} == {entry.section.issue_id}


def test_a_topic_that_becomes_another_in_sql_is_told():
    entry = make_entry(topics=[make_topic("video")])
    TaggedEntry.objects.update(tag=make_topic("audio"))
    assert [(change.old, change.new) for change in changes(field="topics")][-1] == (["video"], ["audio"])
    assert changes(field="topics")[-1].row == entry.pk


def test_moments_of_topics_are_no_change():
    entry = make_entry(make_section(make_draft()), topics=[make_topic()])
    Change.objects.all().delete()
    publish(entry.section.issue)
    assert {change.field for change in changes()} == {"status", "published_at", "label"}


# --- Order -----------------------------------------------------------------------------------------------------------


def test_an_entry_that_moves_is_one_change_of_its_section():
    section = make_section(make_draft())
    entries = [make_entry(section) for _ in range(4)]
    Change.objects.all().delete()
    move_entry(entries[3], section, position=1)
    (change,) = changes()
    assert (change.model, change.row, change.field) == ("section", section.pk, "entries")
    keys = [entry.pk for entry in entries]
    assert (change.old, change.new) == (keys, [keys[3], *keys[:3]])


def test_an_entry_that_changes_its_section_tells_where_it_was():
    issue = make_draft()
    here, there = make_section(issue), make_section(issue)
    entries = [make_entry(here) for _ in range(3)]
    Change.objects.all().delete()
    move_entry(entries[0], there)
    assert [(change.field, change.old, change.new) for change in changes()] == [("section_id", here.pk, there.pk)]


def test_numbers_that_leave_the_order_as_it_was_are_no_change():
    section = make_section(make_draft())
    entries = [make_entry(section, position=0) for _ in range(3)]
    Change.objects.all().delete()
    number(entries)
    assert not Change.objects.exists()


# --- What one person does in ten minutes ------------------------------------------------------------------------------

LONG = "The authors show that most weights can go."


def typed(entry, *texts, by, via="desk"):
    for text in texts:
        with acting(by=by, via=via):
            Entry.objects.filter(pk=entry.pk).update(summary=text)


def fields(change):
    return change.old, change.new, change.saves, [step.value for step in change.steps.all()]


def test_saves_of_one_field_by_one_person_within_ten_minutes_are_one_change(editor):
    entry = make_entry(summary="")
    typed(entry, "The", "The authors", LONG, by=editor)
    (change,) = changes(field="summary")
    assert fields(change) == ("", LONG, 3, ["The authors", "The"])
    assert change.began_at < change.changed_at


def test_after_ten_minutes_a_further_change_begins(editor):
    entry = make_entry(summary="")
    typed(entry, "The", by=editor)
    Change.objects.update(began_at=timezone.now() - datetime.timedelta(minutes=10, seconds=1))
    typed(entry, LONG, by=editor)
    assert [(change.old, change.new) for change in changes(field="summary")] == [("", "The"), ("The", LONG)]


def test_what_somebody_else_does_is_another_change(editor, stranger):
    entry = make_entry(summary="")
    typed(entry, "The", by=editor)
    typed(entry, "The authors", by=stranger)
    typed(entry, LONG, by=editor)
    assert [change.person_name for change in changes(field="summary")] == ["mika", "stranger", "mika"]


def test_another_field_or_another_way_is_another_change(editor):
    entry = make_entry(summary="")
    typed(entry, "The", by=editor)
    typed(entry, LONG, by=editor, via="api")
    with acting(by=editor, via="desk"):
        Entry.objects.filter(pk=entry.pk).update(title="Sparse is enough")
    assert [(change.field, change.via) for change in changes(deed=Deed.CHANGED)] == [
        ("summary", "desk"),
        ("summary", "api"),
        ("title", "desk"),
    ]


def test_what_takes_out_more_than_half_of_a_text_begins_a_change_of_its_own(editor):
    """Else a text that somebody deleted by a slip of the hand would be a step on the way, and be given up with it."""
    entry = make_entry(summary="")
    typed(entry, "The authors", LONG, "", "x", "xy", by=editor)
    assert [fields(change) for change in changes(field="summary")] == [
        ("", LONG, 2, ["The authors"]),
        (LONG, "xy", 3, ["x", ""]),
    ]


def test_what_commands_do_is_never_joined():
    entry = make_entry(summary="")
    typed(entry, "The", LONG, by=None)
    assert [change.saves for change in changes(field="summary")] == [1, 1]
    assert not Step.objects.exists()
