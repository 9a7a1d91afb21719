"""The list of issues at the desk: state, what is missing, who works on it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issues.checks import refresh
from issues.desk.overview import overview
from issues.models import Presence, note_presence
from tests.factories import make_entry, make_issue, make_section

pytestmark = pytest.mark.django_db
LIST = "/admin/issues/issue/"


def missing(issue):
    return overview([issue])[issue.pk].missing


def test_an_empty_draft_lacks_a_title_and_entries():
    assert missing(make_issue(title="", published=False)) == ["no title", "no entries"]


def test_each_lack_of_entries_is_counted():
    issue = make_issue(published=False)
    section = make_section(issue)
    make_section(issue)
    make_entry(section, summary="")
    make_entry(section, summary="", title="")
    make_entry(section, url="", figure="figures/one.png")
    assert missing(issue) == [
        "1 empty section",
        "1 entry without a title",
        "1 entry without a link",
        "2 entries without a summary",
        "1 entry with a figure that nobody has described",
    ]


def test_a_whole_issue_lacks_nothing():
    assert missing(make_entry().section.issue) == []


def test_who_saved_something_works_on_it(editor_client, editor):
    entry = make_entry(make_section(make_issue(published=False)))
    for row in (entry, entry.section, entry.section.issue):
        note_presence(row, editor)
    assert Presence.objects.get().issue == entry.section.issue
    assert "mika" in editor_client.get(LIST).content.decode().split("result_list")[1]


def test_who_was_there_long_ago_does_not_work_on_it(editor):
    issue = make_issue(published=False)
    note_presence(issue, editor)
    Presence.objects.update(seen_at=timezone.now() - datetime.timedelta(days=8))
    assert overview([issue])[issue.pk].people == []


def test_beginning_an_issue_is_working_on_it(editor_client, editor, db):
    make_issue(number=1)
    editor_client.post("/admin/issues/issue/begin/", {"number": "2", "sections": []})
    assert Presence.objects.get().issue.number == 2


def test_the_list_costs_the_same_with_one_issue_and_with_thirty(editor_client, editor):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert editor_client.get(LIST).status_code == 200
        return len(queries)

    def make():
        issue = make_entry(make_section(make_issue(published=False))).section.issue
        note_presence(issue, editor)

    make()
    once = cost()
    for _ in range(30):
        make()
    assert cost() == once


def test_the_list_shows_what_the_preflight_found_when_it_last_looked(editor_client):
    issue = make_issue(published=False, number=26)
    make_entry(make_section(issue), title="")
    refresh(issue)
    assert overview([issue])[issue.pk].findings == {"error": "1 error"}
    assert "1 error</span>" in editor_client.get(LIST).content.decode()


def test_an_issue_that_was_never_checked_shows_no_counts():
    issue = make_issue(published=False, title="")
    assert overview([issue])[issue.pk].findings == {}
