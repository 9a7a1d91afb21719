"""A new password by mail, through a real mail server; what the answer tells, and links that are none."""

import queue
import re
import time

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from akira.accounts import resetting
from tests.akira.accounts.people import (
    ACCOUNT,
    ADDRESS,
    ANOTHER,
    CODE,
    RIGHT,
    code_of,
    deeds,
    fail_to_log_in,
    give_app,
    is_logged_in,
    log_in,
)
from tests.factories import make_publication
from tests.smtp import mail_server

pytestmark = pytest.mark.django_db

RESET = "/admin/password/reset/"
NEW = "an even longer password"


@pytest.fixture
def mail(settings):
    with mail_server() as server:
        server.use(settings)
        settings.AKIRA_BASE_URL = "https://news.example.org"
        yield server


@pytest.fixture
def mika(editor):
    editor.email = "Mika@example.org"
    editor.save()
    return editor


def ask(client, email="mika@example.org", **options):
    return client.post(RESET, {"email": email}, **options)


def path_in(mail) -> str:
    return re.search(r"https://news\.example\.org(/admin/password/reset/\S+/)", mail.get_content())[1]


def set_password(client, path, password=NEW):
    form = client.get(path, follow=True)
    assert form.status_code == 200
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_a_link_comes_by_mail_and_sets_a_new_password_once(client, mika, mail):
    make_publication(name="Neural Weekly", sender="Neural Weekly <desk@example.org>")
    assert ask(client, headers={"host": "testserver"})["Location"] == f"{RESET}asked/"
    message = mail.next_mail()
    assert (message["To"], message["From"]) == ("Mika@example.org", "Neural Weekly <desk@example.org>")
    assert message["Subject"] == "Neural Weekly: set a new password"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "mika" in message.get_content()
    path = path_in(message)
    assert set_password(client, path)["Location"] == f"{RESET}set/"
    assert not is_logged_in(client)
    assert log_in(client, password=RIGHT).status_code == 200
    assert log_in(client, password=NEW).status_code == 302
    assert "does not work" in Client().get(path, follow=True).content.decode()
    assert deeds("password.reset_asked", "password.reset") == ["password.reset_asked", "password.reset"]
    assert "A new password was set" in mail.next_mail().get_content()


def test_a_new_password_ends_the_sessions_everywhere(client, mika, mail):
    elsewhere = Client()
    log_in(elsewhere)
    ask(client)
    set_password(client, path_in(mail.next_mail()))
    assert not is_logged_in(elsewhere)


def test_the_second_factor_is_asked_for_as_before(client, mika, mail):
    secret = give_app(mika)
    ask(client)
    set_password(client, path_in(mail.next_mail()))
    assert log_in(client, password=NEW)["Location"] == CODE
    assert not is_logged_in(client)
    client.post(CODE, {"code": code_of(secret)})
    assert is_logged_in(client)


def test_a_new_password_opens_the_lock_of_the_old_one(client, mika, mail):
    fail_to_log_in(client)
    ask(client, REMOTE_ADDR=ADDRESS)
    set_password(client, path_in(mail.next_mail()))
    assert log_in(client, password=NEW).status_code == 302


@pytest.mark.parametrize(
    "email",
    ["nobody@example.org", "stranger@example.org", "gone@example.org", "locked@example.org"],
)
def test_the_answer_is_the_same_where_no_mail_goes_out(client, mika, mail, django_user_model, email):
    make = django_user_model.objects.create_user
    make("stranger", email="stranger@example.org", password=RIGHT)
    make("gone", email="gone@example.org", password=RIGHT, is_staff=True, is_active=False)
    make("locked", email="locked@example.org", is_staff=True)
    known, unknown = ask(Client()), ask(Client(), email)
    assert mail.next_mail()["To"] == "Mika@example.org"
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    with pytest.raises(queue.Empty):
        mail.next_mail(timeout=0.1)


@pytest.mark.parametrize("email", ["mika@example.org", "nobody@example.org"])
def test_the_answer_waits_the_same_span_for_everybody(client, mika, mail, monkeypatch, email):
    waited = []
    monkeypatch.setattr(resetting.time, "sleep", waited.append)
    began = time.monotonic()
    ask(client, email)
    # What was not spent on the mail is waited for; it is never less.
    assert waited[0] + time.monotonic() - began >= resetting.TAKES


def test_a_mail_server_that_refuses_changes_no_answer(client, mika, mail, caplog):
    mail.is_refusing = True
    assert ask(client).status_code == 302
    mail.is_refusing = False
    ask(client)
    assert mail.next_mail()["To"] == "Mika@example.org"
    assert "mika@example.org" not in caplog.text.lower()


def test_one_account_gets_three_mails_an_hour(mika, mail):
    for number in range(5):
        ask(Client(), REMOTE_ADDR=f"203.0.113.{number}")
    for _ in range(3):
        mail.next_mail()
    with pytest.raises(queue.Empty):
        mail.next_mail(timeout=0.1)


def test_one_visitor_asks_ten_times_an_hour(client, mika, mail, monkeypatch):
    monkeypatch.setattr(resetting, "TAKES", 0)
    statuses = [ask(client, f"nobody{number}@example.org").status_code for number in range(11)]
    assert statuses == [302] * 10 + [429]
    assert "Ask again in 60 minutes" in ask(client).content.decode()
    assert ask(Client(), REMOTE_ADDR=ANOTHER).status_code == 302


def test_a_link_works_for_four_hours(client, mika, mail):
    ask(client)
    path = path_in(mail.next_mail())
    with time_machine.travel(timezone.now() + timezone.timedelta(hours=3, minutes=59)):
        assert "does not work" not in client.get(path, follow=True).content.decode()
    with time_machine.travel(timezone.now() + timezone.timedelta(hours=4, minutes=1)):
        assert "does not work" in client.get(path, follow=True).content.decode()


def test_a_link_of_somebody_who_may_not_come_any_more_does_not_work(client, mika, mail):
    ask(client)
    mika.is_staff = False
    mika.save()
    assert "does not work" in client.get(path_in(mail.next_mail()), follow=True).content.decode()


def test_a_weak_password_is_refused_with_the_reason(client, mika, mail):
    ask(client)
    answer = set_password(client, path_in(mail.next_mail()), "mika")
    assert "too short" in answer.content.decode()
    assert log_in(client, password=RIGHT).status_code == 302


def test_ten_links_that_are_none_lock_that_way(client, mika, mail):
    ask(client)
    path = path_in(mail.next_mail())
    for number in range(10):
        guess = client.get(f"{RESET}1-abc{number}-{'0' * 32}/", REMOTE_ADDR=ADDRESS)
        assert guess.status_code == 200
    refused = client.get(path, REMOTE_ADDR=ADDRESS)
    assert refused.status_code == 429
    assert "Further tries are refused until" in refused.content.decode()
    assert client.get(path, REMOTE_ADDR=ANOTHER).status_code == 302


def test_without_mail_the_page_says_how_a_password_is_set(client, mika):
    page = client.get(RESET).content.decode()
    assert "manage.py changepassword" in page
    assert "<form" not in page
    assert ask(client).status_code == 200
    assert deeds() == []


def test_whoever_follows_a_link_while_logged_in_as_somebody_else_is_logged_out(mika, mail, django_user_model):
    django_user_model.objects.create_user("juno", password=RIGHT, is_staff=True)
    client = Client()
    log_in(client, "juno")
    ask(client)
    set_password(client, path_in(mail.next_mail()))
    assert client.get(ACCOUNT).status_code == 302
