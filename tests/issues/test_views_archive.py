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
    "query",
    [
        *("year=1999", "year=", "year=abc", "year=0000", "year=9999", "year=99999", "year=２０２１", "before=none"),
        *(
            "month=1",
            "year=2021&month=13",
            "year=2021&month=01",
            "year=2021&month=2",
            "kind=",
            "kind=daily",
            "kind=annual",
        ),
    ],
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


def _links(page, name):
    """The words of the links to kinds, years or months, with a star at the current one."""
    return [
        " ".join(link.get_text().split()) + "*" * link.has_attr("aria-current") for link in page.select(f".{name} a")
    ]


@pytest.fixture
def archive():
    """Weekly issues in both years, monthly ones and an annual one."""
    for number, day in ((1, (2020, 11, 1)), (2, (2021, 1, 3)), (3, (2021, 1, 10)), (4, (2021, 5, 2))):
        make_issue(number=number, title=f"Week {number}", published_at=at(*day))
    for number, day in ((5, (2021, 1, 31)), (6, (2021, 5, 31))):
        make_issue(number=number, title=f"Month {number}", kind="monthly", published_at=at(*day))
    make_issue(number=7, title="The year", kind="annual", published_at=at(2020, 12, 31))


def test_year_month_and_kind_go_together(client, archive):
    page = soup(client.get("/issues/?kind=weekly&month=1&year=2021"))
    assert titles(page) == ["Week 3", "Week 2"]
    assert page.h1.get_text() == "Weekly issues of January 2021"
    assert page.find("link", rel="canonical")["href"].endswith("/issues/?year=2021&month=1&kind=weekly")
    assert _links(page, "kinds") == ["All", "Weekly, 2*", "Monthly, 1"]
    assert _links(page, "years") == ["All", "2021*", "2020"]
    assert _links(page, "months") == ["January*", "May"]
    hrefs = [link["href"] for link in page.select(".kinds a, .years a, .months a")]
    assert hrefs[0] == "/issues/?year=2021&month=1"
    assert hrefs[3:5] == ["/issues/?kind=weekly", "/issues/?year=2021&kind=weekly"]


def test_each_choice_that_is_offered_shows_something(client, archive):
    """From the first page on, whatever is chosen after whatever."""
    seen, waiting = {}, ["/issues/"]
    while waiting:
        address = waiting.pop()
        page = soup(client.get(address))
        seen[address] = titles(page)
        offered = {link["href"] for link in page.select(".kinds a, .years a, .months a")}
        waiting += offered - seen.keys() - {*waiting}
    assert len(seen) == 20
    assert all(seen.values())


def test_the_archive_says_how_much_there_is(client, archive):
    page = soup(client.get("/issues/"))
    assert page.select_one(".lede").get_text() == "7 issues since November 2020"
    assert _links(page, "kinds") == ["All*", "Weekly, 4", "Monthly, 2", "Annual, 1"]
    assert [side.p.get_text() for side in page.select("section .side")] == ["5 issues", "2 issues"]
    assert soup(client.get("/issues/?kind=annual")).select_one(".lede").get_text() == "1 issue since December 2020"


def test_what_is_counted_stays_bounded(client, archive, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 2)
    page = soup(client.get("/issues/"))
    assert page.select_one(".lede").get_text() == "2 issues or more"
    assert _links(page, "kinds") == ["All*", "Weekly, 2+", "Monthly, 2+", "Annual, 1"]
    assert [side.p for side in page.select("section .side")] == [None, None]


def test_kinds_are_not_offered_where_there_is_one(client):
    make_issue(number=1)
    assert _links(soup(client.get("/issues/")), "kinds") == []


def test_the_parts_of_the_archive_are_called_as_readers_would(client):
    make_publication(languages=["en", "ja", "zh-hans"])
    for language in ("ja", "zh-hans"):
        make_issue(number=1, language=language, published_at=at(2021, 8, 29))
    query = "?year=2021&month=8&kind=weekly"
    assert soup(client.get(f"/ja/issues/{query}")).h1.get_text() == "2021年8月の週刊号"
    assert soup(client.get(f"/zh-hans/issues/{query}")).h1.get_text() == "2021年8月的周刊"
