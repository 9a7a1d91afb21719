"""Filters and tags of the public templates."""

import pytest

from issues.templatetags.issues import width_class


@pytest.mark.parametrize(
    ("mark", "expected"),
    [("26", ""), ("126", " three"), ("1026", " four"), ("8月", " three"), ("12月", " four"), ("2021-10-27", " many")],
)
def test_wide_marks_are_set_smaller(mark, expected):
    assert width_class(mark) == expected
