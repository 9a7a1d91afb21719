"""Bringing back: an earlier text by the form in which it is typed, and rows that were removed by whatever way."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection

from common.acting import acting
from issues.desk.history.restoring import Changed, NotRestored, restore_row, restore_value, seen
from issues.models import Change, Comment, Deed, Entry, Highlight, Issue, Presence, Removal, Section, Topic
from issues.publishing import publish
from issues.refusals import Gone
from issues.removing import NoPlace, remove_entry, remove_highlight, remove_section, restore
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
from tests.issues.desk import page
from tests.issues.test_moving import at_once, titles
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return make_issue(published=False)


@pytest.fixture
def section(issue):
    return make_section(issue)


def change_of(row, field):
    return Change.objects.filter(model=row._meta.model_name, row=row.pk, field=field, deed=Deed.CHANGED).latest("pk")


def bring_back(row, field, *, by):
    """Bring back what stood in a field before its last change."""
    change = change_of(row, field)
    row = type(row).objects.get(pk=row.pk)
    return restore_value(change, change.old, by=by, as_seen=seen(row, field))


def changed(row, field, value):
    type(row)._base_manager.filter(pk=row.pk).update(**{field: value})
    return row


def post(client, change, **data):
    address = f"/admin/issues/change/{change.pk}/bring-back/"
    answer = client.post(address, data, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


# --- Values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field", "before", "after"),
    [
        (lambda section: make_entry(section), "title", "Sparse is enough", "x"),
        (lambda section: make_entry(section), "summary", "日本語の要約。\n\nTwo\\n lines, 100%.", ""),
        (lambda section: make_entry(section), "starred", True, False),
        (lambda section: make_entry(section), "starred", False, True),
        (lambda section: make_entry(section), "card_title", "", "A page"),
        (lambda section: section.issue, "title", "Small models", "Larger models"),
        (lambda section: section.issue, "intro", "A calm week.", "A week."),
        (lambda section: section.issue, "year", 2021, None),
        (lambda section: section.issue, "kind", "weekly", "monthly"),
        (lambda section: section, "title", "Papers of the week", "Papers"),
        (lambda section: section, "kind", "paper", "article"),
        (lambda section: make_highlight(section.issue), "text", "Something **happened**.", "Nothing."),
        (lambda section: make_publication(), "about", "Who we are.", ""),
        (lambda section: make_publication(), "name", "Akira", "Another"),
        (lambda section: make_work(), "title", "Attention", ""),
        (lambda section: make_work(), "authors", ["Ada", "林"], []),
        (lambda section: make_work(), "published_on", datetime.date(2021, 3, 4), None),
        (lambda section: make_topic(), "description", "Moving pictures.", "Films."),
    ],
)
def test_an_earlier_value_is_brought_back(section, make, field, before, after):
    boss = make_person("superuser")
    row = changed(changed(make(section), field, before), field, after)
    bring_back(row, field, by=boss)
    assert getattr(type(row).objects.get(pk=row.pk), field) == before
    last = Change.objects.filter(model=row._meta.model_name, row=row.pk, field=field).latest("pk")
    assert last.deed == Deed.RESTORED


def test_a_text_that_is_brought_back_is_a_change_of_its_own(section, editor):
    """Else what it replaces would be a step on the way, and be given up with it."""
    entry = make_entry(section, summary="")
    with acting(by=editor, via="desk"):
        for text in ("Most weights can go.", "Most weights can go without harm."):
            changed(entry, "summary", text)
        bring_back(entry, "summary", by=editor)
        changed(entry, "summary", "Most.")
    told = Change.objects.filter(field="summary").order_by("pk").values_list("deed", "old", "new", "saves")
    assert list(told) == [
        ("changed", "", "Most weights can go without harm.", 2),
        ("restored", "Most weights can go without harm.", "", 1),
        ("changed", "", "Most.", 1),
    ]


def test_topics_are_brought_back(section, editor):
    video, audio = make_topic("video"), make_topic("audio")
    entry = make_entry(section, topics=[video, audio])
    entry.topics.clear()
    bring_back(entry, "topics", by=editor)
    assert set(entry.topics.all()) == {video, audio}


def test_a_link_that_is_brought_back_leads_to_its_work_again(section, editor):
    entry = make_entry(section, url="https://example.org/one")
    work, other = entry.work, make_work("https://example.org/two")
    Entry.objects.filter(pk=entry.pk).update(url="https://example.org/two", work=other)
    bring_back(entry, "url", by=editor)
    entry.refresh_from_db()
    assert (entry.url, entry.work) == ("https://example.org/one", work)


def test_a_step_is_brought_back_at_the_desk(editor_client, editor, section):
    entry = make_entry(section, summary="")
    with acting(by=editor, via="desk"):
        for text in ("One.", "One. Two.", "One. Two. Three."):
            changed(entry, "summary", text)
    change = change_of(entry, "summary")
    step = change.steps.get(value="One.")
    now = seen(Entry.objects.get(pk=entry.pk), "summary")
    assert post(editor_client, change, step=step.pk, seen=now) == ["Summary of The entry “Entry 1” was brought back."]
    entry.refresh_from_db()
    assert entry.summary == "One."
    assert Presence.objects.get().user == editor
    other = make_entry(section, summary="")
    with acting(by=editor, via="desk"):
        changed(other, "summary", "Else.")
    # A step is one of its own change.
    assert (
        editor_client.post(
            f"/admin/issues/change/{change_of(other, 'summary').pk}/bring-back/", {"step": step.pk}
        ).status_code
        == 404
    )


def test_what_somebody_changed_meanwhile_is_told_and_stays(editor_client, section):
    entry = changed(make_entry(section), "title", "Two")
    before = seen(Entry.objects.get(pk=entry.pk), "title")
    change = change_of(entry, "title")
    changed(entry, "title", "Three")
    (said,) = post(editor_client, change, seen=before)
    assert "Somebody changed the title" in said
    assert Entry.objects.get(pk=entry.pk).title == "Three"
    # A page that says nothing of what it saw is none of ours.
    assert "Somebody changed" in post(editor_client, change)[0]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_back_at_once_one_is_told():
    boss = make_person("superuser")
    entry = make_entry(make_section(make_issue(published=False)), title="One")
    for title in ("Two", "Three"):
        changed(entry, "title", title)
    first, second = Change.objects.filter(field="title").order_by("pk")
    now = seen(entry.__class__.objects.get(pk=entry.pk), "title")

    def bring(change):
        def do():
            try:
                return restore_value(change, change.old, by=boss, as_seen=now).title
            except Changed as refusal:
                return type(refusal)

        return do

    outcome = at_once(bring(first), bring(second))
    assert outcome.count(Changed) == 1
    entry.refresh_from_db()
    assert entry.title in outcome


def test_what_is_no_value_any_more_is_refused(section, editor):
    highlight = changed(make_highlight(section.issue, text="Something."), "text", "Else.")
    change = change_of(highlight, "text")
    with pytest.raises(NotRestored, match="required"):
        restore_value(change, "", by=editor, as_seen=seen(Highlight.objects.get(), "text"))
    entry = changed(changed(make_entry(section), "figure_license", "not a licence!"), "figure_license", "MIT")
    with pytest.raises(NotRestored, match="SPDX"):
        bring_back(entry, "figure_license", by=editor)


def test_a_number_that_another_issue_bears_is_refused(editor):
    make_publication()
    issue = make_issue(published=False, number=7, slug="7")
    changed(issue, "slug", "8")
    make_issue(published=False, number=9, slug="7")
    with pytest.raises(NotRestored):
        bring_back(issue, "slug", by=editor)


def test_what_publication_fixed_stays(editor, section):
    make_entry(section)
    issue = changed(section.issue, "slug", "another-slug")
    publish(issue)
    with pytest.raises(NotRestored, match="fixed"):
        bring_back(issue, "slug", by=editor)
    with pytest.raises(PermissionDenied):
        bring_back(issue, "status", by=make_person("superuser"))


def test_a_text_of_a_published_issue_is_brought_back(editor, section):
    entry = make_entry(section)
    publish(section.issue)
    changed(entry, "summary", "Wrong.")
    bring_back(entry, "summary", by=editor)
    assert Entry.objects.get().summary == "A short summary."


def test_of_a_row_that_is_gone_no_value_is_brought_back(section, editor):
    entry = changed(make_entry(section), "title", "Two")
    change = change_of(entry, "title")
    remove_entry(entry)
    with pytest.raises(Gone):
        restore_value(change, change.old, by=editor, as_seen="")


@pytest.mark.parametrize("role", ["stranger", "contributor"])
def test_who_may_not_change_it_may_not_bring_it_back(client, role, section):
    person = make_person(role)
    client.force_login(person)
    entry = changed(make_entry(section, added_by=person), "title", "Two")
    assert client.post(f"/admin/issues/change/{change_of(entry, 'title').pk}/bring-back/").status_code == 403
    assert client.get(f"/admin/issues/change/{change_of(entry, 'title').pk}/bring-back/").status_code == 405


def test_works_are_brought_back_by_those_who_may_change_works(editor):
    work = changed(make_work(title="Attention"), "title", "")
    editor.user_permissions.remove(Permission.objects.get(codename="change_work"))
    editor = get_user_model().objects.get(pk=editor.pk)
    with pytest.raises(PermissionDenied):
        bring_back(work, "title", by=editor)
    assert Work.objects.get().title == ""


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example/admin/", "/elsewhere/", "javascript:alert(1)"]
)
def test_the_way_on_stays_at_the_desk(editor_client, section, after):
    entry = changed(make_entry(section), "title", "Two")
    answer = editor_client.post(f"/admin/issues/change/{change_of(entry, 'title').pk}/bring-back/", {"next": after})
    assert answer.headers["Location"] == "/admin/issues/change/"


# --- Rows ------------------------------------------------------------------------------------------------------------


def removal_of(model, key):
    return Change.objects.get(model=model, row=key, deed=Deed.REMOVED)


def gone_in_sql(row):
    """Remove a row as somebody would with psql, who has to take out first what points to it."""
    with connection.cursor() as cursor:
        if isinstance(row, Section):
            for entry in row.entries.all():
                gone_in_sql(entry)
        if isinstance(row, Entry):
            cursor.execute("UPDATE issues_entry SET repeats_id = NULL WHERE repeats_id = %s", [row.pk])
            cursor.execute("UPDATE issues_comment SET entry_id = NULL WHERE entry_id = %s", [row.pk])
            cursor.execute("DELETE FROM issues_taggedentry WHERE content_object_id = %s", [row.pk])
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def gone_long_ago(row):
    remove_entry(row) if isinstance(row, Entry) else remove_section(row)
    Removal.objects.all().delete()


@pytest.mark.parametrize("remove", [remove_entry, gone_in_sql, gone_long_ago])
def test_a_removed_entry_is_brought_back_as_it_was(section, editor, remove):
    topics = [make_topic("video"), make_topic("audio")]
    first, entry, last = (
        make_entry(section),
        make_entry(section, topics=topics, summary="日本語 100%"),
        make_entry(section),
    )
    referrer = make_entry(make_section(), repeats=entry)
    comment = Comment.objects.create(issue=section.issue, place="entry", entry=entry, name="Ada", text="A typo.")
    kept = Entry.objects.filter(pk=entry.pk).values().get()
    key = entry.pk
    remove(entry)
    back = restore_row(removal_of("entry", key), by=editor)
    assert Entry.objects.filter(pk=key).values().get() == kept
    assert back.pk == key
    assert set(back.topics.all()) == set(topics)
    assert list(section.entries.all()) == [first, entry, last]
    referrer.refresh_from_db()
    comment.refresh_from_db()
    assert (referrer.repeats, comment.entry) == (entry, entry)
    assert not Removal.objects.exists()
    with pytest.raises(Gone):
        restore_row(removal_of("entry", key), by=editor)


@pytest.mark.parametrize("remove", [remove_section, gone_in_sql, gone_long_ago])
def test_a_removed_section_is_brought_back_with_its_entries(issue, editor, remove):
    section, other = make_section(issue, title="Papers"), make_section(issue, title="Articles")
    make_entry(other)
    for title in "ABC":
        make_entry(section, title=title, topics=[Topic.objects.get_or_create(slug="video", name="Video")[0]])
    key = section.pk
    remove(section)
    assert Entry.objects.count() == 1
    back = restore_row(removal_of("section", key), by=editor)
    assert titles(back) == "ABC"
    assert [entry.topics.count() for entry in back.entries.all()] == [1, 1, 1]
    assert [each.title for each in issue.sections.all()] == ["Papers", "Articles"]


def test_entries_that_came_back_before_are_left_where_they_are(issue, editor):
    section, other = make_section(issue, title="Papers"), make_section(issue, title="Articles")
    entry, second = make_entry(section, title="A"), make_entry(section, title="B")
    keys = section.pk, entry.pk
    gone_in_sql(section)
    assert restore_row(removal_of("entry", keys[1]), by=editor).section == other
    back = restore_row(removal_of("section", keys[0]), by=editor)
    assert titles(back) == "B"
    assert titles(other) == "A"
    assert second.pk


def test_a_removed_highlight_is_brought_back(issue, editor):
    highlights = [make_highlight(issue, text=text) for text in "ABC"]
    key = highlights[1].pk
    remove_highlight(highlights[1])
    Removal.objects.all().delete()
    restore_row(removal_of("highlight", key), by=editor)
    assert [highlight.text for highlight in issue.highlights.all()] == ["A", "B", "C"]


def test_an_entry_without_a_section_waits_for_one(section, editor):
    entry = make_entry(section)
    key = entry.pk
    gone_in_sql(section)
    with pytest.raises(NoPlace):
        restore_row(removal_of("entry", key), by=editor)


def test_what_stood_in_an_issue_that_is_gone_does_not_come_back(section, editor):
    entry = make_entry(section)
    key = entry.pk
    section.issue.delete()
    with pytest.raises(Gone):
        restore_row(removal_of("entry", key), by=editor)


def test_undo_of_the_composer_and_the_history_do_not_bring_back_twice(section, editor):
    entry = make_entry(section)
    key = entry.pk
    removal = remove_entry(entry)
    restore(removal)
    with pytest.raises(Gone):
        restore_row(removal_of("entry", key), by=editor)
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_brought_back_once_by_two_at_once():
    boss = make_person("superuser")
    entry = make_entry(make_section(make_issue(published=False)))
    key = entry.pk
    gone_in_sql(entry)
    change = removal_of("entry", key)

    def bring():
        try:
            return restore_row(change, by=boss)
        except Gone as refusal:
            return type(refusal)

    assert at_once(bring, bring).count(Gone) == 1
    assert Entry.objects.get().pk == key


def test_an_entry_is_brought_back_at_the_desk(editor_client, editor, section):
    entry = make_entry(section, title="Sparse is enough")
    key = entry.pk
    gone_in_sql(entry)
    address = page(Issue, "history", section.issue_id)
    assert "Bring back" in editor_client.get(address).content.decode()
    said = post(editor_client, removal_of("entry", key), next=address)
    assert said == ["The entry “Sparse is enough” is back."]
    told = Change.objects.filter(model="entry", row=key, field="").latest("pk")
    assert (told.deed, told.person_name) == (Deed.RESTORED, "mika")
    text = editor_client.get(address).content.decode()
    assert "Brought back" in text
    assert f"/admin/issues/change/{removal_of('entry', key).pk}/bring-back/" not in text
