"""Who may come where: every page and verb of the desk, for each role, in each state of an issue.

Where the table says the same of a role for all states, two are asked, other ones on each line, since what is refused
or allowed takes a whole page each time. AKIRA_EVERY_STATE=1 asks all.
"""

import os
import re

import pytest
from django.db import transaction
from django.urls import get_resolver

from .desk_pages import ACCOUNTS, ELSEWHERE, LINES
from .desk_world import STATES, World

PLACE = r"<[^>]+>|\(\?P<.*$"
KEYS = ("<int:pk>", "<path:object_id>", "<id>")
# Its apps stand in no fixed order.
APPS = "admin/^(?P<app_label>"
# Of many that are decided about at once, some may be gone: it is told on the page to which it leads.
TELLS = "admin/inbox/<int:pk>/<decision:decision>/"
OF_AN_ISSUE = {"issue", "section", "highlight", "theirs", "own", "erratum", "change"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once; each question is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def _routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def test_every_page_of_the_desk_has_a_line_in_the_table():
    begun = ("admin/", "api/", "preview/")
    routes = {route for route in _routes(get_resolver().url_patterns) if route.startswith(begun)}
    known = {line.route for line in LINES} | set(ELSEWHERE)
    assert {route for route in routes - known if not route.startswith((*ACCOUNTS, APPS))} == set()
    assert known - routes == set()


def _address(line, rows):
    rest = iter(line.rest)
    return "/" + re.sub(PLACE, lambda place: str(rows[line.row].pk) if place[0] in KEYS else next(rest), line.route)


def _ask(world, line, role, state):
    """What this person is answered; whatever it did is undone."""
    rows = world.of(state)
    keys = {name: row.pk for name, row in rows.items()}
    values = {name: value.format(**keys) for name, value in line.values.items()}
    with transaction.atomic():
        response = getattr(world.clients[role], line.method)(_address(line, rows), values)
        transaction.set_rollback(True)
    return response


def _word(response):
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        return "login"
    # No page of the desk leads in a circle.
    if response.status_code in (301, 302):
        assert response.url.partition("?")[0] != response.wsgi_request.path or response.wsgi_request.method == "POST"
    # What is allowed may still be refused for what was sent (400), or for how the issue stands (409).
    words = {200: "allowed", 302: "allowed", 400: "allowed", 409: "allowed", 403: "403", 404: "not found"}
    return words.get(response.status_code, response)


def _expected(line, role, state):
    if role == "anonymous":
        return "login"
    if state not in line.who[role]:
        return "403"
    return "not found" if role in line.missing else "allowed"


def _states(line, role):
    """The states in which this is asked: among them one before and one after publication."""
    if line.row not in OF_AN_ISSUE:
        return STATES[:1]
    if os.environ.get("AKIRA_EVERY_STATE") == "1" or line.who[role] not in ((), STATES):
        return STATES
    place = LINES.index(line) % 3
    return STATES[place::3]


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES, ids=str)
def test_who_may(world, line):
    asked = [(role, state) for role in world.clients for state in _states(line, role)]
    told = {f"{role}, {state}": _word(_ask(world, line, role, state)) for role, state in asked}
    assert told == {f"{role}, {state}": _expected(line, role, state) for role, state in asked}


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted({line.route for line in LINES if "<int:pk>" in line.route} - {TELLS}))
def test_what_is_not_there_is_not_found(world, route):
    line = next(line for line in LINES if line.route == route)
    address = "/" + re.sub(PLACE, lambda place: "987654321" if place[0] in KEYS else line.rest[0], route)
    with transaction.atomic():
        response = getattr(world.clients["superuser"], line.method)(address, line.values)
        transaction.set_rollback(True)
    assert response.status_code == 404


@pytest.mark.django_db
def test_who_is_refused_is_told_so_on_a_page_of_the_desk(world):
    client, address = world.clients["contributor"], "/admin/issues/issue/begin/"
    response = client.get(address)
    assert (response.status_code, response.headers["Cache-Control"]) == (403, "private, no-store")
    assert "Your account may not do this" in response.text
    assert 'href="/admin/"' in response.text
    for asked in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        assert client.get(address, headers=asked).text == "You may not do this.\n"


@pytest.mark.django_db
def test_lists_of_apps_show_what_one_may_see(world):
    apps = ("issues", "papers", "inbox", "auth")
    shown = {
        role: {app: _word(client.get(f"/admin/{app}/")) for app in apps}
        for role, client in world.clients.items()
        if role != "anonymous"
    }
    # Of the inbox, it is the inbox itself.
    assert shown["stranger"] == dict.fromkeys(apps, "not found") | {"inbox": "403"}
    readable = {"issues": "allowed", "papers": "allowed", "inbox": "allowed", "auth": "not found"}
    assert shown["contributor"] == shown["editor"] == shown["publisher"] == readable
    assert shown["superuser"] == dict.fromkeys(apps, "allowed")


@pytest.mark.django_db
def test_the_interface_for_programs_asks_for_the_role_of_the_owner(world):
    with transaction.atomic():
        told = {
            role: world.clients["anonymous"]
            .post("/api/candidates", {"url": "example.org/x"}, headers={"Authorization": f"Bearer {text}"})
            .status_code
            for role, text in world.make_tokens().items()
        }
        transaction.set_rollback(True)
    assert told == {"stranger": 403, "contributor": 201, "editor": 200, "publisher": 200, "superuser": 200}
    assert world.clients["anonymous"].post("/api/candidates", {"url": "example.org/x"}).status_code == 401
