"""The canonical form of an address: without trackers and default port, nothing else changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.urls import TRACKERS, MalformedURL, canonical_url, read

UNCHANGED = [
    "https://example.org/",
    "http://example.org/a/b.html",
    "https://example.org/A/b/?B=1&a=2#Part",
    "https://example.org:8443/x",
    "http://example.org:443/",
    "https://www.example.org/x/",
    "https://example.org/a//b",
    "https://example.org/a%2Fb",
    "https://example.org/?a=1&a=2&",
    "https://example.org/?",
    "https://example.org/?source=book",
    "https://example.org/?m=1&sh=3&gi=5&s=20&t=7&amp=1&nc1=x&si=y&feature=z",
    "https://example.org/?q=utm_source=1",
    "https://example.org/?utm_source",
    "https://example.org/?sf=1",
    "https://example.org/?mc=3&pk_id=4",
    "https://example.org/#mc_introduction",
    "https://example.org/#/route?x=1",
    "https://example.org/#!route",
    "https://example.org/?next=https://twitter.com/?s=20",
    "https://twitter.com/intent/tweet?url=https://example.org/?s=1",
    "https://twitter.com/a/status/1?s=20&t=ChwZ",
    "https://youtu.be/dQw4w9WgXcQ?si=abc&t=5",
    "https://medium.com/p/abc?sk=0123456789abcdef",
    "https://notforbes.com/x?sh=1",
    "http://localhost:8000/x",
    "http://[2001:db8::1]:8080/x",
]


@pytest.mark.parametrize("address", UNCHANGED)
def test_what_belongs_to_the_address_survives(address):
    assert canonical_url(address) == address


CANONICAL = [
    ("https://example.org/?utm_source=a&utm_medium=b&utm_campaign=c", "https://example.org/"),
    ("https://example.org/?a=1&utm_source=x&b=2", "https://example.org/?a=1&b=2"),
    ("https://example.org/?utm_source=x&a=1", "https://example.org/?a=1"),
    ("https://example.org/?UTM_Source=x", "https://example.org/"),
    ("https://example.org/?a=1&amp;utm_source=x&amp;utm_medium=y", "https://example.org/?a=1"),
    ("https://example.org/?utm_campaign=A%27s%20News%20%20&utm_medium=email#part", "https://example.org/#part"),
    ("https://example.org/#part?utm_source=x&utm_medium=y", "https://example.org/#part"),
    ("https://example.org/#part?utm_source=x&b=2", "https://example.org/#part?b=2"),
    ("https://example.org/#utm_source=x", "https://example.org/"),
    ("https://example.org/#utm_source=x&a=1", "https://example.org/#a=1"),
    ("https://example.org/#part&utm_source=x", "https://example.org/#part"),
    ("https://example.org/#/route?x=1&utm_source=a&z=2", "https://example.org/#/route?x=1&z=2"),
    ("https://example.org/?id=5?utm_source=x&utm_medium=y", "https://example.org/?id=5"),
    ("https://example.org/post&utm_source=x&utm_medium=y", "https://example.org/post"),
    ("https://example.org/a/.&utm_source=x", "https://example.org/a/"),
    ("https://example.org/?fbclid=a&gclid=b&mc_cid=c&mc_eid=d&ref_src=e&_hsenc=f", "https://example.org/"),
    ("https://example.org/?sf236741=1", "https://example.org/"),
    ("https://blog.example/x?gi=70d64eee7d82", "https://blog.example/x"),
    ("https://blog.example/x?source=collection_archive---------10----------", "https://blog.example/x"),
    ("https://medium.com/x?source=friends_link&gi=1", "https://medium.com/x"),
    ("https://someone.medium.com/x?source=rss", "https://someone.medium.com/x"),
    ("https://www.forbes.com/x/?sh=69bbffe13f4c", "https://www.forbes.com/x/"),
    ("https://aws.amazon.com/x/?nc1=h_ls", "https://aws.amazon.com/x/"),
    ("https://example.org:443/", "https://example.org/"),
    ("http://example.org:80/", "http://example.org/"),
    ("HTTPS://Example.ORG", "https://example.org/"),
    ("https://example.org/a/./b/../c", "https://example.org/a/c"),
    ("https://example.org\\a", "https://example.org/a"),
    ("https://例え.jp/日本?q=語", "https://xn--r8jz45g.jp/%E6%97%A5%E6%9C%AC?q=%E8%AA%9E"),
    ("https://faß.example/", "https://xn--fa-hia.example/"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("example.org/x", "https://example.org/x"),
    ("example.org", "https://example.org/"),
    ("example.org:8080/x", "https://example.org:8080/x"),
    ("example.org?x=1", "https://example.org/?x=1"),
    ("例え.jp/x", "https://xn--r8jz45g.jp/x"),
    ("192.0.2.1/x", "https://192.0.2.1/x"),
    ("//example.org/x", "https://example.org/x"),
    ("https:/example.org/x", "https://example.org/x"),
    ("  https://example.org/\n", "https://example.org/"),
    ("\u3000\ufeffhttps://example.org/\u200b\u00a0", "https://example.org/"),
    ("<https://example.org/>", "https://example.org/"),
    ("https://exam\nple.org/a\tb", "https://example.org/ab"),
]


@pytest.mark.parametrize(("given_url", "expected"), CANONICAL, ids=[given_url[:60] for given_url, _ in CANONICAL])
def test_canonical_url(given_url, expected):
    assert canonical_url(given_url) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "There is no address", id="nothing"),
        pytest.param(" \t\n\u3000\u200b", "There is no address", id="blanks only"),
        pytest.param("<>", "There is no address", id="brackets around nothing"),
        pytest.param("javascript:alert(1)", "“javascript:” is no address of the web", id="script"),
        pytest.param("JaVaScRiPt:alert(1)", "is no address of the web", id="script in mixed case"),
        pytest.param("mailto:someone@example.org", "“mailto:” is no address of the web", id="mail"),
        pytest.param("data:text/html,x", "is no address of the web", id="data"),
        pytest.param("file:///etc/passwd", "is no address of the web", id="file"),
        pytest.param("ftp://example.org/x", "“ftp:” is no address of the web", id="ftp"),
        pytest.param("localhost:8000/x", "begins with https://", id="host and port without scheme"),
        pytest.param("entry:abc", "is no address of the web", id="internal address"),
        pytest.param("/posts/1", "names no site", id="path only"),
        pytest.param("https://", "misspelt or missing", id="no host"),
        pytest.param("https://./", "names no site", id="host of dots"),
        pytest.param("https://exa mple.org/", "misspelt or missing", id="blank in the host"),
        pytest.param("https://example.org:99999/", "misspelt or missing", id="impossible port"),
        pytest.param("https://[::1/", "misspelt or missing", id="half an IPv6 address"),
        pytest.param("https://someone:secret@example.org/", "user name or password", id="password"),
        pytest.param("https://someone@example.org/", "user name or password", id="user name"),
        pytest.param("someone@example.org", "This is no address", id="mail address"),
        pytest.param("just words", "This is no address", id="words"),
        pytest.param("1.2", "This is no address", id="number"),
        pytest.param("https://example.org/" + "a" * 20_000, "longer than 20000", id="endless"),
        pytest.param("https://example.org\udcff/", "misspelt or missing", id="lone surrogate"),
    ],
)
def test_what_is_no_address_is_refused_in_plain_words(text, message):
    with pytest.raises(MalformedURL, match=message) as raised:
        canonical_url(text)
    assert raised.value.given == text
    assert raised.value.message == str(raised.value)


@pytest.mark.parametrize("name", sorted(TRACKERS))
def test_every_tracker_of_the_table_is_removed(name):
    assert canonical_url(f"https://example.org/?a=1&{name}=x&b=2") == "https://example.org/?a=1&b=2"


pieces = st.sampled_from(
    [
        "a=1",
        "b=2",
        "utm_source=x",
        "gclid=1",
        "",
        "?",
        "#",
        "&",
        "amp;",
        "utm_medium=y",
        "/",
        "%2F",
        "日",
        " ",
        ".",
        "gi=1",
    ]
)
addresses = st.lists(pieces, max_size=10).map(lambda parts: "https://example.org/" + "".join(parts))


@given(addresses | st.text(max_size=40) | st.text(max_size=20).map("https://example.org/".__add__))
def test_any_text_is_an_address_or_refused(text):
    try:
        address = canonical_url(text)
    except MalformedURL:
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert canonical_url(address) == address
    assert str(read(address)) == address


arguments = st.lists(st.sampled_from(["a=1", "b=", "c", "d=x%20y", "e=%E6%97%A5"]), max_size=4)
trackers = st.lists(st.sampled_from(["utm_source=x", "fbclid=1", "mc_eid=2", "ref_src=t"]), min_size=1, max_size=3)


@given(arguments, trackers, st.data())
def test_trackers_anywhere_in_a_query_leave_no_trace(real, tracking, data):
    mixed = list(real)
    for tracker in tracking:
        mixed.insert(data.draw(st.integers(0, len(mixed))), tracker)
    expected = "https://example.org/x" + ("?" + "&".join(real) if real else "")
    assert canonical_url("https://example.org/x?" + "&".join(mixed)) == expected
