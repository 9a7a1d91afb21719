"""The pages of papers and other works: every mention over the whole archive."""

import datetime

import pytest
from bs4 import BeautifulSoup

from issues import listing
from papers.catalogue import merge
from papers.models import Alias, Fetch, Work
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page, place="mentions"):
    return [heading.get_text() for heading in page.select(f"section[aria-labelledby={place}] h3")]


def _mention(number, url=PAPER, **values):
    return make_entry(make_section(make_issue(number=number)), url=url, **{"title": f"In {number}"} | values)


def test_a_paper_shows_every_mention_oldest_first(client):
    for number, url in [
        (26, PAPER),
        (17, "https://arxiv.org/pdf/2103.03230v3"),
        (24, "https://ar5iv.org/abs/2103.03230"),
    ]:
        _mention(number, url)
    _mention(18, "https://arxiv.org/abs/2103.03231")
    assert titles(soup(client.get("/papers/2103.03230/"))) == ["In 17", "In 24", "In 26"]


def test_facts_of_a_work_are_shown(client):
    values = {"title": "Barlow Twins", "authors": ["Jure Zbontar", "Li Jing"], "venue": "ICML 2021"}
    make_work(PAPER, published_on=datetime.date(2021, 3, 4), abstract="We ask.", withdrawn=True, **values)
    _mention(17)
    page = soup(client.get("/papers/2103.03230/"))
    assert page.h1.get_text() == "Barlow Twins"
    assert "Jure Zbontar, Li Jing" in page.dl.get_text()
    assert "4 March 2021, ICML 2021" in page.dl.get_text()
    assert "Withdrawn by its authors" in page.get_text()


def test_a_work_without_title_is_called_as_its_entries_call_it(client):
    _mention(17, source_title="Redundancy, reduced")
    assert soup(client.get("/papers/2103.03230/")).h1.get_text() == "Redundancy, reduced"


@pytest.mark.parametrize(
    ("url", "asked", "to"),
    [
        pytest.param(PAPER, "/papers/2103.03230v2/", "/papers/2103.03230/", id="version"),
        pytest.param(
            "https://arxiv.org/abs/hep-th/9901001",
            "/papers/hep-th/9901001v1/",
            "/papers/hep-th/9901001/",
            id="old id with version",
        ),
    ],
)
def test_a_version_moves_to_the_paper(client, url, asked, to):
    _mention(1, url)
    response = client.get(asked)
    assert (response.status_code, response.headers["Location"]) == (301, to)
    assert client.get(to).status_code == 200


def test_an_old_id_with_a_slash_has_a_page(client):
    _mention(1, "https://arxiv.org/abs/math/0309136")
    assert client.get("/papers/math/0309136/").status_code == 200


@pytest.mark.parametrize(
    "asked", ["/papers/2199.99999/", "/papers/nonsense/", "/papers/2103.03230/x/", "/works/nothing/"]
)
def test_an_unknown_work_is_not_found(client, asked):
    assert client.get(asked).status_code == 404


def test_a_work_that_is_no_paper_has_words_in_its_address(client):
    work = make_work("https://example.org/post", title="Counting Whales, from Space!")
    _mention(1, "https://example.org/post")
    right = f"/works/{work.public_id}-counting-whales-from-space/"
    assert titles(soup(client.get(right))) == ["In 1"]
    for asked in (f"/works/{work.public_id}/", f"/works/{work.public_id}-other-words/"):
        response = client.get(asked)
        assert (response.status_code, response.headers["Location"]) == (302, right)


def test_a_title_without_latin_letters_leaves_the_id_alone(client):
    work = make_work("https://example.org/post", title="鯨を数える")
    _mention(1, "https://example.org/post")
    assert client.get(f"/works/{work.public_id}/").status_code == 200


def test_an_id_with_hyphens_is_told_from_words(client):
    work = make_work("https://example.org/post", public_id="a-b", title="C")
    make_work("https://example.org/other", public_id="a", title="B")
    _mention(1, "https://example.org/post")
    assert client.get("/works/a-b-c/").status_code == 200
    assert client.get("/works/a-b/").headers["Location"] == f"/works/{work.public_id}-c/"


def test_a_paper_asked_for_as_a_work_is_found_among_the_papers(client):
    _mention(1)
    work = Work.objects.get()
    assert client.get(f"/works/{work.public_id}/").headers["Location"] == "/papers/2103.03230/"


def test_a_merged_work_leads_to_the_one_that_stays_with_all_mentions(client):
    _mention(1)
    _mention(2, "https://example.org/preprint")
    stays, goes = Work.objects.get(identity="arxiv:2103.03230"), Work.objects.get(url="https://example.org/preprint")
    goes.merged_into = stays
    goes.save()
    assert client.get(f"/works/{goes.public_id}/").headers["Location"] == "/papers/2103.03230/"
    assert titles(soup(client.get("/papers/2103.03230/"))) == ["In 1", "In 2"]
    assert soup(client.get("/issues/2/")).select_one(".src a")["href"] == "/papers/2103.03230/"


def test_an_identity_learnt_later_leads_to_the_work(client):
    _mention(1)
    Alias.objects.create(work=Work.objects.get(), identity="arxiv:2103.99999")
    assert client.get("/papers/2103.99999/").headers["Location"] == "/papers/2103.03230/"


def test_a_work_can_be_cited_in_three_forms(client):
    make_work(PAPER, title="Barlow Twins")
    _mention(1)
    forms = soup(client.get("/papers/2103.03230/")).select("section[aria-labelledby=cite] details")
    assert [form.summary.get_text() for form in forms] == ["BibTeX", "RIS", "CSL-JSON"]
    assert all("Barlow Twins" in form.pre.get_text() for form in forms)


def test_a_work_without_title_is_cited_by_the_title_that_its_entry_gives(client):
    _mention(1, source_title="Redundancy, reduced")
    assert "{{Redundancy, reduced}}" in soup(client.get("/papers/2103.03230/")).select_one("pre").get_text()
    assert Work.objects.get().title == ""


def test_mentions_of_other_editions_stand_apart_unless_they_are_told_already(client):
    make_publication(languages=["en", "ja"])
    english = _mention(1)
    edition = make_issue(number=1, language="ja", translation_key=english.section.issue.translation_key)
    japanese = make_section(edition)
    make_entry(japanese, url=PAPER, title="同じ項目", translation_key=english.translation_key)
    make_entry(japanese, url=PAPER, title="日本語だけ")
    page = soup(client.get("/papers/2103.03230/"))
    assert titles(page) == ["In 1"]
    assert titles(page, "elsewhere") == ["日本語だけ"]
    assert page.select_one("section[aria-labelledby=elsewhere] li")["lang"] == "ja"


def test_many_mentions_are_paged_without_loss(client, monkeypatch):
    monkeypatch.setattr(listing, "MENTIONS_ON_A_PAGE", 2)
    for number in range(1, 6):
        _mention(number)
    seen, address = [], "/papers/2103.03230/"
    while address:
        page = soup(client.get(address))
        seen += titles(page)
        link = page.find("a", rel="next")
        address = link and "/papers/2103.03230/" + link["href"]
    assert seen == [f"In {number}" for number in range(1, 6)]
    assert client.get("/papers/2103.03230/?after=nothing").status_code == 404


def test_a_work_of_no_published_entry_has_no_page(client):
    make_work(PAPER)
    make_issue(number=1)
    assert client.get("/papers/2103.03230/").status_code == 404


@pytest.mark.parametrize(
    ("extension", "media_type", "beginning"),
    [
        pytest.param("bib", "application/x-bibtex; charset=utf-8", "@misc{byron2021barlow", id="BibTeX"),
        pytest.param("ris", "application/x-research-info-systems; charset=utf-8", "TY  - UNPB", id="RIS"),
        pytest.param("json", "application/vnd.citationstyles.csl+json", "[", id="CSL-JSON"),
    ],
)
@pytest.mark.parametrize("url", [PAPER, "https://example.org/post"])
def test_a_citation_is_a_file_to_keep(client, url, extension, media_type, beginning):
    values = {"title": "Barlow Twins", "authors": ["Ada Byron"], "published_on": datetime.date(2021, 3, 4)}
    work = make_work(url, kind="paper", **values)
    _mention(1, url)
    page = "/papers/2103.03230/" if url == PAPER else f"/works/{work.public_id}-barlow-twins/"
    links = [link["href"] for link in soup(client.get(page)).select("section[aria-labelledby=cite] .meta a")]
    assert f"{page}citation.{extension}" in links
    response = client.get(f"{page}citation.{extension}")
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Content-Disposition"] == f'attachment; filename="byron2021barlow.{extension}"'
    assert response.content.decode().startswith(beginning)
    assert client.get(f"{page}citation.docx").status_code == 404


def test_a_citation_moves_with_its_work_and_is_there_for_readers_only(client):
    make_publication(languages=["en", "ja"])
    work = make_work("https://example.org/post", title="Whales")
    address = f"/works/{work.public_id}/citation.bib"
    assert client.get(f"/works/{work.public_id}-whales/citation.bib").status_code == 404
    make_entry(make_section(make_issue(number=1, language="ja")), url=work.url)
    assert client.get(address).headers["Location"] == f"/works/{work.public_id}-whales/citation.bib"
    moved = client.get(f"/works/{work.public_id}-whales/citation.bib")
    assert moved.headers["Location"] == f"/ja/works/{work.public_id}-whales/citation.bib"
    assert client.get("/papers/2103.03230v2/citation.bib").status_code == 404
    _mention(2)
    assert client.get("/papers/2103.03230v2/citation.bib").headers["Location"] == "/papers/2103.03230/citation.bib"


def test_the_facts_come_from_all_that_is_known(client):
    work = make_work(
        PAPER,
        authors=[f"Author {number}" for number in range(1, 234)],
        versions=["v1", "v10", "v2"],
        abstract="We ask. Code: https://github.com/example/twins.git (MIT).",
        doi="10.1000/a<b",
    )
    Fetch.objects.create(work=work, said={"identity": work.identity, "url": work.url, "categories": ["cs.CV", "cs.AI"]})
    _mention(17, topics=[make_topic("video")])
    facts = soup(client.get("/papers/2103.03230/")).select_one(".facts")
    assert "Author 20" in facts.dd.get_text()
    assert facts.select_one("details summary").get_text() == "and 213 more"
    assert "Author 21" in facts.details.get_text()
    assert "cs.CV, cs.AI" in facts.get_text()
    assert "version 10" in facts.get_text()
    links = {link.get_text(): link["href"] for link in facts.find_all("a")}
    assert links["Code"] == "https://github.com/example/twins"
    assert links["PDF"] == "https://arxiv.org/pdf/2103.03230"
    assert links["doi:10.1000/a<b"] == "https://doi.org/10.1000/a%3Cb"
    assert links["Video"] == "/topics/video/"


def test_related_works_are_told_with_where_and_why(client):
    video = make_topic("video")
    make_work(PAPER, authors=["Ada Byron", "Li Jing"])
    _mention(3, topics=[video])
    make_work("https://arxiv.org/abs/2105.04906", title="VICReg", authors=["Ada Byron"])
    _mention(4, "https://arxiv.org/abs/2105.04906", topics=[video])
    _mention(40, "https://example.org/video", topics=[video])
    _mention(5, "https://example.org/same-month", source_title="Beside it")
    _mention(80, "https://example.org/nothing")
    related = soup(client.get("/papers/2103.03230/")).select("section[aria-labelledby=related] li")
    assert [(line.h3.get_text(), line.p.get_text()) for line in related] == [
        ("VICReg", "arXiv:2105.04906 · in #4 · same topic: Video · same authors in part · read in the same month"),
        ("In 40", "example.org · in #40 · same topic: Video"),
        ("Beside it", "example.org · in #5 · read in the same month"),
    ]


def test_a_merged_work_is_not_related_to_itself(client):
    _mention(1, topics=[make_topic("video")])
    _mention(2, "https://example.org/preprint")
    merge(Work.objects.get(url="https://example.org/preprint"), Work.objects.get(identity="arxiv:2103.03230"))
    assert soup(client.get("/papers/2103.03230/")).select("section[aria-labelledby=related] li") == []


def test_many_mentions_are_counted_up_to_a_bound(client, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 2)
    for number in range(1, 5):
        _mention(number)
    counted = soup(client.get("/papers/2103.03230/")).select_one("section[aria-labelledby=mentions] .side p")
    assert counted.get_text() == "more than 2 mentions since January 2021"
