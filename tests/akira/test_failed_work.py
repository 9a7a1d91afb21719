"""The page of the desk about background work: what failed, why, and another try."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from akira.background import words
from common import due
from common.failures import Reason
from papers.models import Fetch
from tests.factories import make_publication, make_work

pytestmark = pytest.mark.django_db

PAGE = "/admin/background/"
MINUTE = datetime.timedelta(minutes=1)
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"


def make_failed(reason="not-found", *, title="A page", minutes_ago=5, again_in=None, **values):
    """A fetch that failed; given up, unless it is tried again in some minutes."""
    now = timezone.now()
    defaults = {
        "lane": "example.org",
        "last_error": reason,
        "last_message": "example.org has no page at this address.",
        "failed_at": now - minutes_ago * MINUTE,
        "due_at": again_in and now + again_in * MINUTE,
        "attempts": 1,
    }
    return Fetch.objects.create(work=make_work(title=title), **defaults | values)


def titles(response):
    return re.findall(r"<h3[^>]*><a [^>]*>([^<]*)</a>", response.content.decode())


def key(fetch):
    return f"papers.fetch:{fetch.pk}"


# --- What it shows ---------------------------------------------------------------------------------------------------


def test_what_failed_is_listed_with_its_reason_and_moments(editor_client):
    make_publication(time_zone="Asia/Tokyo")
    moment = datetime.datetime(2026, 3, 1, 20, 30, tzinfo=datetime.UTC)
    fetch = make_failed("timeout", title="Scaling laws", failed_at=moment, due_at=moment + 300 * MINUTE, attempts=3)
    page = editor_client.get(PAGE)
    assertContains(page, f'<a href="/admin/papers/work/{fetch.work_id}/change/">Scaling laws</a>', html=True)
    assertContains(page, "No answer in time")
    assertContains(page, "example.org has no page at this address.")
    assertContains(page, "Failed on 2 Mar 2026, 05:30, after 3 attempts.")
    assertContains(page, "Next try on 2 Mar 2026, 10:30.")
    assertContains(page, "Times are those of Asia/Tokyo.")


def test_what_is_not_tried_again_says_so(editor_client):
    make_failed()
    page = editor_client.get(PAGE)
    assertContains(page, "at the first attempt.")
    assertContains(page, "Given up.")
    assertNotContains(page, "Next try")


def test_the_latest_failure_comes_first_and_what_did_not_fail_not_at_all(editor_client):
    make_failed(title="Second", minutes_ago=10)
    make_failed(title="First", minutes_ago=1)
    make_failed(title="Third", minutes_ago=20)
    make_failed("", title="Fine", failed_at=None)
    assert titles(editor_client.get(PAGE)) == ["First", "Second", "Third"]


def test_the_page_counts_what_waits_is_in_work_or_failed(editor_client):
    now = timezone.now()
    make_failed("", due_at=now, failed_at=None)
    make_failed("", due_at=now + MINUTE, failed_at=None)
    make_failed("", due_at=now, failed_at=None, leased_until=now + MINUTE)
    make_failed("", due_at=now, failed_at=None, leased_until=now + MINUTE, holder=due.new_holder())
    make_failed("timeout", again_in=5)
    make_failed("timeout", again_in=6)
    make_failed("gone")
    counts = editor_client.get(PAGE).context["counts"][0]
    assert (counts.waiting, counts.held, counts.retried, counts.given_up) == (3, 1, 2, 1)


def test_work_that_is_left_lying_raises_the_question_whether_a_worker_runs(editor_client):
    make_failed("", due_at=timezone.now() - MINUTE, failed_at=None)
    assertNotContains(editor_client.get(PAGE), "Is the worker running?")
    Fetch.objects.update(due_at=timezone.now() - 6 * MINUTE)
    assertContains(editor_client.get(PAGE), "Is the worker running?")
    Fetch.objects.update(leased_until=timezone.now() + MINUTE)
    assertContains(editor_client.get(PAGE), "Is the worker running?")
    Fetch.objects.update(holder=due.new_holder())
    assertNotContains(editor_client.get(PAGE), "Is the worker running?")
    Fetch.objects.update(due_at=None, leased_until=None)
    assertNotContains(editor_client.get(PAGE), "Is the worker running?")


def test_an_empty_page_says_what_will_stand_there(editor_client):
    page = editor_client.get(PAGE)
    assertContains(page, "Nothing failed.")
    assertNotContains(page, 'name="all"')


def test_what_pages_say_of_themselves_is_escaped(editor_client):
    make_failed(title=HOSTILE, last_message=HOSTILE, lane=HOSTILE)
    make_failed(HOSTILE[:40], title="Unknown reason")
    page = editor_client.get(PAGE)
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<img")
    assert page.content.decode().count(escape(HOSTILE)) == 4
    page = editor_client.get(PAGE, {"reason": HOSTILE})
    assertNotContains(page, "<script>alert")
    assertContains(page, "Nothing fails for this reason any more.")


@pytest.mark.parametrize(
    "title", ["語" * 5000, "\u202egnp.exe", "", "a\x0bb"], ids=["long", "turned", "none", "control"]
)
def test_a_title_of_any_shape_is_shown(editor_client, title):
    make_failed(title=title)
    assert len(titles(editor_client.get(PAGE))[0]) <= 200


def test_every_reason_has_its_words():
    assert set(Reason) | {due.FAULT, due.WORKER_DIED} == set(words.WORDS)
    assert len(set(words.WORDS.values())) == len(words.WORDS)
    assert words.in_words("something-new") == "something-new"


# --- Finding one's way -----------------------------------------------------------------------------------------------


def test_one_reason_is_shown_by_itself(editor_client):
    make_failed("timeout", title="Slow")
    make_failed("gone", title="Gone")
    page = editor_client.get(PAGE, {"reason": "timeout"})
    assert titles(page) == ["Slow"]
    assert re.findall(r'aria-current="page">([^<]*) ', page.content.decode()) == ["No answer in time"]
    assert [number for _, _, number in page.context["reasons"]] == [1, 1]


def test_many_failures_are_spread_over_pages(editor_client):
    for number in range(120):
        make_failed("timeout" if number % 2 else "gone", title=f"Page {number}", minutes_ago=number)
    first = editor_client.get(PAGE)
    assert titles(first) == [f"Page {number}" for number in range(50)]
    assertContains(first, "Page 1 of 3")
    assertContains(first, 'href="?page=2"')
    assert titles(editor_client.get(PAGE, {"page": 3})) == [f"Page {number}" for number in range(100, 120)]
    second = editor_client.get(PAGE, {"reason": "gone", "page": 2})
    assert titles(second) == [f"Page {number}" for number in range(100, 120, 2)]
    assertContains(second, 'href="?reason=gone&amp;page=1"')
    # Beyond the end, and no number at all.
    assert len(titles(editor_client.get(PAGE, {"page": 99}))) == 20
    assert len(titles(editor_client.get(PAGE, {"page": "x"}))) == 50


def test_the_page_costs_the_same_for_few_failures_as_for_many(editor_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            editor_client.get(PAGE)
        return len(captured)

    make_failed()
    few = queries()
    for number in range(100):
        make_failed("timeout", again_in=number + 1)
    assert queries() == few


def test_the_first_page_of_the_desk_leads_there_and_says_how_much_was_given_up(editor_client):
    assertContains(editor_client.get("/admin/"), f'<a href="{PAGE}">Nothing was given up</a>', html=True)
    make_failed()
    assertContains(editor_client.get("/admin/"), f'<a href="{PAGE}">1 was given up</a>', html=True)
    make_failed()
    make_failed(again_in=5)
    assertContains(editor_client.get("/admin/"), f'<a href="{PAGE}">2 were given up</a>', html=True)


# --- Trying again ----------------------------------------------------------------------------------------------------


def test_one_failure_is_tried_again(editor_client):
    one, other = make_failed("gone", attempts=5), make_failed("gone")
    answer = editor_client.post(PAGE, {"row": key(one), "reason": "gone"}, follow=True)
    assertRedirects(answer, f"{PAGE}?reason=gone")
    assertContains(answer, "It will be tried again now.")
    assert list(Fetch.objects.due()) == [one]
    one.refresh_from_db()
    assert (one.attempts, one.last_error) == (0, "")
    assert list(Fetch.objects.failed()) == [other]


def test_all_of_a_reason_are_tried_again(editor_client):
    slow = {make_failed("timeout", again_in=60).pk, make_failed("timeout").pk}
    make_failed("gone")
    answer = editor_client.post(PAGE, {"all": "1", "reason": "timeout"}, follow=True)
    assertRedirects(answer, PAGE)
    assertContains(answer, "2 will be tried again now.")
    assert set(Fetch.objects.due().values_list("pk", flat=True)) == slow
    assert Fetch.objects.failed().count() == 1


def test_everything_is_tried_again(editor_client):
    for reason in ("timeout", "gone", "fault", "worker-died"):
        make_failed(reason)
    editor_client.post(PAGE, {"all": "1", "reason": ""})
    assert Fetch.objects.due().count() == 4


@pytest.mark.parametrize(
    "row", ["papers.fetch:0", "papers.fetch:", "papers.fetch:x", "papers.work:1", "", "::", "papers.fetch:٣"]
)
def test_what_is_not_there_is_not_tried_again(editor_client, row):
    make_failed()
    answer = editor_client.post(PAGE, {"row": row}, follow=True)
    assertContains(answer, "Nothing to try again")
    assert not Fetch.objects.due().exists()


def test_a_second_click_finds_it_done(editor_client):
    fetch = make_failed()
    editor_client.post(PAGE, {"row": key(fetch)})
    assertContains(editor_client.post(PAGE, {"row": key(fetch)}, follow=True), "Nothing to try again")


def test_what_is_in_work_is_left_to_its_holder(editor_client):
    fetch = make_failed(due_at=timezone.now(), leased_until=timezone.now() + MINUTE, holder=due.new_holder())
    editor_client.post(PAGE, {"row": key(fetch)})
    assert due.finish(fetch)


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_log_in(client, stranger, method):
    make_failed()
    assert "/admin/login/" in getattr(client, method)(PAGE)["Location"]
    client.force_login(stranger)
    assert "/admin/login/" in getattr(client, method)(PAGE)["Location"]
    assert not Fetch.objects.due().exists()


def test_who_may_see_no_fetches_sees_nothing_of_them(editor_client, editor):
    make_failed()
    editor.user_permissions.set(
        Permission.objects.filter(content_type__app_label="issues").exclude(codename__contains="preflight")
    )
    assert editor_client.get(PAGE).status_code == 403
    assert editor_client.post(PAGE, {"all": "1"}).status_code == 403
    assertNotContains(editor_client.get("/admin/"), PAGE)


def test_who_may_only_look_finds_no_buttons_and_can_change_nothing(editor_client, editor):
    make_failed()
    make_failed()
    editor.user_permissions.set(Permission.objects.filter(codename="view_fetch"))
    page = editor_client.get(PAGE)
    assertNotContains(page, 'name="row"')
    assertNotContains(page, 'name="all"')
    assert editor_client.post(PAGE, {"all": "1"}).status_code == 403
    assert not Fetch.objects.due().exists()


def test_a_form_from_elsewhere_is_refused(editor):
    fetch = make_failed()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(PAGE, {"row": key(fetch)}).status_code == 403
    assert not Fetch.objects.due().exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(editor_client, method):
    assert getattr(editor_client, method)(PAGE).status_code == 405


def test_the_page_is_nobody_elses_business(editor_client):
    answer = editor_client.get(PAGE)
    assert "no-store" in answer["Cache-Control"]
    assert "script-src" in answer["Content-Security-Policy"]
