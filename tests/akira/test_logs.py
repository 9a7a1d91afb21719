"""Nothing in a log opens anything."""

import logging
import logging.config

import pytest
from django.conf import settings

SECRET = "Zm9v-bGlua_0123456789"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Not Found: %s", (f"/preview/{SECRET}/",)),
        ("%s: %s", ("Internal Server Error", f"/preview/{SECRET}/mail/?page=2")),
        (f'"GET /preview/{SECRET}/ HTTP/1.1" 200', ()),
        (f"https://news.example.org/preview/{SECRET}", ()),
    ],
    ids=["not found", "fault", "request line", "address"],
)
def test_the_secret_of_a_preview_is_left_out(message, arguments):
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, message, arguments, None)
    line = _formatter().format(record)
    assert SECRET not in line
    assert "/preview/…" in line


def test_the_secret_is_left_out_of_a_traceback():
    try:
        raise ValueError(f"Could not show /preview/{SECRET}/")
    except ValueError as error:
        told = (ValueError, error, error.__traceback__)
    line = _formatter().format(logging.LogRecord("akira", logging.ERROR, "x.py", 1, "A fault", (), told))
    assert SECRET not in line
    assert "Traceback" in line


def test_other_lines_stay_as_they_are():
    record = logging.LogRecord("issues", logging.INFO, "x.py", 1, "Issue %s at /previews/ and /issues/26/", (26,), None)
    assert _formatter().format(record).endswith("INFO issues: Issue 26 at /previews/ and /issues/26/")


def _formatter():
    made = settings.LOGGING["formatters"]["line"]
    configurator = logging.config.DictConfigurator(settings.LOGGING)
    return configurator.configure_formatter(made)
