"""The safe client asks a site for its rules before it reads a page, and keeps to them."""

import socket

import pytest
from django.core.cache import cache

from common.http import Reason
from tests.common.sites import PAGE, client_of, failure, site
from tests.servers import Reply, serving


@pytest.fixture(autouse=True)
def _no_kept_rules():
    """Ports come again; the rules of a server that used one before must not."""
    cache.clear()


FORBIDDING = "User-agent: *\nDisallow: /page"


def test_page_that_robots_may_not_read_is_not_asked_for():
    with serving(site({"/page": PAGE, "/other": PAGE}, FORBIDDING)) as server:
        failed = failure(client_of(server).fetch, f"{server.base}/page")
        assert client_of(server).fetch(f"{server.base}/other").status == 200
    assert (failed.reason, failed.is_passing) == (Reason.ROBOTS, False)
    assert "/page" not in server.targets


def test_rules_are_asked_for_once():
    with serving(site({"/page": PAGE})) as server:
        for _ in range(3):
            client_of(server).fetch(f"{server.base}/page")
    assert server.targets.count("/robots.txt") == 1


def test_interface_for_programs_is_asked_without_rules():
    with serving(site({"/page": PAGE}, FORBIDDING)) as server:
        assert client_of(server).fetch(f"{server.base}/page", robots=False).status == 200
    assert server.targets == ["/page"]


def test_rules_of_each_site_on_the_way_count():
    away = Reply(status=302)
    with serving(site({"/page": PAGE}, FORBIDDING)) as second, serving(site({"/away": away})) as first:
        away.headers["Location"] = f"{second.base}/page"
        failed = failure(client_of(first, second).fetch, f"{first.base}/away")
    assert failed.reason == Reason.ROBOTS
    assert failed.url == f"{second.base}/page"
    assert second.targets == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_without_rules_everything_may_be_read(status):
    with serving(site({"/page": PAGE}, Reply(FORBIDDING, status=status))) as server:
        assert client_of(server).fetch(f"{server.base}/page").status == 200


@pytest.mark.parametrize("status", [500, 503])
def test_site_that_cannot_tell_its_rules_is_left_alone_for_now(status):
    with serving(site({"/page": PAGE}, Reply("User-agent: *\nAllow: /", status=status))) as server:
        failed = failure(client_of(server).fetch, f"{server.base}/page", deadline=1.9)
        assert (failed.reason, failed.is_passing) == (Reason.ROBOTS, True)
        assert server.targets == ["/robots.txt"]


def test_trouble_with_the_rules_is_not_remembered():
    replies = [Reply(status=503), Reply("")]
    with serving(lambda asked: replies.pop(0) if asked.path == "/robots.txt" else PAGE) as server:
        failure(client_of(server).fetch, f"{server.base}/page", deadline=1.9)
        assert client_of(server).fetch(f"{server.base}/page", deadline=1.9).status == 200


def test_busy_answer_is_not_taken_for_rules():
    """The page is asked for, since a site that has no rules answers so, too; but next time its rules are, first."""
    replies = [Reply(status=429), Reply(FORBIDDING)]
    with serving(lambda asked: replies.pop(0) if asked.path == "/robots.txt" else PAGE) as server:
        assert client_of(server).fetch(f"{server.base}/page").status == 200
        assert failure(client_of(server).fetch, f"{server.base}/page").reason == Reason.ROBOTS


def test_redirected_rules_are_found():
    rules = {"/rules": Reply(FORBIDDING, media_type="text/plain")}
    with serving(site({"/page": PAGE, **rules}, Reply(status=301, headers={"Location": "/rules"}))) as server:
        assert failure(client_of(server).fetch, f"{server.base}/page").reason == Reason.ROBOTS


@pytest.mark.parametrize("location", ["/robots.txt", "http://127.0.0.1:1/", "javascript:x", "http://10.0.0.1/"])
def test_rules_that_lead_nowhere_are_none(location):
    with serving(site({"/page": PAGE}, Reply(status=302, headers={"Location": location}))) as server:
        assert client_of(server).fetch(f"{server.base}/page").status == 200


def test_rules_on_another_host_that_is_away_leave_the_site_alone():
    with serving(site({"/page": PAGE}, Reply(status=302, headers={"Location": "http://away.example/"}))) as server:

        def resolve(host, port):
            raise socket.gaierror(socket.EAI_AGAIN, "later")

        failed = failure(client_of(server, resolver=resolve).fetch, f"{server.base}/page", deadline=1.9)
    assert (failed.reason, failed.is_passing) == (Reason.ROBOTS, True)


def test_enormous_rules_are_read_as_far_as_they_must_be():
    rules = FORBIDDING + "\n#" + "x" * 2_000_000
    with serving(site({"/page": PAGE}, rules)) as server:
        assert failure(client_of(server).fetch, f"{server.base}/page").reason == Reason.ROBOTS
