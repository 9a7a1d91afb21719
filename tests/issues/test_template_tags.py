"""Filters and tags of the public templates."""

import pytest

from issues.templatetags.issues import name_class, width_class


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("26", ""),
        ("126", " three"),
        ("1026", " four"),
        ("8月", " three cjk"),
        ("12月", " four cjk"),
        ("2021-10-27", " many"),
    ],
)
def test_wide_marks_are_set_smaller(mark, expected):
    assert width_class(mark) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Akira", ""),
        ("The Gazette", " long"),
        ("明", " cjk"),
        ("機械学習だより", " long cjk"),
        ("A" * 30, " long longest"),
    ],
)
def test_long_names_are_set_smaller(name, expected):
    assert name_class(name) == expected
