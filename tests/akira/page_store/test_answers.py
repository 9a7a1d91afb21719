"""Readers get finished pages: without a query while nothing changes, and nothing older after something newer."""

import gzip
import time

import brotli
import psycopg2
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from akira.page_store.door import in_front_of
from akira.page_store.middleware import PageStoreMiddleware
from akira.page_store.stamps import MARGIN
from akira.page_store.store import PageStore
from issues import pages, public
from issues.models import Issue, Publication
from issues.publishing import publish, withdraw
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

PAGES = [
    "/",
    "/issues/",
    "/issues/?year=2021",
    "/issues/1/",
    "/entries/abc/",
    "/topics/動画/",
    "/feed/",
    "/sitemap.xml",
]


@pytest.fixture
def issue(transactional_db):
    issue = make_issue(number=1)
    make_entry(make_section(issue), public_id="abc", topics=[make_topic("動画")], summary="読む " * 200)
    return issue


@pytest.fixture
def slow(settings):
    """A stamp that is not read again for a while; whatever is seen all the same is seen by other means."""
    settings.AKIRA_STAMP_AGE = 3600


def store() -> PageStore:
    return PageStoreMiddleware.latest


class Door:
    """Akira as a web server has it, with the store in front."""

    def __init__(self):
        self.reached_django = 0
        handler = WSGIHandler()

        def django(environ, start_response):
            self.reached_django += 1
            return handler(environ, start_response)

        self._application = in_front_of(django)

    def get(self, address, method="GET", **headers):
        path, _, query = address.partition("?")
        environ = RequestFactory()._base_environ(
            REQUEST_METHOD=method, PATH_INFO=path.encode().decode("latin-1"), QUERY_STRING=query, **headers
        )
        given = []
        body = self._application(environ, lambda status, headers: given.extend([status, headers]))
        status, self.headers = given[0], dict(given[1])
        return int(status.split()[0]), b"".join(body)


# --- Kept pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_kept_costs_no_query_and_not_even_django(issue, slow, page):
    door, client = Door(), Client()
    first = door.get(page)
    made = door.headers
    with CaptureQueriesContext(connection) as captured:
        assert door.get(page) == first
        assert (door.reached_django, len(captured)) == (1, 0)
        assert door.headers == made
    assert first[0] == 200
    # The test client has no door, but the same middleware.
    assert client.get(page).content == first[1]
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page)
    assert len(captured) == 0
    assert dict(response.items()) == made
    assert (response.content, response.status_code) == (first[1], 200)


def test_every_header_of_safety_is_kept_with_the_page(issue, slow):
    door = Door()
    kept = [(door.get("/"), door.headers)[1] for _ in range(2)]
    for name in ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert kept[0][name] == kept[1][name]
    assert kept[1]["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in kept[1]


@pytest.mark.parametrize("times", [1, 2], ids=["made", "kept"])
def test_each_reader_gets_the_form_that_it_takes(issue, slow, times):
    door = Door()
    plain = [door.get("/issues/1/") for _ in range(times)][-1][1]
    tags = {door.headers["ETag"]}
    for accepted, undo in (("gzip", gzip.decompress), ("gzip, br", brotli.decompress), ("identity", bytes)):
        status, body = [door.get("/issues/1/", HTTP_ACCEPT_ENCODING=accepted) for _ in range(times)][-1]
        assert (status, undo(body)) == (200, plain)
        assert door.headers["Content-Length"] == str(len(body))
        tags.add(door.headers["ETag"])
        headers = door.headers
        assert door.get("/issues/1/", "HEAD", HTTP_ACCEPT_ENCODING=accepted) == (200, b"")
        assert door.headers == headers
        known = {"HTTP_ACCEPT_ENCODING": accepted, "HTTP_IF_NONE_MATCH": f'"x", W/{headers["ETag"]}'}
        assert door.get("/issues/1/", **known) == (304, b"")
        assert set(door.headers) == {"Cache-Control", "ETag", "Vary"}
        assert door.get("/issues/1/", HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_MATCH='"x"')[0] == 412
    assert len(tags) == 3


def test_a_date_is_sent_and_asked_for_once_it_can_be_told(issue, slow):
    door = Door()
    door.get("/")
    assert "Last-Modified" not in door.headers
    stamps = store().stamps
    stamps._first_seen_at -= 10 * MARGIN
    stamps.since(time.monotonic())
    assert door.get("/")[0] == 200
    date = door.headers["Last-Modified"]
    assert door.get("/", HTTP_IF_MODIFIED_SINCE=date) == (304, b"")
    assert door.get("/", HTTP_IF_MODIFIED_SINCE=date, HTTP_IF_NONE_MATCH='"x"')[0] == 200
    Issue.objects.update(title="Changed")
    stamps.since(time.monotonic())
    assert door.get("/", HTTP_IF_MODIFIED_SINCE=date)[0] == 200


def test_what_differs_in_nothing_that_a_page_reads_is_one_page(issue, slow):
    client = Client()
    for number in range(50):
        assert client.get(f"/issues/?utm_source={number}&year=2021").status_code == 200
    kept = store()
    assert (len(kept._with_parameters), len(kept._pages)) == (1, 0)
    assert client.get("/issues/", headers={"Cookie": "a=b", "Authorization": "Basic x"}).status_code == 200
    client.get("/issues/")
    assert len(kept._pages) == 1


def test_only_finished_public_pages_are_kept(issue, slow, editor):
    client = Client()
    client.force_login(editor)
    for page in (
        "/admin/",
        "/admin/login/",
        "/issues/99/",
        "/entries/abc",
        "/en/",
        "/robots.txt",
        "/healthz",
        "/nowhere/",
    ):
        client.get(page)
    client.post("/issues/1/")
    assert (len(store()._pages), len(store()._with_parameters)) == (0, 0)


def test_pages_take_no_more_room_than_they_may(issue, slow, settings):
    client = Client()
    client.get("/")
    kept = store()._pages
    kept.capacity = 3 * kept.size
    for page in PAGES:
        client.get(page, headers={"Accept-Encoding": "gzip"})
        client.get(page)
        assert kept.size <= kept.capacity
    assert 0 < len(kept) < len(PAGES)


@pytest.mark.parametrize("off", ["AKIRA_PAGE_STORE", "DEBUG"])
def test_without_a_store_pages_are_as_they_would_be(issue, settings, off):
    with_store = Door()
    expected = with_store.get("/", HTTP_ACCEPT_ENCODING="br"), with_store.headers
    settings.AKIRA_PAGE_STORE = 0 if off == "AKIRA_PAGE_STORE" else 64
    settings.DEBUG = off == "DEBUG"
    door = Door()
    assert (door.get("/", HTTP_ACCEPT_ENCODING="br"), door.headers) == expected
    assert store() is None


@pytest.mark.parametrize("spoils", ["cookie", "vary", "private"])
def test_an_answer_that_is_not_for_everybody_is_sent_as_it_is(issue, slow, client, monkeypatch, spoils):
    def spoilt(*arguments, **options):
        response = render(*arguments, **options)
        if spoils == "cookie":
            response.set_cookie("a", "b")
        changes = {"vary": {"Vary": "Cookie"}, "private": {"Cache-Control": "private"}}
        for name, value in changes.get(spoils, {}).items():
            response.headers[name] = value
        return response

    render = public.render
    monkeypatch.setattr(public, "render", spoilt)
    for _ in range(2):
        assert ("a" in client.get("/").cookies) == (spoils == "cookie")
        assert len(store()._pages) == 0
        door = Door()
        assert door.get("/", "HEAD") == (200, b"")


@pytest.mark.django_db
def test_what_a_transaction_sees_before_its_end_is_kept_for_nobody(client):
    make_issue(number=1)
    assert client.get("/").status_code == 200
    assert len(store()._pages) == 0


def test_a_page_for_https_is_nobody_s_who_came_without(issue, slow, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    door = Door()
    for _ in range(2):
        assert door.get("/", HTTP_X_FORWARDED_PROTO="https")[0] == 200
        assert "Strict-Transport-Security" in door.headers
        assert door.get("/")[0] == 301
        assert door.get("/", HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="evil.example")[0] == 400


# --- Changes -------------------------------------------------------------------------------------------------------


def test_what_is_written_is_seen_by_the_next_who_looks_again(issue, client):
    client.get("/")
    Issue.objects.update(title="Another title")
    assert "Another title" in client.get("/").content.decode()


def test_after_a_new_page_no_old_one_is_shown(issue, slow, client):
    for page in ("/", "/feed/", "/issues/"):
        assert "/issues/2/" not in client.get(page).content.decode()
    assert client.get("/issues/2/").status_code == 404
    draft = make_issue(number=2, published=False)
    make_entry(make_section(draft))
    publish(draft)
    # What leads nowhere is asked for each time; and once it has shown, everything shows it.
    assert client.get("/issues/2/").status_code == 200
    for page in ("/", "/feed/", "/issues/"):
        assert "/issues/2/" in client.get(page).content.decode()


def test_what_is_gone_is_listed_nowhere(issue, slow, client):
    make_issue(number=2)
    for page in ("/", "/feed/", "/issues/"):
        assert "/issues/1/" in client.get(page).content.decode()
    withdraw(issue)
    assert client.get("/issues/1/").status_code == 410
    for page in ("/", "/feed/", "/issues/"):
        assert "/issues/1/" not in client.get(page).content.decode()


@pytest.fixture
def elsewhere(transactional_db):
    """Somebody else who writes names of the publication and of all issues, both in one transaction."""
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})

    def write(words):
        with other, other.cursor() as cursor:
            cursor.execute("UPDATE issues_publication SET name = %s", [words])
            cursor.execute("UPDATE issues_issue SET title = %s", [words])

    yield write
    other.close()


@pytest.mark.parametrize("times", [1, 2, 50], ids=["once", "twice", "always"])
def test_a_page_shows_one_moment_whatever_is_written_meanwhile(issue, slow, client, elsewhere, monkeypatch, times):
    """Written is between the query for the publication and that for the issue."""
    home_context, rounds = pages.home_context, []

    def interrupted(site):
        rounds.append(1)
        if len(rounds) <= times:
            elsewhere(f"State {len(rounds)}")
        return home_context(site)

    monkeypatch.setattr(pages, "home_context", interrupted)
    elsewhere("State 0")
    shown = client.get("/").content.decode()
    states = {number for number in range(60) if f"State {number}<" in shown or f"State {number}:" in shown}
    assert len(states) == 1, states
    assert len(rounds) <= 3
    assert Publication.objects.get().name == f"State {min(len(rounds), times)}"


def test_a_page_that_fails_is_no_page(issue, slow, monkeypatch):
    client = Client(raise_request_exception=False)
    home_context = pages.home_context
    monkeypatch.setattr(pages, "home_context", lambda site: 1 / 0)
    assert client.get("/").status_code == 500
    monkeypatch.setattr(pages, "home_context", home_context)
    assert client.get("/").status_code == 200


def test_a_first_start_without_a_publication_is_not_remembered(transactional_db, client):
    assert client.get("/").status_code == 200
    make_publication(name="The new one")
    assert "The new one" in client.get("/").content.decode()
