"""Dates, languages, titles, JSON-LD and pictures of pages: the forms in which each is met."""

import datetime

import pytest

from papers.pages import linked_data, read
from papers.pages.dates import FURTHEST_AHEAD, day
from papers.pages.languages import language
from papers.pages.pictures import largest_of
from papers.pages.titles import site_keys, without_site
from papers.records import PageImage

from .markup import linked, meta

HERE = "https://example.org/posts/one/"

# --- Dates ---------------------------------------------------------------------------------------------------------

DAYS = [
    "2021-03-05",
    "2021-3-5",
    "2021-03-05T10:00:00Z",
    "2021-03-05T23:30:00-08:00",
    "2021-03-05 00:30:00 +0900",
    "20210305",
    "20210305T100000Z",
    "20210305100000",
    "2021/03/05",
    "2021.03.05",
    "2021年3月5日",
    "2021年03月05日 10時00分",
    "２０２１年３月５日（金）",
    "2021年3月5号",
    "2021년 3월 5일",
    "令和3年3月5日",
    "March 5, 2021",
    "Mar. 5 2021",
    "Friday, March 5th, 2021 at 10:00 AM",
    "5 March 2021",
    "5th of March, 2021",
    "05-Mar-2021",
    "Fri, 05 Mar 2021 10:00:00 GMT",
    "Fri Mar 05 10:00:00 UTC 2021",
    "Fri Mar  5 10:00:00 2021",
    "1614938400",
    "1614938400000",
]


@pytest.mark.parametrize("stated", DAYS)
def test_day_is_read(stated):
    assert day(stated) == datetime.date(2021, 3, 5)


def test_day_is_clear_where_one_number_is_no_month():
    assert day("25/03/2021") == day("3/25/2021") == day("25.03.2021") == datetime.date(2021, 3, 25)


def test_era_begins_with_its_first_year():
    assert day("令和元年5月1日") == datetime.date(2019, 5, 1)


NO_DAYS = [
    *("", "soon", "2021", "2021-03", "2021/05", "May 2021", "03/04/2021", "2021-13-01", "2021-02-30", "2021-00-00"),
    *("0001-01-01T00:00:00", "1970-01-01", "1234-05-06", "9999-12-31", "2021-03-051", "٢٠٢١-٣-٥", "-2021-03-05"),
    *("99999999999", "0000-00-00 00:00:00", "version 2021-03-05", "March 5", "P1D", "\x00", "昭和300年1月1日"),
]


@pytest.mark.parametrize("stated", NO_DAYS)
def test_what_states_no_day_gives_none(stated):
    assert day(stated) is None


def test_day_far_ahead_is_none():
    today = datetime.date.today()
    assert day((today + FURTHEST_AHEAD * 2).isoformat()) is None
    assert day((today + FURTHEST_AHEAD / 2).isoformat()) == today + FURTHEST_AHEAD / 2


# --- Languages -----------------------------------------------------------------------------------------------------

LANGUAGES = {
    **{"en": "en", "EN": "en", "en-US": "en-us", "en_GB": "en-gb", "pt-BR": "pt-br", " ja ": "ja", "ja_JP": "ja-jp"},
    **{"zh": "zh", "zh-CN": "zh-hans", "zh_TW": "zh-hant", "zh-Hans-CN": "zh-hans", "zh-Hant-HK": "zh-hant"},
    **{"zh-HK": "zh-hant", "zh-Hans-TW": "zh-hans", "cmn-Hans": "zh-hans", "cn": "zh-hans", "jp": "ja", "eng": "en"},
    **{"Japanese": "ja", "en, ja": "en", "en-US-u-ca-buddhist": "en-us", "de-x-private": "de", "en_US.UTF-8": "en-us"},
    **{"sr-Latn-RS": "sr-latn-rs", "": "", "und": "", "x-default": "", "i-klingon": "", "<b>": "", "e": ""},
    **{"en-" + "abcdefgh-" * 9 + "x": "", "klingonese": "", '"><script>': "", "en-\u202e": ""},
}


@pytest.mark.parametrize(("stated", "written"), LANGUAGES.items(), ids=map(ascii, LANGUAGES))
def test_language_is_written_as_in_addresses(stated, written):
    assert language(stated) == written


STATED = {
    "of the paper": '<html lang="en"><meta name="citation_language" content="de">',
    "of the article": (
        '<html lang="en">' + linked('{"@type":"Article","inLanguage":{"@type":"Language","alternateName":"de"}}')
    ),
    "of the page": '<html lang="de"><meta property="og:locale" content="en_US">',
    "of the page as XML": '<html xml:lang="de">',
    "of its kin": '<meta property="og:locale" content="de">',
    "as a header": '<meta http-equiv="Content-Language" content="de, en">',
    "not what is none": '<html lang="x-default"><meta name="dc.language" content="de">',
}


@pytest.mark.parametrize("html", STATED.values(), ids=STATED.keys())
def test_language_is_read_from_the_best_source(html):
    assert read(html, HERE).language == "de"


# --- Titles --------------------------------------------------------------------------------------------------------

SITES = site_keys(["The Woolly Blog", "見本新聞"], "https://www.woolly.example/a")
TITLES = {
    "Sheep | The Woolly Blog": "Sheep",
    "Sheep - The Woolly Blog": "Sheep",
    "Sheep · the woolly blog": "Sheep",
    "Sheep — Woolly": "Sheep",
    "Sheep :: woolly.example": "Sheep",
    "Sheep | News | The Woolly Blog": "Sheep | News",
    "The Woolly Blog | Sheep": "Sheep",
    "The Woolly Blog - Sheep | The Woolly Blog": "Sheep",
    "羊がいっぱい：見本新聞": "羊がいっぱい",
    "羊がいっぱい｜見本新聞": "羊がいっぱい",
    "Sheep | Another Blog": "Sheep | Another Blog",
    "Semi-supervised sheep: a survey": "Semi-supervised sheep: a survey",
    "Woolly: an imperative style for sheep": "Woolly: an imperative style for sheep",
    "The Woolly Blog": "The Woolly Blog",
    "| The Woolly Blog": "| The Woolly Blog",
    "Sheep and The Woolly Blog": "Sheep and The Woolly Blog",
}


@pytest.mark.parametrize(("given", "title"), TITLES.items(), ids=TITLES.keys())
def test_name_of_the_site_is_cut_where_it_is_known(given, title):
    assert without_site(given, SITES) == title
    assert without_site(title, SITES) == title


TITLED = {
    "of the paper first": '<meta property="og:title" content="T!"><meta name="citation_title" content="Sheep">',
    "of the card": '<title>Other</title><meta property="og:title" content="Sheep">',
    "name and property at once": '<meta name="title" property="og:title" content="Sheep">',
    "of JSON-LD": "<title>Other</title>" + linked('{"@type":"BlogPosting","headline":"Sheep"}'),
    "of the element": "<title>\n  Sheep\n</title>",
    "of the heading": '<title></title><h1 class="x"><div>Sh<b class="y">ee</b>p</div><svg></svg></h1>',
    "not the site's alone": (
        meta("og:title", "Woolly") + meta("og:site_name", "Woolly") + "<title>Sheep | Woolly</title>"
    ),
    "not the drawing's": "<svg><title>Menu</title></svg><title>Sheep</title>",
    "not one in a comment": "<!-- <title>x</title> --><title>Sheep</title>",
    "not the file's name": "<title>sheep.pdf</title><h1>Sheep</h1>",
    "the first of two": "<title>Sheep</title><title>x</title>",
    "encoded twice": '<meta property="og:title" content="&amp;lt;i&amp;gt;Sheep&amp;lt;/i&amp;gt;">',
    "without quotes": "<meta property=og:title content=Sheep>",
    "in capitals": "<META PROPERTY='OG:TITLE' CONTENT='Sheep'>",
}


@pytest.mark.parametrize("html", TITLED.values(), ids=TITLED.keys())
def test_title_is_read_from_the_best_source(html):
    assert read(html, HERE).title == "Sheep"


def test_title_of_a_megabyte_is_bounded():
    title = read(f"<title>{'Sheep ' * 200_000}</title>", HERE).title
    assert title.startswith("Sheep Sheep")
    assert title.endswith("Sheep…")
    assert len(title) <= 500


# --- JSON-LD -------------------------------------------------------------------------------------------------------

BLOCKS = {
    "plain": '{"@type":"Article","headline":"Sheep"}',
    "in a list": '[{"@type":"Person","name":"x"},{"@type":"Article","headline":"Sheep"}]',
    "in a graph": '{"@graph":[{"@type":"WebPage","name":"x"},{"@type":["Article"],"headline":"Sheep"}]}',
    "as main entity": '{"@type":"WebPage","name":"x","mainEntity":{"@type":"Article","headline":"Sheep"}}',
    "with the whole vocabulary": '{"@type":"https://schema.org/NewsArticle","headline":{"@value":"Sheep"}}',
    "with a line end in a text": '{"@type":"Article","headline":"Sheep\n"}',
    "with a comma too many": '{"@type":"Article","headline":"Sheep",}',
    "encoded": "{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;Sheep&quot;}",
    "in a comment": '<!-- {"@type":"Article","headline":"Sheep"} -->',
    "in a section of XML": '//<![CDATA[\n{"@type":"Article","headline":"Sheep"}\n//]]>',
    "behind a broken block": '{"@type":</script>' + linked('{"@type":"Article","headline":"Sheep"}'),
    "of this page among others": (
        '[{"@type":"Article","headline":"x","url":"/x"},{"@type":"Article","headline":"Sheep","url":"/posts/one"}]'
    ),
    "twice": '[{"@type":"Article","headline":"Sheep"},{"@type":"NewsArticle","headline":"Sheep"}]',
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_article_is_found_in_json_ld(block):
    assert read(linked(block), HERE).title == "Sheep"


OTHERS = {
    "listed": '{"@type":"ItemList","itemListElement":[{"@type":"Article","headline":"x"}]}',
    "cited": '{"@type":"WebPage","citation":{"@type":"Article","headline":"x"}}',
    "one of several": '[{"@type":"Article","headline":"x"},{"@type":"Article","headline":"y"}]',
    "no object": '"Article"',
    "no type": '{"headline":"x"}',
    "of odd values": '{"@type":{"a":1},"headline":"x","@graph":7,"mainEntity":null}',
    "nested without end": "[" * 100_000,
    "a number without end": '{"@type":"Article","headline":' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("block", OTHERS.values(), ids=OTHERS.keys())
def test_other_things_in_json_ld_are_not_the_page(block):
    assert read(linked(block), HERE).title == ""


def test_many_things_of_json_ld_are_bounded():
    assert len(linked_data.things(["[" + ",".join(["{}"] * 50_000) + "]"])) < 2_001


# --- Pictures ------------------------------------------------------------------------------------------------------

SETS = {
    "a.jpg 400w, b.jpg 1600w, c.jpg 800w": "b.jpg",
    "a.jpg, b.jpg 2x, c.jpg 1.5x": "b.jpg",
    "a.jpg": "a.jpg",
    "a.jpg 1x,b.jpg 3x": "b.jpg",
    "https://x.example/w_100,h_100/a.jpg 100w, https://x.example/w_900,h_900/a.jpg 900w": "https://x.example/w_900,h_900/a.jpg",
    " , ,": "",
    "a.jpg 1.2.3x, b.jpg x": "a.jpg",
    "": "",
}


@pytest.mark.parametrize(("srcset", "address"), SETS.items())
def test_largest_candidate_is_taken(srcset, address):
    assert largest_of(srcset) == address


SHOWN = {
    "Open Graph": '<meta property="og:image" content="/a.png">',
    "Open Graph by address": '<meta property="og:image:url" content="/a.png">',
    "Open Graph before Twitter": (
        '<meta name="twitter:image" content="/b.png"><meta property="og:image" content="/a.png">'
    ),
    "its secure address": (
        '<meta property="og:image" content="http://x.org/a.png">'
        '<meta property="og:image:secure_url" content="https://example.org/a.png">'
    ),
    "the first large one": (
        '<meta property="og:image" content="/b.png"><meta property="og:image:width" content="16">'
        '<meta property="og:image" content="/a.png"><meta property="og:image:width" content="1200">'
    ),
    "Twitter": '<meta name="twitter:image:src" content="/a.png">',
    "JSON-LD": '<script type="application/ld+json">{"@type":"Article","image":"/a.png"}</script>',
    "JSON-LD by reference": (
        '<script type="application/ld+json">{"@graph":[{"@type":"Article","image":{"@id":"#i"}},'
        '{"@type":"ImageObject","@id":"#i","contentUrl":"/a.png"}]}</script>'
    ),
    "an old link": '<link rel="image_src" href="/a.png">',
    "relative to the base": '<base href="https://example.org/"><meta property="og:image" content="a.png">',
    "with a tracker": '<meta property="og:image" content="/a.png?utm_source=x">',
    "the next where one leads nowhere": (
        meta("og:image", "data:image/png;base64,AAAA")
        + meta("og:image", "javascript:x")
        + meta("og:image", " ")
        + meta("og:image", "https://[x/a.png")
        + meta("og:image", "https://user:password@example.org/a.png")
        + meta("og:image", "/a.png")
    ),
}


@pytest.mark.parametrize("html", SHOWN.values(), ids=SHOWN.keys())
def test_picture_of_the_page_is_absolute(html):
    assert read(html, HERE).image == PageImage("https://example.org/a.png")


def test_picture_has_its_own_words():
    html = (
        '<meta property="og:image" content="/a.png"><meta property="og:image:alt" content="One &amp;amp; only">'
        '<meta property="og:image" content="/b.png"><meta property="og:image:alt" content="Two">'
    )
    assert read(html, HERE).images == (
        PageImage("https://example.org/a.png", "One & only"),
        PageImage("https://example.org/b.png", "Two"),
    )


def content_images(html):
    return [image.url.removeprefix("https://example.org/") for image in read(html, "https://example.org/one").images]


NOT_CONTENT = {
    "pixel": '<img src="a.gif" width="1" height="1">',
    "face": '<img src="a.jpg" class="author__avatar">',
    "mark of the site": '<img src="/static/site_logo.png">',
    "words that tell": '<img src="a.png" alt="Company logo">',
    "icon": '<img src="a.ico">',
    "badge": '<img src="https://img.shields.io/x.svg">',
    "counter": '<img src="https://b.scorecardresearch.com/p?c1=2">',
    "placeholder": '<img src="/img/blank.gif">',
    "thin line": '<img src="a.png" width="900" height="5px">',
    "frame": '<nav><img src="a.png"></nav><aside><img src="b.png"></aside><footer><img src="c.png"></footer>',
    "no address": "<img><img src><img src=''>",
    "data": '<img src="data:image/png;base64,AAAA">',
}


@pytest.mark.parametrize("html", NOT_CONTENT.values(), ids=NOT_CONTENT.keys())
def test_picture_that_is_no_content_is_left_out(html):
    assert content_images(f"<main>{html}</main>") == []


CONTENT = {
    "plain": '<img src="a.png">',
    "large": '<img src="a.png" width="800" height="450">',
    "as wide as the page": '<img src="a.png" width="100%" height="auto">',
    "loaded late": '<img src="/img/blank.gif" data-src="a.png">',
    "in a header of the article": '<header><img src="a.png"></header>',
    "twice": '<img src="a.png"><noscript><img src="a.png"></noscript>',
    "words within words": '<img src="a.png" class="download" alt="The silicon iconoclasts">',
}


@pytest.mark.parametrize("html", CONTENT.values(), ids=CONTENT.keys())
def test_picture_of_the_content_is_kept(html):
    assert content_images(f"<article>{html}</article><img src='other.png' width=900>") == ["a.png"]


def test_page_that_marks_no_article_gives_its_large_pictures():
    html = '<header><img src="x.png" width="900"></header><img src="y.png"><div><img src="a.png" width="640"></div>'
    assert content_images(html) == ["a.png"]


def test_pictures_are_at_most_twenty():
    html = "".join(f'<img src="{number}.png">' for number in range(500))
    assert content_images(f"<main>{html}</main>") == [f"{number}.png" for number in range(20)]
