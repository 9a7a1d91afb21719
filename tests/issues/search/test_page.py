"""The page of results: what readers and their programs see of a search."""

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues.search.finding import HITS_ON_A_PAGE
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"
# All that a page of results may ask of the database, whatever is looked for.
MOST_QUERIES = 11


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def archive():
    """Two issues in English about a paper, and an edition of the second in Japanese."""
    make_publication(languages=["en", "ja"])
    video = make_topic("video", names={"ja": "動画"})
    make_work(PAPER, title="Barlow Twins: redundancy reduced", authors=["Jure Zbontar"])
    first = make_section(make_issue(number=17, title="Redundancy"))
    make_entry(first, title="A loss that wants independence", url=PAPER, public_id="loss", topics=[video])
    issue = make_issue(number=26, title="Nobody labelled the videos")
    section = make_section(issue, kind="article")
    make_entry(section, title="Augmented <b>twice</b>", summary="The *right* mixture of augmentation & noise.")
    make_entry(section, title="Another", summary="Augmentation of text.", public_id="another")
    edition = make_issue(number=26, language="ja", title="動画にラベルはない", translation_key=issue.translation_key)
    make_entry(make_section(edition), title="データ拡張", summary="Augmentation の話。", public_id="data-ja")
    return issue


def results(page):
    return [item.h3.get_text() for item in page.select("main .list > li")]


def test_without_words_the_page_teaches_what_can_be_asked(client, archive):
    response = client.get("/search/")
    page = soup(response)
    assert page.select_one("h1").get_text() == "Search"
    assert page.select_one("link[rel=canonical]")["href"].endswith("/search/")
    assert not page.select("meta[name=robots]")
    assert '"dark knowledge"' in page.select_one("dl.facts").get_text()
    assert [link["href"] for link in page.select(".tags a")] == ["/topics/video/"]
    assert page.select_one("main form")["action"] == "/search/"
    assert page.select_one("nav [aria-current=page]")["href"] == "/search/"


def test_what_was_found_is_listed_with_its_place_and_marked_words(client, archive):
    page = soup(client.get("/search/?q=augmented"))
    first = next(item for item in page.select("main .list > li") if "twice" in item.get_text())
    assert str(first.h3.a.decode_contents()) == "<mark>Augmented</mark> &lt;b&gt;twice&lt;/b&gt;"
    assert "Issue 26" in first.select_one(".meta").get_text()
    assert first.time["datetime"] == "2021-01-27"
    assert [mark.get_text() for mark in first.select("p[lang=en] mark")] == ["augmentation"]
    assert "The right mixture of" in first.get_text()
    assert page.select_one("#q")["value"] == "augmented"
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert not page.select("link[rel=canonical], link[hreflang], meta[property^=og]")


def test_each_result_is_in_its_own_language(client, archive):
    page = soup(client.get("/ja/search/?q=augmentation"))
    languages = {item.h3.a["href"]: item.h3["lang"] for item in page.select("main .list > li")}
    assert languages["/ja/entries/data-ja/"] == "ja"
    assert languages["/entries/another/"] == "en"
    switch = page.select_one(".langs a")
    assert switch["href"] == "/search/?q=augmentation"


def test_editions_of_an_entry_are_one_result(client, archive):
    first = make_entry(make_section(make_issue(number=27)), title="LoRA", public_id="lora")
    section = make_section(make_issue(number=27, language="ja"))
    make_entry(section, title="LoRA", public_id="lora-ja", translation_key=first.translation_key)
    for page, own, other in (("/search/", "/entries/lora/", "ja"), ("/ja/search/", "/ja/entries/lora-ja/", "en")):
        (found,) = soup(client.get(page, {"q": "lora"})).select("main .list > li")
        assert found.h3.a["href"] == own
        assert [link["lang"] for link in found.select(".meta a")] == [other]


def test_results_may_be_kept_for_seconds_and_set_nothing(client, archive):
    response = client.get("/search/?q=augmentation")
    assert "s-maxage=10" in response["Cache-Control"]
    assert response["ETag"]
    assert not response.cookies
    assert client.get("/search/?q=augmentation", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_long_list_goes_on_by_key_until_all_were_shown(client):
    section = make_section(make_issue(number=1))
    for number in range(HITS_ON_A_PAGE + 3):
        make_entry(section, title=f"Pruning {number}")
    seen, address = [], "/search/?q=pruning"
    while address and len(seen) < 100:
        page = soup(client.get(address))
        seen += results(page)
        following = page.select_one("a[rel=next]")
        address = following and following["href"]
    assert sorted(seen) == sorted(f"Pruning {number}" for number in range(HITS_ON_A_PAGE + 3))
    assert page.select_one("h2").get_text() == "Further results"


@pytest.mark.parametrize(
    "asked", ["2103.03230", "arXiv:2103.03230v2", "https://arxiv.org/pdf/2103.03230.pdf", "10.48550/arXiv.2103.03230"]
)
def test_a_number_or_an_address_leads_to_the_work(client, archive, asked):
    page = soup(client.get("/search/", {"q": asked}))
    note = page.select_one(".note a")
    assert (note["href"], note.get_text()) == ("/papers/2103.03230/", "Barlow Twins: redundancy reduced")
    assert "No results" not in page.get_text()


def test_of_a_work_that_has_not_run_nothing_else_is_told(client, archive):
    make_work("https://arxiv.org/abs/2101.00001", title="In a draft")
    make_entry(make_section(make_issue(published=False, number=27)), url="https://arxiv.org/abs/2101.00001")
    known, unknown = (soup(client.get(f"/search/?q={number}")) for number in ("2101.00001", "2101.00002"))
    assert (
        known.select_one(".note").get_text().replace("2101.00001", "2101.00002")
        == unknown.select_one(".note").get_text()
    )
    assert "arXiv:2101.00001 has not run here yet." in known.select_one(".note").get_text()
    assert known.select_one(".note a")["href"] == "/suggest/"


def test_a_misspelt_word_shows_what_its_nearest_spelling_finds(client, archive):
    page = soup(client.get("/search/?q=independense"))
    assert results(page)[0] == "A loss that wants independence"
    assert page.select_one("section p").get_text().startswith("Nothing here matches independense.")
    assert page.select_one("section p a")["href"] == "/search/?q=independence"


def test_a_part_of_a_word_finds_the_whole_and_says_so(client, archive):
    page = soup(client.get("/search/?q=indepen"))
    assert results(page) == ["A loss that wants independence"]
    assert page.select_one("section .meta").get_text() == "Also found: independence"
    assert page.select_one("h3 mark").get_text() == "independence"


def test_where_nothing_is_found_the_page_leads_on(client, archive):
    page = soup(client.get("/search/?q=zzzqqq+xxyyzz"))
    assert page.select_one("h2").get_text() == "No results"
    assert page.select_one(".lede").get_text() == "Nothing here matches zzzqqq xxyyzz."
    links = [link["href"] for link in page.select("section a")]
    assert links == ["/search/?q=zzzqqq", "/search/?q=xxyyzz", "/topics/video/"]


def test_a_search_that_is_too_long_says_so(client, archive):
    page = soup(client.get("/search/", {"q": "augmentation " * 300}))
    assert "Only its beginning was looked for." in page.select_one(".note").get_text()


@pytest.mark.parametrize(
    "asked", ["", "   ", "?!…", '""', "-", "-word", "\0", "%", "'; DROP TABLE", '"unbalanced', "((("]
)
def test_what_says_nothing_is_answered_calmly(client, archive, asked):
    page = soup(client.get("/search/", {"q": asked}))
    assert page.select_one("h1").get_text() == "Search"
    assert page.select(".tags a")


def test_filters_are_links_with_counts_and_can_be_taken_off(client, archive):
    page = soup(client.get("/search/?q=augmentation"))
    by_language = next(link for link in page.select(".narrow a") if link.get_text() == "日本語")
    assert by_language["lang"] == "ja"
    narrowed = soup(client.get(by_language["href"]))
    assert results(narrowed) == ["データ拡張"]
    taken = narrowed.select_one(".taken a")
    assert taken.get_text(" ", strip=True) == "Take off: Language: 日本語 ×"
    assert taken["href"] == "/search/?q=augmentation"
    assert narrowed.select_one("main form input[name=language]")["value"] == "ja"


def test_kinds_are_tabs(client, archive):
    page = soup(client.get("/search/?q=augmentation"))
    tabs = {link.get_text(): link["href"] for link in page.select(".tabs a")}
    assert page.select_one(".tabs [aria-current]").get_text() == "Everything"
    assert tabs["Articles 2"] == "/search/?q=augmentation&kind=article"
    assert len(results(soup(client.get(tabs["Articles 2"])))) == 2


def test_a_topic_is_called_by_its_name(client, archive):
    page = soup(client.get("/ja/search/?q=independence&topic=video"))
    assert page.select_one(".taken a").get_text(" ", strip=True) == "条件を外す： トピック: 動画 ×"


def test_a_filter_that_makes_no_sense_is_passed_over(client, archive):
    for query in ("year=soon", "kind=poem", "language=%20", "topic=", "after=nothing", "page=2"):
        assert results(soup(client.get(f"/search/?q=augmentation&{query}")))


def test_browsers_are_told_how_to_add_the_search(client, archive):
    link = soup(client.get("/ja/")).select_one("link[rel=search]")
    response = client.get(link["href"])
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    description = fromstring(response.content)
    name, *_, page, _own = description
    assert page.get("template").endswith("/ja/search/?q={searchTerms}")
    assert name.text == "Akira 日本語"


def test_the_page_for_nothing_offers_the_search(client, archive):
    response = client.get("/ja/nothing/")
    assert (
        BeautifulSoup(response.content, "html.parser").select_one("main form[role=search]")["action"] == "/ja/search/"
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            ['"', "-", "augment", "ation", "拡", "張", "2103.03230", "\0", "%", ":", "&", "|", "(", "のを", " "]
        )
    ).map("".join),
    st.dictionaries(
        st.sampled_from(["kind", "topic", "year", "language", "author", "site", "after"]),
        st.text(max_size=30) | st.sampled_from(["article", "video", "2021", "ja"]),
        max_size=3,
    ),
)
def test_any_text_gives_a_page_at_a_bounded_cost(client, archive, asked, filters):
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/search/", {"q": asked, **filters})
    assert response.status_code == 200
    assert len(captured) <= MOST_QUERIES
