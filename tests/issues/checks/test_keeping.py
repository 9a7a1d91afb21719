"""What the preflight found is kept with the issue, and renewed where it may be stale."""

import datetime

import pytest
from django.utils import timezone

from common import due
from issues.checks import gate, keeping, refresh, waive
from issues.models import Issue, Preflight, note_presence
from papers.models import Fetch
from tests.factories import make_entry, make_issue, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    issue = make_issue(published=False)
    make_entry(make_section(issue), title="")
    return issue


def make_current():
    """As if all had been checked a moment ago."""
    Preflight.objects.update(due_at=None, checked_at=timezone.now())


def due_issues():
    return set(Preflight.objects.due().values_list("issue", flat=True))


def age(row, **values):
    type(row).objects.filter(pk=row.pk).update(**values)


def test_what_is_found_is_kept_with_its_counts(issue):
    found = refresh(issue)
    kept = issue.preflight
    assert [finding["code"] for finding in kept.findings] == [finding.code for finding in found]
    assert (kept.errors, kept.warnings) == (1, 0)
    assert kept.checked_at <= timezone.now()


def test_checking_again_replaces_what_was_kept(issue):
    refresh(issue)
    issue.sections.get().entries.update(title="What it says")
    refresh(issue)
    kept = Preflight.objects.get(issue=issue)
    assert kept.errors == 0
    assert "no-title" not in {finding["code"] for finding in kept.findings}


def test_what_was_waived_is_kept_with_its_reason_and_not_counted(issue):
    (finding,) = gate(issue)
    waive(issue, finding, "It is a picture.")
    refresh(issue)
    assert issue.preflight.errors == 0
    (kept,) = [kept for kept in issue.preflight.findings if kept["code"] == "no-title"]
    assert kept["waiver"]["reason"] == "It is a picture."


def test_an_issue_that_was_never_checked_is_made_due_once(issue):
    assert keeping.request_stale() == "1 to check"
    assert due_issues() == {issue.pk}
    make_current()
    assert keeping.request_stale() == ""


@pytest.mark.parametrize("what", ["saved", "worked on", "asked", "old"])
def test_an_issue_that_may_have_changed_is_made_due(issue, editor, what):
    refresh(issue)
    past = timezone.now() - datetime.timedelta(minutes=5)
    Issue.objects.update(updated_at=past)
    Preflight.objects.update(due_at=None, checked_at=past + datetime.timedelta(minutes=1))
    assert keeping.request_stale() == ""
    if what == "saved":
        issue.save()
    elif what == "worked on":
        note_presence(issue, editor)
    elif what == "asked":
        Fetch.objects.create(work=issue.sections.get().entries.get().work, lane="example.org", failed_at=timezone.now())
    else:
        Preflight.objects.update(checked_at=past - datetime.timedelta(days=2))
        Issue.objects.update(updated_at=past - datetime.timedelta(days=3))
    assert keeping.request_stale() == "1 to check"


def test_a_published_issue_is_not_checked_again_for_its_age():
    issue = make_issue()
    refresh(issue)
    long_ago = timezone.now() - datetime.timedelta(days=400)
    Issue.objects.update(updated_at=long_ago - datetime.timedelta(days=1))
    Preflight.objects.update(checked_at=long_ago)
    assert keeping.request_stale() == ""


def test_the_worker_checks_what_is_due_in_one_go():
    issues = [make_issue(published=False, title="") for _ in range(3)]
    keeping.request(issues)
    (key,) = due.claim(Preflight, most=10)
    keeping.carry_out(key)
    kept = Preflight.objects.all()
    assert [row.errors for row in kept] == [1, 1, 1]
    assert not Preflight.objects.due().exists()
    assert not Preflight.objects.held().exists()


def test_a_task_that_comes_late_does_nothing(issue):
    keeping.request([issue])
    keeping.carry_out(Preflight.objects.get().pk)
    assert Preflight.objects.get().checked_at is None


def test_a_fault_is_noted_on_its_row_and_the_others_go_on(issue, monkeypatch):
    other = make_issue(published=False, title="")
    keeping.request([issue, other])
    facts_of = keeping.facts_of

    def stumble(row):
        if row.pk == issue.pk:
            raise ZeroDivisionError
        return facts_of(row)

    monkeypatch.setattr(keeping, "facts_of", stumble)
    (key,) = due.claim(Preflight, most=10)
    keeping.carry_out(key)
    assert Preflight.objects.get(issue=issue).last_error == due.FAULT
    assert Preflight.objects.get(issue=other).errors == 1


def test_asking_twice_makes_one_row(issue):
    keeping.request([issue])
    keeping.request([issue.pk])
    assert Preflight.objects.count() == 1
