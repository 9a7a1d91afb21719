"""Finished pages: each form once, headers and tags of each, and the way through a Redis."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import finished
from common.finished import FinishedPage, Unreadable

HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "public"),
    ("Content-Length", "5"),
    ("etag", '"old"'),
    ("Vary", "Accept-Encoding"),
    ("X-Frame-Options", "DENY"),
]
BODY = ("<p>読む</p>" * 200).encode()
UNDO = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


@pytest.mark.parametrize("coding", UNDO)
def test_each_form_says_what_it_is(coding):
    page = FinishedPage(HEADERS, BODY)
    variant, form = page.variant((coding,)), page.form(coding)
    assert UNDO[coding](form.body) == BODY
    headers = dict(form.headers)
    assert len(headers) == len(form.headers)
    assert headers["Content-Length"] == str(len(form.body))
    assert headers["ETag"] == variant.etag
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers.get("Content-Encoding", "identity") == coding
    assert dict(variant.headers_not_modified) == {
        "Cache-Control": "public",
        "ETag": variant.etag,
        "Vary": "Accept-Encoding",
    }


def test_each_form_has_a_strong_tag_of_its_own_that_follows_from_the_bytes():
    first, same, other = FinishedPage(HEADERS, BODY), FinishedPage([], BODY), FinishedPage(HEADERS, BODY + b"!")
    tags = [page.variant((coding,)).etag for page in (first, same, other) for coding in UNDO]
    assert tags[:3] == tags[3:6]
    assert len(set(tags)) == 6
    assert all(tag.startswith('"') for tag in tags)
    assert FinishedPage([], BODY, '"given"').variant(("gzip",)).etag == '"given-gzip"'


def test_a_form_is_made_once_and_only_when_asked_for(monkeypatch):
    made = []
    compress = finished._COMPRESS["br"]
    monkeypatch.setitem(finished._COMPRESS, "br", lambda body: made.append(1) or compress(body))
    page = FinishedPage(HEADERS, BODY)
    size = page.size
    page.variant(("br",))
    assert (made, page.size) == ([], size)
    assert page.form("br") is page.form("br")
    assert made == [1]
    assert page.size == size + len(page.form("br").body)


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", b"short"), ("image/png", BODY), ("", BODY)], ids=["short", "picture", "unknown"]
)
def test_what_gains_nothing_is_compressed_only_for_who_takes_nothing_else(kind, body):
    page = FinishedPage([("Content-Type", kind)], body)
    assert page.variant(("br", "gzip", "identity")).coding == "identity"
    assert page.variant(("gzip",)).coding == "gzip"


@given(st.binary(max_size=2000), st.sampled_from([(), ("br",), ("gzip", "br")]))
def test_a_page_survives_the_way_through_bytes(body, codings):
    page = FinishedPage(HEADERS, body)
    for coding in codings:
        page.form(coding)
    again = FinishedPage.from_bytes(page.to_bytes("name", b"key"), "name", b"key")
    assert again.size == page.size
    for coding in UNDO:
        assert again.form(coding) == page.form(coding)


@pytest.mark.parametrize("given_bytes", [b"", b"x" * 100, FinishedPage(HEADERS, BODY).to_bytes("name", b"other")])
def test_bytes_that_we_did_not_sign_are_no_page(given_bytes):
    with pytest.raises(Unreadable):
        FinishedPage.from_bytes(given_bytes, "name", b"key")


def test_a_page_under_another_name_is_not_that_page():
    written = FinishedPage(HEADERS, BODY).to_bytes("name", b"key")
    with pytest.raises(Unreadable):
        FinishedPage.from_bytes(written, "other", b"key")
    with pytest.raises(Unreadable):
        FinishedPage.from_bytes(written[:-1], "name", b"key")
