"""Logging in and out: one way, for those who may come to the desk, and what others learn from it."""

import pytest
from django.contrib.auth import get_user_model, hashers
from django.test import Client

from akira.accounts.hashers import Argon2PasswordHasher
from tests.akira.accounts.people import ACCOUNT, LOGIN, RIGHT, deeds, is_logged_in, log_in

pytestmark = pytest.mark.django_db

ARGON = "akira.accounts.hashers.Argon2PasswordHasher"
OLD = "django.contrib.auth.hashers.PBKDF2PasswordHasher"


def test_an_editor_logs_in_by_user_name_and_password(client, editor):
    response = log_in(client)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert is_logged_in(client)
    assert deeds() == ["login.succeeded"]


def test_spaces_around_the_name_do_no_harm(client, editor):
    assert log_in(client, " mika ").status_code == 302


@pytest.mark.parametrize("name", ["mika", "nobody", "stranger", "gone", "MIKA", "日本語", "' OR 1=1 --"])
def test_everybody_who_may_not_is_told_the_same(client, editor, stranger, django_user_model, name):
    django_user_model.objects.create_user("gone", password=RIGHT, is_staff=True, is_active=False)
    password = "wrong" if name == "mika" else RIGHT
    response = log_in(client, name, password)
    assert response.status_code == 200
    assert "do not belong together" in response.content.decode()
    assert not is_logged_in(client)


@pytest.fixture
def hashed(monkeypatch, settings):
    """The algorithms that were run, in order, while both ways are known and quick."""
    settings.PASSWORD_HASHERS = [ARGON, OLD]
    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "iterations", 10)
    run = []
    for kind in (Argon2PasswordHasher, hashers.PBKDF2PasswordHasher):
        for deed in ("encode", "verify"):
            monkeypatch.setattr(kind, deed, _noting(run, getattr(kind, deed)))
    return run


def _noting(run, plain):
    def noted(self, *given):
        run.append(self.algorithm)
        return plain(self, *given)

    return noted


def give_password(user, algorithm):
    get_user_model().objects.filter(pk=user.pk).update(password=hashers.make_password(RIGHT, hasher=algorithm))


@pytest.mark.parametrize("name", ["mika", "nobody"])
def test_a_failure_costs_one_hash_whether_or_not_somebody_has_the_name(client, editor, hashed, name):
    give_password(editor, "argon2")
    hashed.clear()
    log_in(client, name, "wrong")
    assert hashed == ["argon2"]


@pytest.mark.parametrize("name", ["mika", "kept", "nobody"])
def test_while_old_hashes_are_left_every_failure_costs_one_of_both(client, editor, django_user_model, hashed, name):
    give_password(editor, "argon2")
    give_password(django_user_model.objects.create_user("kept", is_staff=True), "pbkdf2_sha256")
    hashed.clear()
    log_in(client, name, "wrong")
    # PBKDF2 verifies by encoding once more.
    assert set(hashed) == {"argon2", "pbkdf2_sha256"}
    assert hashed.count("argon2") == 1


def test_an_old_hash_is_made_anew_at_the_next_login(client, editor, hashed):
    give_password(editor, "pbkdf2_sha256")
    log_in(client)
    editor.refresh_from_db()
    assert editor.password.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert is_logged_in(client)


def test_the_first_hasher_of_an_installation_is_argon():
    from akira import settings

    assert settings.PASSWORD_HASHERS[0] == ARGON


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/admin/issues/issue/", "/admin/issues/issue/"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("https:evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("/\\evil.example/", "/admin/"),
        ("http://127.0.0.1/admin/", "/admin/"),
    ],
)
def test_the_way_on_leads_to_our_own_host_alone(client, editor, given, expected):
    assert log_in(client, next=given)["Location"] == expected


def test_whoever_is_logged_in_is_sent_on(editor_client):
    assert editor_client.get(f"{LOGIN}?next=/admin/inbox/")["Location"] == "/admin/inbox/"


def test_whoever_may_not_come_to_the_desk_any_more_is_out_at_once(editor_client, editor):
    assert is_logged_in(editor_client)
    get_user_model().objects.filter(pk=editor.pk).update(is_staff=False)
    response = editor_client.get(ACCOUNT)
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={ACCOUNT}")
    assert editor_client.get("/admin/login/").status_code == 200


def test_the_session_gets_a_new_key_at_the_login(client, editor):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["akira_8000_session"] = planted
    log_in(client)
    assert client.session.session_key != planted
    assert Client(headers={"cookie": f"akira_8000_session={planted}"}).get(ACCOUNT).status_code == 302


def test_logging_out_takes_a_post(editor_client):
    assert editor_client.get("/admin/logout/").status_code == 200
    assert is_logged_in(editor_client)
    assert editor_client.post("/admin/logout/")["Location"] == LOGIN
    assert not is_logged_in(editor_client)
    assert deeds() == ["login.ended"]


def test_a_login_from_another_site_is_refused(editor):
    client = Client(enforce_csrf_checks=True)
    assert log_in(client).status_code == 403


def test_cookies_of_a_login_are_out_of_reach_of_scripts_and_other_sites(client, editor):
    cookies = log_in(client).cookies
    for name in ("akira_8000_session", "akira_8000_browser"):
        assert cookies[name]["httponly"]
        assert cookies[name]["samesite"] == "Lax"
        assert cookies[name]["path"] == "/admin/"


@pytest.mark.parametrize(
    "path",
    ["/admin/signup/", "/accounts/login/", "/accounts/signup/", "/admin/account/email/", "/admin/login/request/"],
)
def test_there_is_no_second_way_and_no_sign_up(editor_client, path):
    assert editor_client.get(path).status_code in (302, 404)
    assert editor_client.post(path, {}).status_code in (302, 404)
    assert get_user_model().objects.count() == 1


def test_django_s_own_page_for_passwords_leads_to_ours(editor_client):
    assert editor_client.get("/admin/password_change/")["Location"] == "/admin/account/password/"


@pytest.mark.parametrize("path", [LOGIN, "/admin/password/reset/", ACCOUNT, "/admin/account/password/"])
def test_pages_of_accounts_are_kept_by_nobody(client, editor, path):
    log_in(client) if "account" in path else None
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_password_of_any_length_and_script_works(client, editor):
    password = "とても長い合言葉 " * 40
    editor.set_password(password)
    editor.save()
    assert log_in(client, "mika", password).status_code == 302


@pytest.mark.parametrize(
    ("name", "password"), [("", ""), ("mika", ""), ("", RIGHT), ("a" * 5000, "b"), ("mi\0ka", "b")]
)
def test_odd_input_is_a_wrong_login(client, editor, name, password):
    assert log_in(client, name, password).status_code == 200
