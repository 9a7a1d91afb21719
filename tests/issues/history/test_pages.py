"""The pages of the history: what they tell, to whom, in how many queries."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.acting import acting
from issues.models import Change, Entry, Issue
from issues.moving import move_entry
from issues.publishing import publish
from issues.removing import remove_entry, remove_issue
from papers.models import Work
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
)
from tests.issues.desk import page
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    make_publication(time_zone="Asia/Tokyo")
    return make_issue(published=False, title="Small models", intro="A week.")


@pytest.fixture
def entry(issue):
    return make_entry(make_section(issue), title="Sparse is enough", summary="Most weights can go.")


def told(client, issue, **query):
    answer = client.get(page(Issue, "history", issue.pk), query)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(answer_or_text, client=None):
    return [line for day in answer_or_text.context["page"].days for bundle in day.bundles for line in bundle]


def test_history_tells_who_changed_what_when_and_how(editor_client, editor, issue, entry):
    with acting(by=editor, via="desk"):
        Entry.objects.filter(pk=entry.pk).update(summary="Most of the weights can go.")
    moment = datetime.datetime(2026, 3, 1, 20, 5, tzinfo=datetime.UTC)
    Change.objects.filter(field="summary").update(began_at=moment, changed_at=moment + datetime.timedelta(minutes=7))
    text = told(editor_client, issue)
    # The day and the hour are those of Tokyo.
    assert "Monday, 2 March 2026" in text
    assert "05:05 – 05:12" in text
    assert "<b>mika</b>" in text
    assert "Most <ins>of the </ins>weights can go." in text
    assert "Sparse is enough" in text


def test_everything_in_an_issue_is_in_its_history(editor_client, editor, issue, entry):
    other = make_entry(entry.section, title="Longer and shorter")
    highlight = make_highlight(issue)
    with acting(by=editor, via="desk"):
        entry.topics.set([make_topic("video"), make_topic("audio")])
    move_entry(other, entry.section, position=1)
    Issue.objects.filter(pk=issue.pk).update(intro="A calm week.")
    highlight.text = "Something else."
    highlight.save()
    make_entry(title="Elsewhere entirely")
    remove_entry(other)
    text = told(editor_client, issue)
    for words in ("<ins>Audio, Video</ins>", "Order of entries", "A <ins>calm </ins>week.", "Removed"):
        assert words in text
    assert "Elsewhere entirely" not in text
    assert "<del>Sparse is enough\n</del>" in text or "<ins>Longer and shorter\n</ins>" in text


def test_history_of_an_entry_is_its_own(editor_client, issue, entry):
    Issue.objects.filter(pk=issue.pk).update(intro="A calm week.")
    Entry.objects.filter(pk=entry.pk).update(title="Sparse is plenty")
    answer = editor_client.get(page(Entry, "history", entry.pk))
    assert {line.change.model for line in lines(answer)} == {"entry"}
    assert "plenty" in answer.content.decode()


def test_history_is_narrowed_by_person_row_and_field(editor_client, editor, issue, entry):
    with acting(by=editor, via="desk"):
        Entry.objects.filter(pk=entry.pk).update(title="Sparse is plenty")
    Entry.objects.filter(pk=entry.pk).update(title="Enough", summary="All can go.")
    make_entry(entry.section)
    address = page(Issue, "history", issue.pk)

    def found(**query):
        return {(line.change.row, line.change.field, line.who) for line in lines(editor_client.get(address, query))}

    assert found(person=editor.pk) == {(entry.pk, "title", "mika")}
    assert found(person="none", field="title") == {(entry.pk, "title", "")}
    assert {row for row, _, _ in found(row=f"entry:{entry.pk}")} == {entry.pk}
    assert found(field="summary") == {(entry.pk, "summary", "")}
    assert found(field="nothing") == set()
    assert found(person="x", row="entry:", before="x") == found()


def test_hostile_text_is_text(editor_client, issue, entry):
    hostile = "</ins><script>alert(1)</script>&lt;b&gt; {{ 7|add:7 }} \u202e <img src=x onerror=alert(1)>"
    Entry.objects.filter(pk=entry.pk).update(title=hostile, summary=hostile)
    Issue.objects.filter(pk=issue.pk).update(title=hostile)
    for address in (
        page(Issue, "history", issue.pk),
        page(Entry, "history", entry.pk),
        reverse("admin:issues_change_changelist"),
    ):
        text = editor_client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;b&amp;gt; {{ 7|add:7 }}" in text


def test_what_one_statement_does_to_many_is_told_in_one_line(editor_client, issue, entry):
    for _ in range(4):
        make_entry(entry.section)
    Change.objects.all().delete()
    publish(issue)
    answer = editor_client.get(page(Issue, "history", issue.pk))
    bundles = [bundle for day in answer.context["page"].days for bundle in day.bundles]
    assert sorted(len(bundle) for bundle in bundles) == [1, 1, 5]
    assert "All 5" in answer.content.decode()


def test_a_removed_issue_keeps_its_history(editor_client, issue, entry):
    key = issue.pk
    remove_issue(issue)
    assert editor_client.get(page(Issue, "history", key)).status_code == 200
    text = editor_client.get(reverse("admin:issues_change_of", args=["issue", key])).content.decode()
    assert "It was removed." in text
    assert "Small models" in text
    assert "Sparse is enough" in text


def test_fields_and_models_that_are_gone_are_told_all_the_same(editor_client, issue):
    for model, field, old in [("entry", "mood", "glad"), ("poem", "verse", {"a": [1]}), ("issue", "kind", "daily")]:
        Change.objects.create(
            model=model, row=issue.pk, issue=issue.pk, field=field, deed="changed", old=old, new=None, via="psql"
        )
    text = told(editor_client, issue)
    for words in ("Mood", "glad", "Verse", "daily", "in the database (psql)"):
        assert words in text


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("issue/999999/history/", 404),
        ("issue/x/history/", 404),
        ("change/of/poem/1/", 404),
        ("change/of/entry/0/", 404),
    ],
)
def test_history_of_nothing_is_not_found(editor_client, row, status):
    assert editor_client.get(f"/admin/issues/{row}").status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("anonymous", 302),
        ("stranger", 403),
        ("contributor", 403),
        ("editor", 200),
        ("publisher", 200),
        ("superuser", 200),
    ],
)
def test_history_is_for_those_who_may_see_it(client, role, status, issue, entry):
    person = make_person(role)
    if person:
        client.force_login(person)
    work = entry.work
    for address in (
        page(Issue, "history", issue.pk),
        page(Entry, "history", entry.pk),
        reverse("admin:issues_change_changelist"),
        reverse("admin:issues_change_of", args=[Work._meta.model_name, work.pk]),
    ):
        assert client.get(address).status_code == status


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_links_lead_there_for_those_who_may_see_it(client, role, issue, entry):
    person = make_person(role)
    client.force_login(person)
    Entry.objects.update(added_by=person)
    for model, row in ((Entry, entry), (Issue, issue)):
        own = page(model, "history", row.pk)
        assert (own in client.get(page(model, "change", row.pk)).content.decode()) == (role == "editor")
    composer = client.get(page(Issue, "compose", issue.pk)).content.decode()
    assert (page(Issue, "history", issue.pk) in composer) == (role == "editor")


def _grow(issue, section, count, person):
    for number in range(count):
        entry = make_entry(section)
        with acting(by=person, via="desk"):
            for text in ("Most", "Most weights", "Most weights can go."):
                Entry.objects.filter(pk=entry.pk).update(one_liner=text)
            entry.topics.set([make_topic(f"topic-{entry.pk}")])
            Entry.objects.filter(pk=entry.pk).update(
                repeats=Entry.objects.exclude(pk=entry.pk).first(), title=f"No. {number}"
            )
        make_highlight(issue)
        entry.section.title += "!"
        entry.section.save()
    remove_entry(entry)


def test_a_page_costs_the_same_whatever_its_size(editor_client, editor, issue, entry):
    counts = []
    address = page(Issue, "history", issue.pk)
    for size in (2, 12):
        _grow(issue, entry.section, size, editor)
        editor_client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = editor_client.get(address)
        assert lines(answer)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24


def test_pages_follow_by_key(editor_client, issue, entry):
    Change.objects.all().delete()
    for number in range(120):
        Entry.objects.filter(pk=entry.pk).update(one_liner=str(number))
    address, found, query = page(Issue, "history", issue.pk), [], ""
    for _ in range(4):
        answer = editor_client.get(f"{address}?{query}")
        found += [line.change.new for line in lines(answer)]
        query = answer.context["older"]
        if answer.context["page"].older is None:
            break
        # What comes meanwhile moves nothing.
        Entry.objects.filter(pk=entry.pk).update(card_title=f"{timezone.now()}")
    assert found == [str(number) for number in reversed(range(120))]


def test_the_index_of_the_desk_leads_to_both(client):
    client.force_login(make_person("publisher"))
    text = client.get("/admin/").content.decode()
    assert reverse("admin:issues_change_changelist") in text
    assert reverse("admin:issues_auditrecord_changelist") in text
    assert User.objects.get().username == "publisher"
