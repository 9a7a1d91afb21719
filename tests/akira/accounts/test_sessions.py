"""Sessions: where somebody is logged in, ending them, and how long they last."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from akira import worker
from akira.accounts import sessions
from tests.akira.accounts.people import ACCOUNT, ANOTHER, RIGHT, deeds, is_logged_in, log_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"


def later(**span):
    return time_machine.travel(timezone.now() + timezone.timedelta(**span), tick=True)


@pytest.fixture
def two_browsers(editor):
    here, phone = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": PHONE})
    log_in(here)
    log_in(phone, address=ANOTHER)
    return here, phone


def test_all_sessions_are_listed_and_one_can_be_ended(two_browsers):
    here, phone = two_browsers
    shown = here.get(ACCOUNT).context["sessions"]
    assert [(each.browser, each.is_here) for each in shown] == [("Firefox, Linux", True), ("Safari, iPhone", False)]
    assert ANOTHER in here.get(ACCOUNT).content.decode()
    here.post(f"/admin/account/sessions/{shown[1].row.pk}/end/")
    assert not is_logged_in(phone)
    assert is_logged_in(here)
    assert deeds("login.ended_elsewhere") == ["login.ended_elsewhere"]


def test_all_others_are_ended_at_once(two_browsers):
    here, phone = two_browsers
    answer = here.post("/admin/account/sessions/end/", follow=True)
    assert "One other browser is logged out." in answer.content.decode()
    assert not is_logged_in(phone)
    assert is_logged_in(here)
    assert "nowhere else" in here.post("/admin/account/sessions/end/", follow=True).content.decode()


def test_ending_the_session_one_is_in_logs_out(two_browsers):
    here, phone = two_browsers
    row = here.get(ACCOUNT).context["sessions"][0].row
    assert here.post(f"/admin/account/sessions/{row.pk}/end/")["Location"] == "/admin/login/"
    assert not is_logged_in(here)
    assert is_logged_in(phone)


def test_nobody_ends_the_session_of_somebody_else(two_browsers, django_user_model):
    juno = Client()
    django_user_model.objects.create_user("juno", password=RIGHT, is_staff=True)
    log_in(juno, "juno")
    for row in UserSession.objects.filter(user__username="mika"):
        assert juno.post(f"/admin/account/sessions/{row.pk}/end/").status_code == 404
    assert all(map(is_logged_in, two_browsers))


@pytest.mark.parametrize("path", ["/admin/account/sessions/end/", "/admin/account/sessions/1/end/"])
def test_ending_takes_a_post_and_a_login(client, editor_client, path):
    assert editor_client.get(path).status_code == 405
    assert Client().post(path).status_code == 302


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(two_browsers):
    here, phone = two_browsers
    fields = {"old_password": RIGHT, "new_password1": "another long one", "new_password2": "another long one"}
    answer = here.post("/admin/account/password/", fields, follow=True)
    assert "The password is changed" in answer.content.decode()
    assert is_logged_in(here)
    assert not is_logged_in(phone)
    assert deeds("password.changed") == ["password.changed"]


def test_a_session_that_is_not_used_ends_after_a_week(client, editor):
    log_in(client)
    with later(days=6, hours=23):
        assert is_logged_in(client)
    # It was used just now, and lasts on from there.
    with later(days=13):
        assert is_logged_in(client)
    with later(days=20, hours=1):
        assert not is_logged_in(client)


def test_a_session_ends_after_a_month_however_much_it_is_used(client, editor):
    log_in(client)
    for day in range(3, 30, 3):
        with later(days=day):
            assert is_logged_in(client)
    with later(days=29, hours=23):
        assert is_logged_in(client)
    with later(days=30, minutes=1):
        response = client.get("/admin/inbox/")
        assert response["Location"] == "/admin/login/?next=/admin/inbox/"


def test_use_is_noted_now_and_then_and_costs_nothing_between(client, editor):
    log_in(client)
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/jsi18n/")
    assert all(query["sql"].startswith("SELECT") for query in queries)
    seen = UserSession.objects.get().last_seen_at
    with later(minutes=6):
        client.get("/admin/")
        assert UserSession.objects.get().last_seen_at > seen


def test_the_worker_forgets_sessions_that_are_over(two_browsers):
    here, phone = two_browsers
    Session.objects.filter(session_key=phone.session.session_key).delete()
    assert worker.clear_logins().endswith("1 ended sessions forgotten")
    assert UserSession.objects.get().session_key == here.session.session_key


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("curl/8.5", "curl/8.5"),
        ("", "unknown"),
        ("<script>" * 20, "<script>" * 5),
    ],
)
def test_a_browser_is_told_in_short_words(user_agent, words):
    assert sessions.browser_in_words(user_agent) == words
