"""Programs send candidates with a token."""

import datetime
import json

import pytest
from django.contrib.auth.models import Permission

from inbox import tokens
from inbox.api import MOST_A_MINUTE, MOST_BYTES, MOST_WRONG
from inbox.models import Candidate, Token
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.inbox.factories import make_candidate

pytestmark = pytest.mark.django_db

POST = "https://example.org/post"


@pytest.fixture(autouse=True)
def publication():
    return make_publication(languages=["en", "ja"])


@pytest.fixture
def send(client, editor):
    """Sends fields with a token of the editor, as JSON unless told otherwise."""
    _, text = tokens.make_token(editor, name="phone")

    def send_fields(fields, content_type="application/json", token=text, **headers):
        headers = {"Authorization": f"Bearer {token}"} | headers
        body = fields if isinstance(fields, str | bytes) else json.dumps(fields)
        return client.post("/api/candidates", body, content_type=content_type, headers=headers)

    return send_fields


def test_an_address_becomes_a_candidate_of_the_tokens_owner(send, editor):
    response = send({"url": f"{POST}?utm_source=x", "title": "A\npost", "note": "Read it", "language": "ja"})
    candidate = Candidate.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "added": 1,
        "results": [
            {
                "given": f"{POST}?utm_source=x",
                "outcome": "added",
                "url": POST,
                "candidate": f"http://testserver/admin/inbox/?state=new&before={candidate.pk + 1}#c{candidate.pk}",
                "already_run": [],
                "in_drafts": [],
            }
        ],
    }
    assert (candidate.title, candidate.note, candidate.language) == ("A post", "Read it", "ja")
    arrival = candidate.arrivals.get()
    assert (arrival.way, arrival.by) == ("api", editor)
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_a_form_does_as_well(send):
    response = send(f"url={POST}&title=A+post", content_type="application/x-www-form-urlencoded; charset=utf-8")
    assert response.status_code == 201
    assert Candidate.objects.get().title == "A post"


def test_what_is_known_is_no_news(send):
    make_candidate(POST)
    response = send({"url": POST})
    assert (response.status_code, response.json()["results"][0]["outcome"]) == (200, "known")


def test_where_it_ran_is_told(send):
    moment = datetime.datetime(2021, 3, 5, 9, tzinfo=datetime.UTC)
    make_entry(make_section(make_issue(number=21, published_at=moment)), url=POST, public_id="abc")
    make_entry(make_section(make_issue(number=27, published=False)), url=POST)
    (result,) = send({"url": POST}).json()["results"]
    assert result["already_run"] == [{"issue": "#21", "on": "2021-03-05", "url": "http://127.0.0.1:8000/entries/abc/"}]
    assert result["in_drafts"] == ["#27"]


def test_all_addresses_of_a_text_come_in(send):
    response = send({"text": f"Two: {POST}。[そして](https://example.org/b) https://x:y@example.org/"})
    assert response.status_code == 201
    assert [one["outcome"] for one in response.json()["results"]] == ["added", "added", "unreadable"]
    assert "password" in response.json()["results"][2]["message"]


def test_a_share_sheet_names_the_title_beside_the_text(send):
    send({"text": f"Look at this: {POST}", "title": "A post"})
    assert Candidate.objects.get().title == "A post"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "no-address"),
        ("{", "unreadable"),
        ("[1]", "unreadable"),
        ('"url"', "unreadable"),
        ("[" * 60_000, "unreadable"),
        (b"\xff\xfe", "unreadable"),
        ('{"url": 5}', "unreadable"),
        ('{"url": ["x"]}', "unreadable"),
        ("{}", "no-address"),
        ('{"url": " ", "text": "nothing"}', "no-address"),
        ('{"url": "not an address"}', "unreadable-address"),
        ('{"url": "https://x:y@example.org/"}', "unreadable-address"),
        ('{"url": "\\u0000"}', "no-address"),
    ],
)
def test_what_can_not_be_read_is_told_in_words(send, body, code):
    response = send(body)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert response.json()["message"].endswith((".", "}."))
    assert not Candidate.objects.exists()


def test_a_body_that_says_nothing_of_its_kind_is_no_form(send):
    assert send("url=x", content_type="text/plain").json()["error"] == "no-address"


def test_a_form_with_thousands_of_fields_is_refused(send):
    body = "&".join(f"a{number}=" for number in range(2_000))
    response = send(body, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.json()["error"]) == (400, "unreadable")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"}])
def test_without_a_token_nothing_is_taken(client, headers):
    response = client.post("/api/candidates", {"url": POST}, headers=headers)
    assert (response.status_code, response.json()["error"]) == (401, "no-token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["akira_wrong", "\u00e9", "x" * 5000, "a b"])
def test_an_unknown_token_opens_nothing(send, token):
    response = send({"url": POST}, token=token)
    assert (response.status_code, response.json()["error"]) == (401, "unknown-token")


def test_a_session_opens_nothing(editor_client):
    assert editor_client.post("/api/candidates", {"url": POST}).status_code == 401


def test_a_revoked_token_opens_nothing(send):
    tokens.revoke(Token.objects.get())
    assert send({"url": POST}).status_code == 401


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_staff": False}])
def test_the_token_of_somebody_who_left_opens_nothing(send, editor, values):
    type(editor).objects.update(**values)
    assert send({"url": POST}).status_code == 401


def test_the_token_of_somebody_who_may_not_add_any_more_is_refused(send, editor):
    editor.user_permissions.remove(Permission.objects.get(codename="add_candidate"))
    response = send({"url": POST})
    assert (response.status_code, response.json()["error"]) == (403, "not-permitted")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options", "head"])
def test_only_posts_are_taken(client, method):
    response = getattr(client, method)("/api/candidates")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("length", [None, "-1", "many"])
def test_what_is_too_large_is_not_read(send, length):
    body = json.dumps({"text": "x" * MOST_BYTES})
    headers = {"Content-Length": length} if length else {}
    response = send(body, **headers)
    assert (response.status_code, response.json()["error"]) == (413, "too-large")


def test_more_addresses_than_at_once_are_refused_whole(send):
    text = " ".join(f"https://e.org/{number}" for number in range(501))
    assert send({"text": text}).status_code == 413
    assert not Candidate.objects.exists()


def test_who_comes_too_often_is_told_when_to_come_again(send):
    for _ in range(MOST_A_MINUTE):
        assert send({}).status_code == 400
    response = send({"url": POST})
    assert (response.status_code, response.json()["error"]) == (429, "too-many-requests")
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_another_site_can_not_use_it_and_need_not_be_kept_out(send):
    assert send({"url": POST}, Origin="https://evil.example").status_code == 201
    assert "Access-Control-Allow-Origin" not in send({"url": POST}).headers


def test_without_a_newsletter_it_is_said_what_to_do(send, publication):
    publication.delete()
    assert send({"url": POST}).json()["error"] == "no-publication"


def test_whoever_guesses_tokens_is_put_off_and_a_valid_one_is_taken_all_the_while(send):
    statuses = [send({"url": POST}, token=f"akira_{number}").status_code for number in range(MOST_WRONG + 1)]
    assert statuses == [401] * MOST_WRONG + [429]
    refused = send({"url": POST}, token="akira_again")
    assert (refused.status_code, refused.json()["error"]) == (429, "too-many-wrong-tokens")
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert send({"url": POST}).status_code == 201
