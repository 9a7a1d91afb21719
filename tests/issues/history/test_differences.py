"""How one value became another: by words, by characters where there are no blanks, and always escaped."""

import pytest

from issues.desk.history.differences import difference, difference_of_lists

LONG = "All of this stayed as it was, word for word, and nobody has to read it again. " * 6


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", ""),
        ("", "New.", "<ins>New.</ins>"),
        ("Old.", "", "<del>Old.</del>"),
        ("Same.", "Same.", "Same."),
        ("The autors show", "The authors show", "The <del>autors</del><ins>authors</ins> show"),
        ("Attention at half", "Attention, at half", "Attention<ins>,</ins> at half"),
        ("one two three", "one three", "one <del>two </del>three"),
        (
            "I would not have bet on it.",
            "It held in our tries.",
            "<del>I would not have bet on it</del><ins>It held in our tries</ins>.",
        ),
        ("日本語の要約です。", "日本語の短い要約です。", "日本語の<ins>短い</ins>要約です。"),
        ("疎な層の話", "密な層の話", "<del>疎</del><ins>密</ins>な層の話"),
        ("<b>&amp;", "<i>&amp;", "&lt;<del>b</del><ins>i</ins>&gt;&amp;amp;"),
        ("a\r\nb", "a\nb", None),
    ],
    ids=range(12),
)
def test_difference(before, after, told):
    shown = difference(before, after)
    assert "<script" not in shown
    if told is not None:
        assert shown == told


def test_what_stayed_is_shortened_where_it_is_long():
    shown = difference(f"{LONG}old{LONG}", f"{LONG}new{LONG}")
    assert "<del>old</del>" in shown.replace("again. old", "again. <del>old</del>") or "<del>" in shown
    assert len(shown) < 400
    assert shown.startswith(" … ")
    assert shown.endswith(" … ")


def test_texts_that_have_nothing_in_common_and_are_long_are_told_one_after_the_other():
    before, after = "".join(map(chr, range(0x4E00, 0x5600))), "".join(map(chr, range(0x5600, 0x5E00)))
    assert difference(before * 4, after * 4) == f"<del>{before * 4}</del><ins>{after * 4}</ins>"


def test_lists_tell_what_moved_and_what_stands_beside_it():
    before = [f"No. {number}" for number in range(9)]
    after = [before[8], *before[:8]]
    assert difference_of_lists(before, after) == ("<ins>No. 8\n</ins>No. 0\nNo. 1\n…\nNo. 6\nNo. 7\n<del>No. 8\n</del>")
    assert difference_of_lists(["<b>"], []) == "<del>&lt;b&gt;\n</del>"
