"""Titles in lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.linebreaking import break_lines


def _lines(text, width, most=9):
    return break_lines(text, width, len, most=most)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("One two three", 8, ["One two", "three"], id="words"),
        pytest.param("aaa bbb ccc ddd", 14, ["aaa bbb", "ccc ddd"], id="about equally long"),
        pytest.param("Attention-based models", 12, ["Attention-", "based models"], id="after a hyphen"),
        pytest.param("in 2019-2020 it", 7, ["in", "2019-20", "20 it"], id="not within numbers, unless it must"),
        pytest.param("Incomprehensible", 6, ["Incomp", "rehens", "ible"], id="a word wider than a line"),
        pytest.param("拡散モデルの話", 5, ["拡散", "モデルの話"], id="before a word in katakana"),
        pytest.param("生成する。次に", 4, ["生成す", "る。次に"], id="no full stop first"),
        pytest.param("今日の「動画」と", 4, ["今日の", "「動", "画」と"], id="no bracket last, none first"),
        pytest.param("データー量", 3, ["デー", "ター量"], id="no long vowel first"),
        pytest.param("使用Transformer模型", 11, ["使用", "Transformer", "模型"], id="words in Chinese"),
        pytest.param("한국어 제목은 길다", 7, ["한국어", "제목은 길다"], id="Korean between words"),
        pytest.param("大きなモデルに小さな鍵を", 9, ["大きなモデルに", "小さな鍵を"], id="after a particle"),
        pytest.param("八月回顾：值得再读的五篇", 8, ["八月回顾：", "值得再读的五篇"], id="after a colon"),
        pytest.param("", 5, [""], id="nothing"),
    ],
)
def test_lines_end_where_readers_expect_it(text, width, lines):
    assert _lines(text, width) == (lines, True)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("One two three four five", ["One two", "three…"], id="at a word"),
        pytest.param(
            "拡散モデルは画像生成を超え、動画へ", ["拡散モデルは画像", "生成を超え、動…"], id="at a character"
        ),
        pytest.param("One two, three, four", ["One two,", "three…"], id="no comma before the ellipsis"),
        pytest.param("a\u0301" * 40, ["a\u0301" * 4, "a\u0301" * 3 + "…"], id="marks stay with their letters"),
    ],
)
def test_what_has_no_room_is_cut(text, lines):
    assert _lines(text, 8, most=2) == (lines, False)


@given(st.text(max_size=60), st.integers(2, 20), st.integers(1, 4))
def test_no_line_is_too_wide_and_nothing_is_lost(text, width, most):
    def measure(text):
        return len(text.encode("utf-16-be", "surrogatepass")) / 2

    lines, is_whole = break_lines(text, width, measure, most=most)
    assert len(lines) <= most
    # A letter with its marks can't be parted, however wide.
    assert all(measure(line) <= width or not line.isascii() for line in lines)
    if is_whole:
        assert "".join("".join(lines).split()) == "".join(text.split())
