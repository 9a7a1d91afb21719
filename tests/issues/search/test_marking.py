"""Found words are marked as they were found, and nothing that a text holds becomes mark-up."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issues.search.letters import fold
from issues.search.marking import EXCERPT, LONGEST, Marker, excerpt
from issues.search.query import parse


def _marked(text, *asked):
    """The marked words of the text."""
    return re.findall(r"<mark>(.*?)</mark>", Marker(parse(" ".join(asked))).mark(text))


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        pytest.param("The right mixture", "mixture", ["mixture"], id="a word"),
        pytest.param("Augment, augmented", "augmentation", ["Augment", "augmented"], id="forms"),
        pytest.param("Runs, running", "running", ["Runs", "running"], id="a consonant written twice"),
        pytest.param("The nature of a nation", "nation", ["nation"], id="a word that only begins alike"),
        pytest.param("Art for the start of an article", "art", ["Art"], id="whole words before parts"),
        pytest.param("AlphaFold", "fold", ["Fold"], id="a part where there is no whole"),
        pytest.param("Łukasz, café; Σίσυφος", "lukasz cafe σισυφοσ", ["Łukasz", "café", "Σίσυφος"], id="accents"),
        pytest.param("cafe\u0301 au lait", "café", ["cafe\u0301"], id="an accent of its own"),
        pytest.param("ＧＰＴ－３ and Gpt 3", "gpt-3", ["ＧＰＴ－３", "Gpt 3"], id="full width"),
        pytest.param("Spider-Man and GPT-3", "spiderman gpt3", ["Spider-Man", "GPT-3"], id="hyphens left out"),
        pytest.param("ｶﾞｳｽﾉｲｽﾞを加える", "ガウスノイズ", ["ｶﾞｳｽﾉｲｽﾞ"], id="half-width kana"),
        pytest.param("カンとガン", "ガン", ["ガン"], id="voiced kana are other letters"),
        pytest.param("自己教師あり学習", "教師", ["教師"], id="Japanese within a word"),
        pytest.param("知识蒸馏与 GAN", "GAN 蒸馏", ["蒸馏", "GAN"], id="two scripts"),
        pytest.param("a dark  knowledge", '"dark knowledge"', ["dark  knowledge"], id="a phrase"),
        pytest.param("Straße, ﬁnd", "strasse find", ["Straße", "ﬁnd"], id="one letter that is two"),
        pytest.param("a < b & c > d", "b", ["b"], id="signs of mark-up"),
        pytest.param("Nothing of it", "elsewhere", [], id="not there"),
        pytest.param("a word excluded", "word -excluded", ["word"], id="what was excluded"),
    ],
)
def test_what_was_found_is_marked(text, asked, marked):
    assert _marked(text, asked) == marked


def test_mark_up_in_a_text_is_text():
    shown = Marker(parse("script mark amp")).mark("<script>alert(1)</script> <mark> &amp; \"'")
    assert "<script" not in shown
    assert re.sub(r"</?mark>", "", shown) == "&lt;script&gt;alert(1)&lt;/script&gt; &lt;mark&gt; &amp;amp; &quot;&#x27;"


SENTENCE = "Nobody had looked for it before. "


def test_an_excerpt_begins_with_the_sentence_that_has_the_word():
    shown = excerpt(SENTENCE * 20 + "Then it was found by chance. " + SENTENCE * 20, parse("chance"))
    assert shown.startswith("Then it was found by <mark>chance</mark>. Nobody")
    assert shown.endswith("\u00a0…")
    assert len(html.unescape(re.sub("<.*?>", "", shown))) <= EXCERPT + 2


@pytest.mark.parametrize(
    ("text", "asked", "begins", "ends"),
    [
        pytest.param("Short.", "elsewhere", "Short.", "Short.", id="a short text whole"),
        pytest.param("word " * 100, "elsewhere", "word word", "word\u00a0…", id="without the word, from the beginning"),
        pytest.param("word " * 100 + "last", "last", "… word", "<mark>last</mark>", id="a word at the end"),
        pytest.param("文" * 300 + "末", "末", "… 文", "<mark>末</mark>", id="a character at the end"),
        pytest.param("文" * 300, "無", "文文", "文…", id="Chinese is cut at a character"),
        pytest.param("x" * 500, "y", "xxx", "x\u00a0…", id="a word without an end"),
    ],
)
def test_an_excerpt_is_cut_between_words(text, asked, begins, ends):
    shown = excerpt(text, parse(asked))
    assert shown.startswith(begins)
    assert shown.endswith(ends)
    assert 1 <= len(re.sub("<.*?>", "", shown)) <= EXCERPT + 4


def test_an_excerpt_shows_where_most_of_the_words_stand():
    text = "A network. " + "Nothing here. " * 30 + "This network distils a teacher. " + "Nothing here. " * 30
    assert "<mark>network</mark> <mark>distils</mark> a <mark>teacher</mark>" in excerpt(
        text, parse("network teacher distil")
    )


TEXTS = st.text(st.sampled_from("aA éＡ文ガｶﾞ<>&\"'-.。\u0301\u3099\ufe0fﬁßİ1\n"), max_size=400) | st.text(max_size=60)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_is_marked_without_loss(text, asked):
    marker = Marker(parse(asked))
    shown = marker.mark(text)
    assert html.unescape(re.sub(r"</?mark>", "", shown)) == text
    assert shown.count("<mark>") == shown.count("</mark>") == len(marker.spans(text))
    cut = html.unescape(re.sub(r"</?mark>", "", marker.excerpt(text)))
    assert cut.removeprefix("… ").removesuffix("…").strip() in " ".join(text.split())
    assert cut or not text.strip()


def test_a_very_long_text_costs_no_more_than_its_beginning():
    shown = excerpt("a" * (LONGEST - 1) + " a" * LONGEST, parse("a"))
    assert "<mark>" not in shown
    assert len(shown) < 2 * EXCERPT


@given(st.text(max_size=80))
def test_folded_letters_lead_back_to_the_text(text):
    folded, places = fold(text)
    assert places is None or (len(places) == len(folded) + 1 and places[-1] == len(text) and places == sorted(places))
    assert places is not None or len(folded) == len(text)
