"""What a robots.txt lets us read, after RFC 9309."""

import pytest

from common.robots import MOST_BYTES, allows, rules_for_us

SITE = "https://example.org"


def may_read(text, path):
    return allows(rules_for_us(text.encode()), SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /private", "/private/page", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow: /\nAllow: /papers", "/papers/1", True),
        ("User-agent: *\nAllow: /papers\nDisallow: /papers/drafts", "/papers/drafts/1", False),
        ("User-agent: *\nDisallow: /page\nAllow: /page", "/page", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*?", "/a?b", False),
        ("User-agent: *\nDisallow: /日本", "/%E6%97%A5%E6%9C%AC", False),
        ("User-agent: *\nDisallow: /%7ejoe", "/~joe", False),
    ],
    ids=range(13),
)
def test_rules_for_everybody(text, path, expected):
    assert may_read(text, path) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: Akira\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Akira\nAllow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: AKIRA\nDisallow:", True),
        ("User-agent: akira/1.0\nDisallow: /", False),
        ("User-agent: akira-other\nDisallow: /", True),
        ("User-agent: a\nDisallow: /", True),
        ("User-agent: other\nUser-agent: akira\nDisallow: /", False),
        ("User-agent: akira\nUser-agent: other\nDisallow: /", False),
        (
            "User-agent: akira\nDisallow: /x\n\nUser-agent: other\nDisallow: /y\n\nUser-agent: akira\nDisallow: /page",
            False,
        ),
        ("User-agent: akira\n\nUser-agent: other\nDisallow: /", False),
        ("User-agent: akira\nDisallow: /x\nUser-agent: other\nDisallow: /", True),
        ("User-agent: akira\nCrawl-delay: 5\nUser-agent: other\nDisallow: /", False),
        ("User-agent: https://news.example.org\nDisallow: /", True),
        ("User-agent:\nDisallow: /", True),
        ("Disallow: /", True),
    ],
    ids=range(15),
)
def test_group_that_counts(text, expected):
    assert may_read(text, "/page") is expected


@pytest.mark.parametrize(
    "text",
    [
        "user-agent:*\r\ndisallow:/",
        "USER-AGENT : *\rDISALLOW : /",
        "\ufeffUser-agent: *\nDisallow: /",
        "User-agent: * # everybody\nDisallow: / # everything",
        "# words\n\n  User-agent: *  \n\n  Disallow: /  ",
        "User-agent: *\nSitemap: https://example.org/sitemap.xml\nNonsense\nDisallow: /",
        "useragent: *\ndisallow: /",
    ],
    ids=range(7),
)
def test_spellings(text):
    assert not may_read(text, "/page")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00\x00",
        b"<!doctype html><title>Not found</title>",
        b"\0" * 1000,
        b"User-agent: *\nDisallow: https://[",
    ],
    ids=["bytes", "a page", "zeros", "a broken address"],
)
def test_nonsense_forbids_nothing(body):
    assert allows(rules_for_us(body), f"{SITE}/page")


def test_what_lies_behind_the_limit_does_not_count():
    text = "User-agent: *\n" + "# words\n" * (MOST_BYTES // 8) + "Disallow: /"
    assert may_read(text, "/page")


def test_other_groups_cost_nothing():
    """A parser that keeps each rule for each name would make hundreds of millions of these."""
    names = "".join(f"user-agent: a{number}\n" for number in range(10_000))
    rules = rules_for_us((names + "allow: /a\n" * 20_000).encode())
    assert rules == ""


def test_rules_that_are_kept_read_as_themselves():
    rules = rules_for_us(b"User-agent: *\nDisallow: /x\nAllow: /x/y")
    assert rules_for_us(rules.encode()) == rules
