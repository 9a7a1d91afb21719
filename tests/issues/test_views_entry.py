"""The permanent page of an entry."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup

from issues.models import Erratum
from tests.factories import make_entry, make_issue, make_section, make_topic

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def entries():
    issue = make_issue(number=26, title="The issue")
    first, second = make_section(issue, title="Features"), make_section(issue, title="Papers")
    return [
        make_entry(first, public_id="one", title="First", label="26.1"),
        make_entry(
            second, public_id="two", title="Second", label="26.2", source_title="The original", summary="A *text*."
        ),
        make_entry(second, public_id="three", title="Third", label="26.3"),
    ]


def test_an_entry_stands_alone_with_its_place(client, entries):
    page = soup(client.get("/entries/two/"))
    assert page.h1.get_text() == "Second"
    assert page.h1.a["href"] == entries[1].url
    assert page.select_one(".txt em").get_text() == "text"
    assert page.cite.get_text() == "The original"
    assert page.title.get_text() == "Second · Akira 26.2"
    assert page.find("meta", attrs={"name": "description"})["content"] == "A text."
    assert "From section 2, Papers" in page.get_text()
    assert page.find("a", href="/issues/26/#e-two")


def test_it_has_its_neighbours_in_the_issue(client, entries):
    links = {
        public_id: [link["href"] for link in soup(client.get(f"/entries/{public_id}/")).select(".pager a")]
        for public_id in ("one", "two", "three")
    }
    assert links == {
        "one": ["/entries/two/"],
        "two": ["/entries/one/", "/entries/three/"],
        "three": ["/entries/two/"],
    }


def test_its_correction_is_shown(client, entries):
    issue = entries[0].section.issue
    Erratum.objects.create(issue=issue, entry=entries[1], noted_on=datetime.date(2021, 9, 2), text="It does not.")
    assert "It does not." in soup(client.get("/entries/two/")).select_one(".note").get_text()
    assert not soup(client.get("/entries/one/")).select(".note")


def test_an_entry_without_a_link_is_an_essay(client):
    make_entry(make_section(make_issue(number=1)), public_id="essay", url="", work=None, title="On reading")
    page = soup(client.get("/entries/essay/"))
    assert page.h1.get_text() == "On reading"
    assert page.h1.a is None
    assert not page.select(".src")


def test_a_paper_is_cited_as_bibtex_and_anything_else_as_a_line(client):
    section = make_section(make_issue(number=1))
    make_entry(section, public_id="paper", url="https://arxiv.org/abs/2101.00001", source_title="Its own title")
    make_entry(section, public_id="post", title="A post", label="1.2", url="https://example.org/post")
    assert "title = {{Its own title}}" in soup(client.get("/entries/paper/")).pre.get_text()
    line = "A post. Akira 1.2, 2021-01-02. http://127.0.0.1:8000/entries/post/"
    assert soup(client.get("/entries/post/")).pre.get_text() == line


def test_a_link_card_is_shown(client):
    values = {"card_url": "https://example.org/x", "card_title": "What it says", "card_domain": "Example"}
    make_entry(make_section(make_issue(number=1)), public_id="card", **values)
    card = soup(client.get("/entries/card/")).select_one("a.card")
    assert card["href"] == "https://example.org/x"
    assert card.get_text(" ", strip=True) == "What it says Example"


@pytest.mark.parametrize("asked", ["/entries/none/", "/entries/ONE/", "/entries/one", "/entries/" + "a" * 27 + "/"])
def test_an_unknown_entry_is_not_found(client, entries, asked):
    assert client.get(asked).status_code in (404, 301)


def test_related_entries_say_why_they_are(client):
    video = make_topic("video")
    for number in (1, 2, 3):
        section = make_section(make_issue(number=number))
        make_entry(section, public_id=f"in-{number}", title=f"Title {number}", topics=[video] if number < 3 else [])
    page = soup(client.get("/entries/in-1/"))
    lines = page.select("section[aria-labelledby=related] li")
    assert [(line.h3.get_text(), line.a["href"], line.p.get_text()) for line in lines] == [
        ("Title 2", "/entries/in-2/", "same topic: Video · 3 January 2021")
    ]
    assert not soup(client.get("/entries/in-3/")).select("section[aria-labelledby=related]")


def test_headings_follow_each_other_wherever_a_text_stands(client):
    issue = make_issue(number=1, intro="#### Before\n\nWords.", title="One")
    make_entry(make_section(issue), public_id="one", summary="### First\n\n##### Second\n\nWords.")
    make_issue(number=2)

    def levels(address):
        return [int(heading.name[1]) for heading in soup(client.get(address)).main.find_all(re.compile("^h[1-6]$"))]

    assert levels("/entries/one/") == [1, 2, 3]
    assert levels("/issues/1/") == [1, 2, 2, 2, 3, 4, 5, 2]
