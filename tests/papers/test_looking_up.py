"""What an address leads to: the interface, the page, or the paper that the page names."""

import pytest
from django.core.cache import cache

from common.failures import FetchFailed, Reason
from papers import asking, looking_up
from papers.looking_up import address_of, look_up, look_up_arxiv
from tests import stand_ins
from tests.factories import make_work
from tests.papers.webs import leads, page, web
from tests.servers import Reply

pytestmark = pytest.mark.django_db

TITLE = "Sleeping Networks Reduce the Energy of Learning"
PAPER = stand_ins.Paper("2103.03230", title=TITLE, authors=("Aiko Example",), version=2)
DOI = "10.5555/sleep.2021"
CARD = {"og__description": "What the lab says.", "og__site_name": "The Lab", "og__image": "/sleep.png"}


@pytest.fixture(autouse=True)
def _no_kept_rules():
    cache.clear()


@pytest.fixture
def arxiv(settings):
    with stand_ins.arxiv(PAPER) as stand_in:
        stand_in.use(settings)
        yield stand_in


@pytest.fixture
def crossref(settings):
    with stand_ins.crossref() as stand_in:
        stand_in.use(settings)
        stand_in.know(DOI, title=[TITLE])
        yield stand_in


@pytest.fixture
def sites(arxiv, crossref, monkeypatch):
    """The web of a test, which it fills; nobody gets past it."""
    with web({}, allow=(arxiv.host_port, crossref.host_port)) as made:
        for module in (looking_up, asking):
            monkeypatch.setattr(module, "fetch", made.client.fetch)
        yield made


def refused(address):
    with pytest.raises(FetchFailed) as failure:
        look_up(address)
    return failure.value


# --- Papers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", ["https://arxiv.org/pdf/2103.03230v1", "arXiv:2103.03230", "10.48550/arXiv.2103.03230"]
)
def test_a_paper_of_arxiv_is_asked_of_arxiv(sites, arxiv, given):
    found = look_up(given)
    assert (found.identity, found.title, found.versions) == ("arxiv:2103.03230", TITLE, ("v1", "v2"))
    assert (len(arxiv.requests), sites.asked) == (1, [])


def test_a_doi_is_asked_of_crossref(sites, crossref):
    found = look_up(f"https://dx.doi.org/{DOI.upper()}")
    assert (found.identity, found.title, found.doi) == (f"doi:{DOI}", TITLE, DOI)
    assert (len(crossref.requests), sites.asked) == (1, [])


def test_a_paper_that_arxiv_does_not_know_is_not_found(sites):
    assert refused("https://arxiv.org/abs/2103.00099").reason == Reason.NOT_FOUND


def test_a_doi_that_crossref_does_not_know_leads_to_its_page(sites):
    sites.pages |= {
        "doi.org/10.5555/dataset(1)": leads("https://data.example/sets/1", 302),
        "data.example/sets/1": page("A set of sleepers", citation_doi="10.5555/DATASET(1)", **CARD),
    }
    found = look_up("doi:10.5555/Dataset(1)")
    assert (found.identity, found.title, found.doi) == (
        "doi:10.5555/dataset(1)",
        "A set of sleepers",
        "10.5555/dataset(1)",
    )
    assert (found.url, found.kind, found.names) == ("https://data.example/sets/1", "paper", ())


def test_a_doi_that_nobody_knows_is_not_found(sites):
    failure = refused("doi:10.5555/nobody")
    assert (failure.reason, "doi.org" in failure.message) == (Reason.NOT_FOUND, True)


def test_crossref_in_trouble_is_not_got_around(sites, crossref):
    crossref.faults.append(stand_ins.CROSSREF_FAULTS["unavailable"])
    assert refused(f"doi:{DOI}").reason == Reason.SERVER_ERROR
    assert sites.asked == []


def test_a_batch_is_one_request_and_one_failure_spoils_none(sites, arxiv):
    found = look_up_arxiv(["2103.03230", "2103.00099"])
    assert found["2103.03230"].title == TITLE
    assert found["2103.00099"].reason == Reason.NOT_FOUND
    assert len(arxiv.requests) == 1


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_a_page_says_what_it_is(sites):
    sites.pages["lab.example/posts/sleep"] = page("Why networks sleep", **CARD)
    found = look_up("http://lab.example/posts/sleep?utm_source=mail")
    assert (found.identity, found.url) == ("url:lab.example/posts/sleep", "http://lab.example/posts/sleep")
    assert (found.title, found.description, found.site_name) == ("Why networks sleep", "What the lab says.", "The Lab")
    assert (found.image.url, found.kind) == ("http://lab.example/sleep.png", "article")


def test_a_page_of_a_known_site_has_the_kind_that_its_address_tells(sites):
    sites.pages["github.com/lab/sleep"] = page("lab/sleep: networks that sleep", og__type="article")
    found = look_up("https://github.com/lab/sleep")
    assert (found.identity, found.kind) == ("github:lab/sleep", "repository")


@pytest.mark.parametrize(
    ("names", "identity"),
    [
        ({"citation_arxiv_id": "2103.03230"}, "arxiv:2103.03230"),
        ({"citation_doi": DOI}, f"doi:{DOI}"),
        ({"citation_doi": "10.5555/unknown", "citation_arxiv_id": "2103.03230"}, "arxiv:2103.03230"),
    ],
    ids=["arXiv", "DOI", "the one of the two that is known"],
)
def test_a_page_that_names_a_paper_is_the_paper_with_the_card_of_the_page(sites, names, identity):
    sites.pages["lab.example/sleep"] = page(TITLE, citation_title=TITLE, **names, **CARD)
    found = look_up("http://lab.example/sleep")
    assert (found.identity, found.kind, found.title) == (identity, "paper", TITLE)
    assert (found.description, found.site_name) == ("What the lab says.", "The Lab")
    assert found.image.url == "http://lab.example/sleep.png"


@pytest.mark.parametrize("title", ["Why I read this paper", "", "論文を読む"])
def test_a_page_that_names_a_paper_under_another_title_stays_itself(sites, title):
    sites.pages["lab.example/sleep"] = page(title, citation_arxiv_id="2103.03230", **CARD)
    found = look_up("http://lab.example/sleep")
    assert (found.identity, found.title, found.names) == ("url:lab.example/sleep", title, ())


def test_a_page_that_names_a_paper_nobody_knows_stays_itself(sites):
    sites.pages["lab.example/sleep"] = page(TITLE, citation_arxiv_id="2103.00099")
    found = look_up("http://lab.example/sleep")
    assert (found.identity, found.names) == ("url:lab.example/sleep", ())


def test_a_page_whose_paper_cannot_be_asked_for_now_stays_itself_and_says_so(sites, arxiv):
    sites.pages["lab.example/sleep"] = page(TITLE, citation_arxiv_id="2103.03230")
    arxiv.faults.append(stand_ins.ARXIV_FAULTS["unavailable"])
    found = look_up("http://lab.example/sleep")
    assert (found.identity, found.title, found.names) == ("url:lab.example/sleep", TITLE, ("arxiv:2103.03230",))


def test_what_a_page_names_is_asked_for_once_each_and_what_that_names_is_not(sites, arxiv, crossref):
    crossref.know(DOI, title=["Quite another"], aliases=["10.5555/alias"])
    sites.pages["lab.example/list"] = page(TITLE, citation_arxiv_id="2103.00099", citation_doi=DOI)
    assert look_up("http://lab.example/list").identity == "url:lab.example/list"
    assert (len(arxiv.requests), len(crossref.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"%PDF-1.7", media_type="application/pdf"), Reason.TYPE),
        (Reply(status=404), Reason.NOT_FOUND),
        (Reply(status=410), Reason.GONE),
        (Reply(status=403), Reason.BLOCKED),
    ],
)
def test_a_page_that_is_none_is_a_failure(sites, reply, reason):
    sites.pages["lab.example/sleep"] = reply
    assert refused("http://lab.example/sleep").reason == reason


def test_the_rules_of_the_site_are_kept(sites):
    sites.pages |= {"lab.example/robots.txt": Reply("User-agent: *\nDisallow: /"), "lab.example/sleep": page(TITLE)}
    assert refused("http://lab.example/sleep").reason == Reason.ROBOTS
    assert sites.asked == []


# --- Redirects -----------------------------------------------------------------------------------------------------


def test_a_page_that_moved_for_good_is_the_new_one(sites):
    sites.pages |= {"old.example/posts/1": leads("https://new.example/sleep"), "new.example/sleep": page("Sleep")}
    found = look_up("http://old.example/posts/1")
    assert (found.identity, found.url) == ("url:new.example/sleep", "https://new.example/sleep")


def test_a_page_that_moved_for_now_stays_the_old_one(sites):
    sites.pages |= {
        "lab.example/latest": leads("/posts/41", 302),
        "lab.example/posts/41": page(TITLE, citation_arxiv_id="2103.03230"),
    }
    found = look_up("http://lab.example/latest")
    assert (found.identity, found.title, found.names) == ("url:lab.example/latest", TITLE, ())


def test_a_shortened_address_is_what_it_leads_to(sites):
    sites.pages |= {"t.co/abc": leads("https://lab.example/sleep", 302), "lab.example/sleep": page("Sleep")}
    assert look_up("https://t.co/abc").identity == "url:lab.example/sleep"


@pytest.mark.parametrize("status", [301, 302])
def test_an_address_that_leads_to_a_paper_is_the_paper_under_any_title(sites, status):
    sites.pages |= {
        "lab.example/paper": leads("https://arxiv.org/abs/2103.03230", status),
        "arxiv.org/abs/2103.03230": page("[2103.03230] Something else"),
    }
    found = look_up("http://lab.example/paper")
    assert (found.identity, found.title) == ("arxiv:2103.03230", TITLE)


@pytest.mark.parametrize("to", ["/", "/login?next=/posts/1", "/blog/"])
def test_a_front_page_a_login_or_a_list_is_not_the_work(sites, to):
    sites.pages |= {"lab.example/posts/1": leads(to), f"lab.example{to}": page(TITLE, citation_arxiv_id="2103.03230")}
    found = look_up("http://lab.example/posts/1")
    assert (found.identity, found.names) == ("url:lab.example/posts/1", ())
    assert found.url == f"http://lab.example{to}"


def test_a_page_that_states_the_front_page_as_its_own_address_stays_itself(sites):
    html = page("Sleep").replace("<head>", '<head><link rel="canonical" href="/">')
    sites.pages["lab.example/posts/sleep"] = html
    found = look_up("http://lab.example/posts/sleep")
    assert (found.identity, found.url) == ("url:lab.example/posts/sleep", "http://lab.example/posts/sleep")


def test_a_page_cannot_claim_to_be_anothers(sites):
    html = page("Sleep").replace("<head>", '<head><link rel="canonical" href="https://github.com/lab/sleep">')
    sites.pages["evil.example/posts/sleep"] = html
    assert look_up("http://evil.example/posts/sleep").identity == "url:evil.example/posts/sleep"


def test_a_page_is_known_by_the_address_that_it_states_without_arguments(sites):
    html = page("Sleep").replace("<head>", '<head><link rel="canonical" href="/posts/sleep-well">')
    sites.pages["lab.example/posts/sleep-well?from=mail"] = html
    assert look_up("http://lab.example/posts/sleep-well?from=mail").identity == "url:lab.example/posts/sleep-well"


# --- What is no address --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    ["", " ", "nonsense", "javascript:alert(1)", "ftp://example.org/", "http://a:b@example.org/", "x" * 20_000]
    + ["http://127.0.0.1/", "http://[::1]:5432/", "http://example.org:22/", "https://例え.テスト\x00/", "\ud800"],
    ids=ascii,
)
def test_what_may_not_be_fetched_is_refused_with_a_sentence(sites, given):
    failure = refused(given)
    assert failure.reason == Reason.REFUSED
    assert failure.message.endswith(".")
    assert sites.asked == []


def test_a_japanese_address_is_read(sites):
    sites.pages["xn--r8jz45g.example/%E7%9C%A0%E3%82%8A"] = page("眠るネットワーク")
    assert look_up("http://例え.example/眠り").title == "眠るネットワーク"


# --- What is looked up for a work ----------------------------------------------------------------------------------


def test_a_paper_is_asked_for_by_what_it_is_wherever_readers_are_sent():
    work = make_work("https://arxiv.org/abs/2103.03230")
    work.url = "https://lab.example/sleep"
    assert address_of(work) == "arxiv:2103.03230"
    assert address_of(make_work("https://lab.example/post")) == "https://lab.example/post"
    long = make_work("https://doi.org/10.5555/" + "a" * 3_000)
    assert address_of(long) == long.url
