"""Ten wrong ones lock, on each way in, and whom they do not lock."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from akira import worker
from akira.accounts import locks, tries
from tests.akira.accounts.people import (
    ACCOUNT,
    ADDRESS,
    ANOTHER,
    CODE,
    LOGIN,
    RIGHT,
    code_of,
    deeds,
    fail_to_log_in,
    give_app,
    give_recovery_codes,
    is_logged_in,
    log_in,
    wrong_code,
)
from tests.factories import make_publication

pytestmark = pytest.mark.django_db

REFUSED = "Further tries are refused until"


def minutes_from_now(number):
    return time_machine.travel(timezone.now() + timezone.timedelta(minutes=number), tick=True)


# --- Passwords at the login ------------------------------------------------------------------------------------------


def test_after_ten_wrong_passwords_the_right_one_is_refused(client, editor):
    assert fail_to_log_in(client, 9).status_code == 200
    assert fail_to_log_in(client, 1).status_code == 429
    response = log_in(client)
    assert response.status_code == 429
    assert REFUSED in response.content.decode()
    assert 1790 < int(response.headers["Retry-After"]) <= 1800
    assert not is_logged_in(client)


def test_the_sentence_says_until_when_in_the_zone_of_the_newsletter(client, editor):
    make_publication(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-03-01T20:00:00Z", tick=False):
        said = fail_to_log_in(client).content.decode()
    assert "refused until 05:30 (Asia/Tokyo), for 30 minutes." in said


def test_when_the_lock_has_ended_the_right_password_is_taken(client, editor):
    fail_to_log_in(client)
    with minutes_from_now(29):
        assert log_in(client).status_code == 429
    with minutes_from_now(31):
        assert log_in(client).status_code == 302


def test_trying_on_does_not_make_the_lock_longer(client, editor):
    fail_to_log_in(client)
    with minutes_from_now(20):
        fail_to_log_in(client, 15)
    with minutes_from_now(31):
        assert log_in(client).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(client, editor):
    fail_to_log_in(client, 9)
    assert log_in(client).status_code == 302
    client.post("/admin/logout/")
    fail_to_log_in(client, 9)
    assert log_in(client).status_code == 302


@pytest.mark.parametrize("name", ["nobody", "mika", "stranger"])
def test_a_lock_does_not_tell_whether_there_is_an_account(client, editor, stranger, name):
    statuses = [log_in(client, name, f"wrong {number}").status_code for number in range(11)]
    assert statuses == [200] * 9 + [429] * 2


def test_another_spelling_of_the_name_gives_no_further_tries(client, editor):
    for number in range(10):
        log_in(client, [" mika", "mika ", "mika", "ｍｉｋａ"][number % 4], "wrong")
    assert log_in(client).status_code == 429


def test_twenty_at_once_get_ten_tries(transactional_db, editor):
    def one(number):
        try:
            return log_in(Client(), "mika", f"wrong {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one, range(20)))
    assert AccessAttempt.objects.get().failures_since_start == 10
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= 9
    assert log_in(Client()).status_code == 429


def test_what_was_typed_is_kept_nowhere(client, editor):
    fail_to_log_in(client, 1, name="my-Password-1")
    attempt = AccessAttempt.objects.get()
    kept = [getattr(attempt, field.name) for field in attempt._meta.fields]
    assert not any(typed in str(value) for typed in ("my-Password-1", "wrong 0", "csrf") for value in kept)
    assert attempt.username.startswith("?")


# --- Whom a lock does not hold ---------------------------------------------------------------------------------------


def test_an_editor_at_another_address_is_not_held_up(client, editor):
    fail_to_log_in(client)
    assert log_in(Client(), address=ANOTHER).status_code == 302


def test_a_colleague_at_the_same_address_is_not_held_up(client, editor, django_user_model):
    django_user_model.objects.create_user("juno", password=RIGHT, is_staff=True)
    fail_to_log_in(client)
    assert log_in(Client(), "juno").status_code == 302


def test_a_browser_in_which_the_editor_logged_in_is_not_held_up(editor):
    own = Client()
    log_in(own)
    own.post("/admin/logout/")
    fail_to_log_in(Client(), 10)
    assert log_in(Client()).status_code == 429
    assert log_in(own).status_code == 302


def test_that_browser_has_ten_tries_too_wherever_it_goes(editor):
    own = Client()
    log_in(own)
    own.post("/admin/logout/")
    fail_to_log_in(own, 5)
    assert fail_to_log_in(own, 5, address=ANOTHER).status_code == 429
    assert log_in(own, address="192.0.2.1").status_code == 429


def test_a_browser_is_known_for_its_own_account_alone(editor, django_user_model):
    django_user_model.objects.create_user("juno", password=RIGHT, is_staff=True)
    own = Client()
    log_in(own, "juno")
    own.post("/admin/logout/")
    fail_to_log_in(Client())
    assert log_in(own, "mika").status_code == 429


def test_a_mark_that_somebody_made_up_counts_for_nothing(client, editor):
    fail_to_log_in(Client())
    client.cookies["akira_8000_browser"] = '{"1": "made up"}:sig:nature'
    assert log_in(client).status_code == 429


# --- Many accounts, many addresses -----------------------------------------------------------------------------------


def test_one_address_gets_fifty_tries_at_all_accounts(client, editor):
    for number in range(50):
        log_in(client, f"nobody {number}", "Winter2026!")
    assert log_in(client).status_code == 429
    assert log_in(Client(), address=ANOTHER).status_code == 302


def test_one_account_gets_a_hundred_tries_from_all_addresses(editor):
    own = Client()
    log_in(own)
    own.post("/admin/logout/")
    for number in range(100):
        log_in(Client(), "mika", "wrong", address=f"198.51.100.{number}")
    assert log_in(Client(), address="192.0.2.1").status_code == 429
    assert log_in(own).status_code == 302


def test_a_network_of_ipv6_is_one_address(client, editor):
    for number in range(10):
        log_in(client, "mika", "wrong", address=f"2001:db8:1:2::{number + 1}")
    assert log_in(client, address="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in(client, address="2001:db8:1:3::1").status_code == 302


def test_behind_a_proxy_what_a_visitor_claims_does_not_count(client, editor, settings):
    settings.AKIRA_PROXIES = 1
    for number in range(10):
        forged = f"6.6.6.{number}, {ADDRESS}"
        client.post(LOGIN, {"username": "mika", "password": "wrong"}, headers={"x-forwarded-for": forged})
    again = client.post(
        LOGIN, {"username": "mika", "password": RIGHT}, headers={"x-forwarded-for": f"9.9.9.9, {ADDRESS}"}
    )
    assert again.status_code == 429
    elsewhere = client.post(LOGIN, {"username": "mika", "password": RIGHT}, headers={"x-forwarded-for": ANOTHER})
    assert elsewhere.status_code == 302


@pytest.mark.parametrize("address", ["", "unix:", "nonsense"])
def test_a_request_without_an_address_is_counted_too(client, editor, address):
    assert fail_to_log_in(client, address=address).status_code == 429


# --- Each other way in -----------------------------------------------------------------------------------------------


def test_ten_wrong_codes_lock_the_second_step(client, editor):
    secret = give_app(editor)
    log_in(client)
    wrong = wrong_code(editor)
    statuses = [client.post(CODE, {"code": wrong}, REMOTE_ADDR=ADDRESS).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]
    response = client.post(CODE, {"code": code_of(secret)}, REMOTE_ADDR=ADDRESS)
    assert response.status_code == 429
    assert REFUSED in response.content.decode()
    assert not is_logged_in(client)
    with minutes_from_now(31):
        log_in(client)
        assert client.post(CODE, {"code": code_of(secret)}, REMOTE_ADDR=ADDRESS).status_code == 302


def test_the_password_gives_no_further_tries_at_the_code(client, editor):
    give_app(editor)
    wrong = wrong_code(editor)
    for number in range(10):
        # Each from another address, with the right password before.
        other = Client()
        log_in(other, address=f"198.51.100.{number}")
        other.post(CODE, {"code": wrong}, REMOTE_ADDR=f"198.51.100.{number}")
    log_in(client)
    assert client.post(CODE, {"code": wrong}, REMOTE_ADDR=ADDRESS).status_code == 429


def test_ten_wrong_recovery_codes_lock(client, editor):
    give_app(editor)
    codes = give_recovery_codes(editor)
    log_in(client)
    for number in range(10):
        response = client.post(CODE, {"code": f"9999{number:04}"}, REMOTE_ADDR=ADDRESS)
    assert response.status_code == 429
    assert client.post(CODE, {"code": codes[0]}, REMOTE_ADDR=ADDRESS).status_code == 429


@pytest.mark.parametrize(
    ("path", "wrong", "right"),
    [
        ("/admin/account/confirm/", {"password": "wrong"}, {"password": RIGHT}),
        (
            "/admin/account/password/",
            {"old_password": "wrong", "new_password1": "another long one", "new_password2": "another long one"},
            {"old_password": RIGHT, "new_password1": "another long one", "new_password2": "another long one"},
        ),
    ],
    ids=["confirmation", "password change"],
)
def test_ten_wrong_passwords_lock_inside_the_desk_too(client, editor, path, wrong, right):
    log_in(client)
    statuses = [client.post(path, wrong, REMOTE_ADDR=ADDRESS).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]
    response = client.post(path, right, REMOTE_ADDR=ADDRESS)
    assert response.status_code == 429
    assert REFUSED in response.content.decode()
    assert get_user_model().objects.get(pk=editor.pk).check_password(RIGHT)
    # Nor does it open at the login, for that browser or for a new one.
    assert log_in(Client()).status_code == 429


def test_ten_wrong_codes_lock_the_confirmation_by_code(client, editor):
    secret = give_app(editor)
    client.force_login(editor)
    wrong = wrong_code(editor)
    path = "/admin/account/confirm/code/"
    statuses = [client.post(path, {"code": wrong}, REMOTE_ADDR=ADDRESS).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]
    assert client.post(path, {"code": code_of(secret)}, REMOTE_ADDR=ADDRESS).status_code == 429


# --- Opening a lock, and tidying up ----------------------------------------------------------------------------------


def test_those_who_look_after_accounts_see_a_lock_and_open_it(client, editor, admin_client):
    fail_to_log_in(client)
    page = admin_client.get("/admin/locks/").content.decode()
    assert "mika" in page
    assert ADDRESS in page
    assert "10 wrong passwords" in page
    answer = admin_client.post("/admin/locks/", {"account": "mika", "network": ADDRESS}, follow=True)
    assert "Nothing is locked" in answer.content.decode()
    assert log_in(client).status_code == 302
    assert deeds("login.locked", "login.unlocked") == ["login.locked", "login.unlocked"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_sees_or_opens_locks(client, editor_client, method):
    assert getattr(editor_client, method)("/admin/locks/").status_code == 403
    assert getattr(Client(), method)("/admin/locks/").status_code == 302


def test_a_name_of_nobody_is_listed_without_it(client, admin_client):
    fail_to_log_in(client, name="my password")
    page = admin_client.get("/admin/locks/").content.decode()
    assert "A name that nobody has" in page
    assert "my password" not in page


def test_the_list_of_locks_names_every_kind(client, editor, admin_client):
    log_in(client)
    for number in range(10):
        tries.begin(tries.Asker("mika", ADDRESS, "mark"))
        tries.begin(tries.Asker("mika", f"198.51.100.{number}"), tries.Kind.CODE)
        tries.begin(tries.Asker("", "192.0.2.9"), tries.Kind.LINK)
    for number in range(50):
        tries.begin(tries.Asker(f"?{number}", "192.0.2.1"))
    said = admin_client.get("/admin/locks/").content.decode()
    for words in ("From a browser in which", "10 wrong codes", "Links to a new password", "Every account"):
        assert words in said
    assert len(locks.standing()) == 5
    buttons = re.findall(r'name="account" value="(.*?)"><input type="hidden" name="network" value="(.*?)"', said)
    for account, network in buttons:
        admin_client.post("/admin/locks/", {"account": account, "network": network})
    assert locks.standing() == []


def test_the_worker_forgets_what_no_longer_counts(client, editor):
    fail_to_log_in(client, 3)
    assert worker.clear_logins().startswith("0 counts")
    with minutes_from_now(31):
        assert worker.clear_logins().startswith("1 counts")
    assert not AccessAttempt.objects.exists()


def test_failures_and_the_lock_are_in_the_trail_once_each(client, editor):
    fail_to_log_in(client, 12)
    assert deeds() == ["login.failed"] * 10 + ["login.locked"]


def test_the_overview_does_not_count_as_a_try(client, editor):
    log_in(client)
    for _ in range(12):
        client.get(ACCOUNT)
        client.get("/admin/account/confirm/")
    assert not AccessAttempt.objects.exists()
