"""The page on which an issue is published: three steps, moments that clocks skip or repeat, who was quicker."""

import datetime
import json
import re
import zoneinfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from issues.models import AuditRecord, Issue
from issues.publishing import publish, withdraw
from issues.removing import remove_entry
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section
from tests.issues.test_admin_publishing import address, at, confirm, words

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
# Long before the clocks change in the spring of 2031, and in its autumn.
BEFORE = datetime.datetime(2031, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _in_2031():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def draft(db):
    make_publication(time_zone="Europe/Berlin")
    issue = make_issue(published=False, number=26)
    section = make_section(issue)
    for title in ("First", "Second"):
        make_entry(section, title=title)
    return issue


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text(response):
    return " ".join(soup(response).get_text(" ").split())


def sent(response, **changes):
    """What a browser would send back from the page, its ticked choices and hidden fields included."""
    form = soup(response).select_one("form.publish")
    fields = form.select("input[name]:not([type=radio]), input[type=radio][checked]")
    return {field["name"]: field.get("value", "") for field in fields} | changes


def wall(text):
    return datetime.datetime.fromisoformat(text)


# --- Three steps ---------------------------------------------------------------------------------------------------


def test_the_page_goes_from_what_it_is_to_when_to_what_goes_out(editor_client, draft):
    response = editor_client.get(address("publish", draft))
    titles = [heading.get_text() for heading in soup(response).select("section.step h2")]
    assert titles == ["1. Look at it", "2. When", "3. What goes out"]
    shown = text(response)
    assert "Papers: 2 entries" in shown
    assert "2 entries get their permanent addresses and their numbers, 26.1 to 26.2." in shown
    assert "/issues/26/" in shown
    assert "/feed/" in shown
    assert "None is sent." in shown


def test_the_moment_is_shown_in_the_zone_in_utc_and_far_away_before_it_is_taken(editor_client, draft):
    response = editor_client.post(address("publish", draft), at(wall("2031-06-01 08:00")))
    assert response.status_code == 200
    clocks = soup(response).select(".offer .clocks div")
    assert [clock.get_text(" ").split("  ")[0].strip() for clock in clocks] == [
        "Europe/Berlin Sunday, 1 June 2031, 08:00",
        "UTC Sunday, 1 June 2031, 06:00",
        "America/Los_Angeles Saturday, 31 May 2031, 23:00",
    ]
    draft.refresh_from_db()
    assert draft.status == "draft"
    editor_client.post(address("publish", draft), sent(response))
    draft.refresh_from_db()
    assert draft.published_at == wall("2031-06-01 06:00+00:00")


def test_another_moment_than_the_one_that_was_shown_is_shown_first(editor_client, draft):
    shown = editor_client.post(address("publish", draft), at(wall("2031-06-01 08:00")))
    again = editor_client.post(address("publish", draft), sent(shown, day="2031-06-02"))
    assert "Monday, 2 June 2031, 08:00" in text(again)
    draft.refresh_from_db()
    assert draft.status == "draft"
    editor_client.post(address("publish", draft), sent(again))
    draft.refresh_from_db()
    assert draft.published_at == wall("2031-06-02 06:00+00:00")


def test_now_needs_no_second_look(editor_client, draft):
    editor_client.post(address("publish", draft), sent(editor_client.get(address("publish", draft))))
    draft.refresh_from_db()
    assert draft.is_public


# --- Moments that clocks skip or repeat ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "expected"),
    [(None, "2031-03-30 01:00+00:00"), (0, "2031-03-30 00:59+00:00"), (1, "2031-03-30 01:00+00:00")],
    ids=["untouched", "before", "after"],
)
def test_an_hour_that_the_clocks_skip_is_explained_and_the_nearest_are_offered(editor_client, draft, which, expected):
    response = editor_client.post(address("publish", draft), at(wall("2031-03-30 02:30")))
    said = text(response)
    assert (
        "On Sunday, 30 March 2031, the clocks in Europe/Berlin are put forward from 02:00 to 03:00: "
        "02:30 does not exist. Which moment is meant?"
    ) in said
    assert "01:59, the last minute before" in said
    assert "03:00, the first minute after" in said
    offered = [choice["value"] for choice in soup(response).select("[name=which]")]
    chosen = {} if which is None else {"which": offered[which]}
    editor_client.post(address("publish", draft), sent(response, **chosen))
    draft.refresh_from_db()
    assert draft.published_at == wall(expected)


@pytest.mark.parametrize(
    ("which", "expected"),
    [(None, "2031-10-26 00:30+00:00"), (0, "2031-10-26 00:30+00:00"), (1, "2031-10-26 01:30+00:00")],
    ids=["untouched", "first", "second"],
)
def test_an_hour_that_comes_twice_is_asked_about(editor_client, draft, which, expected):
    response = editor_client.post(address("publish", draft), at(wall("2031-10-26 02:30")))
    said = text(response)
    assert "are put back from 03:00 to 02:00: 02:30 comes twice. Which moment is meant?" in said
    offered = soup(response).select("[name=which]")
    assert [choice.has_attr("checked") for choice in offered] == [True, False]
    chosen = {} if which is None else {"which": offered[which]["value"]}
    response = editor_client.post(address("publish", draft), sent(response, **chosen), follow=True)
    draft.refresh_from_db()
    assert draft.published_at == wall(expected)
    assert f"{expected[11:16]} UTC" in words(response)[0]


def test_the_choice_stays_when_something_else_has_to_be_looked_at(editor_client, draft):
    response = editor_client.post(address("publish", draft), at(wall("2031-10-26 02:30")))
    second = soup(response).select("[name=which]")[1]["value"]
    draft.sections.get().entries.update(summary="Otherwise.")
    again = editor_client.post(address("publish", draft), sent(response, which=second))
    assert again.status_code == 409
    assert [choice.has_attr("checked") for choice in soup(again).select("[name=which]")] == [False, True]
    editor_client.post(address("publish", draft), sent(again))
    draft.refresh_from_db()
    assert draft.published_at == wall("2031-10-26 01:30+00:00")


def test_a_choice_for_another_time_counts_for_nothing(editor_client, draft):
    response = editor_client.post(address("publish", draft), at(wall("2031-10-26 02:30")))
    second = soup(response).select("[name=which]")[1]["value"]
    again = editor_client.post(address("publish", draft), sent(response, which=second, day="2031-10-27"))
    editor_client.post(address("publish", draft), sent(again))
    draft.refresh_from_db()
    assert draft.published_at == wall("2031-10-27 01:30+00:00")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (at(wall("2031-03-01 06:58")), "That moment has passed"),
        (at(wall("9999-12-31 08:00")), "too far away"),
        (at(wall("2131-06-01 08:00")), "too far away"),
        (at(wall("0001-01-01 00:00")), "That moment has passed"),
        ({"when": "later", "day": "2031-02-30", "time": "08:00"}, "Enter a valid date"),
        ({"when": "later", "day": "2031-06-01", "time": "25:00"}, "Enter a valid time"),
        ({"when": "now", "instead_of": "yesterday"}, "Open this page anew"),
    ],
    ids=["past", "the end of time", "a century", "the beginning", "no day", "no time", "no moment"],
)
def test_what_is_no_moment_is_told_and_publishes_nothing(editor_client, draft, data, said):
    make_publication(time_zone="America/New_York")
    response = editor_client.post(address("publish", draft), data)
    assert response.status_code == 200
    assert said in text(response)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_minute_that_runs_is_a_moment_to_choose(editor_client, draft):
    with time_machine.travel(BEFORE + datetime.timedelta(seconds=40), tick=False):
        confirm(editor_client, draft, at(wall("2031-03-01 13:00")))
        draft.refresh_from_db()
        assert (draft.is_public, draft.published_at) == (True, BEFORE)


def test_another_zone_of_the_publication_moves_no_moment(editor_client, client, draft):
    public = make_issue(number=25, published_at=wall("2030-06-01 06:00+00:00"))
    confirm(editor_client, draft, at(wall("2031-06-01 08:00")))
    make_publication(time_zone="Asia/Tokyo")
    draft.refresh_from_db()
    public.refresh_from_db()
    assert draft.published_at == wall("2031-06-01 06:00+00:00")
    assert public.published_at == wall("2030-06-01 06:00+00:00")
    page = editor_client.get(address("publish", draft))
    assert "15:00 in Asia/Tokyo (06:00 UTC)" in text(page)
    assert sent(page)["time"] == "15:00"


# --- Another moment --------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(draft):
    return publish(draft, at=timezone.now().replace(second=0, microsecond=0) + datetime.timedelta(days=3))


def test_a_waiting_issue_gets_another_moment_from_the_same_page(editor_client, waiting):
    page = editor_client.get(address("publish", waiting))
    assert "Another moment for" in text(page)
    assert sent(page)["time"] == f"{waiting.published_at.astimezone(BERLIN):%H:%M}"
    later = (waiting.published_at + datetime.timedelta(days=4)).astimezone(BERLIN)
    shown = editor_client.post(address("publish", waiting), sent(page, **at(later)))
    editor_client.post(address("publish", waiting), sent(shown))
    first = waiting.published_at
    waiting.refresh_from_db()
    assert waiting.published_at > first
    assert list(AuditRecord.objects.order_by("pk").values_list("deed", flat=True))[-1] == "issue.rescheduled"


@pytest.mark.parametrize("place", ["change", "compose", "preview"])
def test_the_way_to_that_page_stands_wherever_an_issue_is_worked_on(editor_client, draft, place):
    way = f'href="{address("publish", draft)}"'
    shown = editor_client.get(reverse(f"admin:issues_issue_{place}", args=[draft.pk])).content.decode()
    assert way in shown
    assert "Another moment" not in shown
    publish(draft, at=timezone.now() + datetime.timedelta(days=3))
    shown = editor_client.get(reverse(f"admin:issues_issue_{place}", args=[draft.pk])).content.decode()
    assert way in shown
    assert "Another moment" in shown


def test_who_opened_the_page_of_a_draft_does_not_move_what_another_has_set(editor_client, draft):
    page = editor_client.get(address("publish", draft))
    publish(draft, at=timezone.now() + datetime.timedelta(days=3))
    response = editor_client.post(address("publish", draft), sent(page), follow=True)
    assert "already set for publication" in words(response)[0]
    draft.refresh_from_db()
    assert draft.is_waiting


def test_what_is_over_has_no_such_page(editor_client, draft):
    for over in (publish(draft), withdraw(make_issue())):
        response = editor_client.get(address("publish", over), follow=True)
        assert response.redirect_chain
        assert "can't be published again" in words(response)[0]


# --- What was seen ---------------------------------------------------------------------------------------------------


def remove_an_entry(issue):
    issue.sections.get().entries.last().delete()
    return "No longer there: an entry."


def remove_it_at_the_desk(issue):
    remove_entry(issue.sections.get().entries.last())
    return "No longer there: entry “Second”."


def change_an_entry(issue):
    issue.sections.get().entries.filter(title="First").update(summary="Otherwise.")
    return "Changed: entry “First”."


def add_a_highlight(issue):
    make_highlight(issue, text="Look here.")
    return "New: highlight “Look here.”."


def change_the_title(issue):
    Issue.objects.update(title="Another")
    return "Changed: title, introduction or particulars of the issue."


def turn_them_around(issue):
    issue.sections.get().entries.filter(title="First").update(position=9)
    return "The order is another one."


@pytest.mark.parametrize(
    "change",
    [remove_an_entry, remove_it_at_the_desk, change_an_entry, add_a_highlight, change_the_title, turn_them_around],
)
def test_what_changed_since_the_page_was_opened_is_named_instead_of_published(editor_client, draft, change):
    page = editor_client.get(address("publish", draft))
    expected = change(draft)
    response = editor_client.post(address("publish", draft), sent(page))
    assert response.status_code == 409
    assert "changed after you opened this page" in text(response)
    assert [item.get_text() for item in soup(response).select(".errornote li")] == [expected]
    draft.refresh_from_db()
    assert draft.status == "draft"
    editor_client.post(address("publish", draft), sent(response))
    draft.refresh_from_db()
    assert draft.is_public


@pytest.mark.parametrize("seen", ["[", "7", "[7]", '{"a": 1}', "[[[]]]", '[["issue:1", "x"]]', "x" * 100_000])
def test_what_can_not_have_been_seen_publishes_nothing(editor_client, draft, seen):
    response = editor_client.post(address("publish", draft), {"when": "now", "seen": seen})
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_page_costs_the_same_queries_for_any_number_of_entries(editor_client, draft):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            editor_client.get(address("publish", draft))
        counts.append(len(captured))
        for _ in range(10):
            make_entry(draft.sections.get())
    assert counts[0] == counts[1]
    assert len(json.loads(sent(editor_client.get(address("publish", draft)))["seen"])) == 24


def test_names_of_others_do_no_harm_in_what_is_told(editor_client, draft):
    page = editor_client.get(address("publish", draft))
    draft.sections.get().entries.filter(title="First").update(title="<script>alert(1)</script>")
    response = editor_client.post(address("publish", draft), sent(page))
    assert re.search(r"&lt;script&gt;alert", response.content.decode())
    assert "<script>alert" not in response.content.decode()
