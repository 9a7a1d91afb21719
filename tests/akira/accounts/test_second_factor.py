"""The second factor: set up, asked for, lost, demanded of everybody, and unreadable in the database."""

import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from akira.accounts import second_factor
from tests.akira.accounts.people import (
    ACCOUNT,
    CODE,
    LOGIN,
    RIGHT,
    code_of,
    deeds,
    give_app,
    give_recovery_codes,
    is_logged_in,
    log_in,
    wrong_code,
)
from tests.factories import make_publication

pytestmark = pytest.mark.django_db

APP = "/admin/account/app/"
CODES = "/admin/account/codes/"


def set_up_app(client) -> str:
    """Set an app up by the form; return its secret."""
    page = client.get(APP)
    secret = page.context["form"].secret
    assert client.post(APP, {"code": code_of(secret)})["Location"] in (CODES, ACCOUNT)
    return secret


def test_an_app_is_set_up_with_its_first_code(client, editor, django_capture_on_commit_callbacks):
    make_publication(name="Neural Weekly")
    log_in(client)
    page = client.get(APP)
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert page.context["totp_url"].startswith("otpauth://totp/mika?")
    assert "issuer=Neural%20Weekly" in page.context["totp_url"]
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    assert second_factor.has_one(editor)
    assert deeds() == ["login.succeeded", "second_factor.added"]
    page = client.get(CODES)
    assert len(page.context["unused_codes"]) == 10


def test_a_wrong_first_code_sets_nothing_up(client, editor):
    log_in(client)
    client.get(APP)
    assert client.post(APP, {"code": "000000"}).status_code == 200
    assert not second_factor.has_one(editor)


def test_with_an_app_the_password_alone_opens_nothing(client, editor):
    secret = give_app(editor)
    assert log_in(client, next="/admin/inbox/")["Location"] == CODE
    assert not is_logged_in(client)
    for path in ("/admin/", "/admin/inbox/", APP):
        assert client.get(path).status_code == 302, path
    response = client.post(CODE, {"code": code_of(secret)})
    assert response["Location"] == "/admin/inbox/"
    assert is_logged_in(client)


def test_django_s_login_of_the_admin_is_no_way_around(client, editor):
    from django.contrib import admin

    give_app(editor)
    log_in(client, this_is_the_login_form=1)
    assert client.get("/admin/").status_code == 302
    assert admin.site.urls[0][0].pattern.match("") is not None
    assert client.get("/admin/issues/issue/")["Location"].startswith(LOGIN)


def test_a_code_counts_once(client, editor):
    secret = give_app(editor)
    code = code_of(secret)
    log_in(client)
    assert client.post(CODE, {"code": code}).status_code == 302
    again = Client()
    log_in(again)
    assert again.post(CODE, {"code": code}).status_code == 200
    assert not is_logged_in(again)


@pytest.mark.parametrize(("steps", "is_good"), [(-1, True), (0, True), (1, True), (-2, False), (2, False)])
def test_a_clock_may_go_wrong_by_half_a_minute(client, editor, steps, is_good):
    secret = give_app(editor)
    with time_machine.travel("2026-03-01T20:00:10Z", tick=False):
        assert (second_factor.check(editor, code_of(secret, steps)) is not None) == is_good


@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", " {0}-{1} "])
def test_a_code_may_be_typed_in_two_parts(editor, shape):
    code = code_of(give_app(editor))
    assert second_factor.check(editor, shape.format(code[:3], code[3:]))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "abcdef", "日本語", "\udcff"])
def test_odd_codes_are_wrong(editor, code):
    give_app(editor)
    give_recovery_codes(editor)
    assert second_factor.check(editor, code) is None


def test_a_recovery_code_logs_in_once(client, editor):
    give_app(editor)
    code = give_recovery_codes(editor)[3]
    log_in(client)
    assert client.post(CODE, {"code": code}).status_code == 302
    other = Client()
    log_in(other)
    assert other.post(CODE, {"code": code}).status_code == 200


def test_the_secret_is_unreadable_in_the_database(editor, settings):
    secret = give_app(editor)
    codes = give_recovery_codes(editor)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert second_factor.check(editor, code_of(secret))


def test_under_another_secret_key_a_code_is_wrong_and_the_log_says_why(client, editor, settings, caplog):
    secret = give_app(editor)
    settings.SECRET_KEY = "another"
    assert second_factor.check(editor, code_of(secret)) is None
    assert "another secret key" in caplog.text


def test_what_decides_who_gets_in_asks_for_the_password_again_after_a_while(client, editor):
    log_in(client)
    assert client.get(APP).status_code == 200
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11)):
        response = client.get(APP)
        assert response["Location"] == f"/admin/account/confirm/?next={APP.replace('/', '%2F')}"
        wrong = client.post("/admin/account/confirm/", {"password": "wrong", "next": APP})
        assert "not your password" in wrong.content.decode()
        assert client.post("/admin/account/confirm/", {"password": RIGHT, "next": APP})["Location"] == APP
        assert client.get(APP).status_code == 200


@pytest.mark.parametrize("path", [APP, "/admin/account/passkeys/add/", CODES, f"{CODES}new/", f"{CODES}download/"])
def test_a_borrowed_browser_is_asked_who_it_is(editor_client, editor, path):
    give_app(editor) if "codes" in path else None
    give_recovery_codes(editor)
    response = editor_client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/account/confirm/")


def test_it_can_be_confirmed_by_a_code_instead(client, editor):
    secret = give_app(editor)
    client.force_login(editor)
    page = client.get("/admin/account/confirm/").content.decode()
    assert "/admin/account/confirm/code/" in page
    answer = client.post("/admin/account/confirm/code/", {"code": code_of(secret), "next": f"{APP}remove/"})
    assert answer["Location"] == f"{APP}remove/"


def test_removing_the_app_takes_the_recovery_codes_along(client, editor):
    secret = give_app(editor)
    give_recovery_codes(editor)
    log_in(client)
    client.post(CODE, {"code": code_of(secret)})
    assert client.get(f"{APP}remove/").status_code == 200
    assert client.post(f"{APP}remove/")["Location"] == ACCOUNT
    assert not Authenticator.objects.exists()
    assert deeds("second_factor.removed") == ["second_factor.removed"]


def test_new_recovery_codes_replace_the_old(client, editor, django_capture_on_commit_callbacks):
    secret = give_app(editor)
    old = give_recovery_codes(editor)
    log_in(client)
    client.post(CODE, {"code": code_of(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{CODES}new/")["Location"] == CODES
    shown = client.get(CODES).context["unused_codes"]
    assert not set(old) & set(shown)
    text = client.get(f"{CODES}download/")
    assert text.content.decode().split() == shown
    assert "attachment" in text["Content-Disposition"]
    assert "second_factor.codes_made" in deeds()


def test_who_has_lost_it_gets_in_after_the_command(client, editor, capsys):
    give_app(editor)
    give_recovery_codes(editor)
    call_command("remove_second_factor", "mika")
    assert "Removed" in capsys.readouterr().out
    assert log_in(client)["Location"] == "/admin/"
    call_command("remove_second_factor", "mika")
    assert "There was no second factor" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no account 'nobody'"):
        call_command("remove_second_factor", "nobody")


@pytest.fixture
def demanded(settings):
    settings.AKIRA_REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("path", ["/admin/", "/admin/issues/issue/", "/admin/inbox/", "/admin/background/"])
def test_where_it_is_demanded_nothing_opens_before_it_is_set_up(client, editor, demanded, path):
    make_publication()
    log_in(client)
    assert client.get(path)["Location"] == ACCOUNT
    assert client.post(path).status_code == 403
    assert client.get(path, headers={"sec-fetch-mode": "cors"}).status_code == 403
    assert "asks everybody for a second factor" in client.get(ACCOUNT).content.decode()
    set_up_app(client)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [ACCOUNT, APP, "/admin/account/passkeys/add/", "/admin/account/password/"])
def test_where_it_is_demanded_it_can_be_set_up(client, editor, demanded, path):
    log_in(client)
    assert client.get(path).status_code == 200
    assert client.post("/admin/logout/").status_code == 302


def test_where_it_is_demanded_readers_see_no_difference(client, demanded):
    make_publication()
    assert client.get("/").status_code == 200
    assert client.get(LOGIN).status_code == 200


def test_somebody_else_s_passkey_can_be_neither_renamed_nor_removed(client, editor, django_user_model):
    juno = django_user_model.objects.create_user("juno", is_staff=True)
    row = Authenticator.objects.create(user=juno, type="webauthn", data={"name": "key", "credential": {}})
    log_in(client)
    for deed in ("rename", "remove"):
        path = f"/admin/account/passkeys/{row.pk}/{deed}/"
        assert client.get(path).status_code == client.post(path, {"name": "mine"}).status_code == 404


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '"x"', '{"id": 1}', "not json"])
def test_a_passkey_that_is_none_is_refused(client, editor, credential):
    client.get("/admin/login/passkey/", headers={"accept": "application/json"})
    response = client.post("/admin/login/passkey/", {"credential": credential})
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert not is_logged_in(client)
    log_in(client)
    assert client.post("/admin/account/passkeys/add/", {"credential": credential, "name": "x"}).status_code == 200
    assert not second_factor.has_one(editor)


def test_wrong_codes_are_in_the_trail(client, editor):
    give_app(editor)
    log_in(client)
    client.post(CODE, {"code": wrong_code(editor)})
    assert deeds() == ["login.failed"]
