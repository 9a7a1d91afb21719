"""What an import leaves in the history: nothing where it begins, and the old text where it overwrites."""

import pytest
from django.core.management import call_command

from exchange.samples import load_samples, remove_samples
from issues.desk.history.restoring import restore_row, restore_value, seen
from issues.models import AuditRecord, Change, Deed, Entry, Issue, Topic

from .archives import a_section, an_entry, an_issue, bring_in, export_json, write_archive

pytestmark = pytest.mark.django_db

FIRST = {"title": "First", "url": "https://example.org/first", "id": "first", "topics": ["video"]}
SECOND = {"title": "Second", "url": "https://example.org/second", "id": "second"}
OLD = "What the editor made of it, 日本語 and all."


@pytest.fixture
def come(tmp_path):
    def bring(*sections, overwrite=False, **values):
        return bring_in(write_archive(tmp_path / "a.json", an_issue(*sections, **values)), overwrite=overwrite)

    return bring


def changes(**values):
    return Change.objects.filter(model__in=["issue", "section", "entry", "highlight"], **values)


def test_what_is_imported_begins_without_a_history(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)), highlights=[{"text": "Old"}], status="published")
    assert Entry.objects.get(title="First").topics.exists()
    assert not changes().exists()
    # What becomes of it afterwards is told, in the same transaction too.
    Entry.objects.update(starred=True)
    assert changes().count() == 2


def test_overwriting_keeps_what_was_written_at_the_desk(come, editor):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)))
    first = Entry.objects.get(title="First")
    Entry.objects.filter(pk=first.pk).update(summary=OLD, title="Mine")
    first.topics.set([Topic.objects.create(name="Audio", slug="audio")])
    before = Entry.objects.get(pk=first.pk)

    come(a_section(an_entry(**FIRST), an_entry(**SECOND)), overwrite=True)
    overwritten = Entry.objects.get(pk=first.pk)
    assert (overwritten.title, overwritten.summary) == ("First", "About “First”.")

    for name, old in {"title": "Mine", "summary": OLD, "topics": ["audio"]}.items():
        change = changes(row=first.pk, field=name, old=old).get()
        row = Entry.objects.get(pk=first.pk)
        restore_value(change, change.old, by=editor, as_seen=seen(row, name))
    restored = Entry.objects.get(pk=first.pk)
    assert (restored.title, restored.summary) == (before.title, before.summary) == ("Mine", OLD)
    assert [topic.slug for topic in restored.topics.all()] == ["audio"]


def test_what_overwriting_takes_out_is_brought_back(come, editor):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)))
    first = Entry.objects.get(title="First")
    Entry.objects.filter(pk=first.pk).update(summary=OLD)
    come(a_section(an_entry(**SECOND)), overwrite=True)
    assert not Entry.objects.filter(pk=first.pk).exists()

    restore_row(changes(row=first.pk, deed=Deed.REMOVED).get(), by=editor)
    back = Entry.objects.get(pk=first.pk)
    assert (back.public_id, back.summary, back.section) == ("first", OLD, Issue.objects.get().sections.get())
    assert [topic.slug for topic in back.topics.all()] == ["video"]


def test_the_history_is_no_part_of_an_archive(come, tmp_path):
    come(a_section(an_entry(**FIRST)))
    before = export_json(tmp_path / "before.json")
    Entry.objects.update(title="Mine")
    Entry.objects.update(title="First")
    assert Change.objects.exists()
    assert export_json(tmp_path / "after.json") == before


def test_imports_and_exports_are_in_the_audit_trail(tmp_path, capsys):
    path = write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(**FIRST))))
    call_command("import_issues", path, verbosity=0)
    call_command("export_archive", format="json", output=tmp_path / "out.json")
    told = AuditRecord.objects.filter(deed__startswith="archive.").order_by("pk")
    assert [(record.deed, record.detail) for record in told] == [
        ("archive.imported", {"overwrite": False, "publish": False, "created": 1}),
        ("archive.exported", {"form": "json", "file": "out.json"}),
    ]


@pytest.mark.django_db(transaction=True)
def test_samples_that_are_taken_out_leave_no_history(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    load_samples()
    Entry.objects.update(starred=True)
    own = Topic.objects.create(name="Own", slug="own")
    own.delete()
    remove_samples()
    assert [(change.model, change.old["slug"]) for change in Change.objects.filter(deed=Deed.REMOVED)] == [
        ("topic", "own")
    ]
    assert not changes().exists()
