"""Which page a page may say that it is, and which paper: never another site's, never one that it is only about."""

import pytest

from papers.pages import read
from papers.pages.places import is_same_site

from .markup import linked

POST = "https://www.example.org/2021/03/post?ref=home"


def canonical(href):
    return f'<link rel="canonical" href="{href}">'


BELIEVED = {
    "its own path": (canonical("/2021/03/post"), "https://www.example.org/2021/03/post"),
    "without www": (canonical("https://example.org/2021/03/post"), "https://example.org/2021/03/post"),
    "a subdomain": (canonical("https://blog.example.org/post"), "https://blog.example.org/post"),
    "with a tracker": (canonical("/post?utm_source=feed&amp;p=1"), "https://www.example.org/post?p=1"),
    "still by http": (canonical("http://www.example.org/post"), "https://www.example.org/post"),
    "several relations": ('<link rel="Alternate CANONICAL" href="/post">', "https://www.example.org/post"),
    "the same twice": (canonical("/post") + canonical("https://www.example.org/post/"), "https://www.example.org/post"),
    "shared as": ('<meta property="og:url" content="/post">', "https://www.example.org/post"),
    "link before shared": (
        '<meta property="og:url" content="/shared">' + canonical("/post"),
        "https://www.example.org/post",
    ),
    "shared where the link is foreign": (
        canonical("https://other.example/x") + '<meta property="og:url" content="/post">',
        "https://www.example.org/post",
    ),
}


@pytest.mark.parametrize(("html", "url"), BELIEVED.values(), ids=BELIEVED.keys())
def test_canonical_address_of_the_same_site_is_believed(html, url):
    assert read(html, POST).url == url


IGNORED = {
    "another site": canonical("https://bank.example/login"),
    "a site that ends alike": canonical("https://notexample.org/post"),
    "a known paper": canonical("https://arxiv.org/abs/2103.03230"),
    "front page": canonical("/"),
    "front page by name": canonical("https://example.org/index.html"),
    "two that differ": canonical("/one") + canonical("/two"),
    "nothing": canonical("") + canonical("  "),
    "no address": canonical("javascript:alert(1)") + canonical("http://["),
    "another port": canonical("https://www.example.org:8443/post"),
    "a whole domain": canonical("https://org/post"),
    "in a comment": f"<!-- {canonical('/post')} -->",
    "in a form": f"<textarea>{canonical('/post')}</textarea>",
    "in a value": f"<div title='{canonical('/post')}'></div>",
    "shared as another site's": '<meta property="og:url" content="https://bank.example/">',
}


@pytest.mark.parametrize("html", IGNORED.values(), ids=IGNORED.keys())
def test_canonical_address_that_cannot_be_true_is_ignored(html):
    record = read(html, POST)
    assert (record.url, record.identity) == (POST, "url:example.org/2021/03/post?ref=home")
    assert record.names == ()


def test_base_cannot_lead_the_canonical_address_elsewhere():
    html = '<base href="https://bank.example/">' + canonical("/post")
    assert read(html, POST).url == POST


def test_page_of_a_known_site_is_what_its_address_says():
    html = canonical("https://github.com/other/thing")
    assert read(html, "https://github.com/owner/name").identity == "github:owner/name"


def test_route_in_the_fragment_is_not_lost_to_the_address_of_the_application():
    html = canonical("https://app.example/list")
    assert read(html, "https://app.example/list#/paper/3").identity == "url:app.example/list#/paper/3"


def test_page_of_a_paper_may_have_the_paper_as_its_canonical_address():
    html = canonical("https://doi.org/10.5555/fold") + '<meta name="citation_doi" content="10.5555/fold">'
    record = read(html, "https://mirror.example/fold")
    assert (record.identity, record.url) == ("doi:10.5555/fold", "https://doi.org/10.5555/fold")
    assert record.names == ()


SAME_SITE = {
    "one host": ("https://example.org/a", "https://example.org/b", True),
    "www": ("https://www.example.org/", "http://example.org/", True),
    "for small screens": ("https://en.m.example.org/", "https://en.example.org/", True),
    "subdomain": ("https://a.example.org/", "https://example.org/", True),
    "siblings": ("https://a.example.org/", "https://b.example.org/", False),
    "other port": ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/", False),
    "numbers that end alike": ("http://1.127.0.0/", "http://127.0.0/", False),
    "everybody's host": ("https://somebody.github.io/", "https://github.io/", False),
    "a country's": ("https://example.co.jp/", "https://co.jp/", False),
    "a domain as a whole": ("https://example.org/", "https://org/", False),
    "without dots": ("http://localhost/", "http://a.localhost/", False),
    "dot at the end": ("https://example.org./", "https://example.org/", True),
}


@pytest.mark.parametrize(("one", "other", "same"), SAME_SITE.values(), ids=SAME_SITE.keys())
def test_parts_of_one_site_are_told_from_other_sites(one, other, same):
    assert is_same_site(one, other) is same
    assert is_same_site(other, one) is same


def described(**said):
    values = ",".join(f'"{key}":{value}' for key, value in said.items())
    return "<title>Fold</title>" + linked(f'{{"@type":"ScholarlyArticle","headline":"Fold",{values}}}')


DOI, ARXIV = "doi:10.5555/fold", "arxiv:2103.09999"
NAMED = {
    "DOI": ('<meta name="citation_doi" content="10.5555/FOLD">', (DOI,)),
    "DOI as address": ('<meta name="citation_doi" content="https://dx.doi.org/10.5555/fold">', (DOI,)),
    "DOI of a repository": ('<meta name="bepress_citation_doi" content="doi: 10.5555/fold">', (DOI,)),
    "DOI in Dublin Core": ('<meta name="DC.Identifier" scheme="DCTERMS.URI" content="info:doi/10.5555/fold">', (DOI,)),
    "DOI among other identifiers": (
        '<meta name="dc.identifier" content="urn:nbn:x"><meta name="dc.identifier" content="10.5555/fold">'
        '<meta name="dc.identifier" content="https://repository.example/7">',
        (DOI,),
    ),
    "arXiv id": ('<meta name="citation_arxiv_id" content="2103.09999v2">', (ARXIV,)),
    "arXiv id with its name": ('<meta name="citation_arxiv_id" content=" arXiv:2103.09999 ">', (ARXIV,)),
    "DOI of a preprint": ('<meta name="citation_doi" content="10.48550/arXiv.2103.09999">', (ARXIV,)),
    "both": (
        '<meta name="citation_doi" content="10.5555/fold"><meta name="citation_arxiv_id" content="2103.09999">',
        (ARXIV, DOI),
    ),
    "the more reliable": (
        '<meta name="dc.identifier" content="doi:10.5555/other"><meta name="citation_doi" content="10.5555/fold">',
        (DOI,),
    ),
    "JSON-LD's identifier": (described(identifier='"https://doi.org/10.5555/fold"'), (DOI,)),
    "JSON-LD's properties": (
        described(identifier='[{"propertyID":"doi","value":"10.5555/fold"},{"name":"arXiv","value":"2103.09999"}]'),
        (ARXIV, DOI),
    ),
    "JSON-LD's kin": (
        described(sameAs='["https://arxiv.org/pdf/2103.09999v1","https://social.example/fold"]'),
        (ARXIV,),
    ),
    "JSON-LD's own address": (described(**{"@id": '"https://doi.org/10.5555/fold"'}), (DOI,)),
}


@pytest.mark.parametrize(("html", "names"), NAMED.values(), ids=NAMED.keys())
def test_page_names_the_paper_that_it_is(html, names):
    record = read(html, "https://press.example/7")
    assert record.names == names
    assert record.kind == "paper"
    assert record.doi == ("10.5555/fold" if DOI in names else "")


NOT_NAMED = {
    "linked in the text": '<article><a href="https://arxiv.org/abs/2103.09999">paper</a></article>',
    "cited": '<meta name="citation_reference" content="citation_doi=10.5555/fold">',
    "related": '<meta name="dc.relation" content="doi:10.5555/fold"><meta name="dc.source" content="10.5555/fold">',
    "several": '<meta name="citation_doi" content="10.5555/a"><meta name="citation_doi" content="10.5555/b">',
    "nonsense": '<meta name="citation_doi" content="unknown"><meta name="citation_arxiv_id" content="https://x.example/">',
    "a number like an id": '<meta name="dc.identifier" content="2103.09999">',
    "a post with an identifier": (
        linked(
            '{"@type":"BlogPosting","headline":"Fold","sameAs":"https://doi.org/10.5555/fold",'
            '"about":{"@type":"ScholarlyArticle","sameAs":"https://arxiv.org/abs/2103.09999"}}'
        )
    ),
    "described under another title": described(sameAs='"https://doi.org/10.5555/fold"').replace(
        "<title>Fold", "<title>What I think of Fold"
    ),
    "described beside the post": (
        linked(
            '[{"@type":"BlogPosting","headline":"On Fold"},'
            '{"@type":"ScholarlyArticle","headline":"Fold","@id":"https://doi.org/10.5555/fold"}]'
        )
    ),
}


@pytest.mark.parametrize("html", NOT_NAMED.values(), ids=NOT_NAMED.keys())
def test_page_about_a_paper_does_not_name_it(html):
    assert read(html, "https://blog.example/post").names == ()


def test_page_whose_address_names_a_paper_is_no_other_one():
    record = read('<meta name="citation_doi" content="10.5555/other">', "https://doi.org/10.5555/fold")
    assert (record.identity, record.names, record.doi) == (DOI, (), "10.5555/fold")


@pytest.mark.parametrize("tail", ["%00", "%E2%80%AE", "x" * 400], ids=["NUL", "override", "length"])
def test_doi_that_nobody_could_write_is_kept_as_identity_alone(tail):
    record = read(f'<meta name="citation_doi" content="10.5555/fold{tail}">', "https://press.example/7")
    assert record.names[0].startswith("doi:10.5555/fold")
    assert record.doi == ""
