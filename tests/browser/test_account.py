"""An account in a browser: the second factor from set-up to use, passkeys, and all but those without a script."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.browser.composing import log_in_by_form
from tests.factories import make_publication

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = re.compile(r"/admin/$")


@pytest.fixture(autouse=True)
def newsletter(editor):
    return make_publication(name="Neural Weekly")


@pytest.fixture
def passkeys(open_page, site_url, settings):
    """Opens a page at localhost, where browsers have passkeys, with a device that shows them by itself."""

    def open_one(**options):
        page = open_page(**options)
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page

    settings.CSRF_TRUSTED_ORIGINS = [site_url]
    return open_one


@pytest.fixture
def site_url(live_server, settings):
    settings.AKIRA_BASE_URL = live_server.url.replace("127.0.0.1", "localhost")
    return settings.AKIRA_BASE_URL


def code_of(secret: str, steps: int = 0) -> str:
    """What an app shows for a key that is typed in (RFC 6238), written apart from the code under test."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def set_up_app(page) -> str:
    page.goto("/admin/account/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="The key as a QR code")).to_be_visible()
    secret = page.locator("#key").inner_text()
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return secret


def log_out(page):
    page.get_by_role("button", name="Log out").first.click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()


def give_password(page, name="mika", password="a long password"):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without"])
def test_an_app_is_set_up_and_asked_for_at_the_next_login(open_page, has_script):
    page = log_in_by_form(open_page(java_script_enabled=has_script))
    secret = set_up_app(page)
    recovery_code = page.locator(".codes code").first.inner_text()
    log_out(page)
    give_password(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This code is not valid.")).to_be_visible()
    # The half minute of the first code is not over: it has to be the next.
    page.get_by_label("Code").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(DESK)
    log_out(page)
    give_password(page)
    page.get_by_label("Code").fill(recovery_code)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(DESK)
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_text("9 are left.")).to_be_visible()


def test_a_passkey_is_added_and_logs_in_alone(passkeys):
    page = log_in_by_form(passkeys())
    page.goto("/admin/account/passkeys/add/")
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(DESK)
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", name="My phone")).to_be_visible()
    expect(page.get_by_text("Passkey, logs in alone.")).to_be_visible()


def test_a_passkey_serves_as_a_second_step_and_as_a_proof(passkeys, settings):
    page = log_in_by_form(passkeys())
    page.goto("/admin/account/passkeys/add/")
    page.get_by_label("Name").fill("Key on a ring")
    page.get_by_label("Logs in alone, without a password").uncheck()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    log_out(page)
    give_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(DESK)
    # Whatever was proved by now is too long ago.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto("/admin/account/confirm/passkey/?next=/admin/account/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
    page.get_by_role("link", name="Rename Key on a ring").click()
    page.get_by_label("Name").fill("鍵")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("link", name="Remove… 鍵").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("is_forgotten", [True, False], ids=["of nobody", "of somebody who may not come any more"])
def test_a_passkey_that_is_not_valid_any_more_opens_nothing(passkeys, editor, is_forgotten):
    page = log_in_by_form(passkeys())
    page.goto("/admin/account/passkeys/add/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    log_out(page)
    if is_forgotten:
        Authenticator.objects.all().delete()
    else:
        type(editor).objects.update(is_staff=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("This is not valid." if is_forgotten else "not valid here")).to_be_visible()
    page.goto("/admin/account/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_an_answer_that_the_account_s_page_could_not_read_is_refused(passkeys):
    page = log_in_by_form(passkeys())

    def twist(route):
        sent = route.request.post_data
        route.continue_(
            post_data=sent.replace("%22credProps%22%3A%7B", "%22credProps%22%3A1%2C%22was%22%3A%7B") if sent else None
        )

    page.route("**/account/passkeys/add/", twist)
    page.goto("/admin/account/passkeys/add/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This is not valid.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_without_a_script_passkeys_say_what_they_need(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/admin/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    log_in_by_form(page)
    page.goto("/admin/account/passkeys/add/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


def test_a_password_is_changed_with_the_keyboard_alone(page):
    log_in_by_form(page)
    page.goto("/admin/account/password/")
    page.get_by_label("Password until now").focus()
    for typed in ("a long password", "an even longer one", "an even longer one"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Change the password")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The password is changed.")).to_be_visible()
    log_out(page)
    give_password(page, password="an even longer one")
    expect(page).to_have_url(DESK)


BEFORE = ["/admin/login/", "/admin/password/reset/", "/admin/password/reset/asked/", "/admin/password/reset/1-abc/"]
WITHIN = [
    "/admin/account/",
    "/admin/account/password/",
    "/admin/account/confirm/",
    "/admin/account/confirm/code/",
    "/admin/account/codes/",
    "/admin/account/codes/new/",
    "/admin/account/app/remove/",
    "/admin/account/passkeys/add/",
    "/admin/locks/",
    "/admin/logout/",
]


@pytest.mark.slow
def test_no_page_of_accounts_has_a_barrier(open_page, admin_user):
    page = open_page(bypass_csp=True)
    found = {}

    def look(address):
        page.goto(address)
        found.update({(address, *key): nodes for key, nodes in barriers(page).items()})

    for address in BEFORE:
        look(address)
    log_in_by_form(page, "admin", "password")
    look("/admin/account/app/")
    secret = set_up_app(page)
    for address in WITHIN:
        look(address)
    log_out(page)
    give_password(page, "admin", "password")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    look("/admin/login/code/")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(DESK)
    assert found == {}
