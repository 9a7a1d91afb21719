"""The page of an issue."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup

from issues.models import Erratum, IssueStatus
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_an_issue_shows_its_parts_in_order(client):
    issue = make_issue(number=26, title="Nobody labelled the videos", intro="A *quiet* week.")
    make_highlight(issue, text="Six million videos.", group="feature")
    for title in ("Papers", "Articles"):
        make_entry(make_section(issue, title=title), title=f"One of the {title}", summary="It has $x^2$ in it.")
    page = soup(client.get("/issues/26/"))
    assert page.h1.get_text() == "Nobody labelled the videos"
    assert [h.get_text() for h in page.select(".sec h2")] == ["Papers", "Articles"]
    assert [h.get_text() for h in page.select(".entry h3")] == ["One of the Papers", "One of the Articles"]
    assert page.select_one(".hl li").get_text() == "Six million videos."
    assert page.select_one(".intro em").get_text() == "quiet"
    assert page.select_one(".txt math")


def test_labels_lead_to_the_permanent_address(client):
    issue = make_issue(number=26)
    make_entry(make_section(issue), public_id="abc", label="26.9")
    link = soup(client.get("/issues/26/")).select_one(".entry .side a")
    assert (link.get_text(), link["href"]) == ("26.9", "/entries/abc/")


def test_a_highlight_leads_to_the_entry_on_the_same_page(client):
    issue = make_issue(number=26)
    entry = make_entry(make_section(issue), public_id="abc")
    make_highlight(issue, text="Read [this](entry:abc), not [that](entry:missing).")
    page = soup(client.get("/issues/26/"))
    first, second = page.select(".hl a")
    assert first["href"] == "#e-abc"
    assert page.find(id="e-abc").h3.get_text() == entry.title
    assert second["href"] == "/entries/missing/"


def test_a_figure_is_shown_with_what_belongs_to_it(client):
    issue = make_issue(number=26)
    section = make_section(issue)
    values = {"figure_width": 740, "figure_height": 280, "figure_alt": "Six frames.", "figure_credit": "Redrawn"}
    values |= {"figure_source_url": "https://example.org/f", "figure_license": "CC-BY-SA-4.0"}
    make_entry(section, figure="figures/a.png", **values)
    make_entry(section, figure="figures/b.png", figure_alt="Another.")
    page = soup(client.get("/issues/26/"))
    first, second = page.select("figure")
    assert first.img.attrs == {"src": "/uploads/figures/a.png", "width": "740", "height": "280", "alt": "Six frames."}
    assert second.img["loading"] == "lazy"
    assert first.figcaption.get_text(" ", strip=True) == "Redrawn · Source of the figure · CC-BY-SA-4.0"
    assert first.find(rel="license")["href"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert second.figcaption is None


def test_a_figure_known_by_name_only_leaves_no_broken_picture(client):
    issue = make_issue(number=26)
    make_entry(make_section(issue), figure_name="missing.png", figure_alt="Not here.")
    assert not soup(client.get("/issues/26/")).select("main img")


def test_corrections_are_told_at_the_top_and_at_the_entry(client):
    issue = make_issue(number=26)
    entry = make_entry(make_section(issue), public_id="abc", label="26.1")
    Erratum.objects.create(issue=issue, entry=entry, noted_on=datetime.date(2021, 9, 2), text="It does **not**.")
    page = soup(client.get("/issues/26/"))
    top, at_entry = page.select(".note")
    assert "1 correction since publication" in top.get_text()
    assert top.a["href"] == "#e-abc"
    assert at_entry.time["datetime"] == "2021-09-02"
    assert at_entry.strong.get_text() == "not"


def test_an_entry_says_where_its_work_ran_before(client):
    earlier, later = make_issue(number=18), make_issue(number=26)
    make_issue(number=17)
    url = "https://arxiv.org/abs/2106.05945"
    make_entry(make_section(earlier), public_id="before", title="Seen first", url=url)
    make_entry(make_section(later), url="https://arxiv.org/pdf/2106.05945v2", public_id="after")
    assert soup(client.get("/issues/26/")).select_one(".foot span a")["href"] == "/entries/before/"
    assert not soup(client.get("/issues/18/")).select(".foot span")


def test_the_entry_that_the_editor_names_goes_before_what_is_found(client):
    first, second, third = (make_issue(number=number) for number in (1, 2, 3))
    named = make_entry(make_section(first), public_id="named")
    make_entry(make_section(second), url="https://example.org/same")
    make_entry(make_section(third), url="https://example.org/same", repeats=named)
    assert soup(client.get("/issues/3/")).select_one(".foot span a")["href"] == "/entries/named/"


def test_an_entry_of_a_hidden_issue_is_not_named_as_repeated(client):
    named = make_entry(make_section(make_issue(number=1, published=False)))
    make_entry(make_section(make_issue(number=3)), repeats=named)
    assert not soup(client.get("/issues/3/")).select(".foot span")


def test_neighbours_are_those_of_the_same_language(client):
    make_publication(languages=["en", "ja"])
    for number in (1, 2, 3):
        make_issue(number=number)
    make_issue(number=2, language="ja", published_at=datetime.datetime(2021, 1, 3, 10, tzinfo=datetime.UTC))
    links = soup(client.get("/issues/2/")).select(".pager a")
    assert [link["href"] for link in links] == ["/issues/1/", "/issues/3/"]


def test_topics_have_their_name_in_the_language_of_the_page(client):
    make_publication(languages=["en", "ja"])
    issue = make_issue(number=1, language="ja")
    make_entry(make_section(issue), topics=[make_topic("video", names={"ja": "動画"})])
    link = soup(client.get("/ja/issues/1/")).select_one(".tags a")
    assert (link.get_text(), link["href"]) == ("動画", "/ja/topics/video/")


def test_where_it_was_first_published_is_linked(client):
    make_issue(number=1, source_url="https://www.example.org/letters/1")
    link = soup(client.get("/issues/1/")).find("a", href="https://www.example.org/letters/1")
    assert link.get_text() == "example.org"


def test_dates_are_those_of_the_publications_zone(client):
    make_publication(time_zone="Asia/Tokyo")
    make_issue(number=1, published_at=datetime.datetime(2021, 8, 28, 16, tzinfo=datetime.UTC))
    assert soup(client.get("/issues/1/")).time["datetime"] == "2021-08-29"


def test_an_issue_without_title_sections_or_number_has_a_page(client):
    issue = make_issue(slug="2021-week-10", title="", year=2021, week=10)
    type(issue).objects.filter(pk=issue.pk).update(number=None)
    page = soup(client.get("/issues/2021-week-10/"))
    assert page.h1.get_text() == "Week 10 of 2021"
    assert page.select_one(".num").get_text() == "W10"


def test_hostile_text_stays_text(client):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>"
    issue = make_issue(number=1, title=evil, intro=evil, source_url='https://example.org/"><script>')
    make_highlight(issue, text=evil, group_title=evil)
    values = {"title": evil, "summary": evil, "source_title": evil, "domain_shown": evil, "card_url": "https://e.org"}
    values |= {"card_title": evil, "card_description": evil, "card_domain": evil, "figure": "figures/a.png"}
    values |= {"figure_alt": evil, "figure_credit": evil, "figure_license": evil}
    make_entry(
        make_section(issue, title=evil), topics=[make_topic("evil", name=evil[:100])], public_id="evil", **values
    )
    for address in ("/", "/issues/", "/issues/1/", "/entries/evil/", "/topics/", "/topics/evil/"):
        markup = soup(client.get(address))
        assert not markup.select('script:not([type="application/ld+json"])')
        assert all(json.loads(data.string) for data in markup.find_all("script"))
        assert not [tag for tag in markup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


def test_a_withdrawn_issue_and_its_entries_are_gone(client):
    moment = datetime.datetime(2021, 8, 29, tzinfo=datetime.UTC)
    issue = make_issue(number=1, status=IssueStatus.WITHDRAWN, published_at=moment)
    make_entry(make_section(issue), public_id="abc")
    for address in ("/issues/1/", "/entries/abc/"):
        response = client.get(address)
        assert response.status_code == 410
        assert response.headers["Cache-Control"].endswith("s-maxage=1")


def test_an_unknown_issue_is_not_found(client):
    make_issue(number=1)
    assert client.get("/issues/99/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_only_read(client, method):
    make_issue(number=1)
    assert getattr(client, method)("/issues/1/").status_code == 405
