"""What is read out of what somebody typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issues.search.query import LONGEST_QUERY, MOST_TERMS, Query, parse
from issues.search.spelling import distance, nearest

READ = {
    "nothing": ("", Query()),
    "blanks": (" \u3000\n ", Query()),
    "punctuation": ("?! …—。、", Query("?! …—。、")),
    "words": ("Müller  GAN", Query("Müller GAN", words=("müller", "gan"))),
    "two scripts": ("GANの蒸留", Query("GANの蒸留", words=("gan", "の蒸留"))),
    "half width": ("ﾊﾟﾀｰﾝ", Query("ﾊﾟﾀｰﾝ", words=("パターン",))),
    "a phrase": ('"is all" you', Query('"is all" you', words=("you",), phrases=("is all",))),
    "a phrase without an end": ('a "b c', Query('a "b c', words=("a",), phrases=("b c",))),
    "letters that are no others with a mark": ("Йод İ", Query("Йод İ", words=("йод", "i"))),
    "other quotes": ("「教師 モデル」„c d“", Query("「教師 モデル」„c d“", phrases=("教師 モデル", "c d"))),
    "excluded": ('a -b -"c d" -', Query('a -b -"c d" -', words=("a",), excluded=("b", "c d"))),
    "a minus of full width": ("a －b", Query("a －b", words=("a",), excluded=("b",))),
    "a hyphen": ("self-supervised gpt-2", Query("self-supervised gpt-2", words=("self", "supervised", "gpt 2"))),
    "the same twice": ("a A ａ", Query("a A ａ", words=("a",))),
    "a word with a dot": ("node.js", Query("node.js", words=("node js",))),
}


@pytest.mark.parametrize(("text", "query"), READ.values(), ids=READ)
def test_it_reads(text, query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("2103.03230v2", "arxiv:2103.03230"),
        ("arXiv:hep-th/9901001", "arxiv:hep-th/9901001"),
        ("doi:10.1109/5.771073", "doi:10.1109/5.771073"),
        ("https://www.example.org/a/?utm_source=b", "url:example.org/a"),
        ("github.com/Some/Thing", "github:some/thing"),
        ("example.org", None),
        ("barlow 2103.03230", None),
        ("1999.99999", None),
    ],
)
def test_it_knows_what_an_address_or_a_number_names(text, identity):
    assert parse(text).identity == identity


def test_filters_that_make_no_sense_are_left_out():
    given_filters = {"kind": "poem", "year": "21", "language": "EN!", "topic": " gan\0 ", "site": "", "colour": "red"}
    query = parse("", filters=given_filters)
    assert (dict(query.filters), query.is_empty) == ({"topic": "gan"}, False)


def test_what_is_too_long_is_cut_and_said_so():
    assert parse("x" * 5_000).was_cut
    query = parse(" ".join(map(str, range(100, 160))))
    assert query.was_cut
    assert len(query.words) == MOST_TERMS
    assert not parse("x").was_cut


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text(alphabet="\"'-–「」 a学\u0301\0\ud800"))
def test_any_text_is_read(text):
    query = parse(text)
    assert len(query.text) <= LONGEST_QUERY
    assert parse(query.text).words == query.words
    "".join([query.text, *query.words, *query.phrases]).encode()


@pytest.mark.parametrize(
    ("word", "others", "expected"),
    [
        ("tiwns", ["wins", "twins", "ties"], "twins"),
        ("distilation", ["dilation", "distillation"], "distillation"),
        ("cat", ["dog"], ""),
        ("cat", [], ""),
        ("grad", ["brad", "gras"], "gras"),
    ],
)
def test_the_nearest_spelling_has_the_fewest_letters_wrong(word, others, expected):
    assert nearest(word, others) == expected


def test_neighbours_that_changed_places_are_one_mistake():
    assert (distance("tiwns", "twins"), distance("abc", ""), distance("abc", "cab")) == (1, 3, 2)
