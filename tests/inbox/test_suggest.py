"""Readers suggest links, without an account, and are told at once where one has run."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from inbox import suggesting
from inbox.models import Arrival, Candidate, Tally
from inbox.suggesting import OF_ALL, OF_ONE
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

POST = "https://example.org/post"


@pytest.fixture(autouse=True)
def publication():
    return make_publication(name="Akira", languages=["en", "ja", "zh-hans"])


def suggest(client, address=POST, path="/suggest/", headers=None, **values):
    headers = {"Sec-Fetch-Site": "same-origin"} if headers is None else headers
    return client.post(path, {"address": address} | values, headers=headers)


def run_in(**values):
    moment = datetime.datetime(2021, 3, 5, 9, tzinfo=datetime.UTC)
    issue = make_issue(**{"number": 21, "published_at": moment} | values)
    return make_entry(make_section(issue), url=POST, title="A post, read", public_id="abc")


def test_a_suggestion_reaches_the_inbox_with_name_and_words(client):
    response = suggest(client, name="Ken", words="See\r\npage 3")
    assert (response.status_code, response.templates[0].name) == (200, "inbox/suggested.html")
    assert "The editor will look at it." in response.text
    assert Candidate.objects.get().url == POST
    arrival = Arrival.objects.get()
    assert (arrival.way, arrival.by, arrival.name, arrival.words) == ("suggestion", None, "Ken", "See\npage 3")


@pytest.mark.parametrize("address", ["2103.00020", "arXiv:2103.00020", "10.1109/5.771073", "example.org/post"])
def test_ids_and_short_addresses_are_understood(client, address):
    assert suggest(client, address).status_code == 200
    assert Candidate.objects.count() == 1


def test_what_has_run_is_answered_at_once_with_the_place(client):
    run_in()
    response = suggest(client)
    assert "Already run" in response.text
    assert 'In Issue 21, <time datetime="2021-03-05">5 March 2021</time>:' in response.text
    assert '<a href="/entries/abc/">A post, read</a>' in response.text
    assert not Candidate.objects.exists()


def test_words_about_what_has_run_are_passed_on_all_the_same(client):
    run_in()
    response = suggest(client, words="There is a new version")
    assert "What you wrote has been passed on" in response.text
    assert Arrival.objects.get().words == "There is a new version"


@pytest.mark.parametrize(
    "values",
    [
        {"published": False, "published_at": None},
        {"published_at": timezone.now() + datetime.timedelta(days=1)},
        {"status": "withdrawn"},
    ],
    ids=["draft", "scheduled", "withdrawn"],
)
def test_what_readers_do_not_see_is_not_betrayed(client, values):
    run_in(**values)
    response = suggest(client)
    assert "21" not in response.text.partition("<main")[2].partition("</main>")[0]
    assert "The editor will look at it." in response.text


def test_what_ran_in_another_language_leads_there(client):
    run_in(language="ja")
    response = suggest(client)
    assert '<a href="/ja/entries/abc/" lang="ja" hreflang="ja">' in response.text


def test_who_has_suggested_the_same_before_is_thanked_the_same(client):
    assert suggest(client).content == suggest(client).content
    assert Arrival.objects.get().times == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"address": ""}, "The address is missing."),
        ({"address": "   "}, "The address is missing."),
        ({"address": "\x00"}, "The address is missing."),
        ({"address": "no address"}, "That is no address of a page."),
        ({"address": "javascript:alert(1)"}, "That is no address of a page."),
        ({"address": "https://me:secret@example.org/"}, "That is no address of a page."),
        ({"address": POST + "x" * 2000}, "longer than 2000 characters"),
        ({"words": "語" * 1001}, "Shorten this to 1000 characters."),
        ({"name": "語" * 101}, "Shorten this to 100 characters."),
        ({"words": "x" * 70_000}, "That was too much text."),
    ],
)
def test_what_can_not_be_taken_is_told_and_what_was_typed_is_kept(client, values, sentence):
    response = suggest(client, **{"address": POST, "name": "K<e>n"} | values)
    assert response.status_code == 400
    assert sentence in response.text
    if "too much" not in sentence and "name" not in values:
        assert 'value="K&lt;e&gt;n"' in response.text
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_on_another_site_suggests_nothing(client, headers):
    response = suggest(client, headers=headers)
    assert response.status_code == 403
    assert "sent from another site" in response.text
    assert not Candidate.objects.exists()
    assert not Tally.objects.exists()


def test_who_fills_in_what_nobody_sees_is_thanked_and_not_heard(client):
    trapped = suggest(client, website="https://spam.example")
    assert not Candidate.objects.exists()
    assert trapped.content == suggest(client).content


def test_the_page_takes_no_token_and_sets_no_cookie(client):
    response = suggest(Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("page", ["/suggest/", "/ja/suggest/", "/zh-hans/suggest/"])
def test_the_page_is_the_same_for_everybody_at_the_cost_of_one_query(
    client, admin_client, page, django_assert_num_queries
):
    with django_assert_num_queries(1):
        response = client.get(page)
    assert response.status_code == 200
    assert response.content == admin_client.get(page).content == client.get(f"{page}?x=1").content
    assert response.headers["Cache-Control"].startswith("public")
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["ETag"]
    assert not response.cookies
    assert "csrf" not in response.text


def test_answers_are_kept_by_nobody(client):
    for values in ({}, {"address": ""}):
        assert suggest(client, **values).headers["Cache-Control"] == "no-store"


def test_the_page_speaks_the_language_of_its_address(client):
    assert "リンクを" in client.get("/ja/suggest/").text
    assert "推荐" in client.get("/zh-hans/suggest/").text
    response = suggest(client, path="/ja/suggest/")
    assert '<html lang="ja">' in response.text
    assert 'href="/ja/suggest/"' in response.text


def test_a_language_that_there_is_not_is_missing(client):
    assert client.get("/fr/suggest/").status_code == 404
    assert suggest(client, path="/fr/suggest/").status_code == 404


def test_the_default_language_has_no_prefix(client):
    assert client.get("/en/suggest/").url == "/suggest/"


def test_without_a_newsletter_nothing_can_be_suggested(client, publication):
    publication.delete()
    assert client.get("/suggest/").status_code == 404
    assert suggest(client).status_code == 404
    assert "/suggest/" not in client.get("/").text


def test_every_page_leads_there_in_its_language(client):
    make_entry(make_section(make_issue(number=3)))
    for page, path in {
        "/": "/suggest/",
        "/ja/": "/ja/suggest/",
        "/issues/3/": "/suggest/",
        "/none/": "/suggest/",
    }.items():
        assert f'<a href="{path}"' in client.get(page).text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/suggest/").status_code == 405


def test_who_suggests_too_much_is_told_when_the_next_is_taken(client):
    most, _ = OF_ONE[0]
    for number in range(most):
        assert suggest(client, f"{POST}/{number}").status_code == 200
    response = suggest(client)
    assert response.status_code == 429
    assert "The next one is taken in 10 minutes." in response.text
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert Candidate.objects.count() == most
    # Another visitor is not held up.
    assert client.post("/suggest/", {"address": POST}, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_all_together_are_bounded_too():
    most, _ = OF_ALL
    for number in range(most):
        suggesting.admit(str(number))
    with pytest.raises(suggesting.TooMany) as refusal:
        suggesting.admit("one more")
    assert 0 < refusal.value.wait <= 3600


def test_nothing_tells_from_where_somebody_came(client):
    client.post("/suggest/", {"address": POST}, REMOTE_ADDR="203.0.113.9")
    assert not [key for key in Tally.objects.values_list("key", flat=True) if "203" in key.partition(":")[2][:10]]
