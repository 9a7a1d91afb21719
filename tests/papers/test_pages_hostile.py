"""Whatever a page holds, reading it ends soon, raises nothing, and gives visible texts and addresses of the web."""

import datetime
import inspect
import json
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.html import names
from papers.pages import read
from papers.pages.skimming import skim
from papers.records import Record

from .markup import linked
from .test_wording import is_shown

HERE = "https://example.org/posts/one"
MANY = 100_000

# Each is long enough that a time which grows with its square would not end within this run.
HUGE = {
    "nested blocks": "<div>" * MANY,
    "nested articles": "<article>" * MANY + '<img src="a.png">' * MANY,
    "attributes": "<div " + " ".join(f"a{number}=b" for number in range(3 * MANY)) + ">",
    "attributes of an element that is read": "<meta " + " ".join(f"a{number}=b" for number in range(3 * MANY)) + ">",
    "signs of equality": "<meta " + "= " * MANY + ">",
    "unclosed tags": "<a " * MANY,
    "unclosed values": '<a b="' * MANY,
    "unclosed comments": "<!--" * MANY,
    "empty comments": "<!-->" * MANY,
    "unclosed end tags": "</" * MANY,
    "unclosed instructions": "<?" * MANY,
    "unclosed sections": "<![CDATA[" * MANY,
    "unclosed forms": "<textarea>" + "</textarea " * MANY,
    "unclosed scripts": "<script>" + "</scrip" * MANY,
    "drawings": "<svg><title>x</title>" * MANY,
    "headings": "<h1>" * MANY,
    "signs": "<" * MANY + "&" * MANY,
    "entities": "<title>" + "&amp;" * MANY,
    "candidates": "<main>" + f'<img srcset="{", " * 1_000}">' * 300,
    "metadata": '<meta name="citation_author" content="Doe, Jane">' * MANY,
    "titles": f'<meta property="og:title" content="{"&amp;" * 1_000}">' * 500,
    "canonical links": "".join(f'<link rel="canonical" href="/{number}">' for number in range(5_000)),
    "blocks of JSON-LD": '<script type="application/ld+json">{"@type":"Article"}</script>' * 20_000,
    "nested lists of JSON-LD": '<script type="application/ld+json">' + "[" * MANY,
    "nested things of JSON-LD": '<script type="application/ld+json">' + '{"mainEntity":' * MANY,
    "things of JSON-LD": f'<script type="application/ld+json">[{",".join(["{}"] * MANY)}]',
    "blanks of JSON-LD": '<script type="application/ld+json">' + " " * 5 * MANY + "x",
    "five megabytes": "<title>Sheep</title>"
    + "<p class='x'>Some <b>text</b> &amp; <a href='/x'>links</a>.</p>\n" * 90_000,
}


@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE.keys())
def test_huge_page_is_read_soon(html):
    assert read(html, HERE).url == HERE


def test_what_stands_behind_the_bound_is_not_read():
    assert read(" " * 10_000_000 + "<title>Sheep</title>", HERE).title == ""


def test_deep_nesting_is_read_with_little_stack():
    limit = sys.getrecursionlimit()
    depth = len(inspect.stack())
    sys.setrecursionlimit(depth + 120)
    try:
        soup = skim("<article><nav><main>" * 1_000 + "<title>Sheep</title>").soup
    finally:
        sys.setrecursionlimit(limit)
    assert soup.title.get_text() == "Sheep"


SKIMMED = {
    "text in a value": ("<div a='<title>x</title>'></div><title>Sheep</title>", "Sheep"),
    "quote without its like": ('<div a="x></div><title>Sheep</title>', ""),
    "comment closed at once": ("<!--><title>Sheep</title>", "Sheep"),
    "comment closed with a mark": ("<!-- --!><title>Sheep</title>", "Sheep"),
    "comment never closed": ("<!-- <title>x</title>", ""),
    "script that writes a title": ("<script>'<title>x</title>'</script><title>Sheep</title>", "Sheep"),
    "script never closed": ("<script><title>x</title>", ""),
    "title never closed": ("<title>Sheep", "Sheep"),
    "title that holds tags": ("<title>a <b>tag</b> & &lt;i></title>", "a <b>tag</b> & <i>"),
    "tag with slashes": ("<title/a/b>Sheep</title/ >", "Sheep"),
    "end tag alone": ("</title></><title>Sheep</title>", "Sheep"),
    "sign of comparison": ("1 < 2 <title>Sheep</title>", "Sheep"),
    "drawing closed at once": ("<svg/><title>Sheep</title>", "Sheep"),
    "drawing never closed": ("<svg><p><meta><title>Sheep</title>", "Sheep"),
    "text of a form": ("<textarea><title>x</title></textarea><title>Sheep</title>", "Sheep"),
    "everything is text": ("<plaintext><title>x</title>", ""),
}


@pytest.mark.parametrize(("html", "title"), SKIMMED.values(), ids=SKIMMED.keys())
def test_tags_are_told_as_browsers_tell_them(html, title):
    found = skim(html).soup.title
    assert (found.get_text() if found else "") == title


def test_argument_of_an_address_is_no_entity():
    soup = skim('<link rel="canonical" href="/x?a=1&copy=2&amp;reg=3&lt=4">').soup
    assert soup.link["href"] == "/x?a=1&copy=2&reg=3&lt=4"


def texts_of(record):
    yield from (record.title, record.description, record.site_name, record.venue, record.doi, *record.authors)
    yield from (image.alt for image in (record.image, *record.images) if image)
    yield from record.abstract.split("\n\n")


def addresses_of(record):
    yield from (record.url, *(image.url for image in (record.image, *record.images) if image))


def check(record):
    assert isinstance(record, Record)
    assert all(map(is_shown, "".join(texts_of(record))))
    assert all(address.startswith(("https://", "http://")) for address in addresses_of(record))
    assert all(address.isascii() and not set(address) & set(" <>\"'\x00\n") - {"'"} for address in addresses_of(record))
    assert len(record.images) <= 20
    assert record.published_on is None or isinstance(record.published_on, datetime.date)
    json.dumps(record.as_json()).encode()
    assert record.identity.isascii()


NAMES = names(
    "og:title og:image og:image:alt og:image:secure_url og:url og:site_name og:type og:locale og:description "
    "twitter:title twitter:image citation_title citation_author citation_authors citation_doi citation_arxiv_id "
    "citation_abstract citation_publication_date citation_journal_title citation_language dc.identifier dc.creator "
    "dcterms.issued article:published_time article:author author description keywords date content-language"
)
KEYS = names(
    "@type @id @graph @value headline name url image author publisher datePublished inLanguage sameAs identifier "
    "isPartOf mainEntity mainEntityOfPage value propertyID"
)
TYPES = names("ScholarlyArticle Article WebSite WebPage VideoObject https://schema.org/Thesis")
ADDRESSES = names("/a.png //x.org/b https://example.org/ javascript:x data:,x http://[ https://u:p@x.org/")
ELEMENTS = names("base html img link source time")
ATTRIBUTES = names("datetime href lang src srcset")
CONTAINERS = names("article h1 main nav p script svg title")
BITS = names("<!-- --> < > </ \" ' <article> </article> <script> <svg> <title>")
OTHERS = [
    "2021-03-05",
    "10.5555/x",
    "2103.09999",
    "en_US",
    "Doe, Jane",
    "\u202egnp",
    "&amp;lt;b>",
    "$x$ {\\'e}",
    "\ud800",
]


def one_of(listed):
    return st.sampled_from(sorted(listed))


VALUES = st.text(max_size=60) | one_of(ADDRESSES) | one_of(OTHERS)
PIECES = st.one_of(
    st.builds('<meta {}="{}" content="{}">'.format, one_of(["name", "property"]), one_of(NAMES), VALUES),
    st.builds(
        "<{} rel=canonical {}='{}' {}>".format, one_of(ELEMENTS), one_of(ATTRIBUTES), VALUES, st.text(max_size=9)
    ),
    st.builds("<{0}>{1}</{0}>".format, one_of(CONTAINERS), VALUES),
    one_of(BITS),
    st.text(max_size=20),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | VALUES | one_of(TYPES)
LINKED = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(one_of(KEYS), inner, max_size=6),
    max_leaves=25,
)


@given(st.lists(PIECES, max_size=25).map("".join))
@example("<title>\ud800\x00\u202e</title><meta name=author content=\ud800>")
@example('<base href="http://[">' + '<meta property="og:image" content="x">')
def test_any_page_gives_a_record_that_can_be_shown(html):
    check(read(html, HERE))


@given(LINKED, st.sampled_from(["<title>Sheep</title>", ""]))
@example({"@type": "ScholarlyArticle", "isPartOf": {"@id": "#a"}, "@id": "#a", "author": {"@id": "#a"}}, "")
def test_any_json_ld_gives_a_record_that_can_be_shown(value, title):
    block = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    check(read(title + linked(block), HERE))
