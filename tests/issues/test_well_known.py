"""What programs look for at fixed addresses."""

import datetime
import io
import os
import subprocess
import sys

import pytest
import time_machine
from PIL import Image

from tests.factories import make_publication

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def test_who_is_told_of_a_weakness(client, settings):
    settings.AKIRA_SECURITY_CONTACT = ["mailto:security@example.org", "https://example.org/tell"]
    with time_machine.travel(NOON, tick=False):
        response = client.get("/.well-known/security.txt")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.content.decode() == (
            "Contact: mailto:security@example.org\nContact: https://example.org/tell\nExpires: 2026-08-28T00:00:00Z\n"
        )
    with time_machine.travel(NOON + datetime.timedelta(hours=11), tick=False):
        again = client.get("/.well-known/security.txt", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
    with time_machine.travel(NOON + datetime.timedelta(days=400), tick=False):
        assert b"Expires: 2027-10-02T00:00:00Z" in client.get("/.well-known/security.txt").content
    settings.IS_HTTPS, settings.AKIRA_BASE_URL = True, "https://news.example.org"
    assert (
        b"Canonical: https://news.example.org/.well-known/security.txt\n"
        in client.get("/.well-known/security.txt").content
    )


@pytest.mark.django_db
def test_where_nobody_is_named_there_is_nothing(client):
    make_publication()
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param("security@example.org,https://example.org/tell", 0, id="contacts"),
        pytest.param("http://example.org/", 1, id="not safe"),
        pytest.param("a@example.org\nExpires: never", 1, id="a line of its own"),
    ],
)
def test_a_contact_that_is_no_address_is_refused(given, status, tmp_path):
    command = [sys.executable, "-c", "import akira.settings"]
    environment = os.environ | {"AKIRA_SECURITY_CONTACT": given, "AKIRA_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stderr
    assert status == 0 or "AKIRA_SECURITY_CONTACT must be" in done.stderr


@pytest.mark.parametrize(("icon", "size"), [("favicon.ico", (48, 48)), ("apple-touch-icon.png", (180, 180))])
def test_icons_that_browsers_ask_for_unasked_are_there(client, icon, size):
    response = client.get(f"/{icon}")
    assert response.status_code == 200
    with Image.open(io.BytesIO(response.getvalue())) as image:
        assert image.size == size
