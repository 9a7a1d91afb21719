"""The archive: all issues by year and month."""

import datetime

import pytest
from bs4 import BeautifulSoup

from issues import listing
from issues.models import Issue
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def at(*day):
    return datetime.datetime(*day, 12, tzinfo=datetime.UTC)


def titles(page):
    return [heading.get_text() for heading in page.find_all("h4")]


def test_issues_stand_under_their_year_and_month(client):
    for number, day in ((1, (2019, 12, 30)), (2, (2021, 3, 1)), (3, (2021, 3, 8)), (4, (2021, 8, 1))):
        make_issue(number=number, title=f"Title {number}", published_at=at(*day))
    page = soup(client.get("/issues/"))
    assert [heading.get_text() for heading in page.find_all("h2")] == ["2021", "2019"]
    assert [heading.get_text() for heading in page.find_all("h3")] == ["August", "March", "December"]
    assert titles(page) == ["Title 4", "Title 3", "Title 2", "Title 1"]
    assert [link.get_text() for link in page.select(".years a")] == ["All", "2021", "2019"]


def test_a_year_shows_its_own_issues(client):
    make_issue(number=1, title="Old", published_at=at(2020, 5, 1))
    make_issue(number=2, title="New", published_at=at(2021, 5, 1))
    page = soup(client.get("/issues/?year=2020"))
    assert titles(page) == ["Old"]
    assert page.find("link", rel="canonical")["href"].endswith("/issues/?year=2020")
    assert page.select_one(".years a[aria-current]").get_text() == "2020"


def test_the_year_turns_in_the_publications_zone(client):
    make_publication(time_zone="Asia/Tokyo")
    make_issue(
        number=1, title="First of the year", published_at=datetime.datetime(2020, 12, 31, 16, tzinfo=datetime.UTC)
    )
    assert titles(soup(client.get("/issues/?year=2021"))) == ["First of the year"]
    assert client.get("/issues/?year=2020").status_code == 404


@pytest.mark.parametrize(
    "query", ["year=1999", "year=", "year=abc", "year=0000", "year=99999", "year=２０２１", "before=none"]
)
def test_what_was_mistyped_is_not_found(client, query):
    make_issue(number=1)
    assert client.get(f"/issues/?{query}").status_code == 404


def test_long_archives_are_paged_without_loss(client, monkeypatch):
    monkeypatch.setattr(listing, "ISSUES_ON_A_PAGE", 3)
    for number in range(1, 9):
        make_issue(number=number, title=str(number), published_at=at(2021, 1, 1 + number // 3))
    seen, address = [], "/issues/?year=2021"
    while address:
        page = soup(client.get(address))
        seen += titles(page)
        link = page.find("a", rel="next")
        address = link and link["href"]
    assert seen == [str(number) for number in range(8, 0, -1)]


def test_a_line_says_kind_day_and_number_of_entries(client):
    issue = make_issue(number=7, kind="monthly", published_at=at(2021, 8, 29))
    for _ in range(3):
        make_entry(make_section(issue))
    assert soup(client.get("/issues/")).select_one("li .meta").get_text().strip() == "Monthly · 29 Aug · 3 entries"


def test_marks_tell_issues_without_number_apart(client):
    for slug, values in {
        "2021-week-10": {"year": 2021, "week": 10},
        "2021-february": {"year": 2021, "month": 2, "kind": "monthly"},
        "2020-annual": {"year": 2020, "kind": "annual"},
        "something": {"kind": "special"},
    }.items():
        Issue.objects.filter(pk=make_issue(slug=slug, **values).pk).update(number=None)
    marks = {mark.get_text(strip=True) for mark in soup(client.get("/issues/")).select(".n")}
    assert marks == {"W10", "Feb", "2020", ""}
