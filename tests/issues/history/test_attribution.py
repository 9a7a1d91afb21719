"""Who changed something: the person at the desk, the owner of a token, a command; never a reader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.tokens import make_token
from issues.models import Change, Issue
from issues.pasting import paste
from papers.addresses import Given
from papers.models import Fetch, Work
from papers.recording import record
from papers.records import Record
from tests.akira.conftest import _settings_of_workers as settings_of_tests
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic
from tests.issues.desk import opened, page

CHECKOUT = Path(__file__).resolve().parents[3]


def last(**values):
    change = Change.objects.filter(**values).order_by("pk").last()
    return change and (change.person_name, change.via)


@pytest.mark.django_db
def test_a_page_of_the_desk_tells_the_person(editor_client):
    issue = make_issue()
    address = page(Issue, "change", issue.pk)
    data = opened(editor_client, address) | {"intro": "A calm week."}
    assert editor_client.post(address, data).status_code == 302
    assert last(model="issue", field="intro") == ("mika", "desk")


@pytest.mark.django_db
def test_the_composer_tells_the_person(editor_client):
    entry = make_entry(make_section(make_issue(published=False)))
    address = page(Issue, "compose_save", entry.section.issue_id)
    editor_client.post(address, {"row": f"entry:{entry.pk}", "summary": "Less is enough."})
    assert last(model="entry", field="summary") == ("mika", "desk")


@pytest.mark.django_db
def test_a_token_tells_its_owner(client, editor):
    make_publication()
    _, text = make_token(editor, name="phone")
    Work.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT issues_history_untrack('papers_work')")
        cursor.execute("SELECT issues_history_track('papers_work', 'work', 'NULL::bigint')")
    sent = {"url": "https://example.org/post"}
    answer = client.post("/api/candidates", sent, headers={"authorization": f"Bearer {text}"})
    assert answer.status_code == 201
    assert last(model="work") == ("mika", "api")


@pytest.mark.django_db
def test_what_comes_from_outside_is_nobodys_whoever_looks_on(editor_client):
    issue = make_section(make_issue(published=False)).issue
    [entry] = paste(issue, [Given("https://blog.example.org/shrink")]).added
    fetch = Fetch.objects.get(work=entry.work)
    record(fetch, Record(identity=entry.work.identity, url=entry.url, title="Shrinking a detector"))
    editor_client.get(page(Issue, "compose_state", issue.pk))
    entry.refresh_from_db()
    assert entry.title == "Shrinking a detector"
    assert last(model="entry", field="title") == ("", "fetched")


@pytest.mark.django_db
def test_readers_pay_nothing_and_are_not_known(client, settings):
    make_entry(topics=[make_topic()])
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    assert not [query for query in queries if "akira" in query["sql"]]


@pytest.mark.parametrize(
    ("name", "told"), [("", "akira shell"), ("akira serve", "akira shell"), ("nightly", "nightly")]
)
@pytest.mark.django_db(transaction=True)
def test_a_command_tells_its_name(tmp_path, name, told):
    entry = make_entry(summary="")
    program = "from issues.models import Entry; Entry.objects.update(summary='Told.')"
    environment = {key: value for key, value in os.environ.items() if key != "PGAPPNAME"}
    environment |= {"AKIRA_HOME": os.environ["AKIRA_TEST_HOME"]} | settings_of_tests(tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", program],
        cwd=CHECKOUT,
        env=environment | ({"PGAPPNAME": name} if name else {}),
        check=True,
        timeout=60,
    )
    assert last(model="entry", row=entry.pk, field="summary") == ("", told)
