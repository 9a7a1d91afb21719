"""The home page, the pages around it, and a site on which nothing is published yet."""

import pytest
from bs4 import BeautifulSoup

from issues.models import Publication
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_home_shows_the_newest_issue_and_those_before_it(client):
    make_publication(tagline="Read closely")
    for number in range(1, 9):
        issue = make_issue(number=number, title=f"Title {number}")
        make_highlight(issue, text=f"What happened in [week {number}](https://example.org/).")
        make_entry(make_section(issue), title=f"Entry of {number}", topics=[make_topic(f"t{number}")])
    page = soup(client.get("/"))
    assert page.h1.get_text(strip=True) == "Akira"
    assert page.select_one(".num").get_text() == "8"
    assert page.select_one(".brief a").get_text() == "Entry of 8"
    lines = page.select(".list li")
    assert [line.h3.get_text() for line in lines] == [f"Title {number}" for number in range(7, 2, -1)]
    assert lines[0].select("p")[-1].get_text() == "What happened in week 7."
    assert [topic.get_text() for topic in page.select(".idx a")] == ["T3", "T4", "T5", "T6", "T7", "T8"]


def test_highlights_on_the_home_page_lead_to_pages_of_their_entries(client):
    issue = make_issue(number=1, title="The first")
    make_entry(make_section(issue), public_id="abc")
    make_highlight(issue, text="About [this](entry:abc).")
    page = soup(client.get("/"))
    assert page.select_one(".hl a")["href"] == "/entries/abc/"
    assert soup(client.get("/issues/1/")).select_one(".hl a")["href"] == "#e-abc"


def test_the_large_mark_is_called_what_it_shows(client):
    make_entry(make_section(make_issue(number=26, title="The title")))
    assert soup(client.get("/")).select_one(".num")["aria-label"] == "26: The title"


@pytest.mark.parametrize("page", ["/", "/issues/", "/topics/", "/about/", "/feeds/", "/feed/", "/sitemap.xml"])
@pytest.mark.parametrize("publication", [True, False], ids=["no issue", "no publication"])
def test_an_empty_site_answers(client, page, publication):
    if publication:
        make_publication()
    assert client.get(page).status_code == 200
    assert Publication.objects.count() == publication


def test_an_empty_site_teaches_the_next_step(client):
    page = soup(client.get("/"))
    assert "import_issues" in page.pre.get_text()
    assert page.find("a", href="/admin/")


def test_a_language_without_issues_welcomes_in_its_language(client):
    make_publication(languages=["en", "ja"])
    make_issue(number=1)
    assert "創刊号" in client.get("/ja/").content.decode()


def test_navigation_leads_only_to_pages_that_exist(client):
    make_publication(languages=["en", "ja"])
    make_entry(make_section(make_issue(number=1)))
    page = soup(client.get("/"))
    paths = {link["href"] for link in page.find_all(["a", "link"], href=True) if link["href"].startswith("/")}
    pages = [path.partition("#")[0] for path in paths if not path.startswith("/static/")]
    assert {client.get(path).status_code for path in pages} == {200}


def test_about_is_parted_at_its_headings(client):
    make_publication(
        about="Opening.\n\n## How it is made\n\nBy *hand*.\n\n### In detail\n\nSlowly.\n\n## The name\n\nBright."
    )
    page = soup(client.get("/about/"))
    assert [heading.get_text() for heading in page.select("main h2")][:2] == ["How it is made", "The name"]
    assert page.select_one("section .txt em").get_text() == "hand"
    assert page.select_one(".txt h3").get_text() == "In detail"


def test_about_links_to_web_addresses_of_the_author_only(client):
    make_publication(author_name="A. Kira", author_links=["https://example.org/a", "javascript:alert(1)", 7])
    assert [link["href"] for link in soup(client.get("/about/")).find_all(rel="me")] == ["https://example.org/a"]


def test_feeds_are_listed_for_each_language(client):
    make_publication(languages=["en", "zh-hans"])
    links = [link["href"] for link in soup(client.get("/feeds/")).select("dd a")]
    assert links == ["http://127.0.0.1:8000/feed/", "http://127.0.0.1:8000/zh-hans/feed/"]


@pytest.mark.parametrize("address", ["/", "/issues/1/"])
def test_readers_are_told_how_to_follow(client, address):
    make_entry(make_section(make_issue(number=1)))
    link = soup(client.get(address)).select_one(".sub code")
    assert (link.get_text(), link.parent["href"]) == ("http://127.0.0.1:8000/feed/", "/feed/")


def test_the_page_of_feeds_makes_known_those_of_all_languages(client):
    make_publication(languages=["en", "ja"])
    feeds = soup(client.get("/ja/feeds/")).find_all("link", type="application/rss+xml")
    assert [(feed["title"], feed["href"]) for feed in feeds] == [
        ("Akira · 日本語", "/ja/feed/"),
        ("Akira · English", "http://127.0.0.1:8000/feed/"),
    ]


def test_labels_in_another_language_than_the_text_say_so(client):
    make_publication(languages=["ko"])
    make_highlight(issue := make_issue(number=1, title="하나"))
    make_entry(make_section(issue))
    page = soup(client.get("/issues/1/"))
    assert page.html["lang"] == "ko"
    for place in ("#toc", "#highlights", ".sub", ".side p", ".top nav"):
        assert page.select_one(place)["lang"] == "en"
    assert not soup(client.get("/")).select_one(".brief a").has_attr("lang")


def test_a_language_from_right_to_left_runs_so(client):
    make_publication(languages=["he", "en"])
    assert soup(client.get("/")).html["dir"] == "rtl"
    assert not soup(client.get("/en/")).html.has_attr("dir")
