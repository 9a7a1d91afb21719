"""Topics: the index and the page of one."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from issues import listing, topics
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


MOMENTS = ["2020-12-31T14:59:00", "2020-12-31T15:00:00", "2021-01-15T00:00:00", "2021-03-31T16:00:00"]


def _at(moment, topics, language="en", **values):
    moment = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
    issue = make_issue(language=language, published_at=moment, **values)
    return make_entry(make_section(issue), topics=topics)


def _table(page):
    return [tuple(cell.get_text() for cell in row.select("th, td")) for row in page.select("tbody tr")]


def test_the_course_over_time_is_told_in_the_zone_of_the_publication(client):
    make_publication(time_zone="Asia/Tokyo")
    video = make_topic("video")
    for moment in MOMENTS:
        _at(moment, [video])
    _at("2021-02-01T00:00:00", [])
    page = soup(client.get("/topics/video/"))
    # A minute before the year ends in Tokyo, and the first one of the next; the last of March in UTC is April there.
    assert _table(page) == [
        ("December 2020", "1", "100%"),
        ("January 2021", "2", "100%"),
        ("February 2021", "0", "0%"),
        ("March 2021", "0", "–"),
        ("April 2021", "1", "100%"),
    ]
    chart = page.select_one("svg.chart")
    assert chart.find("title").get_text() == "Video: Entries per month"
    told = "From 1 in December 2020 to 1 in April 2021. Most in January 2021: 2."
    assert chart.find("desc").get_text() == told
    assert len(chart.select("rect.bar")) == 3
    assert chart.select("rect.hi") == []


def test_the_period_that_is_not_over_is_said_to_be_so(client):
    video = make_topic("video")
    today = timezone.now()
    for days in (400, 40, 0):
        _at((today - datetime.timedelta(days=days)).replace(tzinfo=None).isoformat(), [video])
    page = soup(client.get("/topics/video/"))
    assert len(page.select("rect.hi")) == 1
    assert page.figcaption.get_text() == "Entries per quarter. The last one is not over."
    assert _table(page)[-1][0].endswith("(not over)")


def test_one_period_is_no_course(client):
    _entry(1, [make_topic("video")])
    assert soup(client.get("/topics/video/")).select(".chart") == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_waits_for_its_moment_is_not_counted(client, language):
    make_publication(languages=["en", "ja"])
    video, prefix = make_topic("video"), "" if language == "en" else "/ja"
    for moment in MOMENTS:
        _at(moment, [video, make_topic(f"at-{moment[:10]}-{moment[11:13]}")], language)
    before = [client.get(f"{prefix}{page}").content for page in ("/topics/", "/topics/video/")]
    future = timezone.now() + datetime.timedelta(days=1)
    for days in (0, 40):
        moment = (future + datetime.timedelta(days=days)).replace(tzinfo=None).isoformat()
        _at(moment, [video, make_topic(f"secret-{days}")], language)
    assert [client.get(f"{prefix}{page}").content for page in ("/topics/", "/topics/video/")] == before


def test_topics_that_come_together_are_told_the_most_frequent_first(client):
    video, speech, music = (make_topic(slug) for slug in ("video", "speech", "music"))
    _entry(1, [video, speech])
    _entry(2, [video, music, speech])
    _entry(3, [speech, music])
    page = soup(client.get("/topics/video/"))
    assert [link.get_text() for link in page.select("section[aria-labelledby=beside] a")] == ["Speech", "Music"]


def test_an_index_of_many_topics_is_parted_by_letters(client, monkeypatch):
    monkeypatch.setattr(topics, "PARTED_FROM", 3)
    _entry(1, [make_topic(name) for name in ("video", "vision", "speech")])
    page = soup(client.get("/topics/"))
    assert [heading.get_text() for heading in page.select("h3")] == ["S", "V"]
    assert [len(part.select("li")) for part in page.select(".idx")] == [1, 2]


def test_what_a_topic_is_called_is_text(client):
    hostile = make_topic("x", name="<script>alert(1)</script>\u202eabc", description="</p><svg onload=alert(1)>")
    for number in (1, 40):
        _entry(number, [hostile])
    for address in ("/topics/", "/topics/x/"):
        page = soup(client.get(address))
        assert page.find_all("svg", onload=True) == []
        assert "alert(1)" not in "".join(script.get_text() for script in page.select("script:not([type])"))
    assert page.h1.bdi.get_text() == "<script>alert(1)</script>\u202eabc"
