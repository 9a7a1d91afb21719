"""Which rows are which parts of a document that came again."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.matching import interleave, pair

SAME = (lambda row: row, lambda part: part)
FIRST_LETTER = (lambda row: row[0], lambda part: part[0])


def test_the_first_key_that_fits_counts_and_leftovers_try_the_next():
    assert pair(["ab", "aa", "c"], ["aa", "ax", "d"], [SAME, FIRST_LETTER]) == {0: "aa", 1: "ab"}


def test_none_equals_nothing():
    assert pair([""], [""], [(lambda row: row or None, lambda part: part or None)]) == {}


def test_equal_ones_pair_in_order():
    first, second = "".join(["a", "1"]), "".join(["a", "2"])
    assert pair([first, second], ["ax", "ay", "az"], [FIRST_LETTER]) == {0: first, 1: second}


@given(st.lists(st.text("abc", max_size=2)), st.lists(st.text("abc", max_size=2)))
def test_no_row_is_given_twice(rows, parts):
    rows = [[row] for row in rows]
    found = pair(rows, parts, [(lambda row: row[0], lambda part: part), (lambda row: True, lambda part: True)])
    assert len(set(map(id, found.values()))) == len(found) == min(len(rows), len(parts))


def test_what_only_the_second_order_has_follows_its_predecessor():
    assert interleave("acd", "xabc") == list("xabcd")


@given(st.lists(st.integers(), unique=True), st.lists(st.integers(), unique=True))
def test_interleaving_keeps_the_first_order_and_loses_nothing(first, second):
    order = interleave(first, second)
    assert [item for item in order if item in set(first)] == first
    assert sorted(order) == sorted(set(first) | set(second))
