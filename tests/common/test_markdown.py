"""Markdown and maths: shown, told as plain text, searched for links, and cleaned on the way in."""

import re
import threading

import pytest
from django.utils.safestring import SafeString
from hypothesis import example, given
from hypothesis import strategies as st

from common.markdown import clean_markdown, links, to_html, to_text
from tests.common.test_html import HOSTILE_PIECES, dangers

MARKDOWN_PIECES = [
    "**",
    "*",
    "_",
    "`",
    "```",
    "\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "# ",
    "|",
    "---",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "\\",
    "$",
    "$$",
    r"\frac{",
    r"\left(",
    "{",
    "}",
    "^",
    "javascript:alert(1)",
    "data:text/html,x",
    "entry:abc",
    "https://example.org/",
    "<https://example.org>",
    "]: ",
    "&#106;avascript:",
    "。",
    "日本",
    "Vec<T>",
    "<div>",
    "</div>",
    "~~",
    "&lt;",
    "<a href=",
]
hostile_text = st.text() | st.lists(
    st.sampled_from(MARKDOWN_PIECES + HOSTILE_PIECES) | st.text(max_size=5), max_size=20
).map("".join)


@given(hostile_text)
def test_any_text_becomes_html_that_cannot_act(text):
    shown = to_html(text, resolve=lambda address: "/found/")
    assert isinstance(shown, SafeString)
    assert dangers(shown) == []
    assert "<script" not in shown.lower()


@given(hostile_text)
def test_the_same_text_gives_the_same_html(text):
    assert to_html(text) == to_html(text)


@given(hostile_text)
def test_any_text_has_a_plain_form_and_a_list_of_links(text):
    assert isinstance(to_text(text), str)
    assert not any(address.lower().startswith(("javascript:", "data:")) for address in links(text))


@given(hostile_text)
@example("<scr<div>ipt>alert(1)</scr</div>ipt>")
@example("[x](java<div>script:alert(1))")
@example("<<b<b<b<b>>>>>")
def test_cleaning_twice_changes_nothing(text):
    once = clean_markdown(text)
    assert clean_markdown(once) == once


@given(hostile_text)
def test_cleaned_text_shows_nothing_that_acts(text):
    assert dangers(to_html(clean_markdown(text))) == []


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="<]\\`")))
def test_text_without_markup_is_not_changed_by_cleaning(text):
    assert clean_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One *two* **three**", "<p>One <em>two</em> <strong>three</strong></p>", id="emphasis"),
        pytest.param(
            "[x](https://example.org/?a=1&b=2)",
            '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener">x</a></p>',
            id="link",
        ),
        pytest.param("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>", id="script address is no link"),
        pytest.param("[x](unsafe:javascript:alert(1))", "<p>x</p>", id="defused address leaves the words"),
        pytest.param("[x](ftp://example.org/)", "<p>x</p>", id="other schemes leave the words"),
        pytest.param("[x](/about/)", '<p><a href="/about/">x</a></p>', id="address from the root"),
        pytest.param("[x](page.html)", "<p>x</p>", id="address relative to nothing leaves the words"),
        pytest.param(
            '[x](https://example.org/ "title")',
            '<p><a href="https://example.org/" rel="noopener">x</a></p>',
            id="titles go",
        ),
        pytest.param(
            "![a cat](https://example.org/cat.png)",
            '<p><a href="https://example.org/cat.png" rel="noopener">a cat</a></p>',
            id="picture becomes a link",
        ),
        pytest.param(
            "![](https://example.org/img/cat.png?w=1)",
            '<p><a href="https://example.org/img/cat.png?w=1" rel="noopener">cat.png</a></p>',
            id="picture without words",
        ),
        pytest.param("![a cat](cat.png)", "<p>a cat</p>", id="picture beside the document"),
        pytest.param(
            "[![a cat](https://example.org/cat.png)](https://example.org/)",
            '<p><a href="https://example.org/" rel="noopener">a cat</a></p>',
            id="picture within a link",
        ),
        pytest.param("# One\n\ntwo", "<p><strong>One</strong></p>\n<p>two</p>", id="headings are bold paragraphs"),
        pytest.param("a <h1>b</h1>", "<p>a </p><p><strong>b</strong></p><p></p>", id="raw headings too"),
        pytest.param("~~x~~", "<p><s>x</s></p>", id="strikethrough"),
        pytest.param(
            "a | b\n--|:-:\n1 | 2",
            '<table>\n<thead>\n<tr>\n<th>a</th>\n<th class="center">b</th>\n</tr>\n</thead>\n'
            '<tbody>\n<tr>\n<td>1</td>\n<td class="center">2</td>\n</tr>\n</tbody>\n</table>',
            id="table",
        ),
        pytest.param("H<sub>2</sub>O<br>x", "<p>H<sub>2</sub>O<br>x</p>", id="harmless raw tags"),
        pytest.param(
            "a Vec<T> of <String>", "<p>a Vec&lt;T&gt; of &lt;String&gt;</p>", id="names that are no tags show"
        ),
        pytest.param("<p and the rest", "&lt;p and the rest", id="half a tag swallows nothing"),
        pytest.param("<!-- never closed\n\nrest", "&lt;!-- never closed\n\nrest", id="open comment hides nothing"),
        pytest.param("<!-- gone -->\n\nrest", "<p>rest</p>", id="comment goes"),
        pytest.param(
            "$a<b$", '<p><math display="inline"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math></p>', id="formula"
        ),
        pytest.param("$$x$$", '<p><math display="block"><mrow><mi>x</mi></mrow></math></p>', id="formula on its own"),
        pytest.param(r"$\frac{$ and on", r"<p><code>\frac{</code> and on</p>", id="formula that cannot be read"),
        pytest.param(
            r"$\href{javascript:x}{y}$",
            '<p><math display="inline"><mrow><mrow><mrow><mi>y</mi></mrow></mrow></mrow></math></p>',
            id="formula with a link in it",
        ),
        pytest.param("from $5 to $10", "<p>from $5 to $10</p>", id="money is no formula"),
        pytest.param("`$x$ <b>`", "<p><code>$x$ &lt;b&gt;</code></p>", id="code is left alone"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_to_html(text, expected):
    assert to_html(text).strip() == expected


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        pytest.param("**日本語。**次", "日本語。", id="full stop inside, at the start"),
        pytest.param("次に**「引用」**です", "「引用」", id="brackets inside"),
        pytest.param("这是**重点！**然后", "重点！", id="exclamation mark inside"),
        pytest.param("모델**(BERT)**은", "(BERT)", id="Latin brackets beside hangul"),
        pytest.param("研究**Transformer**的", "Transformer", id="Latin word inside"),
    ],
)
def test_stars_work_without_blanks_in_cjk(text, bold):
    assert f"<strong>{bold}</strong>" in to_html(text)


@pytest.mark.parametrize("text", ["**a.**b", "a* b*", "2 * 3 * 4", "日本 ** 語", "f(**x**y"])
def test_stars_are_read_as_commonmark_says_elsewhere(text):
    from markdown_it import MarkdownIt

    assert to_html(text).strip() == MarkdownIt("commonmark").render(text).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("日本語の\n文章。", "<p>日本語の文章。</p>", id="Japanese"),
        pytest.param("第一行，\n第二行", "<p>第一行，第二行</p>", id="Chinese"),
        pytest.param("한국어\n문장", "<p>한국어\n문장</p>", id="Korean parts words by blanks"),
        pytest.param("日本\nwords", "<p>日本\nwords</p>", id="Latin beside Japanese"),
        pytest.param("one\ntwo", "<p>one\ntwo</p>", id="Latin"),
        pytest.param("日本  \n語", "<p>日本<br>\n語</p>", id="a break that is meant"),
    ],
)
def test_a_line_end_is_no_blank_where_words_have_none(text, expected):
    assert to_html(text).strip() == expected


def test_internal_links_are_resolved_when_shown():
    text = "See [this](entry:abc), [that](entry:gone) and <entry:abc>."
    shown = to_html(text, resolve={"entry:abc": "/entries/abc/?a=1&b"}.get)
    assert shown == (
        '<p>See <a href="/entries/abc/?a=1&amp;b">this</a>, that and '
        '<a href="/entries/abc/?a=1&amp;b">entry:abc</a>.</p>\n'
    )
    assert to_html(text) == "<p>See this, that and entry:abc.</p>\n"


def test_base_makes_addresses_whole():
    shown = to_html("[x](/about/) [y](//example.org/) [z](https://example.org/)", base="https://news.example")
    assert 'href="https://news.example/about/"' in shown
    assert 'href="//example.org/"' in shown


def test_headings_start_at_the_level_asked_for():
    assert to_html("# One\n\n## Two", heading_level=2) == "<h2>One</h2>\n<h3>Two</h3>\n"
    assert to_html("###### Six", heading_level=3) == "<h3>Six</h3>\n"


def test_headings_leave_out_no_level():
    text = "### A\n\n###### B\n\n#### C\n\n# D\n\n### E\n\nF\n==="
    shown = to_html(text, heading_level=4)
    assert re.findall(r"<(h\d)>(\w)", shown) == [
        (f"h{4 + level}", name) for level, name in zip((0, 1, 1, 0, 1, 0), "ABCDEF", strict=True)
    ]
    assert to_html("#\n##\n###\n####", heading_level=5).count("<h6>") == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One *two*\n\nthree", "One two\n\nthree", id="paragraphs"),
        pytest.param("[here](https://example.org/) and [there](entry:abc)", "here and there", id="links are words"),
        pytest.param("- a\n- b\n\nc", "- a\n- b\n\nc", id="list"),
        pytest.param("$x^2$ & `a<b>`", "x^2 & a<b>", id="formulas and code are their source"),
        pytest.param("![a cat](https://example.org/cat.png)", "a cat", id="picture"),
        pytest.param("Vec<T> <b>x</b> <script>y</script>", "Vec<T> x", id="raw HTML"),
        pytest.param("```\nif x:\n    y\n```", "if x:\n    y", id="code block"),
    ],
)
def test_to_text(text, expected):
    assert to_text(text) == expected


def test_links_come_in_order_of_appearance():
    text = (
        "[a](https://example.org/a) ![p](https://example.org/p.png) <https://example.org/b> [c][1] "
        '<a href="https://example.org/d?x=1&amp;y=2">d</a> [e](entry:abc) [bad](javascript:x)\n\n'
        "[1]: https://example.org/c"
    )
    assert links(text) == [
        "https://example.org/a",
        "https://example.org/b",
        "https://example.org/c",
        "https://example.org/d?x=1&y=2",
        "entry:abc",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a < b and c > d", "a < b and c > d", id="comparison"),
        pytest.param("see <https://example.org/?a=1&b>", "see <https://example.org/?a=1&b>", id="autolink"),
        pytest.param("std::vec<T> and Vec<String>", "std::vec<T> and Vec<String>", id="type names"),
        pytest.param("`<script>x</script>`", "`<script>x</script>`", id="code span"),
        pytest.param("``a ` <div>``", "``a ` <div>``", id="code span with a backtick"),
        pytest.param("` <div>x</div>", "` \n\nx\n\n", id="a lone backtick protects nothing"),
        pytest.param("~~~\n<div>\n~~~\n<div>", "~~~\n<div>\n~~~\n\n\n", id="fenced code"),
        pytest.param("```\n<div>", "```\n<div>", id="fence that is never closed"),
        pytest.param(r"\<div> $a<b$ $x>y$", r"\<div> $a<b$ $x>y$", id="escapes and formulas"),
        pytest.param("H<sub class=x>2</sub>O<br/>", "H<sub>2</sub>O<br>", id="harmless tags lose their attributes"),
        pytest.param("<span style='x'>a</span><foo bar=1>b</foo>", "ab</foo>", id="tags that dress go"),
        pytest.param("a<script>b\n\nc</script >d<STYLE>e</style>", "ad", id="scripts and styles go whole"),
        pytest.param("a<script>b", "ab", id="script that is never closed hides nothing"),
        pytest.param("a<!-- b -->c<?php d ?><!DOCTYPE html>", "ac", id="comments and declarations"),
        pytest.param("a <!-- b", "a &lt;!-- b", id="open comment becomes text"),
        pytest.param(
            '<a href="https://example.org/" onclick="x">y</a>', '<a href="https://example.org/">y</a>', id="raw link"
        ),
        pytest.param("<a href=javascript:x>y</a>", "<a>y</a>", id="raw link to a script"),
        pytest.param(
            '<img src="https://example.org/p.png" alt="a [cat]">', "![a cat](https://example.org/p.png)", id="picture"
        ),
        pytest.param("<img src=x:y alt=cat>", "cat", id="picture of nothing"),
        pytest.param("| a<p>b</p> | c<br>d |", "| a b  | c<br>d |", id="rows of tables stay rows"),
        pytest.param("[x](javascript:alert(1))", "[x](unsafe:javascript:alert(1))", id="script address"),
        pytest.param(
            "[x](< JavaScript:alert(1)>)", "[x](< unsafe:JavaScript:alert(1)>)", id="script address in brackets"
        ),
        pytest.param(
            "[x](java&Tab;script&colon;y)", "[x](unsafe:java&Tab;script&colon;y)", id="disguised script address"
        ),
        pytest.param("[x]: data:text/html,y", "[x]: unsafe:data:text/html,y", id="definition"),
        pytest.param("<vbscript:x>", "<unsafe:vbscript:x>", id="autolink to a script"),
        pytest.param("one\r\ntwo\x00\x0b", "one\ntwo", id="line ends and control characters"),
    ],
)
def test_clean_markdown(text, expected):
    assert clean_markdown(text) == expected


@pytest.mark.parametrize(
    "piece", ["[", "*", "<", "<!--", "<script>", "<a b='", "`a``b", "> ", "$", "<ul><li>", "](", "**a", "{", "|"]
)
def test_huge_hostile_text_is_answered_in_time(piece):
    # Just short enough to be read as Markdown.
    text = (piece * 100_000)[:99_990]
    assert dangers(to_html(text)) == []
    assert clean_markdown(text)
    assert isinstance(to_text(text), str)


def test_text_without_measure_is_shown_as_it_stands():
    assert to_html("**a** <b>\n\nc" + " " * 100_000).startswith("<p>**a** &lt;b&gt;</p>\n<p>c")
    assert to_html("[" * 6_000) == f"<p>{'[' * 6_000}</p>"


def test_threads_may_share_the_parser():
    texts = [f"**{number}** $x_{number}$ [a](https://example.org/{number})" for number in range(200)]
    expected = [to_html(text + " ") for text in texts]
    found = {}
    threads = [
        threading.Thread(target=lambda part=part: found.update({part: [to_html(text + "  ") for text in texts]}))
        for part in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers == expected for answers in found.values())
    assert len(found) == 4


def test_formulas_are_source_where_mathml_is_not_wanted():
    rendered = to_html("Let $x<1$ be\n\n$$y^2$$", mathml=False)
    assert "<math" not in rendered
    assert "<code>x&lt;1</code>" in rendered
    assert "<code>y^2</code>" in rendered
