"""Titles, names and abstracts come out plain, whatever they were dressed in, and lose nothing that was meant."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papers.wording import LONGEST_LINE, LONGEST_TEXT, one_line, paragraphs, person

LINES = {
    "plain": ("Attention Is All You Need", "Attention Is All You Need"),
    "empty": (" \n\t ", ""),
    "line breaks": ("Deep\r\n   learning\u2028for\n\nall", "Deep learning for all"),
    "line break in Japanese": ("大規模言語\n  モデルの評価", "大規模言語モデルの評価"),
    "line break in Korean": ("언어\n모델", "언어 모델"),
    "line break before Latin": ("評価\nBERT", "評価 BERT"),
    "blanks of every kind": ("a\u00a0b\u3000c\u2009d\u2800e", "a b c d e"),
    # Entities and tags.
    "entity": ("Q&amp;A", "Q&A"),
    "entity encoded twice": ("Q&amp;amp;A &amp;lt;3", "Q&A <3"),
    "entity by number": ("&#8220;x&#x201D;", "“x”"),
    "entity that is none": ("R&D, AT&T, &copy=1 &nosuch;", "R&D, AT&T, &copy=1 &nosuch;"),
    "tags that dress": ("On <i>E. coli</i> and <b class='x'>more</b>", "On E. coli and more"),
    "tags that cross": ("<b>bold <i>both</b> italic</i>", "bold both italic"),
    "encoded tags": ("&lt;i&gt;in vivo&lt;/i&gt; imaging", "in vivo imaging"),
    "break": ("One<br/>two<br>three", "One two three"),
    "raised": ("10<sup>5</sup> x<sup>th</sup>", "10⁵ xth"),
    "lowered": ("CO<sub>2</sub>", "CO₂"),
    "comment": ("One<!-- more -->two", "Onetwo"),
    "script is text": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "tag that is spoken of": ("Why &lt;b&gt; is no <script>", "Why <b> is no <script>"),
    "picture": ("See <img src=x onerror=alert(1)> here", "See here"),
    "signs of comparison": ("a < b and c > d, 0<p and x>1", "a < b and c > d, 0<p and x>1"),
    "type of a program": ("Vec<T> and Map<K, V>", "Vec<T> and Map<K, V>"),
    "MathML": (
        "On <mml:math><mml:mi>n</mml:mi>\n   <mml:mo>+</mml:mo><mml:mn>1</mml:mn></mml:math> bits",
        "On n+1 bits",
    ),
    "MathML with its LaTeX": (
        '<math><semantics><mi>α</mi><annotation encoding="application/x-tex">\\alpha</annotation></semantics></math>!',
        "$\\alpha$!",
    ),
    "formula twice": (
        "<jats:alternatives><jats:tex-math><![CDATA[\\documentclass{a}\\begin{document}$$x^2$$\\end{document}]]>"
        "</jats:tex-math><mml:math><mml:mi>x</mml:mi></mml:math></jats:alternatives> rays",
        "$x^2$ rays",
    ),
    # LaTeX.
    "formula": ("Bounds on $\\alpha_{i}$ and $a<b$", "Bounds on $\\alpha_{i}$ and $a<b$"),
    "other formulas": ("\\(x\\) and \\[y\\] and $$z$$", "$x$ and $y$ and $z$"),
    "prices": ("From $5 to $10", "From $5 to $10"),
    "accents": ('Schr\\"odinger, {\\"o}, \\\'Etale, na\\"{\\i}ve', "Schrödinger, ö, Étale, naïve"),
    "accents named by a letter": ("Erd\\H{o}s, \\c{c}a, Fran\\c cois, \\v{S}", "Erdős, ça, François, Š"),
    "letters": ("Stra\\ss e, S{\\o}ren, \\L{}ukasz, \\AA rhus", "Straße, Søren, Łukasz, Århus"),
    "commands": ("\\textit{In} \\emph{the $x$ \\textbf{case}} {\\it of}", "In the $x$ case of"),
    "symbols": ("\\LaTeX{} \\ldots\\ 3\\textdegree{}C", "LaTeX … 3°C"),
    "escaped signs": ("R\\&D at 5\\% of \\$3, a\\_b", "R&D at 5% of $3, a_b"),
    "raised by LaTeX": ("\\textsuperscript{13}C", "¹³C"),
    "link": ("\\href{https://example.org/}{Code} \\url{x.org}", "Code x.org"),
    "braces around capitals": ("{BERT} for {I}mage{N}et", "BERT for ImageNet"),
    "braces that are text": ("f({x}), ${NAME}, {{name}}, \\frac{A}{B}", "f({x}), ${NAME}, {{name}}, \\frac{A}{B}"),
    "quotes": ("``Why'' and ``don't''", "“Why” and “don't”"),
    "ties": ("Smith et~al., Fig.~1, but 10~20", "Smith et al., Fig. 1, but 10~20"),
    "escaped quotes": ('\\"Only you\\" can', '"Only you" can'),
    "escaped apostrophes": ("It\\'s what they\\'re", "It's what they're"),
    "backslashes that are text": ("C:\\temp\\new, \\d+, example\\.com", "C:\\temp\\new, \\d+, example\\.com"),
    "escaped slashes": ("https:\\/\\/example.org", "https://example.org"),
    # Characters.
    "controls": ("a\x00b\x07c\x9fd", "abcd"),
    "zero width": ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
    "right to left": ("abc\u202etxt.exe\u202c \u2066x\u2069\u200f", "abctxt.exe x"),
    "hidden as entities": ("a&#8238;b&#8203;c&#0;", "abc\ufffd"),
    "private use": ("\ue001icon &#xF0000; $x$", "icon $x$"),
    "lone surrogates": ("a\ud800b\udc00", "ab"),
    "surrogates in a pair": ("\ud83d\ude00", "😀"),
    "emoji of several": ("👩\u200d💻 and 🏴\u200d☠\ufe0f", "👩\u200d💻 and 🏴\u200d☠\ufe0f"),
    "joiners in words": ("می\u200cخواهم but a\u200db", "می\u200cخواهم but ab"),
    "composed": ("Poincare\u0301", "Poincaré"),
    "marks in Burmese": ("မြို့", "မြို့"),
}


@pytest.mark.parametrize(("dressed", "plain"), LINES.values(), ids=LINES.keys())
def test_line_comes_out_plain(dressed, plain):
    assert one_line(dressed) == plain
    assert one_line(plain) == plain


def test_tower_of_marks_is_bounded():
    assert len(one_line("Z" + "\u0335" * 100_000 + "algo")) < 20


def test_long_line_is_cut_between_words():
    cut = one_line("word " * 300_000)
    assert len(cut) <= LONGEST_LINE
    assert cut.endswith("word…")


@pytest.mark.parametrize(
    "unit", ["x", "日", "👩\u200d💻", "e\u0301\u0335"], ids=["Latin", "Japanese", "emoji", "marks"]
)
def test_long_word_is_cut_too(unit):
    cut = one_line(unit * 400_000)
    assert 400 < len(cut) <= LONGEST_LINE
    assert one_line(cut) == cut


def test_long_line_is_not_cut_within_a_formula():
    assert one_line("word " * 98 + "$\\alpha + \\beta + \\gamma$ is it") == "word " * 97 + "word…"


def test_abstract_keeps_its_paragraphs():
    dressed = (
        "<jats:title>Abstract</jats:title>\n  <jats:p>We show\n   that <jats:italic>P</jats:italic>.</jats:p>"
        "<jats:p>So.</jats:p>"
    )
    assert paragraphs(dressed) == "Abstract\n\nWe show that P.\n\nSo."
    assert paragraphs("  One\n  line\r\n\r\n \nTwo<br><br>Three<br>more") == "One line\n\nTwo\n\nThree more"


def test_abstract_is_bounded():
    assert len(paragraphs("A sentence. " * 100_000)) <= LONGEST_TEXT


NAMES = {
    "as spoken": ("Marie Curie", "Marie Curie"),
    "family first": ("Curie, Marie", "Marie Curie"),
    "family first in Japanese": ("田中, 太郎", "田中 太郎"),
    "with a suffix": ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
    "a suffix alone": ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
    "a company": ("Example, Inc.", "Example, Inc."),
    "several names": ("Curie, Marie, Bohr, Niels", "Curie, Marie, Bohr, Niels"),
    "comma at the end": ("Curie,", "Curie,"),
    "by": ("By Marie Curie", "Marie Curie"),
    "accents": ('G{\\"o}del, Kurt', "Kurt Gödel"),
}


@pytest.mark.parametrize(("given_name", "spoken"), NAMES.values(), ids=NAMES.keys())
def test_name_is_written_as_spoken(given_name, spoken):
    assert person(given_name) == spoken


# Each would take hours where time grew with the square of the length, and some did in the parsers of others.
HOSTILE = {
    "entities": "&" + "amp;" * 100_000,
    "tags": "<b>" * 100_000,
    "nested tags": "<b>" * 2_000 + "x" + "</b>" * 2_000,
    "half tags": "<a " * 100_000,
    "half values": "<i a='" * 100_000,
    "comments": "<!--" * 100_000,
    "formulas in markup": "<math>" * 100_000,
    "commands": "\\textit{" * 100_000,
    "nested commands": "\\emph{" * 2_000 + "x" + "}" * 2_000,
    "braces": "{" * 100_000,
    "capitals in braces": "{A" * 100_000,
    "dollars": "$" * 100_000,
    "escaped dollars": "$\\$" * 100_000,
    "half formulas": "\\([\\[" * 100_000,
    "quotes": "``a'b" * 100_000,
    "blanks": "\n " * 100_000,
    "marks": "a" + "\u0344\u0301" * 100_000,
    "lines": "日\n" * 100_000,
}


@pytest.mark.parametrize("clean", [one_line, paragraphs])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_costs_little_and_comes_to_rest(hostile, clean):
    cleaned = clean(hostile)
    assert len(cleaned) <= LONGEST_TEXT
    assert clean(cleaned) == cleaned


MARKUP = r"""
< > </ /> & &amp; &lt; &#x202e; <b> </b> <i <br> <sup> </sup> <math> </math> <jats:p> </jats:p> <!-- --> <script> $ $$
\ \( \) { } \" \' ` `` '' ' \c \v \textit{ \emph{ {\it \ss \o \& \\ a e o i A 1 , - ~ .
"""
CHARACTERS = "日\u0301\u0344\u200d\u202e\u00ad\ud800\udc00\ue000\U000f0000\x00😀\u0958\u212a\u1fef\u037e\u2029 \n"
PIECES = [*MARKUP.split(), *CHARACTERS, "\n\n"]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
# Signs that belong to the letters of their script, though Unicode counts them among the controls of format.
SHOWN = {"\u200c", "\u200d", *map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2"}


def is_shown(character):
    """Whether a reader may meet it; signs of rare scripts that are shown with the letters behind them included."""
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Co", "Zl", "Zp") and (
        category != "Cf" or ord(character) > 0x11000 or character in SHOWN
    )


@given(TEXTS)
@example("&#38;#38;#38;#60;b>" * 10)
@example("<" * 20 + "b>" * 20)
def test_any_line_comes_out_visible_and_once_for_all(text):
    line = one_line(text)
    assert all(map(is_shown, line))
    assert line == " ".join(line.split(" ")).strip()
    assert unicodedata.is_normalized("NFC", line)
    assert len(line) <= LONGEST_LINE
    assert one_line(line) == line
    assert all(map(is_shown, person(text)))


@given(TEXTS)
def test_any_abstract_comes_out_in_paragraphs_and_once_for_all(text):
    cleaned = paragraphs(text)
    assert all(character == "\n" or is_shown(character) for character in cleaned)
    assert paragraphs(cleaned) == cleaned
    assert all(part and part == one_line(part, longest=LONGEST_TEXT) for part in cleaned.split("\n\n") if cleaned)


@given(TEXTS, st.integers(1, 30))
def test_no_line_is_longer_than_asked_for(text, longest):
    line = one_line(text, longest=longest)
    assert len(line) <= longest
    assert one_line(line, longest=longest) == line
