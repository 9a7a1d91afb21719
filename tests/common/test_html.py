"""HTML from outside: what may be shown, and its plain text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.html import sanitise, to_text

HOSTILE_PIECES = [
    "<script>alert(1)</script>",
    "<script",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '<a href="javascript:alert(1)">',
    "<a href='&#106;avascript:x'>",
    "<a href=data:text/html,x>",
    "</a>",
    "<style>*{}</style>",
    "<p style='position:fixed' onclick=x>",
    "<math><mi>",
    "<math href='javascript:x'>",
    "</math>",
    "<table><td>",
    "<iframe src=//x>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<b>",
    "</b>",
    "<",
    ">",
    "&lt;script&gt;",
    '"',
    "'",
    "日本",
    "\x00",
    "<h1>",
    "<noscript>",
]
hostile_markup = st.lists(st.sampled_from(HOSTILE_PIECES) | st.text(max_size=8), max_size=12).map("".join)


class _Dangers(HTMLParser):
    """Collects what must never be on a page: the tags, attributes and addresses of an HTML text that can act."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style", "iframe", "object", "embed", "img", "svg", "form", "h1"}:
            self.found.append(tag)
        for name, value in attrs:
            scheme = (value or "").partition(":")[0].strip().lower() if name in {"href", "src"} else ""
            if name.startswith("on") or name in {"style", "src", "id"} or scheme in {"javascript", "data", "vbscript"}:
                self.found.append(f"{tag} {name}={value}")


def dangers(markup):
    return _Dangers(markup).found


def test_the_search_for_dangers_finds_them():
    assert dangers('<a href=" javascript:x" onclick=y>') == ["a href= javascript:x", "a onclick=y"]
    assert dangers("<script>1</script>") == ["script"]


@given(hostile_markup)
def test_sanitised_markup_cannot_act(markup):
    assert dangers(sanitise(markup)) == []


@given(hostile_markup)
def test_sanitising_twice_changes_nothing(markup):
    once = sanitise(markup)
    assert sanitise(once) == once


@given(hostile_markup)
def test_any_markup_has_a_plain_text(markup):
    assert to_text(markup) == to_text(markup).strip()


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>One <b>two</b></p>", "<p>One <b>two</b></p>", id="known tags stay"),
        pytest.param("<font color=red>One</font>", "One", id="unknown tags leave their text"),
        pytest.param("a<script>b</script>c", "ac", id="scripts go with their text"),
        pytest.param("<b>One", "<b>One</b>", id="what is open is closed"),
        pytest.param(
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2" rel="noopener">x</a>',
            id="links to the web stay",
        ),
        pytest.param(
            '<a href="/about/">x</a>', '<a href="/about/" rel="noopener">x</a>', id="links from the root stay"
        ),
        pytest.param('<a href="about/">x</a>', '<a rel="noopener">x</a>', id="other relative links do not"),
        pytest.param('<p class="left big" id="top">x</p>', "<p>x</p>", id="classes and ids go"),
        pytest.param(
            '<math><mi mathvariant="bold">x</mi></math>', '<math><mi mathvariant="bold">x</mi></math>', id="maths"
        ),
        pytest.param("x\udcffy", "x?y", id="a lone surrogate is replaced"),
    ],
)
def test_sanitise(markup, expected):
    assert sanitise(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>One\n two</p><p>three</p>", "One two\n\nthree", id="paragraphs"),
        pytest.param("One<br>two<br/>\nthree", "One\ntwo\nthree", id="breaks"),
        pytest.param("<ul><li>a</li>\n<li><p>b</p></li></ul>", "- a\n- b", id="lists"),
        pytest.param("<pre>if x:\n    y</pre>", "if x:\n    y", id="code keeps its indentation"),
        pytest.param("a &lt; b &amp;amp; c", "a < b &amp; c", id="entities are read once"),
        pytest.param('<a href="https://example.org/">here</a>', "here", id="links are their words"),
        pytest.param("<style>p{}</style>x<script>y</script>", "x", id="styles and scripts leave no trace"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc", id="tables"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_to_text(markup, expected):
    assert to_text(markup) == expected


def test_absurd_markup_is_shown_as_text_and_quickly():
    assert sanitise("<ul><li>" * 60_000).startswith("&lt;ul&gt;&lt;li&gt;")
    assert to_text("<ul><li>" * 60_000).startswith("<ul><li>")
