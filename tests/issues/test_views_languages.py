"""Languages in addresses, in `lang`, and the way between editions."""

import pytest
from bs4 import BeautifulSoup

from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

pytestmark = pytest.mark.django_db


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def editions():
    """Issue 1 in English and Chinese, issue 2 in English alone; the site has a Japanese edition, too, with nothing."""
    make_publication(languages=["en", "zh-hans", "ja"])
    english = make_issue(number=1, title="One")
    chinese = make_issue(number=1, language="zh-hans", title="一", translation_key=english.translation_key)
    entry = make_entry(make_section(english), public_id="one", url="https://arxiv.org/abs/2101.00001")
    values = {"translation_key": entry.translation_key, "url": "https://arxiv.org/abs/2101.00001"}
    make_entry(make_section(chinese), public_id="yi", topics=[make_topic("video")], **values)
    make_issue(number=2, title="Two")
    return english, chinese


@pytest.mark.parametrize(
    ("asked", "status", "to"),
    [
        pytest.param("/en/", 301, "/", id="default home"),
        pytest.param("/en/issues/1/", 301, "/issues/1/", id="default issue"),
        pytest.param("/en/issues/?year=2021&x=1", 301, "/issues/?year=2021&x=1", id="arguments are kept"),
        pytest.param("/zh-hans/issues/2/", 302, "/issues/2/", id="issue of another language"),
        pytest.param("/ja/entries/yi/", 301, "/zh-hans/entries/yi/", id="entry of another language"),
        pytest.param("/entries/yi/", 301, "/zh-hans/entries/yi/", id="entry without its prefix"),
        pytest.param("/ja/papers/2101.00001/", 302, "/papers/2101.00001/", id="paper not mentioned there"),
        pytest.param("/topics/video/", 302, "/zh-hans/topics/video/", id="topic not used there"),
    ],
)
def test_an_address_under_another_language_leads_to_its_own(client, editions, asked, status, to):
    response = client.get(asked)
    assert (response.status_code, response.headers["Location"]) == (status, to)


@pytest.mark.parametrize("asked", ["/fr/", "/fr/issues/1/", "/ZH-HANS/", "/zh-hans-/", "/zz/"])
def test_a_language_without_edition_is_not_found(client, editions, asked):
    assert client.get(asked).status_code == 404


def test_the_switch_leads_to_the_edition_else_to_the_home_of_the_language(client, editions):
    page = soup(client.get("/issues/1/"))
    assert page.select_one(".langs b").get_text() == "English"
    links = [(link.get_text(), link["href"], link["lang"]) for link in page.select(".langs a")]
    assert links == [("简体中文", "/zh-hans/issues/1/", "zh-Hans"), ("日本語", "/ja/", "ja")]


def test_alternates_name_the_editions_that_exist(client, editions):
    page = soup(client.get("/zh-hans/issues/1/"))
    base = "http://127.0.0.1:8000"
    found = {link["hreflang"]: link["href"] for link in page.find_all("link", hreflang=True)}
    assert found == {
        "en": f"{base}/issues/1/",
        "zh-Hans": f"{base}/zh-hans/issues/1/",
        "x-default": f"{base}/issues/1/",
    }
    assert page.find("link", rel="canonical")["href"] == f"{base}/zh-hans/issues/1/"
    assert page.find("link", type="application/rss+xml")["href"] == "/zh-hans/feed/"


def test_an_entry_knows_its_other_edition(client, editions):
    page = soup(client.get("/entries/one/"))
    found = {link["hreflang"]: link["href"] for link in page.find_all("link", hreflang=True)}
    assert found["zh-Hans"].endswith("/zh-hans/entries/yi/")


def test_a_page_without_edition_has_no_alternates(client, editions):
    assert not soup(client.get("/issues/2/")).find_all("link", hreflang=True)


def test_the_page_says_its_language_as_bcp_47_writes_it(client, editions):
    assert soup(client.get("/zh-hans/issues/1/")).html["lang"] == "zh-Hans"
    assert "往期" in client.get("/zh-hans/").content.decode()


def test_a_language_without_shipped_interface_gets_english_labels_that_say_so(client):
    make_publication(languages=["fr"])
    make_issue(number=1, title="Les vidéos")
    page = soup(client.get("/issues/1/"))
    assert page.html["lang"] == "fr"
    assert page.find("article")["lang"] == "fr"
    assert page.select_one(".skip").get_text() == "Skip to the text"
    assert page.select_one(".skip")["lang"] == "en"


def test_a_language_that_the_publication_gave_up_still_has_its_entries_under_no_wrong_prefix(client):
    make_publication(languages=["en", "ja"])
    entry = make_entry(make_section(make_issue(number=1, language="ja")), public_id="old")
    make_publication(languages=["en"])
    assert client.get("/ja/entries/old/").status_code == 404
    assert entry.title in client.get("/entries/old/").content.decode()


def test_labels_of_one_reader_do_not_reach_the_next(client, editions):
    client.get("/zh-hans/issues/1/")
    assert "Skip to the text" in client.get("/issues/1/").content.decode()


def test_what_a_browser_prefers_changes_nothing(client, editions):
    plain = client.get("/issues/1/")
    japanese = client.get("/issues/1/", headers={"Accept-Language": "ja", "Cookie": "akira_language=ja"})
    assert plain.content == japanese.content
    assert japanese.headers["Vary"] == "Accept-Encoding"
