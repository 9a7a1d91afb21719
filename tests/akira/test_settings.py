"""The settings as an installation reads them from its environment."""

import json
import subprocess
import sys

import pytest

from tests.akira.conftest import environment
from tests.conftest import CHECKOUT

SHOWN = [
    "AKIRA_MAIL",
    "AKIRA_PAGE_STORE",
    "AKIRA_REQUIRE_SECOND_FACTOR",
    "AKIRA_SESSION_LONGEST",
    "AKIRA_SHARES_PAGES",
    "ALLOWED_HOSTS",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "EMAIL_BACKEND",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_AGE",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_PATH",
    "SESSION_COOKIE_SECURE",
]


@pytest.fixture
def settings_with(tmp_path):
    """What the settings are with this environment."""

    def read(**changes):
        program = f"import json, akira.settings as s; print(json.dumps({{name: getattr(s, name) for name in {SHOWN}}}))"
        return json.loads(
            subprocess.run(
                [sys.executable, "-c", program],
                cwd=CHECKOUT,
                env=environment(**{"AKIRA_HOME": tmp_path} | changes),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )

    return read


def test_without_any_setting_akira_is_private_and_not_in_debug(settings_with):
    shown = settings_with()
    assert shown["DEBUG"] is False
    assert shown["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert shown["SECURE_SSL_REDIRECT"] is shown["SESSION_COOKIE_SECURE"] is False
    assert shown["SECURE_HSTS_SECONDS"] == 0
    assert shown["SESSION_COOKIE_PATH"] == "/admin/"
    assert (shown["AKIRA_PAGE_STORE"], shown["AKIRA_SHARES_PAGES"]) == (64, False)


def test_finished_pages_can_be_kept_nowhere_and_shared_in_redis(settings_with):
    shown = settings_with(AKIRA_PAGE_STORE=0, CACHE_URL="redis://:password@127.0.0.1:6379/2")
    assert (shown["AKIRA_PAGE_STORE"], shown["AKIRA_SHARES_PAGES"]) == (0, True)


def test_an_https_address_brings_secure_cookies_redirects_and_hsts(settings_with):
    shown = settings_with(AKIRA_BASE_URL="https://news.example.org/")
    assert shown["SECURE_SSL_REDIRECT"] is shown["SESSION_COOKIE_SECURE"] is shown["CSRF_COOKIE_SECURE"] is True
    assert shown["SECURE_HSTS_SECONDS"] > 31_536_000
    assert "news.example.org" in shown["ALLOWED_HOSTS"]
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://news.example.org"]


def test_two_copies_on_one_machine_do_not_share_cookies(settings_with):
    names = {settings_with(AKIRA_BASE_URL=f"http://127.0.0.1:{port}")["SESSION_COOKIE_NAME"] for port in (8000, 8001)}
    assert len(names) == 2


def test_the_secret_key_is_made_once_and_kept_private(settings_with, tmp_path):
    first = settings_with()["SECRET_KEY"]
    assert len(first) >= 50
    assert settings_with()["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_given_secret_key_wins_and_old_ones_stay_valid(settings_with, tmp_path):
    shown = settings_with(AKIRA_SECRET_KEY="given", AKIRA_SECRET_KEY_FALLBACKS="old,older")
    assert shown["SECRET_KEY"] == "given"
    assert shown["SECRET_KEY_FALLBACKS"] == ["old", "older"]
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_agree_on_the_key(tmp_path):
    program = (
        "import sys, pathlib; from akira import secret_key; print(secret_key.read_or_create(pathlib.Path(sys.argv[1])))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE)
        for _ in range(5)
    ]
    assert len({child.communicate()[0] for child in children}) == 1


def test_the_deployment_check_is_silent_with_https(settings_with, tmp_path):
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"],
        cwd=CHECKOUT,
        env=environment(AKIRA_HOME=tmp_path, AKIRA_BASE_URL="https://news.example.org"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


DEPLOYED = {"AKIRA_BASE_URL": "https://news.example.org"}
MAIL = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_HOST_PASSWORD")


@pytest.fixture
def mail_with(tmp_path):
    """How mail leaves with this EMAIL_URL, or what is said of it."""

    def read(url, **changes):
        program = f"import json, akira.settings as s; print(json.dumps([getattr(s, name, None) for name in {MAIL}]))"
        result = subprocess.run(
            [sys.executable, "-c", program],
            cwd=CHECKOUT,
            env=environment(AKIRA_HOME=tmp_path, EMAIL_URL=url, **changes),
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(result.stdout) if result.returncode == 0 else result.stderr

    return read


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", ["localhost", 25, None, None, ""]),
        ("smtp+tls://me:p%40ss%2F@mail.example.org", ["mail.example.org", 587, True, None, "p@ss/"]),
        ("smtp+ssl://me:word@mail.example.org:2465", ["mail.example.org", 2465, None, True, "word"]),
    ],
)
def test_mail_leaves_by_the_server_that_is_named(mail_with, url, expected):
    backend, host, port, tls, ssl, password = mail_with(url)
    assert backend == "django.core.mail.backends.smtp.EmailBackend"
    assert [host, port, tls, ssl, password or ""] == expected


@pytest.mark.parametrize("url", ["http://me:hush@mail.example.org", "smtp://", "nonsense", "smtp://me:hush@host:port"])
def test_what_is_no_mail_server_is_refused_without_its_password(mail_with, url):
    said = mail_with(url)
    assert "EMAIL_URL must be such as smtp+tls://" in said
    assert "hush" not in said.splitlines()[-1]


def test_mail_goes_to_the_terminal_while_debugging_and_else_nowhere(settings_with):
    shown = settings_with()
    assert (shown["AKIRA_MAIL"], shown["EMAIL_BACKEND"].split(".")[-2]) == (False, "dummy")
    shown = settings_with(AKIRA_DEBUG=1)
    assert (shown["AKIRA_MAIL"], shown["EMAIL_BACKEND"].split(".")[-2]) == (True, "console")


def test_sessions_and_the_second_factor_follow_the_environment(settings_with):
    shown = settings_with(**DEPLOYED)
    assert (shown["SESSION_COOKIE_AGE"], shown["AKIRA_SESSION_LONGEST"]) == (7 * 86400, 30 * 86400)
    assert shown["AKIRA_REQUIRE_SECOND_FACTOR"] is shown["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    shown = settings_with(AKIRA_SESSION_IDLE=8, AKIRA_SESSION_LONGEST=12, AKIRA_REQUIRE_SECOND_FACTOR=1)
    assert (shown["SESSION_COOKIE_AGE"], shown["AKIRA_SESSION_LONGEST"]) == (8 * 3600, 12 * 3600)
    assert shown["AKIRA_REQUIRE_SECOND_FACTOR"] is True
