"""Which content coding a client gets: weights, wildcards, refusals, and nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.negotiating import CODINGS, accepted_codings

CASES = {
    "no header": (None, "identity"),
    "empty": ("", "identity"),
    "gzip": ("gzip", "gzip"),
    "as browsers ask": ("gzip, deflate, br, zstd", "br"),
    "gzip refused": ("gzip;q=0, br", "br"),
    "brotli liked less": ("br;q=0.5, gzip;q=0.8", "gzip"),
    "identity liked best": ("gzip;q=0.5, identity", "identity"),
    "identity refused": ("gzip, identity;q=0", "gzip"),
    "all refused but gzip": ("*;q=0, gzip;q=0.001", "gzip"),
    "anything": ("*", "br"),
    "anything but brotli": ("*, br;q=0", "gzip"),
    "nothing we have": ("identity;q=0, zstd", "identity"),
    "everything refused": ("*;q=0", "identity"),
    "unknown ones": ("zstd, compress", "identity"),
    "old name": ("x-gzip", "gzip"),
    "blanks and case": (" GZIP ; Q=1.000 ,\tBR ; q=0", "gzip"),
    "no weight": ("gzip;q=2, br;q=x, gzip;level=9", "identity"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_best_liked_coding_is_chosen(case):
    header, expected = CASES[case]
    assert accepted_codings(header)[0] == expected


def test_what_is_refused_is_not_among_those_taken():
    assert accepted_codings("gzip, identity;q=0") == ("gzip",)
    assert accepted_codings("gzip") == ("gzip", "identity")
    assert accepted_codings("br;q=0.2, gzip;q=0.3, identity;q=0.1") == ("gzip", "br", "identity")


@given(st.text(alphabet="gzipbr*identy;q=0.1, \tx\xff", max_size=60))
def test_whatever_is_sent_gets_some_coding(header):
    taken = accepted_codings(header)
    assert taken
    assert set(taken) <= set(CODINGS)


@given(st.permutations(["br", "gzip", "identity"]), st.lists(st.integers(1, 1000), min_size=3, max_size=3, unique=True))
def test_codings_come_in_the_order_of_their_weights(codings, weights):
    header = ", ".join(f"{coding};q={weight / 1000:.3f}" for coding, weight in zip(codings, weights, strict=True))
    by_weight = sorted(zip(weights, codings, strict=True), reverse=True)
    assert list(accepted_codings(header)) == [coding for _weight, coding in by_weight]
