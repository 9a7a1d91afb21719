"""Whether the address that another led to is known to be the same work."""

import pytest

from papers.landing import in_the_way, is_same_page, is_same_work

POST = "https://example.org/2019/05/sleeping-networks"

SAME = {
    "a permanent move": (POST, "https://example.com/posts/sleeping-networks", [301]),
    "several permanent moves": (POST, "https://example.com/posts/sleeping-networks", [301, 308]),
    "https and www, for now": ("http://example.org/a", "https://www.example.org/a/", [302]),
    "no redirect": (POST, POST, []),
    "a shortener that leads on for now": ("https://t.co/AbCdEf", "https://example.com/posts/1", [302]),
    "a shortener of a front page": ("https://bit.ly/3abc", "https://product.example.com/", [301]),
    "the way of a login and back": (POST, POST + "?gi=70d64eee7d82", [302, 302]),
    "for now, to a paper": ("https://lab.example.org/paper", "https://arxiv.org/abs/2103.03230", [302]),
    "a repository that was renamed": ("https://github.com/a/old", "https://github.com/b/new", [301]),
    "in Japanese": ("https://example.org/記事/眠り", "https://example.jp/記事/眠るネット", [301]),
}
OTHER = {
    "for now": ("https://example.org/latest", "https://example.org/posts/41", [302]),
    "for good and then for now": (POST, "https://example.com/posts/41", [301, 302]),
    "to the front page": (POST, "https://example.org/", [301]),
    "to the front page of another site": (POST, "https://example.com/", [301]),
    "to the front page in a language": (POST, "https://example.org/en-us/index.html", [301]),
    "to a list": (POST, "https://example.com/blog/", [301]),
    "to the folder above": (POST, "https://example.org/2019/05/", [301]),
    "to a login": (POST, "https://example.org/users/sign_in?back=%2F2019", [301]),
    "to the login of another site": (POST, "https://accounts.example.com/v3/x", [301]),
    "to a page of consent": (POST, "https://consent.example.com/m?continue=x", [301]),
    "to an error": (POST, "https://example.org/404.html", [301]),
    "of a shortener to itself": ("https://bit.ly/3abc", "https://bit.ly/a/warning", [302]),
    "of a shortener to a login": ("https://t.co/AbCdEf", "https://example.com/login?next=/x", [301]),
}


@pytest.mark.parametrize(("asked", "landed", "statuses"), SAME.values(), ids=SAME)
def test_a_way_that_ends_at_the_same_work(asked, landed, statuses):
    assert is_same_work(asked, landed, statuses)


@pytest.mark.parametrize(("asked", "landed", "statuses"), OTHER.values(), ids=OTHER)
def test_a_way_that_may_end_at_another_work(asked, landed, statuses):
    assert not is_same_work(asked, landed, statuses)


@pytest.mark.parametrize(
    ("asked", "landed", "said"),
    [
        (POST, "https://example.org/", "its front page"),
        (POST, "https://www.example.org/blog/", "a page that lists others"),
        (POST, "https://example.org/login?next=/2019", "a page to log in"),
        (POST, "https://login.example.com/", "a page to log in"),
    ],
)
def test_what_is_shown_in_place_of_a_page_is_named(asked, landed, said):
    assert in_the_way(asked, landed).startswith(said)


@pytest.mark.parametrize(
    ("asked", "landed"),
    [
        (POST, POST),
        (POST, "https://example.com/"),
        (POST, "https://example.org/2021/sleeping-networks"),
        ("https://example.org/", "https://example.org/en/"),
        ("https://example.org/about/login", "https://example.org/login"),
        ("https://example.org/?p=31", "https://example.org/"),
    ],
)
def test_what_may_be_the_page_is_not_called_something_else(asked, landed):
    assert in_the_way(asked, landed) == ""


@pytest.mark.parametrize(
    ("stated", "landed"),
    [
        (POST, POST),
        (POST, POST + "?ref=mail"),
        ("https://www.example.org/2019/05/sleeping-networks/", POST),
        ("https://example.org/2019/05/sleeping-networks", "https://m.example.org/2019/05/sleeping-networks?x=1"),
        (POST, "https://amp.example.org/2019/05/sleeping-networks/amp"),
        ("https://example.org/article.php?id=5", "https://example.org/article.php?id=5&from=mail"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_the_address_that_a_page_states_is_its_own(stated, landed):
    assert is_same_page(stated, landed)


@pytest.mark.parametrize(
    ("stated", "landed"),
    [
        ("https://example.org/", POST),
        ("https://example.org/", "https://example.org/?p=31"),
        ("https://example.com/2019/05/sleeping-networks", POST),
        ("https://example.org/article.php", "https://example.org/article.php?id=5"),
        ("https://example.org/watch", "https://example.org/watch?v=5"),
        ("https://example.org/2019/05/waking-networks", POST),
        ("https://github.com/somebody/else", POST),
    ],
)
def test_the_address_that_a_page_states_may_be_anothers(stated, landed):
    assert not is_same_page(stated, landed)
