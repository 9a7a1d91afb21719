"""Clocks that skip, repeat and step back: an issue is published once, at its instant, and what appeared stays."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, transaction

from issues.appearing import note_appearances
from issues.models import AuditRecord, Issue
from issues.publishing import AlreadyPublished, publish, reschedule, take_back, withdraw
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

HOUR = datetime.timedelta(hours=1)
SECOND = datetime.timedelta(seconds=1)
# Europe/Berlin: 03:00 on the day on which 02:30 does not exist; 02:30 on the day on which it comes twice.
SPRING = datetime.datetime(2031, 3, 30, 1, tzinfo=datetime.UTC)
AUTUMN = datetime.datetime(2031, 10, 26, 0, 30, tzinfo=datetime.UTC)
FRIDAY = datetime.datetime(2031, 6, 6, 8, tzinfo=datetime.UTC)


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def draft(db):
    make_publication(time_zone="Europe/Berlin")
    issue = make_issue(published=False, number=26)
    entry = make_entry(make_section(issue), public_id="first", url="https://arxiv.org/abs/2101.00001")
    entry.topics.set([make_topic("video")])
    return issue


def shown_on(client):
    """On which pages readers find the issue."""
    month = f"/sitemaps/{FRIDAY.year}-{FRIDAY.month}.xml"
    pages = ["/issues/26/", "/entries/first/", "/topics/video/", "/papers/2101.00001/", month]
    found = {page for page in pages if client.get(page).status_code == 200}
    for page, word in {
        "/": "/issues/26/",
        "/issues/": "/issues/26/",
        "/feed/": "/issues/26/",
        "/topics/": "Video",
    }.items():
        if word in client.get(page).content.decode():
            found.add(page)
    return found


EVERYWHERE = {
    *("/issues/26/", "/entries/first/", "/topics/video/", "/papers/2101.00001/", "/sitemaps/2031-6.xml"),
    *("/", "/issues/", "/feed/", "/topics/"),
}


# --- At its instant, once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [SPRING, AUTUMN, AUTUMN + HOUR], ids=["spring", "autumn, first", "autumn, second"])
def test_an_issue_appears_at_its_instant_where_clocks_are_changed(client, draft, moment):
    with at(moment - 24 * HOUR):
        publish(draft, at=moment)
    for now, status in [(moment - SECOND, 404), (moment, 200), (moment + HOUR, 200)]:
        with at(now):
            assert client.get("/issues/26/").status_code == status
            # The hour before, as the clock on the wall shows it, is not the moment again.
            note_appearances()
    draft.refresh_from_db()
    assert draft.published_at == moment
    assert AuditRecord.objects.filter(deed="issue.published").count() == 1


def test_an_issue_that_fell_due_while_nothing_ran_is_everywhere_at_once(client, draft):
    with at(FRIDAY - 24 * HOUR):
        publish(draft, at=FRIDAY)
    with at(FRIDAY + 9 * 24 * HOUR):
        assert shown_on(client) == EVERYWHERE
        draft.refresh_from_db()
        assert draft.published_at == FRIDAY


# --- The clock steps back --------------------------------------------------------------------------------------------


def test_what_was_published_stays_everywhere_when_the_clock_steps_back(client, draft):
    with at(FRIDAY):
        publish(draft)
        assert shown_on(client) == EVERYWHERE
    with at(FRIDAY - HOUR):
        assert shown_on(client) == EVERYWHERE
        with pytest.raises(AlreadyPublished):
            publish(draft)
        with pytest.raises(AlreadyPublished):
            take_back(draft)
        with pytest.raises(AlreadyPublished):
            reschedule(draft, at=FRIDAY + HOUR)
        draft.refresh_from_db()
        assert (draft.is_public, draft.is_waiting, draft.published_at) == (True, False, FRIDAY)
    assert AuditRecord.objects.filter(deed__startswith="issue.").count() == 1


def test_a_scheduled_issue_that_a_reader_has_seen_stays_when_the_clock_steps_back(client, draft):
    with at(FRIDAY - 24 * HOUR):
        publish(draft, at=FRIDAY)
    with at(FRIDAY + 10 * SECOND):
        assert client.get("/about/").status_code == 200
    with at(FRIDAY - HOUR):
        assert shown_on(client) == EVERYWHERE
        draft.refresh_from_db()
        assert draft.published_at == FRIDAY


def test_a_scheduled_issue_that_nobody_has_seen_waits_for_its_moment_again(client, draft):
    with at(FRIDAY - 24 * HOUR):
        publish(draft, at=FRIDAY)
    with at(FRIDAY - HOUR):
        assert shown_on(client) == set()
    with at(FRIDAY):
        assert shown_on(client) == EVERYWHERE


def test_what_was_withdrawn_is_gone_whatever_the_clock_says(client, draft):
    with at(FRIDAY - 24 * HOUR):
        publish(draft, at=FRIDAY)
    with at(FRIDAY + SECOND):
        withdraw(draft)
    with at(FRIDAY - HOUR):
        assert {client.get(page).status_code for page in ("/issues/26/", "/entries/first/")} == {410}


def test_what_was_withdrawn_before_its_moment_never_was_there_not_even_after_it(client, draft):
    with at(FRIDAY - HOUR):
        withdraw(publish(draft, at=FRIDAY))
    with at(FRIDAY + HOUR):
        assert {client.get(page).status_code for page in ("/issues/26/", "/entries/first/")} == {404}


def test_what_is_taken_back_and_set_anew_waits_again(client, draft):
    with at(FRIDAY - 24 * HOUR):
        take_back(publish(draft, at=FRIDAY))
    with at(FRIDAY + HOUR):
        assert shown_on(client) == set()
        publish(draft, at=FRIDAY + 2 * HOUR)
        assert shown_on(client) == set()


# --- The note --------------------------------------------------------------------------------------------------------


def test_an_appearance_is_noted_once(draft):
    with at(FRIDAY - HOUR):
        publish(draft, at=FRIDAY)
        assert note_appearances() == 0
    with at(FRIDAY):
        assert (note_appearances(), note_appearances()) == (1, 0)
    assert Issue.objects.get().appeared_at == FRIDAY


@pytest.mark.django_db(transaction=True)
def test_no_reader_waits_for_an_editor_who_holds_the_issue(client):
    make_publication()
    issue = make_issue(published=False, number=26)
    make_entry(make_section(issue))
    publish(issue, at=FRIDAY)
    held, done = threading.Event(), threading.Event()

    def hold_it():
        with transaction.atomic():
            Issue.objects.select_for_update().get()
            held.set()
            done.wait(timeout=30)
        connection.close()

    editor = threading.Thread(target=hold_it)
    editor.start()
    assert held.wait(timeout=30)
    try:
        with at(FRIDAY + SECOND):
            assert client.get("/issues/26/").status_code == 200
        assert Issue.objects.get().appeared_at is None
    finally:
        done.set()
        editor.join()
    with at(FRIDAY + SECOND):
        client.get("/issues/26/")
    assert Issue.objects.get().appeared_at == FRIDAY + SECOND
