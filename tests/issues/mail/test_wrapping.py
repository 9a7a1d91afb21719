"""Lines of plain text: 72 columns, of which a wide letter takes two."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issues.mail.wrapping import COLUMNS, columns, wrap

# Not the two that keep words together.
BLANKS = r"[^\S\u00a0\u202f]"
JAPANESE = (
    "自己教師あり学習の崩壊を、三つの項で防ぐ。「分散」と「共分散」を見ながら、二つの見方を近づける（それだけだ）。"
)


@pytest.mark.parametrize(
    ("text", "wide"), [("abc", 3), ("日本語", 6), ("ｶﾅ", 2), ("e\u0301", 1), ("Ａ", 2), ("a\u200db", 2), ("", 0)]
)
def test_wide_letters_take_two_columns(text, wide):
    assert columns(text) == wide


def test_words_are_kept_whole_and_lines_are_led():
    assert wrap("one two three four", first="* ", rest="  ", width=10) == ["* one two", "  three", "  four"]


def test_nothing_is_no_line():
    assert wrap("") == wrap("  \n ") == []


def test_an_address_stands_whole_on_its_own_line():
    address = "https://example.org/" + "a" * 100
    assert wrap(f"See {address} now.") == ["See", address, "now."]


def test_chinese_and_japanese_lines_end_between_any_letters():
    lines = wrap(JAPANESE * 2, first="      ")
    assert max(map(columns, lines)) <= COLUMNS
    assert min(map(columns, lines[:-1])) >= COLUMNS - 4
    assert "".join(line.strip() for line in lines) == JAPANESE * 2


def test_no_line_begins_with_a_stop_or_ends_with_an_opening_bracket():
    for width in range(20, 40):
        lines = wrap(JAPANESE, width=width)
        assert not any(line[0] in "、。」）" for line in lines)
        assert not any(line[-1] in "「（" for line in lines[:-1])


def test_a_blank_that_keeps_words_together_is_no_place_to_break():
    assert wrap("a figure\u00a01", width=9) == ["a", "figure\u00a01"]


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_no_letter_is_lost_whatever_the_text(text, width):
    assert re.sub(BLANKS, "", "".join(wrap(text, width=width))) == re.sub(BLANKS, "", text.strip())


@given(st.lists(st.text("abc日本、。", min_size=1, max_size=4)))
def test_no_line_is_wider_than_asked_where_it_can_be_broken(words):
    assert all(columns(line) <= 20 for line in wrap(" ".join(words), width=20))
