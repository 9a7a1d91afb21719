"""While the database can't answer: 503 wherever that shows, in the language of the reader, and one line in the log."""

import json
import logging

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from akira import urls
from common.outages import is_away
from common.postgres_place import ClusterError

AWAY = {
    "refused": OperationalError("connection refused"),
    "closed": InterfaceError("connection already closed"),
    "not started": ClusterError("PostgreSQL did not start: the disk is full."),
}


def in_a_view(request, how="refused"):
    raise AWAY[how]


def in_a_template(request):
    def rows():
        raise AWAY["closed"]
        yield

    return TemplateResponse(
        request, engines["django"].from_string("{% for row in rows %}{% endfor %}"), {"rows": rows()}
    )


def in_a_middleware(request):
    """What a page of the desk leaves in its session is saved after the view, when the database has just gone."""
    request.session.save = lambda **options: in_a_view(request)
    request.session["left"] = "something"
    return HttpResponse("made")


def by_fault(request):
    raise ValueError("a fault")


urlpatterns = [
    path("away/<str:how>/", in_a_view),
    path("ja/away/", in_a_view),
    path("zh-hans/away/", in_a_view),
    path("fr/away/", in_a_view),
    path("api/away", in_a_view),
    path("template/", in_a_template),
    path("admin/away/", in_a_view),
    path("admin/middleware/", in_a_middleware),
    path("fault/", by_fault),
    *urls.urlpatterns,
]
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


def assert_calm(response):
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    assert "Content-Security-Policy" in response
    assert "ETag" not in response


@pytest.mark.parametrize("how", AWAY)
def test_a_page_that_the_database_does_not_give_is_asked_for_again_later(client, how):
    response = client.get(f"/away/{how}/")
    assert_calm(response)
    assert "Back in a moment" in response.content.decode()
    assert str(AWAY[how]) not in response.content.decode()
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/template/", "/admin/away/", "/admin/middleware/"])
def test_it_makes_no_difference_where_it_shows(client, address):
    assert_calm(client.get(address))


@pytest.mark.parametrize(
    ("address", "accepted", "language", "title"),
    [
        ("/ja/away/", "en", "ja", "すぐに戻ります"),
        ("/zh-hans/away/", "en", "zh-Hans", "马上回来"),
        ("/fr/away/", "ja", "en", "Back in a moment"),
        ("/away/refused/", "ja,en;q=0.5", "ja", "すぐに戻ります"),
        ("/away/refused/", "fr", "en", "Back in a moment"),
        ("/away/refused/", "", "en", "Back in a moment"),
    ],
)
def test_it_is_said_in_the_language_of_the_address_or_of_the_browser(client, address, accepted, language, title):
    said = client.get(address, headers={"accept-language": accepted}).content.decode()
    assert f'<html lang="{language}">' in said
    assert f"<h1>{title}</h1>" in said


def test_who_sent_something_is_told_to_look_whether_it_was_kept(client):
    assert "send it again only where it is missing" in client.post("/away/refused/").content.decode()
    assert "send it again" not in client.get("/away/refused/").content.decode()


@pytest.mark.parametrize(
    ("address", "headers"), [("/api/away", {}), ("/away/refused/", {"accept": "application/json"})]
)
def test_programs_are_told_in_json(client, address, headers):
    response = client.post(address, headers=headers)
    assert_calm(response)
    assert json.loads(response.content)["error"] == "unavailable"


def test_the_log_says_it_once_a_minute_and_without_what_led_to_it(client, caplog):
    for _ in range(20):
        client.get("/away/refused/")
    assert [record.getMessage() for record in caplog.records] == [
        "The database is out of reach (OperationalError: connection refused)"
    ]
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.django_db
def test_the_log_says_when_it_is_back(client, caplog):
    client.get("/away/refused/")
    client.get("/robots.txt")
    client.get("/feeds/")
    client.get("/feeds/")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "The database is out of reach (OperationalError: connection refused)",
        "The database is within reach again",
    ]


def test_a_fault_of_ours_stays_one(client):
    response = client.get("/fault/")
    assert response.status_code == 500
    assert "A fault of ours" in response.content.decode()


@pytest.mark.parametrize(
    ("code", "away"),
    [
        (None, True),
        ("08006", True),
        ("57P01", True),
        ("57P03", True),
        ("53300", True),
        ("40P01", False),
        ("57014", False),
        ("55P03", False),
    ],
    ids=["no answer", "broken", "shut down", "starting", "full", "deadlock", "cancelled", "locked"],
)
def test_a_server_that_is_away_is_told_from_a_statement_that_was_given_up(code, away):
    error = OperationalError("x")
    error.__cause__ = type("Error", (Exception,), {"pgcode": code})()
    assert is_away(error) is away
    assert not is_away(ValueError("x"))
