"""What programs are told of each page: Open Graph, schema.org, citations."""

import datetime
import json
import re

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from issues import previews
from issues.languages import open_graph_locale
from issues.models import Erratum, Issue, IssueStatus
from papers.models import Work, WorkKind
from tests.factories import make_entry, make_issue, make_publication, make_section

BASE = "http://127.0.0.1:8000"
PAPER = "https://arxiv.org/abs/2101.00001"
PUBLIC = ["/", "/ja/", "/issues/", "/issues/26/", "/entries/one/", "/papers/2101.00001/", "/topics/", "/topics/video/"]
PUBLIC += ["/about/", "/feeds/", "/search/"]


class Page:
    """A page as a program reads it."""

    def __init__(self, response):
        assert response.status_code == 200
        self.soup = BeautifulSoup(response.content, "html.parser")
        self.named = {}
        for meta in self.soup.head.find_all("meta"):
            self.named.setdefault(meta.get("property") or meta.get("name"), []).append(meta.get("content"))
        scripts = self.soup.find_all("script")
        assert [script["type"] for script in scripts] == ["application/ld+json"] * len(scripts)
        self.things = [thing for script in scripts for thing in json.loads(script.string)["@graph"]]

    def one(self, name):
        (value,) = self.named[name]
        return value

    def thing(self, kind):
        (found,) = [thing for thing in self.things if kind in ([thing["@type"]], thing["@type"])]
        return found


@pytest.fixture
def archive(db):
    """Issue 26 in English and Japanese about a paper, corrected once, and an earlier one without a known moment."""
    links = ["https://example.org/me", "javascript:alert(1)"]
    make_publication(
        languages=["en", "ja"], author_name="Ada", author_links=links, tagline="Every week", time_zone="Asia/Tokyo"
    )
    issue = make_issue(number=26, title="Sheep", intro="All about <sheep>.", source_url="https://example.org/26")
    edition = make_issue(number=26, language="ja", title="羊", translation_key=issue.translation_key)
    entry = make_entry(
        make_section(issue), public_id="one", url=PAPER, title='"On" sheep', label="26.1", topics=["video"]
    )
    make_entry(make_section(edition), url=PAPER, translation_key=entry.translation_key)
    Erratum.objects.create(issue=issue, entry=entry, noted_on=datetime.date(2021, 3, 1), text="Wrong.")
    make_issue(number=25, published_at_exact=False)
    Work.objects.update(
        title="Sheep & goats",
        kind=WorkKind.PAPER,
        authors=["Ada Lovelace", "高木貞治"],
        published_on=datetime.date(2021, 1, 3),
        doi="10.1000/a<b>",
        venue="Journal of Wool",
    )
    return issue


@pytest.mark.parametrize("path", PUBLIC)
def test_each_page_has_a_card_with_its_own_address_and_a_picture(client, archive, path):
    page = Page(client.get(path))
    canonical = page.soup.find("link", rel="canonical")["href"]
    assert page.one("og:url") == canonical == BASE + path
    assert page.one("twitter:card") == "summary_large_image"
    assert (page.one("og:image:width"), page.one("og:image:height")) == ("1200", "630")
    assert page.one("og:image").startswith(BASE)
    for name in ("og:title", "og:description", "og:image:alt"):
        assert page.one(name)
    assert (page.one("og:site_name"), page.one("description")) == ("Akira", page.one("og:description"))
    assert page.one("og:locale") == ("ja_JP" if path.startswith("/ja/") else "en_US")
    assert "robots" not in page.named
    assert page.things


def test_an_issue_says_when_it_appeared_and_was_corrected(client, archive):
    page = Page(client.get("/issues/26/"))
    assert (page.one("og:type"), page.one("og:title")) == ("article", "Sheep")
    assert page.one("article:published_time") == "2021-01-27T18:00:00+09:00"
    assert page.one("article:modified_time") == "2021-03-01"
    assert page.one("og:locale:alternate") == "ja_JP"
    assert page.one("og:image:alt") == "Akira 26. Sheep. Weekly, 27 January 2021"
    inexact = Page(client.get("/issues/25/"))
    assert inexact.one("article:published_time") == "2021-01-26"
    assert "article:modified_time" not in inexact.named


def test_an_issue_is_an_issue_of_a_periodical_with_its_entries_and_editions(client, archive):
    issue = Page(client.get("/issues/26/")).thing("PublicationIssue")
    assert issue["@id"] == issue["url"] == f"{BASE}/issues/26/"
    assert (issue["issueNumber"], issue["inLanguage"], issue["sameAs"]) == ("26", "en", "https://example.org/26")
    assert (issue["datePublished"], issue["dateModified"]) == ("2021-01-27T18:00:00+09:00", "2021-03-01")
    assert issue["isPartOf"] == {
        "@type": "Periodical",
        "@id": f"{BASE}/#periodical",
        "name": "Akira",
        "url": f"{BASE}/",
    }
    assert [part["url"] for part in issue["hasPart"]] == [f"{BASE}/entries/one/"]
    assert issue["editor"] == {"@type": "Person", "name": "Ada", "sameAs": ["https://example.org/me"]}
    japanese = Page(client.get("/ja/issues/26/")).thing("PublicationIssue")
    translation = {"@type": "PublicationIssue", "@id": f"{BASE}/ja/issues/26/", "inLanguage": "ja"}
    assert issue["workTranslation"] == [translation]
    assert [other["@id"] for other in japanese["translationOfWork"]] == [issue["@id"]]
    assert "workTranslation" not in japanese
    assert japanese["isPartOf"] == issue["isPartOf"]


def test_an_entry_is_our_comment_about_a_work(client, archive):
    entry = Page(client.get("/entries/one/")).thing(["Article", "Comment"])
    assert (entry["headline"], entry["identifier"], entry["keywords"]) == ('"On" sheep', "26.1", ["video"])
    assert entry["isPartOf"]["issueNumber"] == "26"
    assert entry["author"]["name"] == "Ada"
    about = entry["about"]
    assert (about["@type"], about["name"]) == ("ScholarlyArticle", "Sheep & goats")
    assert [name["name"] for name in about["author"]] == ["Ada Lovelace", "高木貞治"]
    assert about["sameAs"] == ["https://arxiv.org/abs/2101.00001", "https://doi.org/10.1000/a<b>"]
    assert [(each["propertyID"], each["value"]) for each in about["identifier"]] == [
        ("arXiv", "2101.00001"),
        ("DOI", "10.1000/a<b>"),
    ]


def test_a_paper_is_told_to_those_who_collect_citations(client, archive):
    page = Page(client.get("/papers/2101.00001/"))
    fields = {name: values for name, values in page.named.items() if name and name.startswith("citation_")}
    assert fields == {
        "citation_title": ["Sheep & goats"],
        "citation_author": ["Ada Lovelace", "高木貞治"],
        "citation_publication_date": ["2021/1/3"],
        "citation_arxiv_id": ["2101.00001"],
        "citation_doi": ["10.1000/a<b>"],
        "citation_pdf_url": ["https://arxiv.org/pdf/2101.00001"],
    }
    work = page.thing("ScholarlyArticle")
    assert (work["@id"], work["datePublished"]) == (f"{BASE}/papers/2101.00001/", "2021-01-03")
    assert [comment["url"] for comment in work["subjectOf"]] == [f"{BASE}/entries/one/"]


def test_pages_that_are_called_alike_say_their_language(client, archive):
    paths = ["/papers/2101.00001/", "/ja/papers/2101.00001/"]
    titles = [Page(client.get(path)).soup.title.get_text() for path in paths]
    assert titles == ["Sheep & goats · Akira", "Sheep & goats · Akira · 日本語"]
    assert Page(client.get(paths[1])).one("og:title") == "Sheep & goats"


def test_what_is_not_known_of_a_paper_is_not_said(client, archive):
    Work.objects.update(title="", authors=[], published_on=None, doi="", venue="")
    page = Page(client.get("/papers/2101.00001/"))
    fields = [name for name in page.named if name and name.startswith("citation_")]
    assert fields == ["citation_title", "citation_arxiv_id", "citation_pdf_url"]
    # Programs expect of a ScholarlyArticle that it has authors.
    assert "author" not in page.thing("CreativeWork")


@pytest.mark.parametrize(
    ("kind", "expected"), [("article", "Article"), ("repository", "SoftwareSourceCode"), ("video", "VideoObject")]
)
def test_a_work_is_called_what_it_is(client, archive, kind, expected):
    Work.objects.update(kind=kind)
    page = Page(client.get("/papers/2101.00001/"))
    assert page.thing(expected)["name"] == "Sheep & goats"
    assert not any(name and name.startswith("citation_") for name in page.named)


def test_the_home_page_is_about_the_periodical_and_says_where_it_is_searched(client, archive):
    page = Page(client.get("/ja/"))
    periodical, website = page.thing("Periodical"), page.thing("WebSite")
    assert (periodical["inLanguage"], periodical["description"]) == (["en", "ja"], "Every week")
    target = website["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{BASE}/ja/search/?q={{search_term_string}}"
    assert Page(client.get("/about/")).thing("Periodical")["@id"] == periodical["@id"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/issues/26/", ["Akira", "Issues", "Sheep"]),
        ("/entries/one/", ["Akira", "Issues", "Sheep", '"On" sheep']),
        ("/topics/video/", ["Akira", "Topics", "video"]),
        ("/about/", ["Akira", "About"]),
    ],
)
def test_the_way_to_a_page_is_told(client, archive, path, names):
    steps = Page(client.get(path)).thing("BreadcrumbList")["itemListElement"]
    assert [step["name"] for step in steps] == names
    assert [step["position"] for step in steps] == list(range(1, len(names) + 1))
    assert steps[-1]["item"] == BASE + path


def test_further_pages_of_a_list_are_followed_and_not_listed(client, archive):
    page = Page(client.get("/issues/?before=26"))
    assert page.one("robots") == "noindex, follow"
    assert page.one("og:url") == page.soup.find("link", rel="canonical")["href"] == f"{BASE}/issues/?before=26"
    assert "robots" not in Page(client.get("/issues/?year=2021&month=1")).named
    assert Page(client.get("/issues/?kind=weekly")).one("robots") == "noindex, follow"
    assert Page(client.get("/suggest/")).one("robots") == "noindex, follow"


@pytest.mark.parametrize("path", ["/nothing/", "/issues/26/"])
def test_what_is_not_there_tells_nothing(client, archive, path):
    Issue.objects.filter(number=26).update(status=IssueStatus.WITHDRAWN)
    response = client.get(path)
    assert response.status_code in (404, 410)
    assert b"og:" not in response.content
    assert b"ld+json" not in response.content
    assert b"noindex" in response.content


@pytest.mark.parametrize("name", ["web", "page", "phone"])
def test_a_preview_claims_nothing(rf, archive, name):
    mount = previews.Mount("/preview/secret/", "issues/desk/preview_bar.html")
    for issue in Issue.objects.filter(number=26):
        Issue.objects.filter(pk=issue.pk).update(status=IssueStatus.DRAFT, published_at=None, appeared_at=None)
        content = previews.show(rf.get("/preview/secret/"), issue, name, mount).content
        assert b"noindex" in content
        assert not re.search(rb'og:|twitter:|article:|citation_|ld\+json|rel="canonical"|hreflang="x-default"', content)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_no_text_ends_the_element_that_holds_it(value):
    thing = {"@type": "Thing", "name": ["</script><!--<script>", "\u2028]]>", value]}
    written = Template("{% load issues %}{% structured_data things %}").render(Context({"things": [thing]}))
    start, end = '<script type="application/ld+json">', "</script>\n"
    assert written.startswith(start)
    assert written.endswith(end)
    inside = written.removeprefix(start).removesuffix(end)
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside)["@graph"] == [thing]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en_US"), ("zh-hans", "zh_CN"), ("zh-Hant", "zh_TW"), ("pt-br", "pt_BR"), ("de", "de_DE"), ("eo", "")],
)
def test_open_graph_knows_languages_by_their_regions(language, expected):
    assert open_graph_locale(language) == expected
