"""Finished pages in Redis: shared by processes, signed, told apart, and done without."""

import time

import pytest
from django.test import Client

from akira.page_store import sharing
from akira.page_store.middleware import PageStoreMiddleware
from issues import pages
from issues.models import Publication
from tests.factories import make_entry, make_issue, make_section

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shared(settings, redis_server):
    settings.CACHES = {"default": {"BACKEND": "akira.cache.RedisCache", "LOCATION": redis_server.url}}
    settings.AKIRA_SHARES_PAGES = True
    return redis_server


@pytest.fixture
def issue():
    issue = make_issue(number=1)
    make_entry(make_section(issue), summary="Words. " * 200)
    return issue


@pytest.fixture
def made(monkeypatch):
    """How often a home page was made."""
    rounds, home_context = [], pages.home_context
    monkeypatch.setattr(pages, "home_context", lambda site: rounds.append(1) or home_context(site))
    return rounds


def ask(client, **headers):
    response = client.get("/", headers=headers)
    assert response.status_code == 200
    return response


def test_what_one_process_made_another_need_not(shared, issue, made):
    first = ask(Client(), **{"Accept-Encoding": "br"})
    # Each client has a store of its own, as each process has.
    other = Client()
    again = ask(other, **{"Accept-Encoding": "br"})
    assert (again.content, dict(again.items())) == (first.content, dict(first.items()))
    assert len(made) == 1
    assert PageStoreMiddleware.latest._pages.size > 0
    Publication.objects.update(name="Another name")
    assert b"Another name" in ask(other).content
    assert len(made) == 2
    [ttl, *_] = {shared.client.ttl(key) for key in shared.client.keys("akira:page:*")}
    assert 0 < ttl <= sharing.KEPT_FOR


def test_compressed_forms_are_shared_as_well(shared, issue):
    client = Client()
    ask(client)
    ask(client, **{"Accept-Encoding": "gzip"})
    other = Client()
    ask(other)
    [page] = PageStoreMiddleware.latest._pages._kept.values()
    assert set(page._forms) == {"identity", "gzip"}


@pytest.mark.parametrize("name", ["AKIRA_BASE_URL", "SECURE_REFERRER_POLICY"])
def test_pages_of_other_settings_are_other_pages(shared, issue, made, settings, name):
    ask(Client())
    setattr(settings, name, "https://other.example" if name == "AKIRA_BASE_URL" else "same-origin")
    ask(Client())
    assert len(made) == 2


def test_pages_of_other_code_are_other_pages(shared, issue, made, monkeypatch):
    ask(Client())
    monkeypatch.setattr(sharing, "_code", lambda: b"other code")
    ask(Client())
    assert len(made) == 2


def test_what_somebody_else_wrote_there_is_shown_to_nobody(shared, issue, made, settings, caplog):
    expected = ask(Client()).content
    [key] = shared.client.keys("akira:page:*")
    shared.client.set(key, shared.client.get(key).replace(b"<title>", b"<evil!>"))
    assert ask(Client()).content == expected
    assert len(made) == 2
    assert "not one of ours" in caplog.text
    settings.SECRET_KEY = "another key"
    assert ask(Client()).content == expected
    assert len(made) == 3


def test_without_redis_pages_are_made_and_it_is_said_once(shared, issue, made, caplog, monkeypatch):
    monkeypatch.setattr(sharing, "_PAUSE", 0.05)
    client = Client()
    expected = ask(client).content
    shared.stop()
    for _ in range(3):
        assert ask(Client()).content == expected
    assert ask(client).content == expected
    assert len(made) == 4
    assert caplog.text.count("The Redis of finished pages is out of reach") == 3
    assert shared.PASSWORD not in caplog.text
    away = Client()
    ask(away)
    shared.start()
    time.sleep(0.06)
    away.get("/issues/")
    assert caplog.text.count("The Redis of finished pages is back") == 1
    assert shared.client.keys("akira:page:*")


def test_a_redis_that_is_away_is_left_alone_for_a_while(shared, issue):
    client = Client()
    ask(client)
    shared.stop()
    pages_in_redis = PageStoreMiddleware.latest._shared
    client.get("/issues/")
    asked = []
    pages_in_redis._redis.get = lambda name: asked.append(name)
    client.get("/about/")
    assert asked == []
    shared.start()
