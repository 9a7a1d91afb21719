"""Many at once: one publication and one record, and what is done at the same moment comes before it or after it."""

import http.client
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from issues.approvals import seen_of
from issues.composing import add_entry, save_entry
from issues.models import AuditRecord, Entry, Issue, Section
from issues.moving import move_entry
from issues.publishing import ChangedMeanwhile, NotReady, PublishingError, publish, reschedule, take_back
from issues.refusals import ComposingError
from issues.removing import remove_entry
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.issues.test_publishing import soon

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 20
NEW = "https://example.org/new"


@pytest.fixture
def draft():
    make_publication()
    issue = make_issue(published=False, number=26)
    section = make_section(issue)
    for _ in range(5):
        make_entry(section)
    return issue


def all_at_once(*deeds):
    """Have each done in a thread and over a connection of its own, all from the same moment on; their results."""
    start = threading.Barrier(len(deeds))

    def do(deed):
        start.wait(timeout=30)
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(do, deed) for deed in deeds]]


def labels_of(issue):
    return list(Entry.objects.filter(section__issue=issue).values_list("label", flat=True))


# --- Clicks ----------------------------------------------------------------------------------------------------------


class Browser:
    """As little of a browser as it takes to click: it keeps cookies and follows where it is led."""

    def __init__(self, live_server, session):
        self._host = urlsplit(live_server.url).netloc
        self._cookies = dict(session)

    def ask(self, method, path, data=None):
        asking = http.client.HTTPConnection(self._host, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asking.request(method, path, urlencode(data) if data is not None else None, headers)
        answer = asking.getresponse()
        body = answer.read()
        for given in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(given).items()}
        asking.close()
        if answer.status == 302:
            return self.ask("GET", answer.headers["Location"])
        return answer.status, BeautifulSoup(body, "html.parser")


@pytest.mark.parametrize("way", ["page", "action"])
def test_twenty_clicks_make_one_publication_one_record_and_calm_answers(live_server, editor_client, draft, way):
    session = {name: morsel.value for name, morsel in editor_client.cookies.items()}
    browsers = [Browser(live_server, session) for _ in range(CLICKS)]
    page = reverse("admin:issues_issue_publish", args=[draft.pk])
    lists = reverse("admin:issues_issue_changelist")

    def fields(browser):
        _, shown = browser.ask("GET", page if way == "page" else lists)
        token = {"csrfmiddlewaretoken": shown.select_one("[name=csrfmiddlewaretoken]")["value"]}
        if way == "action":
            return token | {"action": "publish_issues", "_selected_action": draft.pk}
        return token | {"when": "now", "seen": shown.select_one("[name=seen]")["value"]}

    filled = [fields(browser) for browser in browsers]
    target = page if way == "page" else lists
    clicks = [
        lambda browser=browser, data=data: browser.ask("POST", target, data)
        for browser, data in zip(browsers, filled, strict=True)
    ]
    answers = all_at_once(*clicks)

    assert {status for status, _ in answers} == {200}
    said = sorted(shown.select_one(".messagelist").get_text(" ", strip=True) for _, shown in answers)
    already = [words for words in said if words == f"“{draft}” is already public."]
    assert len(already) == CLICKS - 1, said
    assert not any(shown.select(".messagelist .error") for _, shown in answers)
    records = AuditRecord.objects.filter(deed__startswith="issue.").values_list("deed", "row_pk", "person_name")
    assert list(records) == [("issue.published", str(draft.pk), "mika")]
    assert LogEntry.objects.filter(object_id=draft.pk).count() == 1
    assert labels_of(draft) == [f"26.{number}" for number in range(1, 6)]
    assert Issue.objects.published().get() == draft


# --- Beside other deeds ----------------------------------------------------------------------------------------------


def attempt(verb, *arguments, **options):
    """What came of it: its result, or the named error with which it was refused."""
    try:
        return verb(*arguments, **options)
    except (PublishingError, ComposingError) as refusal:
        return refusal


def remove(issue):
    entry = Entry.objects.filter(section__issue=issue).first()
    return lambda: remove_entry(Entry.objects.get(pk=entry.pk))


def add(issue):
    section = issue.sections.get()
    return lambda: add_entry(Section.objects.get(pk=section.pk), title="New", url=NEW)


def add_on_its_own_page(issue):
    # As Django's page of a new entry does: the section was read long before.
    section = Section.objects.select_related("issue").get(issue=issue)
    return lambda: save_entry(Entry(section=section, position=9, title="New"), link=NEW)


def move_away(issue):
    entry = Entry.objects.filter(section__issue=issue).first()
    target = make_section(make_issue(published=False))
    return lambda: move_entry(entry, target)


@pytest.mark.parametrize("deed", [remove, add, add_on_its_own_page, move_away])
def test_what_is_done_while_it_is_published_comes_before_or_after(deed):
    make_publication()
    for number in range(1, 9):
        issue = make_issue(published=False, number=number)
        section = make_section(issue)
        for _ in range(4):
            make_entry(section)
        other = deed(issue)
        published, done = all_at_once(
            lambda issue=issue: attempt(publish, Issue.objects.get(pk=issue.pk)), lambda other=other: attempt(other)
        )
        assert isinstance(published, Issue)
        count = 5 if deed in (add, add_on_its_own_page) else 4 if isinstance(done, ComposingError) else 3
        assert sorted(labels_of(issue)) == [f"{number}.{place}" for place in range(1, count + 1)]
    assert not Entry.objects.filter(section__issue__status="published", label="").exists()


def test_what_is_written_while_it_is_published_was_seen_or_comes_after(draft):
    entry = Entry.objects.filter(section__issue=draft).first()
    for text in map(str, range(8)):
        seen = seen_of(draft)

        def write(text=text):
            return Entry.objects.filter(pk=entry.pk).update(summary=f"Text {text}")

        published, _ = all_at_once(lambda seen=seen: attempt(publish, draft, seen=seen), write)
        if isinstance(published, ChangedMeanwhile):
            assert published.changes.changed == [f"entry:{entry.pk}"]
            assert Issue.objects.get(pk=draft.pk).status == "draft"
            assert not any(labels_of(draft))
        else:
            assert published.is_public
            return


def test_the_last_entry_is_removed_or_published_and_never_both():
    make_publication()
    for number in range(1, 9):
        entry = make_entry(make_section(make_issue(published=False, number=number)))
        issue = entry.section.issue
        published, removed = all_at_once(
            lambda issue=issue: attempt(publish, issue), lambda entry=entry: attempt(remove_entry, entry)
        )
        assert isinstance(published, NotReady) is not isinstance(removed, ComposingError)
        assert Issue.objects.get(pk=issue.pk).is_public is Entry.objects.filter(pk=entry.pk).exists()


def test_taking_back_and_setting_anew_at_once_leave_one_whole_state(draft):
    hours = itertools.count(2)
    for _ in range(6):
        publish(Issue.objects.get(pk=draft.pk), at=soon())
        moment = soon(next(hours))
        all_at_once(lambda: attempt(take_back, draft), lambda moment=moment: attempt(reschedule, draft, at=moment))
        now = Issue.objects.get(pk=draft.pk)
        assert (now.status, now.published_at, set(labels_of(draft))) == ("draft", None, {""})
