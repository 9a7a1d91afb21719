"""Looking after accounts: who may do what to whom, and what the commands do."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client

from akira.accounts import second_factor
from tests.akira.accounts.people import (
    ADDRESS,
    RIGHT,
    deeds,
    fail_to_log_in,
    give_app,
    is_logged_in,
    log_in,
)

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"


@pytest.fixture
def keeper(django_user_model):
    """Somebody who looks after accounts, and is no superuser."""
    user = django_user_model.objects.create_user("keeper", password=RIGHT, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    return user


@pytest.fixture
def keeper_client(keeper):
    client = Client()
    client.force_login(keeper)
    return client


def act(client, action, *users):
    fields = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(USERS, fields, follow=True).content.decode()


def test_the_list_says_who_has_a_second_factor(admin_client, editor):
    give_app(editor)
    page = admin_client.get(USERS).content.decode()
    assert page.count('alt="True"') > 0
    assert "Locked logins" in page


def test_a_lost_second_factor_is_taken_away(keeper_client, editor):
    give_app(editor)
    assert "One person has none any more." in act(keeper_client, "remove_second_factor", editor)
    assert not second_factor.has_one(editor)
    assert deeds("second_factor.removed") == ["second_factor.removed"]
    assert "None of them had one." in act(keeper_client, "remove_second_factor", editor)


def test_somebody_is_logged_out_everywhere(keeper_client, editor):
    own = Client()
    log_in(own)
    assert "One browser is logged out." in act(keeper_client, "log_out", editor)
    assert not is_logged_in(own)


def test_an_account_is_unlocked(keeper_client, editor):
    fail_to_log_in(Client())
    assert "One account is unlocked." in act(keeper_client, "unlock", editor)
    assert log_in(Client()).status_code == 302
    assert "None of them was locked." in act(keeper_client, "unlock", editor)


@pytest.mark.parametrize("action", ["remove_second_factor", "log_out"])
def test_a_superuser_is_out_of_reach_of_others(keeper_client, admin_user, action):
    give_app(admin_user)
    own = Client()
    own.force_login(admin_user)
    act(keeper_client, action, admin_user)
    assert second_factor.has_one(admin_user)
    assert is_logged_in(own)


def test_nobody_but_a_superuser_sets_a_superuser_s_password(keeper_client, admin_user):
    fields = {"password1": "taken over now", "password2": "taken over now", "usable_password": "true"}
    assert keeper_client.post(f"{USERS}{admin_user.pk}/password/", fields).status_code == 403
    assert keeper_client.post(f"{USERS}{admin_user.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_user.refresh_from_db()
    assert admin_user.check_password("password")


def test_nobody_but_a_superuser_gives_might_away(keeper_client, keeper, editor):
    group = Group.objects.create(name="mighty")
    for user in (keeper, editor):
        fields = {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        fields |= {"groups": [group.pk], "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
        fields |= {"last_login_0": "2026-01-01", "last_login_1": "00:00:00"}
        keeper_client.post(f"{USERS}{user.pk}/change/", fields)
        user.refresh_from_db()
        assert not user.is_superuser
        assert not user.groups.exists()


def test_a_password_that_a_keeper_sets_opens_the_lock(keeper_client, editor):
    fail_to_log_in(Client())
    fields = {"password1": "an even longer one", "password2": "an even longer one", "usable_password": "true"}
    assert keeper_client.post(f"{USERS}{editor.pk}/password/", fields).status_code == 302
    assert log_in(Client(), password="an even longer one").status_code == 302
    assert "password.set_by_another" in deeds()


@pytest.mark.parametrize("path", [USERS, "/admin/locks/"])
def test_editors_look_after_no_accounts(editor_client, path):
    assert editor_client.get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["mfa/authenticator", "account/emailaddress", "usersessions/usersession", "axes/accessattempt"]
)
def test_no_page_shows_the_rows_that_hold_secrets(admin_client, path):
    assert admin_client.get(f"/admin/{path}/").status_code == 404


def test_the_command_unlocks_an_account_or_a_network(client, editor, capsys):
    fail_to_log_in(client)
    call_command("unlock_login", "mika", "--from", "192.0.2.1")
    assert "Nothing was locked there." in capsys.readouterr().out
    call_command("unlock_login", "mika")
    assert "Unlocked." in capsys.readouterr().out
    assert log_in(client).status_code == 302
    client.post("/admin/logout/")
    fail_to_log_in(client, name="nobody")
    call_command("unlock_login", "--from", ADDRESS)
    assert "Unlocked." in capsys.readouterr().out
    fail_to_log_in(client, name="nobody", address="2001:db8:1:2::7")
    call_command("unlock_login", "--from", "2001:db8:1:2::ffff")
    assert "Unlocked." in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        ("axes_reset_username", "mika"),
        ("axes_reset_ip", ADDRESS),
        ("axes_reset_ip_username", ADDRESS, "mika"),
        ("axes_reset",),
    ],
    ids=lambda command: command[0],
)
def test_the_commands_of_django_axes_unlock_as_well(client, editor, command, capsys):
    fail_to_log_in(client)
    call_command(*command)
    assert log_in(client).status_code == 302


def test_without_a_name_the_command_lists_what_is_locked(client, editor, capsys):
    fail_to_log_in(client)
    fail_to_log_in(client, name="my password")
    with pytest.raises(CommandError, match="Name what to unlock"):
        call_command("unlock_login")
    said = capsys.readouterr().out
    assert f"mika from {ADDRESS}: until " in said
    assert "(a name that nobody has)" in said
    with pytest.raises(CommandError, match="no IP address"):
        call_command("unlock_login", "--from", "nowhere")
