"""A real browser before a real server; it reaches nothing but this machine."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nobody listens there; of all hosts, Chromium asks those of loopback alone without the proxy.
    "--proxy-server=http://127.0.0.1:9",
]
LOOPBACK = {"127.0.0.1", "localhost"}


@pytest.fixture(scope="session")
def chromium(browser_path):
    """One Chromium for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, at which Django would refuse to speak to the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH)
            yield browser
            browser.close()


@pytest.fixture
def site_url(live_server, settings):
    """The address of the running site; links in feeds and canonical addresses begin with it."""
    settings.AKIRA_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def open_page(chromium, site_url):
    """Opens a page each, as in `open_page(width=390, color_scheme="dark")`; faults that it reports fail the test."""
    contexts, faults = [], []

    def note_others(request):
        # Not by a route, through which all that is asked for would go, and for which caches are switched off.
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.hostname not in LOOPBACK:
            faults.append(f"asked for {request.url}")

    def open_one(*, width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=site_url, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("request", note_others)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page):
    return open_page()
