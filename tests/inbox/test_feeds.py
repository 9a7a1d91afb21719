"""What is read of feeds, well written and badly."""

import contextlib
import json
import time

import pytest

from inbox.feeds import MOST_ITEMS, Feed, NotAFeed, read

URL = "https://example.org/blog/feed.xml"


def rss(*items, head="", declaration='<?xml version="1.0"?>'):
    return f'{declaration}<rss version="2.0"><channel><title>Notes</title>{head}{"".join(items)}</channel></rss>'


def item(number, **values):
    values = {"title": f"Number {number}", "link": f"https://example.org/{number}"} | values
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in values.items())}</item>"


def read_text(text: str, **options) -> Feed:
    return read(text.encode(), url=URL, **options)


def pairs(feed: Feed):
    return [(one.url, one.title) for one in feed.items]


def test_an_rss_feed():
    feed = read_text(rss(item(2), item(1)))
    assert feed.title == "Notes"
    assert pairs(feed) == [("https://example.org/2", "Number 2"), ("https://example.org/1", "Number 1")]
    assert len({one.mark for one in feed.items}) == 2


def test_an_atom_feed():
    feed = read_text(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><title>記録</title>'
        '<entry><id>tag:example.org,2021:1</id><title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title>'
        '<link rel="self" href="https://example.org/feed"/><link rel="alternate" href="../1"/></entry></feed>'
    )
    assert (feed.title, pairs(feed)) == ("記録", [("https://example.org/1", "A bold one")])


def test_an_rdf_feed():
    feed = read_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>Papers</title></channel>"
        '<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link></item></rdf:RDF>'
    )
    assert (feed.title, pairs(feed)) == ("Papers", [("https://example.org/1", "One")])


def test_a_json_feed():
    items = [
        {"id": 1, "url": "/1", "title": "One"},
        {"id": "2", "url": "https://example.org/2", "external_url": "https://example.com/", "title": "Elsewhere"},
        *(None, {}, {"id": "3"}, {"url": 5, "id": []}, {"url": "http://["}, "text"),
    ]
    stated = {"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": items}
    feed = read_text(json.dumps(stated))
    assert pairs(feed) == [("https://example.org/1", "One"), ("https://example.com/", "Elsewhere")]


def test_newest_first_by_their_moments_or_in_order_where_one_has_none():
    first, second = item(1, pubDate="Mon, 05 Jul 2021 10:00:00 GMT"), item(2, pubDate="Tue, 06 Jul 2021 10:00:00 GMT")
    assert [one.title for one in read_text(rss(first, second)).items] == ["Number 2", "Number 1"]
    assert [one.title for one in read_text(rss(first, second, item(3))).items] == ["Number 1", "Number 2", "Number 3"]


@pytest.mark.parametrize("moment", ["", "yesterday", "1" * 1000, "Mon, 99 Jul 99999 99:99:99 GMT", "0000-00-00"])
def test_a_moment_that_is_none_is_passed_over(moment):
    assert read_text(rss(item(1, pubDate=moment))).items[0].title == "Number 1"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&amp;T", "AT&T"),
        ("A &lt;b&gt;bold&lt;/b&gt; one", "A bold one"),
        ("<![CDATA[One <i>two</i> &amp; three]]>", "One two & three"),
        ("&lt;b onclick='x'&gt;y&lt;/b&gt; <script>alert(1)</script>z", "y z"),
        ("  in \n two\tlines ", "in two lines"),
        ("語\u202egnp.exe", "語gnp.exe"),
        ("", ""),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_titles_come_as_plain_text(title, expected):
    assert read_text(rss(item(1, title=title))).items[0].title == expected


def test_an_item_is_known_by_its_id_whatever_else_changes():
    before = read_text(rss(item(1, guid="a"))).items[0]
    after = read_text(rss(item(1, guid="a", title="New", link="https://example.org/moved"))).items[0]
    assert before.mark == after.mark != read_text(rss(item(1, guid="b"))).items[0].mark


def test_an_id_that_is_an_address_stands_for_a_missing_link():
    text = rss("<item><guid>https://example.org/1</guid></item><item><title>Nothing</title></item>")
    assert pairs(read_text(text)) == [("https://example.org/1", "")]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@example.org", "ftp://example.org/", "http://[", " "])
def test_what_leads_nowhere_on_the_web_is_left_out(link):
    assert read_text(rss(item(1, link=link))).items == ()


def test_only_the_newest_of_very_many_are_read():
    feed = read_text(rss(*(item(number) for number in range(MOST_ITEMS + 10))))
    assert len(feed.items) == MOST_ITEMS
    assert feed.items[0].title == "Number 0"


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("shift_jis", "shift_jis", ""),
        ("euc-jp", "", "EUC-JP"),
        ("utf-16", "", ""),
        ("utf-8-sig", "shift_jis", ""),
        ("utf-8", "", ""),
        ("gb18030", "gb2312", ""),
        ("utf-8", "utf-8", "no-such-charset"),
    ],
)
def test_encodings_are_those_of_the_header_the_first_bytes_or_the_declaration(encoding, declared, charset):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = rss(item(1, title="日本語の題"), declaration=declaration)
    assert read(text.encode(encoding), url=URL, charset=charset).items[0].title == "日本語の題"


@pytest.mark.parametrize(
    "text",
    [
        rss(item(1, title="AT&T&nbsp;<b>x")),
        rss(item(1))[:-23],
        "\n\n" + rss(item(1)),
        rss(item(1)).replace("<channel>", "<channel>\x08\x00"),
        '<?xml-stylesheet href="x"?>' + rss(item(1), declaration=""),
        rss(item(1)).replace("<rss", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]><rss'),
    ],
    ids=["not escaped", "cut off", "blank lines", "control characters", "instructions", "doctype"],
)
def test_a_damaged_feed_is_read_as_far_as_it_goes(text):
    assert read_text(text).items[0].url == "https://example.org/1"


def test_entities_from_elsewhere_are_not_read():
    text = rss(item(1, title="&x;y")).replace("<rss", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss')
    assert read_text(text).items[0].title == "&x;y"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE x ["
        + "".join(f'<!ENTITY {name} "{before * 10}">' for name, before in [("a", "lol")])
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "&a;"}">' for n in range(12))
        + "]>"
        + rss(item(1, title="&e11;"), declaration=""),
        "<?" + 'encoding="' * 100_000,
        '<?xml version="1.0"?>' + '<?encoding="' * 80_000,
        rss("<item>" * 10_000),
        rss("<a>" * 10_000),
        rss(item(1, title="&" * 50_000)),
        "<" * 50_000,
        "[" * 500_000,
        '{"items":' * 100_000,
        "<!--" * 200_000,
        "<html>" + "<link>" * 10_000,
    ],
    ids=["bomb", "pi", "pis", "items", "deep", "ampersands", "angles", "arrays", "objects", "comments", "page"],
)
def test_a_hostile_feed_costs_little(text):
    began = time.process_time()
    with contextlib.suppress(NotAFeed):
        read_text(text)
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    "text",
    ["", "   ", "Hello", '{"a": 1}', "[1]", "{", "<?xml", "\x00\x01", '{"version": "https://jsonfeed.org/version/1"}'],
)
def test_what_is_no_feed_is_refused_in_words(text):
    with pytest.raises(NotAFeed) as refusal:
        read_text(text)
    assert str(refusal.value).endswith((".", "Feed."))
    assert refusal.value.feed == ""


def test_an_empty_feed_is_a_feed():
    assert read_text(rss()) == Feed("Notes", ())


def test_a_page_leads_to_the_feed_that_it_names():
    head = '<link rel="stylesheet" href="x"><link rel="alternate" type="application/ATOM+xml" href="/atom.xml">'
    with pytest.raises(NotAFeed) as refusal:
        read_text(f"<!-- a --><!DOCTYPE html><html><head>{head}</head>")
    assert refusal.value.feed == "https://example.org/atom.xml"


def test_a_page_that_names_no_feed_says_so():
    head = '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
    with pytest.raises(NotAFeed, match="names no feed") as refusal:
        read_text(f"<html><head>{head}</head>")
    assert refusal.value.feed == ""
