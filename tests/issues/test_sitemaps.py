"""The sitemap: what stands in it, with editions and days of change, in files that stay small."""

import datetime

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.models import Erratum, Issue
from papers.models import Work
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"
PAPER = "https://arxiv.org/abs/2101.00001"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def _pages(client, path):
    """By path: the day or moment of change, and the addresses of the editions by language."""
    response = client.get(path)
    assert response.status_code == 200
    found = {}
    for url in fromstring(response.content).findall(f"{SITEMAP}url"):
        address = url.findtext(f"{SITEMAP}loc").removeprefix(BASE)
        links = {link.get("hreflang"): link.get("href").removeprefix(BASE) for link in url.findall(LINK)}
        assert address not in found
        found[address] = (url.findtext(f"{SITEMAP}lastmod"), links)
    return found


def _files(client):
    index = fromstring(client.get("/sitemap.xml").content)
    return [loc.text.removeprefix(BASE) for loc in index.iter(f"{SITEMAP}loc")]


@pytest.fixture
def editions():
    """Issue 1 in English and Chinese, with an entry about one paper in both; issue 2 in English alone."""
    make_publication(languages=["en", "ja", "zh-hans"])
    english = make_issue(number=1)
    chinese = make_issue(number=1, language="zh-hans", translation_key=english.translation_key)
    entry = make_entry(make_section(english), public_id="one", url=PAPER, topics=["video"])
    make_entry(make_section(chinese), public_id="yi", url=PAPER, translation_key=entry.translation_key)
    make_entry(make_section(make_issue(number=2)), public_id="two", url="https://example.org/a", topics=["video"])
    return english


def test_each_page_names_its_editions_as_they_name_it(client, editions):
    pages = {address: links for file in _files(client) for address, (_, links) in _pages(client, file).items()}
    assert pages["/issues/1/"] == {
        "en": "/issues/1/",
        "zh-Hans": "/zh-hans/issues/1/",
        "x-default": "/issues/1/",
    }
    assert pages["/entries/one/"]["zh-Hans"] == "/zh-hans/entries/yi/"
    assert pages["/papers/2101.00001/"]["zh-Hans"] == "/zh-hans/papers/2101.00001/"
    assert set(pages["/about/"]) == {"en", "ja", "zh-Hans", "x-default"}
    assert pages["/issues/2/"] == pages["/topics/video/"] == {}
    for address, links in pages.items():
        assert all(pages[other] == links for other in links.values())
        html = client.get(address).content.decode()
        named = {
            part.partition('"')[0]: part.partition('href="')[2].partition('"')[0].removeprefix(BASE)
            for part in html.split('<link rel="alternate" hreflang="')[1:]
        }
        assert named == links


def test_a_page_changed_when_it_appeared_or_was_corrected(client, editions):
    Erratum.objects.create(issue=editions, noted_on=datetime.date(2021, 3, 1), text="Wrong.")
    Erratum.objects.create(
        issue=editions, entry=editions.sections.get().entries.get(), noted_on=datetime.date(2021, 2, 1), text="Wrong."
    )
    Issue.objects.filter(number=2).update(published_at_exact=False)
    pages = _pages(client, "/sitemaps/2021-1.xml")
    assert pages["/issues/1/"][0] == "2021-03-01"
    assert pages["/entries/one/"][0] == "2021-02-01"
    assert pages["/issues/2/"][0] == "2021-01-03"
    assert _pages(client, "/zh-hans/sitemaps/2021-1.xml")["/zh-hans/issues/1/"][0] == "2021-01-02T09:00:00+00:00"


def test_a_work_stands_where_it_was_first_mentioned(client, editions):
    later = make_section(make_issue(number=40))
    make_entry(later, url=PAPER)
    merged = make_entry(later, url="https://example.org/merged").work
    Work.objects.filter(pk=merged.pk).update(merged_into=Work.objects.get(identity="arxiv:2101.00001"))
    survivor = make_entry(later, url="https://example.org/loser").work
    survivor.merged_into = Work.objects.create(identity="arxiv:2102.00002", url="https://arxiv.org/abs/2102.00002")
    survivor.save()
    assert [page for page in _pages(client, "/sitemaps/2021-1.xml") if "papers" in page] == ["/papers/2101.00001/"]
    assert [page for page in _pages(client, "/sitemaps/2021-2.xml") if "papers" in page] == ["/papers/2102.00002/"]


def test_a_full_month_is_told_day_by_day(client, monkeypatch):
    monkeypatch.setattr("issues.sitemaps.ISSUES_IN_A_FILE", 2)
    make_publication(time_zone="Asia/Tokyo")
    # 16:00 UTC is the next day in Tokyo, and on the last of January the next month.
    for day, hour in ((3, 10), (3, 16), (31, 10), (31, 16)):
        moment = datetime.datetime(2021, 1, day, hour, tzinfo=datetime.UTC)
        make_entry(make_section(make_issue(slug=f"{day}-{hour}", published_at=moment)), url=PAPER)
    with CaptureQueriesContext(connection) as captured:
        files = _files(client)
    assert len(captured) == 4
    days = ["/sitemaps/2021-1-31.xml", "/sitemaps/2021-1-4.xml", "/sitemaps/2021-1-3.xml"]
    assert files == ["/sitemaps/pages.xml", "/sitemaps/2021-2.xml", *days]
    index = fromstring(client.get("/sitemaps/2021-1.xml").content)
    assert [loc.text.removeprefix(BASE) for loc in index.iter(f"{SITEMAP}loc")] == days
    pages = [[page for page in _pages(client, file) if "entries" not in page] for file in files[1:]]
    assert pages == [
        ["/issues/31-16/"],
        ["/issues/31-10/"],
        ["/issues/3-16/"],
        ["/issues/3-10/", "/papers/2101.00001/"],
    ]
    for nothing in ("2021-1-5", "2021-1-32", "2021-2-30", "9999-1-1", f"{'9' * 400}-1-1", "2021-1-0"):
        assert client.get(f"/sitemaps/{nothing}.xml").status_code == 404
