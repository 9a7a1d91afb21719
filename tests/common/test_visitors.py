"""Who asks for a page that takes a form."""

import pytest

from common.visitors import address_of, comes_from_elsewhere, network_of, visitor_key


@pytest.fixture(autouse=True)
def base(settings):
    settings.AKIRA_BASE_URL = "https://news.example.org"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "127.0.0.1"),
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, None, ""),
    ],
)
def test_what_a_visitor_writes_into_the_header_is_never_reached(rf, settings, proxies, forwarded, expected):
    settings.AKIRA_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(rf.get("/", headers=headers)) == expected


def key_of(rf, address):
    return visitor_key(rf.get("/", REMOTE_ADDR=address))


def test_a_visitor_is_known_again_and_the_address_is_not_told(rf):
    assert key_of(rf, "203.0.113.9") == key_of(rf, "203.0.113.9") != key_of(rf, "203.0.113.10")
    assert "203" not in key_of(rf, "203.0.113.9")


def test_a_network_of_ipv6_is_one_visitor(rf):
    assert key_of(rf, "2001:db8:1:2::5") == key_of(rf, "2001:db8:1:2:ffff::9") != key_of(rf, "2001:db8:1:3::5")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix:", ""),
    ],
)
def test_a_network_is_named_by_its_first_address(rf, address, network):
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network


@pytest.mark.parametrize("address", ["", "unix:", "unknown", "\udcff"])
def test_an_odd_address_is_a_visitor_too(rf, address):
    assert len(key_of(rf, address)) == 32


@pytest.mark.parametrize(
    ("headers", "is_foreign"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "https://news.example.org"}, False),
        ({"Origin": "http://testserver"}, False),
        ({"Origin": "http://news.example.org"}, True),
        ({"Origin": "https://news.example.org.evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": ""}, True),
    ],
)
def test_a_form_of_another_site_is_told_apart(rf, headers, is_foreign):
    assert comes_from_elsewhere(rf.post("/", headers=headers)) is is_foreign
