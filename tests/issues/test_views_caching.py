"""Headers by which caches keep public pages."""

import pytest
from django.utils.http import http_date

from issues.models import Entry, Highlight
from tests.factories import make_entry, make_issue, make_section, make_topic

pytestmark = pytest.mark.django_db

PAGES = [
    *("/", "/issues/", "/issues/1/", "/entries/abc/", "/papers/2101.00001/", "/topics/", "/topics/video/"),
    *("/about/", "/feeds/", "/feed/", "/robots.txt", "/sitemap.xml"),
]
CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400"


@pytest.fixture(autouse=True)
def issue():
    issue = make_issue(number=1)
    url = "https://arxiv.org/abs/2101.00001"
    make_entry(make_section(issue), public_id="abc", url=url, topics=[make_topic("video")])
    return issue


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_may_be_kept_and_sets_no_cookie(client, page):
    response = client.get(page)
    assert response.headers["Cache-Control"] == CACHE_CONTROL
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in response.headers
    assert not response.cookies


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_one_has_already_is_not_sent_again(client, page):
    etag = client.get(page).headers["ETag"]
    assert etag.startswith('"')
    again = client.get(page, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == CACHE_CONTROL


@pytest.mark.parametrize("page", PAGES)
def test_head_answers_like_get_without_a_body(client, page):
    head, get = client.head(page), client.get(page)
    assert head.status_code == 200
    for name in ("Content-Length", "ETag", "Cache-Control"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("page", ["/", "/issues/1/", "/entries/abc/", "/feed/"])
def test_an_edit_by_any_way_is_seen_by_a_client_that_asks_by_date(client, page, issue):
    seen_on = client.get(page).headers.get("Date") or http_date()
    Highlight.objects.create(issue=issue, text="A new highlight")
    Entry.objects.filter(section__issue=issue).update(title="Another title")
    answer = client.get(page, headers={"If-Modified-Since": seen_on})
    assert answer.status_code == 200
    assert b"Another title" in answer.content


def test_a_changed_page_has_another_tag(client, issue):
    before = client.get("/issues/1/").headers["ETag"]
    issue.title = "Changed"
    issue.save()
    assert client.get("/issues/1/", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize("page", ["/sitemaps/2021-1.xml", "/sitemaps/2021-1-2.xml"])
def test_a_page_has_one_address(client, page):
    """Else a store of pages could be filled with one page under addresses without end."""
    assert client.get(page).status_code == 200
    assert client.get(page.replace("2021-", "2021-0")).status_code == 404
    assert client.get(page.replace("2021", "02021")).status_code == 404


def test_editors_get_the_same_bytes_as_everybody(client, admin_client):
    assert client.get("/issues/1/").content == admin_client.get("/issues/1/").content


def test_what_is_missing_is_kept_for_a_second_only(client):
    assert client.get("/nothing/").headers["Cache-Control"].endswith("s-maxage=1")
