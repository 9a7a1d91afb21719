"""What is missing, what fails, and what machines ask for."""

from unittest import mock

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.db import OperationalError, connection

from issues import errors
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

LOC = ".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
BASE = "http://127.0.0.1:8000"


def locations(response):
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    return [element.text.removeprefix(BASE) for element in fromstring(response.content).iterfind(LOC)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("/nothing/", "There is nothing at this address"),
        ("/ja/nothing/", "このアドレスには何もありません"),
        ("/fr/", "There is nothing at this address"),
    ],
    ids=["default", "japanese", "unknown language"],
)
def test_a_missing_page_says_so_in_the_language_of_the_address(client, asked, heading):
    make_publication(languages=["en", "ja"])
    response = client.get(asked)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404
    assert page.h1.get_text() == heading
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert not page.find("link", rel="canonical")
    assert not response.cookies


@pytest.mark.django_db
def test_a_missing_page_leads_to_the_newest_issues(client):
    for number in range(1, 6):
        make_issue(number=number)
    page = BeautifulSoup(client.get("/nothing/").content, "html.parser")
    assert [link["href"] for link in page.select(".list a")] == ["/issues/5/", "/issues/4/", "/issues/3/"]


@pytest.mark.django_db
def test_a_missing_page_of_the_desk_is_nobodys_to_keep(admin_client):
    assert admin_client.get("/admin/nothing/").headers["Cache-Control"] == "private, no-store"


def test_a_missing_page_is_told_even_without_a_database(client):
    with mock.patch("issues.errors.current_publication", side_effect=OperationalError):
        assert client.get("/uploads/none.png").status_code == 404


@pytest.mark.parametrize(
    ("asked", "prefers", "words"),
    [("/", "", "A fault of ours"), ("/", "ja", "サーバー側の不具合です"), ("/zh-hans/", "ja", "网站出了故障")],
)
def test_a_fault_is_told_without_a_database(client, asked, prefers, words):
    client.raise_request_exception = False
    with mock.patch("issues.public.current_publication", side_effect=ValueError("gone")):
        response = client.get(asked, headers={"Accept-Language": prefers})
    assert response.status_code == 500
    assert response.headers["Cache-Control"] == "no-store"
    assert words in response.content.decode()
    assert "gone" not in response.content.decode()


def test_a_fault_without_collected_static_files_still_gets_an_answer(rf, settings):
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    response = errors.server_error(rf.get("/"))
    assert (response.status_code, response.content) == (500, b"This page could not be made.\n")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_health_is_well_while_the_database_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_health_is_poor_when_it_does_not(client):
    with mock.patch.object(connection, "cursor", side_effect=OperationalError):
        assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_robots_are_told_what_to_leave_alone_and_where_the_sitemap_is(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: {BASE}/sitemap.xml" in lines


@pytest.mark.django_db
def test_the_sitemap_leads_to_every_page(client):
    make_publication(languages=["en", "ja"])
    for number in (1, 40):
        section = make_section(make_issue(number=number))
        make_entry(section, public_id=f"e{number}", url="https://arxiv.org/abs/2101.00001", topics=["video"])
    make_topic("unused")
    make_issue(number=1, language="ja")
    index = locations(client.get("/sitemap.xml"))
    assert index == [
        *("/sitemaps/pages.xml", "/sitemaps/2021-2.xml", "/sitemaps/2021-1.xml"),
        *("/ja/sitemaps/pages.xml", "/ja/sitemaps/2021-1.xml"),
    ]
    pages = [page for file in index for page in locations(client.get(file))]
    assert pages == [
        *("/", "/issues/", "/topics/", "/about/", "/feeds/", "/search/", "/topics/video/"),
        *("/issues/40/", "/entries/e40/", "/issues/1/", "/entries/e1/", "/papers/2101.00001/"),
        *("/ja/", "/ja/issues/", "/ja/topics/", "/ja/about/", "/ja/feeds/", "/ja/search/", "/ja/issues/1/"),
    ]
    assert {client.get(page).status_code for page in pages} == {200}


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["2021-13", "2021-0", "99999-1", "2020-1", "1-1"])
def test_a_month_without_issues_has_no_sitemap(client, asked):
    make_issue(number=1)
    assert client.get(f"/sitemaps/{asked}.xml").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        *("/topics/%00/", "/topics/a%00b/", "/issues/?before=%00", "/topics/?after=%00", "/topics/video/?before=%00"),
        *("/papers/2101.00001/?after=%00", "/ja/topics/%00/", "/%00/", "/entries/%ff/", "/topics/%ed%a0%80/"),
        *("/works/-/", "/works/---/", "/works/" + "a-" * 99 + "/", "/topics/" + "x" * 5000 + "/", "/issues/..%2f/"),
        *("/issues/?year=9999", "/issues/?year=-1", "/sitemaps/9999-12.xml", "/sitemaps/" + "9" * 400 + "-1.xml"),
        *("/issues/?before=" + "x" * 5000, "/papers/0000.0000/", "/papers/2101.00001v" + "9" * 300 + "/"),
    ],
)
def test_an_odd_address_is_never_a_fault(client, asked):
    make_publication(languages=["en", "ja"])
    section = make_section(make_issue(number=1))
    make_entry(section, url="https://arxiv.org/abs/2101.00001", topics=[make_topic("video")])
    assert client.get(asked).status_code in (404, 301, 302)


@pytest.mark.django_db
def test_arguments_that_mean_nothing_here_change_nothing(client):
    make_issue(number=1)
    plain, tracked = client.get("/issues/1/"), client.get("/issues/1/?utm_source=mail&year=x&before=y")
    assert plain.content == tracked.content
