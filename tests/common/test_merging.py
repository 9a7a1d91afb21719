"""Merging what two people made of one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.merging import MOST_PIECES, Change, compare, merge

BASE = "A model is tuned on sixty tasks."


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        pytest.param(BASE, BASE, BASE, id="nobody changed"),
        pytest.param("A large model is tuned on sixty tasks.", BASE, None, id="only mine"),
        pytest.param(BASE, "A model is tuned on more than sixty tasks.", None, id="only theirs"),
        pytest.param(
            "A large model is tuned on sixty tasks.",
            "A model is tuned on more than sixty tasks.",
            "A large model is tuned on more than sixty tasks.",
            id="different places",
        ),
        pytest.param(
            "A large model is tuned on sixty tasks.",
            "A large model is tuned on sixty tasks.",
            "A large model is tuned on sixty tasks.",
            id="the same change",
        ),
        pytest.param("A model is tuned.", "A big model is tuned on sixty tasks.", "A big model is tuned.", id="cut"),
        pytest.param(
            BASE + "\n\nMine.", "First.\n\n" + BASE, "First.\n\n" + BASE + "\n\nMine.", id="before and behind"
        ),
    ],
)
def test_changes_in_different_places_come_together(mine, theirs, merged):
    merged = merged or (mine if theirs == BASE else theirs)
    for result in (merge(BASE, mine, theirs), merge(BASE, theirs, mine)):
        assert (result.text, result.is_clean) == (merged, True)


def test_japanese_is_merged_letter_by_letter():
    result = merge("疎な層で足りる。", "とても疎な層で足りる。", "疎な層だけで足りる。")
    assert (result.text, result.is_clean) == ("とても疎な層だけで足りる。", True)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("sixty tasks", "fifty tasks", "seventy tasks", "fifty seventy tasks"),
        ("", "Mine.", "Theirs.", "Mine. Theirs."),
        ("A text", "", "A text, longer", None),
    ],
)
def test_where_both_changed_the_same_words_both_wordings_stand(base, mine, theirs, merged):
    result = merge(base, mine, theirs)
    if merged is None:
        assert ", longer" in result.text
    else:
        assert (result.text, result.is_clean) == (merged, False)


def test_texts_without_end_are_compared_by_lines_and_then_not_at_all():
    lines = [f"line {number} of a long text\n" for number in range(1500)]
    base = "".join(lines)
    result = merge(base, base.replace("line 3 ", "LINE 3 "), base + "The end.\n")
    assert result.is_clean
    assert result.text.startswith(base[:20])
    assert "LINE 3 " in result.text
    assert result.text.endswith("The end.\n")
    huge = "x\n" * (MOST_PIECES + 1)
    assert merge(huge, huge + "a", "b" + huge).text == f"{huge}a b{huge}"


def test_a_comparison_names_what_was_taken_out_and_put_in():
    assert compare("on sixty tasks", "on more than sixty") == [
        (Change.SAME, "on "),
        (Change.ADDED, "more than "),
        (Change.SAME, "sixty"),
        (Change.REMOVED, " tasks"),
    ]
    assert compare("", "") == []


texts = st.text(alphabet="ab 日\n.", max_size=30)


@given(texts, texts)
def test_both_texts_can_be_read_from_a_comparison(before, after):
    told = compare(before, after)
    assert "".join(text for change, text in told if change != Change.ADDED) == before
    assert "".join(text for change, text in told if change != Change.REMOVED) == after


@given(texts, texts, texts)
def test_no_change_of_one_side_alone_is_lost_and_no_merge_breaks(base, mine, theirs):
    assert merge(base, mine, base).text == mine
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, mine).text == mine
    merge(base, mine, theirs)
