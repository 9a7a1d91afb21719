"""Which addresses are found in what somebody pastes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.addresses import addresses

A, B = "https://example.org/a", "https://example.org/b"


def found(text):
    return [one.address for one in addresses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("No address here.", [], id="words"),
        pytest.param(A, [A], id="an address"),
        pytest.param(f"{A}\n{B}\r\n\n{A}\n", [A, B], id="lines, each once"),
        pytest.param(f"{A} {B}\t{A}", [A, B], id="blanks between"),
        pytest.param("HTTPS://Example.org/A", ["HTTPS://Example.org/A"], id="in capitals"),
        pytest.param(f"{A},{B};https://example.org/c", [A, B, "https://example.org/c"], id="commas between"),
        pytest.param(f"{A}|{B}", [A, B], id="a bar between"),
        pytest.param(f"See {A}. Or {B}, or not?", [A, B], id="punctuation behind"),
        pytest.param(f"({A}) [{B}]", [A, B], id="in brackets"),
        pytest.param("https://en.wikipedia.org/wiki/A_(b)", ["https://en.wikipedia.org/wiki/A_(b)"], id="own brackets"),
        pytest.param(f"<{A}>; rel=next", [A], id="angle brackets"),
        pytest.param(f"“{A}” ‘{B}’", [A, B], id="quotation marks"),
        pytest.param("https://example.org/a_b_*c*_d", ["https://example.org/a_b_*c*_d"], id="marks of Markdown in it"),
        pytest.param("https://example.org/?a=1&b=2&copy=3", ["https://example.org/?a=1&b=2&copy=3"], id="ampersands"),
        pytest.param("https://web.archive.org/web/2021/https://example.org/a", None, id="an address in an address"),
        pytest.param("    https://example.org/a", [A], id="indented"),
        pytest.param(f"```\n{A}\n```", [A], id="in code"),
        pytest.param(f"> quoted {A}\n> - {B}", [A, B], id="in a quoted mail"),
        pytest.param(f"| {A} | {B} |", [A, B], id="in a table"),
        pytest.param("www.example.org/a, and www.example.org", ["www.example.org/a", "www.example.org"], id="www"),
        pytest.param("on arxiv.org/abs/2103.00020.", ["arxiv.org/abs/2103.00020"], id="a known site without scheme"),
        pytest.param("example.org/a\n* example.org/b", ["example.org/a", "example.org/b"], id="lines without scheme"),
        pytest.param("and/or node.js/express e.g. 3.14/2", [], id="what only looks like a site"),
        pytest.param("mail me@example.org/x", [], id="a mail address"),
        pytest.param("ftp://example.org/a javascript:alert(1)", [], id="other schemes"),
        pytest.param("https:// http://", [], id="a scheme alone"),
        pytest.param("2103.00020\n- hep-th/9901001v2\n10.1109/5.771073", None, id="lines of ids"),
        pytest.param("In arXiv:2103.00020v2, and doi:10.1109/5.771073.", None, id="ids in a sentence"),
        pytest.param("It costs 2103.00020 euros, in 10.1109/5 steps", [], id="numbers in a sentence"),
    ],
)
def test_addresses_in_plain_text(text, expected):
    ids = {
        "2103.00020\n- hep-th/9901001v2\n10.1109/5.771073": ["2103.00020", "hep-th/9901001v2", "10.1109/5.771073"],
        "In arXiv:2103.00020v2, and doi:10.1109/5.771073.": ["arXiv:2103.00020v2", "doi:10.1109/5.771073"],
    }
    assert found(text) == (ids.get(text, [text]) if expected is None else expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{A}。次は{B}、それから", [A, B], id="full stop and comma"),
        pytest.param(f"（{A}）「{B}」", [A, B], id="brackets"),
        pytest.param(f"{A}！ {B}？", [A, B], id="exclamation and question"),
        pytest.param(f"{A}：{B}；", [A, B], id="colon and semicolon"),
        pytest.param(f"記事\u3000{A}\u3000と{B}", [A, B], id="wide blanks"),
        pytest.param(f"{A}を参照。{B}が詳しい", [A, B], id="words written up against it"),
        pytest.param("https://example.org/を見る", ["https://example.org/"], id="a particle behind a slash"),
        pytest.param(f"详见{A}，以及{B}。", [A, B], id="Chinese"),
        pytest.param("https://ja.wikipedia.org/wiki/深層学習 ", ["https://ja.wikipedia.org/wiki/深層学習"], id="own"),
        pytest.param("https://日本語.jp/パス?q=値#節", ["https://日本語.jp/パス?q=値#節"], id="all in Japanese"),
        pytest.param(f"・{A}\n・2103.00020", [A, "2103.00020"], id="bullets"),
        pytest.param(f"{A}～ {B}…", [A, B], id="wave and ellipsis"),
    ],
)
def test_addresses_in_japanese_and_chinese(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"[A *good* post]({A})", [(A, "A good post")], id="a link"),
        pytest.param(f'[Post]({A} "said below")', [(A, "Post")], id="with a title"),
        pytest.param(f"[深層学習の記事]({A})を読む", [(A, "深層学習の記事")], id="Japanese"),
        pytest.param(f"[{A}]({A})", [(A, "")], id="words that repeat the address"),
        pytest.param(f"[example.org/…]({A})", [(A, "")], id="words that shorten the address"),
        pytest.param(f"![A picture]({A}) {B}", [(B, "")], id="a picture"),
        pytest.param(f"[![x]({B})]({A})", [(A, "")], id="a picture that is linked"),
        pytest.param(f"As [written][1].\n\n[1]: {A}", [(A, "written")], id="a reference"),
        pytest.param(f"[1]: {A}", [(A, "")], id="a definition that nothing uses"),
        pytest.param(f"<{A}>", [(A, "")], id="an autolink"),
        pytest.param("[x](/relative) [y](mailto:a@example.org)", [], id="what is not of the web"),
        pytest.param(f"{A} and then [Words]({A})", [(A, "Words")], id="words found later"),
        pytest.param(f'Words <a href="{A}">of HTML</a> in Markdown', [(A, "of HTML")], id="raw HTML"),
        pytest.param(f'Words <a href="{A}">never closed', [(A, "never closed")], id="raw HTML that is not closed"),
        pytest.param(f"[one]({A})\n\n- [two]({B})", [(A, "one"), (B, "two")], id="paragraphs and lists"),
    ],
)
def test_links_of_markdown(text, expected):
    assert [(one.address, one.title) for one in addresses(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"<p><a class=x href='{A}'>A <b>good</b>\n post</a></p>", [(A, "A good post")], id="a link"),
        pytest.param(f'<a href="{A}?a=1&amp;b=2">x</a>', [(f"{A}?a=1&b=2", "x")], id="entities"),
        pytest.param(f"<ul><li>{A}<li>2103.00020</ul>", [(A, ""), ("2103.00020", "")], id="addresses in the text"),
        pytest.param(f"<div><a href='//example.org/x'>x</a><a name=y>{B}</a></div>", None, id="no scheme, no href"),
        pytest.param(f"<script>'{A}'</script><style>{A}</style><img src='{A}'>", [], id="scripts and pictures"),
        pytest.param("<a href='javascript:alert(1)'>x</a><a href='#y'>y</a>", [], id="what is not of the web"),
        pytest.param(f"<!doctype html><a href='{A}'>never <p>closed", [(A, "never closed")], id="damaged"),
    ],
)
def test_links_of_html(text, expected):
    expected = [("//example.org/x", "x"), (B, "")] if expected is None else expected
    assert [(one.address, one.title) for one in addresses(text)] == expected


@given(st.text(alphabet="ahtps:/.[]()<>!*_`\"'=#-\n \u3000。、é語&;", max_size=200))
def test_no_text_is_too_odd(text):
    assert all(one.address.strip() == one.address != "" for one in addresses(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/x " * 40_000,
        "[" * 200_000,
        "<a href='https://example.org/'>" * 20_000,
        "*a" * 100_000,
        "<div>" * 100_000,
        "https://" * 50_000,
        "あ" * 300_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_huge_text_is_read_in_proportion_to_its_length(text):
    began = time.process_time()
    addresses(text)
    assert time.process_time() - began < 10
