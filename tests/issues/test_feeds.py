"""The feed of issues: what feed readers and validators rely on."""

import datetime
import email.utils

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.test import override_settings

from issues import feeds
from issues.models import Erratum, Issue
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "http://127.0.0.1:8000"


def channel(client, address="/feed/"):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    return fromstring(response.content).find("channel")


def content(item):
    return BeautifulSoup(item.findtext(CONTENT), "html.parser")


@pytest.fixture
def issue():
    issue = make_issue(number=26, title="Nobody labelled the videos", intro="A quiet week.")
    make_highlight(issue, text="Look at [this](entry:abc).")
    section = make_section(issue, title="Papers")
    values = {"figure": "figures/a.png", "figure_alt": "Six frames.", "summary": "With $x^2$ and [more](/topics/)."}
    make_entry(
        section, public_id="abc", title="An entry", label="26.1", url="https://arxiv.org/abs/2101.00001", **values
    )
    return issue


def test_the_channel_describes_the_publication(client, issue):
    make_publication(name="Akira", tagline="Read closely")
    found = channel(client)
    assert [found.findtext(name) for name in ("title", "link", "description", "language")] == [
        "Akira",
        f"{BASE}/",
        "Read closely",
        "en",
    ]
    own = found.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", f"{BASE}/feed/")
    assert email.utils.parsedate_to_datetime(found.findtext("lastBuildDate")) == issue.published_at


def test_an_item_carries_the_whole_issue(client, issue):
    item = channel(client).find("item")
    assert item.findtext("title") == "Nobody labelled the videos"
    assert item.findtext("link") == f"{BASE}/issues/26/"
    assert email.utils.parsedate_to_datetime(item.findtext("pubDate")) == issue.published_at
    text = content(item).get_text()
    for words in ("A quiet week.", "Papers", "An entry", "26.1"):
        assert words in text


def test_every_address_in_the_content_is_absolute(client, issue):
    markup = content(channel(client).find("item"))
    addresses = [tag.get("href") or tag.get("src") for tag in markup.find_all(["a", "img"])]
    assert f"{BASE}/entries/abc/" in addresses
    assert f"{BASE}/uploads/figures/a.png" in addresses
    assert f"{BASE}/topics/" in addresses
    assert all(address.startswith(("http://", "https://")) for address in addresses)


def test_the_identifier_survives_moves_titles_and_corrections(client, issue):
    guid = channel(client).find("item/guid")
    assert guid.get("isPermaLink") == "false"
    Issue.objects.filter(pk=issue.pk).update(title="Other", published_at=issue.published_at + datetime.timedelta(1))
    Erratum.objects.create(issue=issue, noted_on=datetime.date(2021, 9, 2), text="Wrong.")
    with override_settings(AKIRA_BASE_URL="https://elsewhere.example"):
        assert channel(client).findtext("item/guid") == guid.text


def test_identifiers_differ_between_editions(issue):
    edition = make_issue(number=26, language="ja", translation_key=issue.translation_key)
    assert feeds.guid(issue) != feeds.guid(edition)


def test_a_correction_is_an_update_and_no_new_item(client, issue):
    assert channel(client).find(f"item/{ATOM}updated") is None
    Erratum.objects.create(issue=issue, noted_on=datetime.date(2021, 9, 2), text="It was *wrong*.")
    found = channel(client)
    assert len(found.findall("item")) == 1
    assert found.findtext(f"item/{ATOM}updated") == "2021-09-02T00:00:00+00:00"
    assert email.utils.parsedate_to_datetime(found.findtext("lastBuildDate")).date() == datetime.date(2021, 9, 2)
    assert "wrong" in content(found.find("item")).get_text()


def test_a_correction_dated_before_the_issue_does_not_turn_time_back(issue):
    Erratum.objects.create(issue=issue, noted_on=datetime.date(2020, 1, 1), text="Odd.")
    item = feeds.issue_feed(feeds.Site(issue.publication, "en"), list(Issue.objects.with_entries())).items[0]
    assert item["updateddate"] == issue.published_at


def test_each_language_has_its_own_feed(client, issue):
    make_publication(languages=["en", "ja"])
    make_issue(number=26, language="ja", title="動画")
    assert [item.findtext("title") for item in channel(client, "/ja/feed/").findall("item")] == ["動画"]
    assert channel(client, "/ja/feed/").findtext("language") == "ja"
    assert len(channel(client).findall("item")) == 1


def test_the_newest_issues_come_first_and_no_more_than_ten(client):
    for number in range(1, 13):
        make_issue(number=number, title=f"Issue {number}")
    titles = [item.findtext("title") for item in channel(client).findall("item")]
    assert titles == [f"Issue {number}" for number in range(12, 2, -1)]


def test_an_empty_feed_is_a_feed_and_stays_the_same(client):
    first, second = client.get("/feed/"), client.get("/feed/")
    assert fromstring(first.content).find("channel").findtext("title") == "Akira"
    assert first.content == second.content


def test_text_that_xml_cannot_hold_does_not_break_the_feed(client, issue):
    odd = "Bell \x07, form\x0cfeed, \ufffe, ]]> & <b>"
    Issue.objects.filter(pk=issue.pk).update(title=odd, intro=odd)
    make_publication(name=odd, tagline=odd, author_name=odd)
    assert "Bell" in channel(client).findtext("item/title")


def test_a_description_is_html_of_plain_text(client, issue):
    Issue.objects.filter(pk=issue.pk).update(intro="Vision & language, x < y.")
    assert channel(client).findtext("item/description") == "Vision &amp; language, x &lt; y."


def test_no_script_gets_into_a_feed(client, issue):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    issue.sections.first().entries.update(summary=evil, title=evil, source_title=evil, figure_credit=evil)
    markup = content(channel(client).find("item"))
    assert not markup.find_all("script")
    assert not [tag for tag in markup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
