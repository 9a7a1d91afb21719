"""Topics: the index and the page of one."""

import pytest
from bs4 import BeautifulSoup

from issues import listing
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def _entry(number, topics, language="en", **values):
    return make_entry(make_section(make_issue(number=number, language=language)), topics=topics, **values)


def test_the_index_names_topics_in_use_with_their_numbers(client):
    video, _unused = make_topic("video"), make_topic("unused")
    _entry(1, [video])
    _entry(40, [video])
    items = soup(client.get("/topics/")).select(".idx li")
    assert [(item.a.get_text(), item.a["href"], item.span.get_text()) for item in items] == [
        ("Video", "/topics/video/", "2")
    ]


def test_a_topic_shows_its_entries_newest_first(client):
    video, other = make_topic("video", description="Moving pictures."), make_topic("other")
    for number in (1, 3, 2):
        _entry(number, [video, other], title=f"In {number}", label=f"{number}.1")
    _entry(4, [other], title="Elsewhere")
    page = soup(client.get("/topics/video/"))
    assert [heading.get_text() for heading in page.find_all("h3")] == ["In 3", "In 2", "In 1"]
    assert page.select_one(".lede").get_text() == "Moving pictures. 3 entries since January 2021."
    assert [link.get_text() for link in page.select(".tags a")] == ["Other"]


def test_a_topic_holds_the_entries_of_one_language(client):
    make_publication(languages=["en", "ja"])
    video = make_topic("video", names={"ja": "動画"})
    _entry(1, [video], title="English")
    _entry(1, [video], language="ja", title="日本語")
    page = soup(client.get("/ja/topics/video/"))
    assert page.h1.get_text() == "動画"
    assert [heading.get_text() for heading in page.find_all("h3")] == ["日本語"]


def test_many_entries_are_paged_without_loss(client, monkeypatch):
    monkeypatch.setattr(listing, "ENTRIES_ON_A_PAGE", 2)
    video, titles = make_topic("video"), []
    for number in (3, 2, 1):
        section = make_section(make_issue(number=number))
        titles += [make_entry(section, topics=[video], title=f"{number}.{part}").title for part in range(3)]
    seen, address = [], "/topics/video/"
    while address:
        page = soup(client.get(address))
        seen += [heading.get_text() for heading in page.find_all("h3")]
        link = page.find("a", rel="next")
        address = link and "/topics/video/" + link["href"]
    assert seen == titles


def test_many_topics_are_paged_without_loss(client, monkeypatch):
    monkeypatch.setattr(listing, "TOPICS_ON_A_PAGE", 2)
    slugs = ["a", "b", "c", "d", "e"]
    _entry(1, [make_topic(slug) for slug in slugs])
    seen, address = [], "/topics/"
    while address:
        page = soup(client.get(address))
        seen += [link["href"].split("/")[2] for link in page.select(".idx a")]
        link = page.find("a", rel="next")
        address = link and "/topics/" + link["href"]
    assert seen == slugs


def test_a_topic_may_be_written_in_any_script(client):
    _entry(1, [make_topic("動画", name="動画")])
    link = soup(client.get("/topics/")).select_one(".idx a")
    assert soup(client.get(link["href"])).h1.get_text() == "動画"


@pytest.mark.parametrize("asked", ["/topics/none/", "/topics/video/?before=none", "/topics/a/b/"])
def test_what_is_not_there_is_not_found(client, asked):
    _entry(1, [make_topic("video")])
    assert client.get(asked).status_code == 404
