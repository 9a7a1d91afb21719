"""Which requests are for one page: hosts, schemes, paths with odd bytes, queries with rubbish."""

import pytest
from django.test import RequestFactory, override_settings

from akira.page_store.addresses import Addresses


def key_of(addresses=None, path="/issues/", method="GET", **extra):
    request = RequestFactory().generic(method, path, **extra)
    return (addresses or Addresses()).key_of(request.META, request.path_info)


ARCHIVE = ("/issues/", "before=26&year=2021")


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/issues/", ("/issues/", "")),
        ("/issues/?utm_source=mail&fbclid=x", ("/issues/", "")),
        ("/issues/?year=2021&before=26", ARCHIVE),
        ("/issues/?before=26&utm_source=mail&year=2021", ARCHIVE),
        ("/issues/?before=1&before=26&year=2021", ARCHIVE),
        ("/issues/?year=%32021&before=26", ARCHIVE),
        ("/?year=2021", ("/", "")),
        ("/topics/%E5%8B%95%E7%94%BB/", ("/topics/動画/", "")),
        ("/topics/%ff/", ("/topics/%FF/", "")),
        ("/issues/?year=%ff", ("/issues/", "year=%EF%BF%BD")),
        ("/issues/?" + "&".join(["x=1"] * 2000), None),
        ("/admin/?q=1", None),
        ("/nowhere/?q=1", None),
    ],
)
def test_what_makes_no_difference_makes_no_page(address, page):
    assert key_of(path=address) == (page and (False, *page))


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "get"])
def test_only_get_and_head_are_answered(method):
    assert key_of(method="HEAD") == key_of(method="GET")
    request = RequestFactory().generic("GET", "/")
    assert Addresses().key_of(request.META | {"REQUEST_METHOD": method}, "/") is None


def test_cookies_and_credentials_make_no_difference():
    plain = key_of()
    assert key_of(HTTP_COOKIE="sessionid=x", HTTP_AUTHORIZATION="Bearer x", HTTP_ACCEPT_LANGUAGE="ja") == plain


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [("testserver", True), ("testserver:8000", True), ("TESTSERVER", True), ("evil.example", False), ("", False)]
    + [("testserver\x00", False), ("a@testserver", False), ("testserver/evil", False)],
)
def test_only_hosts_that_django_would_take_are_answered(host, is_answered):
    addresses = Addresses()
    for _ in range(2):
        key = key_of(addresses, HTTP_HOST=host)
        # All allowed ones are shown the same page.
        assert key == (key_of() if is_answered else None)


def test_made_up_hosts_and_queries_do_not_fill_the_memory():
    addresses = Addresses()
    with override_settings(ALLOWED_HOSTS=[".example.org"]):
        for number in range(3000):
            assert key_of(addresses, f"/issues/?year={number}", HTTP_HOST=f"a{number}.example.org")
    key_of(addresses, "/issues/?year=" + "9" * 2000)
    assert len(addresses._hosts) <= 2048
    assert len(addresses._queries) <= 2048
    assert max(len(query) for _path, query in addresses._queries) < 300


def test_the_scheme_is_the_one_that_django_sees():
    assert key_of(secure=True).is_secure
    assert not key_of(HTTP_X_FORWARDED_PROTO="https").is_secure
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        addresses = Addresses()
        assert key_of(addresses, HTTP_X_FORWARDED_PROTO="https").is_secure
        assert key_of(addresses, HTTP_X_FORWARDED_PROTO="https, http").is_secure
        assert not key_of(addresses, HTTP_X_FORWARDED_PROTO="http", secure=True).is_secure
        assert not key_of(addresses, HTTP_X_FORWARDED_PROTO="").is_secure
        assert not key_of(addresses).is_secure


def test_below_another_path_nothing_is_kept():
    request = RequestFactory().get("/")
    assert Addresses().key_of(request.META | {"SCRIPT_NAME": "/news"}, "/") is None
