"""Publishing from the desk: by button, on the page that asks when, by action; taking back and withdrawing."""

import datetime
import zoneinfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues.desk.words import moment_in_words, state_in_words
from issues.models import Issue
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.issues.desk import opened, page

VIEWS = ["publish", "take_back", "withdraw"]


def address(view, issue):
    return reverse(f"admin:issues_issue_{view}", args=[issue.pk])


def words(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def draft(db):
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    issue = make_issue(published=False, number=26)
    make_entry(make_section(issue))
    return issue


def at(moment):
    """What is filled in for a later moment."""
    return {"when": "later", "day": moment.date().isoformat(), "time": f"{moment:%H:%M}"}


def confirm(client, issue, data):
    """Have the moment shown, then do it."""
    page = client.post(address("publish", issue), data)
    assert page.status_code == 200
    shown = page.context["form"].offer.values
    return client.post(address("publish", issue), data | {"shown": shown, "seen": page.context["seen"]}, follow=True)


def tomorrow_at(hour, zone):
    day = timezone.now().astimezone(zone).date() + datetime.timedelta(days=1)
    return datetime.datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def test_the_button_publishes_now_and_history_says_so(editor_client, draft):
    response = editor_client.post(address("publish", draft), {"when": "now"}, follow=True)
    draft.refresh_from_db()
    assert draft.is_public
    assert draft.sections.get().entries.get().label == "26.1"
    assert "is published. Public since" in words(response)[0]
    assert "Published. Public since" in LogEntry.objects.get(object_id=draft.pk).change_message


def test_a_moment_is_in_the_zone_of_the_publication_and_told_in_utc_too(editor_client, draft):
    moment = tomorrow_at(8, draft.publication.zone)
    response = confirm(editor_client, draft, at(moment))
    draft.refresh_from_db()
    assert draft.published_at == moment
    assert not draft.is_public
    assert "08:00 in Asia/Tokyo" in words(response)[0]
    assert "23:00 UTC" in words(response)[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"when": "later"}, "Give the day and the time"),
        ({"when": "later", "day": "2001-01-01", "time": "08:00"}, "That moment has passed"),
        ({"when": "later", "day": "soon", "time": "08:00"}, "Enter a valid date"),
        ({"when": "some day"}, "Select a valid choice"),
        ({}, "This field is required"),
    ],
    ids=["none", "past", "no date", "no choice", "empty"],
)
def test_a_moment_that_can_not_be_meant_publishes_nothing(editor_client, draft, data, said):
    response = editor_client.post(address("publish", draft), data)
    assert response.status_code == 200
    assert said in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_the_page_says_what_is_missing(editor_client):
    issue = make_issue(published=False, title="")
    shown = editor_client.get(address("publish", issue)).content.decode()
    assert "The issue has no title." in shown
    assert "The issue has no entries." in shown


def test_an_incomplete_issue_stays_a_draft_and_the_editor_is_told(editor_client):
    issue = make_issue(published=False)
    response = editor_client.post(address("publish", issue), {"when": "now"})
    assert response.status_code == 409
    assert "Nothing was published" in response.content.decode()
    assert "The issue has no entries." in response.content.decode()
    issue.refresh_from_db()
    assert issue.status == "draft"


def test_a_second_click_is_told_that_it_is_done(editor_client, draft):
    editor_client.post(address("publish", draft), {"when": "now"})
    response = editor_client.post(address("publish", draft), {"when": "now"}, follow=True)
    assert "already public" in words(response)[-1]


def test_a_waiting_issue_is_taken_back(editor_client, draft):
    confirm(editor_client, draft, at(tomorrow_at(8, draft.publication.zone)))
    assert "Take back to draft" in editor_client.get(page(Issue, "change", draft.pk)).content.decode()
    response = editor_client.post(address("take_back", draft), follow=True)
    assert "is a draft again" in words(response)[-1]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_taking_back_what_is_public_is_refused(editor_client):
    response = editor_client.post(address("take_back", make_issue()), follow=True)
    assert "public already" in words(response)[0]


def test_withdrawing_asks_first(editor_client):
    issue = make_issue()
    assert "This is for good" in editor_client.get(address("withdraw", issue)).content.decode()
    issue.refresh_from_db()
    assert issue.status == "published"
    response = editor_client.post(address("withdraw", issue), follow=True)
    assert "is withdrawn" in words(response)[0]
    issue.refresh_from_db()
    assert issue.status == "withdrawn"


def test_withdrawing_a_draft_is_refused(editor_client, draft):
    response = editor_client.post(address("withdraw", draft), follow=True)
    assert "nothing to withdraw" in words(response)[0]


@pytest.mark.parametrize("view", VIEWS)
def test_each_step_is_for_editors_only(client, stranger, django_user_model, draft, view):
    assert client.post(address(view, draft), {"when": "now"}).status_code == 302
    client.force_login(stranger)
    assert client.post(address(view, draft), {"when": "now"}).status_code == 302
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_issue"))
    client.force_login(reader)
    assert client.post(address(view, draft), {"when": "now"}).status_code == 403
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize("view", VIEWS)
def test_a_step_about_no_issue_is_not_found(editor_client, view):
    assert editor_client.post(reverse(f"admin:issues_issue_{view}", args=[404])).status_code == 404


@pytest.mark.parametrize(("view", "method"), [("publish", "put"), ("take_back", "get"), ("withdraw", "delete")])
def test_a_step_by_another_method_is_refused(editor_client, draft, view, method):
    assert getattr(editor_client, method)(address(view, draft)).status_code == 405


def test_no_step_is_taken_without_a_token(editor, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(address("publish", draft), {"when": "now"}).status_code == 403


# --- Actions -------------------------------------------------------------------------------------------------------


def act(client, action, *issues, **more):
    data = {"action": action, "_selected_action": [issue.pk for issue in issues], **more}
    return client.post(page(Issue, "changelist"), data, follow=True)


def test_the_action_publishes_what_is_ready_and_says_what_is_not(editor_client, draft):
    empty = make_issue(published=False, title="Nothing in it")
    response = act(editor_client, "publish_issues", draft, empty)
    assert set(Issue.objects.published()) == {draft}
    told = words(response)
    assert any("“Nothing in it” can't be published yet" in message for message in told)
    assert any(f"“{draft}”: published" in message for message in told)


def test_the_action_withdraws_after_asking(editor_client, draft):
    public = make_issue()
    asked = act(editor_client, "withdraw_issues", public, draft)
    assert "Withdraw these issues?" in asked.content.decode()
    assert Issue.objects.published().exists()
    response = act(editor_client, "withdraw_issues", public, draft, confirmed="yes")
    assert not Issue.objects.published().exists()
    assert any("nothing to withdraw" in message for message in words(response))


def test_who_may_only_look_is_offered_no_action(client, django_user_model, draft):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_issue"))
    client.force_login(reader)
    act(client, "publish_issues", draft)
    assert not Issue.objects.published().exists()
    shown = client.get(page(Issue, "change", draft.pk)).content.decode()
    assert "Publish…" not in shown
    assert "Preview" in shown


# --- Saving first --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["publish", "preview"])
def test_what_was_typed_is_saved_before_the_next_page(editor_client, draft, button):
    data = opened(editor_client, page(Issue, "change", draft.pk)) | {"title": "Typed", f"_{button}": "1"}
    response = editor_client.post(page(Issue, "change", draft.pk), data)
    assert response.url == address(button, draft)
    draft.refresh_from_db()
    assert draft.title == "Typed"


def test_the_buttons_fit_the_state(editor_client, draft):
    shown = editor_client.get(page(Issue, "change", draft.pk)).content.decode()
    assert "Publish…" in shown
    assert "Withdraw…" not in shown
    public = editor_client.get(page(Issue, "change", make_issue(number=7).pk)).content.decode()
    assert "Publish…" not in public
    assert 'href="/issues/7/"' in public
    assert "Withdraw…" in public


# --- Words ---------------------------------------------------------------------------------------------------------

MOMENT = datetime.datetime(2021, 9, 4, 23, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Tokyo", "Sunday, 5 September 2021, 08:00 in Asia/Tokyo (4 Sep, 23:00 UTC)"),
        ("Europe/Lisbon", "Sunday, 5 September 2021, 00:00 in Europe/Lisbon (4 Sep, 23:00 UTC)"),
        ("America/New_York", "Saturday, 4 September 2021, 19:00 in America/New_York (23:00 UTC)"),
        ("UTC", "Saturday, 4 September 2021, 23:00 UTC"),
    ],
)
def test_moments_are_told_in_the_zone_and_in_utc(zone, expected):
    assert moment_in_words(MOMENT, zoneinfo.ZoneInfo(zone)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "draft"}, "Draft. Readers don't see it."),
        ({"status": "approved"}, "Approved. Readers don't see it."),
        ({"status": "published", "published_at": MOMENT}, "Public since Saturday, 4 September 2021, 23:00 UTC."),
        ({"status": "withdrawn", "published_at": MOMENT}, "Withdrawn. Its address says that it is gone."),
        ({"status": "published", "published_at": MOMENT.replace(year=2100)}, "Scheduled. Readers see it from"),
    ],
    ids=["draft", "approved", "public", "withdrawn", "scheduled"],
)
def test_states_are_told_as_what_readers_see(values, expected):
    assert expected in state_in_words(make_issue(**values))
