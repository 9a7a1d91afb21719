"""What stands in `deploy/` fits the code; that it works is asked in test_nginx.py."""

import re

from django.urls import URLResolver, get_resolver, resolve, reverse

from tests.akira.behind_nginx import SHIPPED

CONFIGURATION = SHIPPED.read_text(encoding="utf-8")


def _pages(patterns):
    """The views of public pages, below all prefixes."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns)
        elif hasattr(pattern.callback, "known_parameters"):
            yield pattern.callback


def test_parameters_that_nginx_lets_through_are_those_that_pages_know():
    known = set().union(*(page.known_parameters for page in _pages(get_resolver().url_patterns) if page.is_kept_page))
    assert known == set(re.findall(r"^map \$arg_([a-z]+) ", CONFIGURATION, re.MULTILINE))
    (cut,) = re.findall(r'set \$args "(.*)";', CONFIGURATION)
    assert {f"$akira_{name}" for name in known} == set(re.findall(r"\$\w+", cut))


def test_searches_are_passed_on_with_all_that_they_ask():
    search = reverse("issues:search")
    assert not resolve(search).func.is_kept_page
    (location,) = re.findall(r'location ~ "(.*)" \{', CONFIGURATION)
    assert all(re.search(location, f"{prefix}{search}") for prefix in ("", "/ja", "/zh-hans"))
    assert not any(re.search(location, path) for path in ("/", "/admin/search/", "/topics/search/", f"{search}x/"))
