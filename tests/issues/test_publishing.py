"""Publishing, taking back, withdrawing, correcting: the rules, the named errors, and who wins at once."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from issues.approvals import seen_of
from issues.checks import gate, waive
from issues.labels import assign_labels, next_labels
from issues.models import AuditRecord, Erratum, Issue, IssueStatus
from issues.publishing import (
    AlreadyPublished,
    AlreadyWithdrawn,
    ChangedMeanwhile,
    CorrectionRefused,
    MomentPassed,
    NotPublished,
    NotReady,
    PublishingError,
    Rescheduled,
    correct,
    lacks,
    publish,
    reschedule,
    take_back,
    withdraw,
)
from tests.factories import make_entry, make_issue, make_publication, make_section

READY = [IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.APPROVED]


def make_draft(entries=2, **values):
    issue = make_issue(published=False, **values)
    section = make_section(issue)
    for _ in range(entries):
        make_entry(section)
    return issue


def labels(issue):
    return list(
        issue.sections.order_by("position").values_list("entries__label", flat=True).order_by("entries__position")
    )


def soon(hours=1):
    return timezone.now() + datetime.timedelta(hours=hours)


def deeds(issue):
    """What the audit trail tells of an issue, in order."""
    records = AuditRecord.objects.filter(row_model="issues.issue", row_pk=issue.pk).order_by("pk")
    return list(records.values_list("deed", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("status", READY)
def test_a_complete_issue_becomes_public_from_each_state_before_publication(status):
    issue = make_draft(status=status)
    before = timezone.now()
    assert publish(issue) is issue
    assert issue.status == IssueStatus.PUBLISHED
    assert before <= issue.published_at <= timezone.now()
    assert issue.published_at_exact
    assert Issue.objects.published().get() == issue


@pytest.mark.django_db
def test_an_issue_set_for_a_moment_appears_then_and_not_before():
    issue = publish(make_draft(), at=soon())
    assert not Issue.objects.published().exists()
    assert not Issue.objects.published(at=issue.published_at - datetime.timedelta(seconds=1)).exists()
    assert Issue.objects.published(at=issue.published_at).get() == issue


@pytest.mark.django_db
def test_publishing_fixes_the_labels_in_reading_order():
    issue = make_issue(published=False, number=26)
    second, first = make_section(issue, position=2), make_section(issue, position=1)
    entries = [make_entry(first), make_entry(second, position=2), make_entry(second, position=1)]
    publish(issue)
    for entry in entries:
        entry.refresh_from_db()
    assert [entry.label for entry in entries] == ["26.1", "26.3", "26.2"]


@pytest.mark.django_db
def test_publishing_causes_no_mail():
    assert publish(make_draft()).mail_on_publication is False


@pytest.mark.django_db
def test_publishing_touches_the_row_so_that_caches_know():
    issue = make_draft()
    before = issue.updated_at
    assert publish(issue).updated_at > before


@pytest.mark.django_db
def test_a_moment_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="time zone"):
        publish(make_draft(), at=datetime.datetime(2030, 1, 1))


@pytest.mark.django_db
def test_a_moment_that_has_passed_is_refused_and_the_issue_stays_a_draft():
    issue = make_draft()
    with pytest.raises(MomentPassed, match="publish now"):
        publish(issue, at=soon(hours=-1))
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT


@pytest.mark.django_db
def test_the_minute_in_which_it_is_done_is_still_a_moment_to_choose():
    at = timezone.now() - datetime.timedelta(seconds=50)
    issue = publish(make_draft(), at=at)
    assert (issue.published_at, issue.is_public) == (at, True)


@pytest.mark.django_db
def test_each_verb_is_written_down_once_with_who_did_it(editor):
    issue = publish(make_draft(), at=soon(), by=editor)
    take_back(reschedule(issue, at=soon(2), by=editor), by=editor)
    entry = publish(issue, by=editor).sections.get().entries.first()
    correct(issue, "Eleven.", entry=entry, by=editor)
    withdraw(issue, by=editor)
    assert deeds(issue) == [
        *("issue.published", "issue.rescheduled", "issue.taken_back"),
        *("issue.published", "issue.corrected", "issue.withdrawn"),
    ]
    assert set(AuditRecord.objects.filter(deed__startswith="issue.").values_list("person", flat=True)) == {editor.pk}
    assert AuditRecord.objects.get(deed="issue.corrected").detail["entry"] == entry.public_id


@pytest.mark.django_db
def test_what_is_refused_is_not_written_down():
    for spoiled in (make_issue(published=False), make_issue()):
        with pytest.raises(PublishingError):
            publish(spoiled)
    assert not AuditRecord.objects.filter(deed__startswith="issue.").exists()


# --- What whoever publishes has seen -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_issue_that_is_as_it_was_seen_is_published():
    issue = make_draft()
    assert publish(issue, seen=seen_of(issue)).is_public


def change_an_entry(issue):
    issue.sections.get().entries.update(summary="Otherwise.")


def add_an_entry(issue):
    make_entry(issue.sections.get())


def turn_them_around(issue):
    entry = issue.sections.get().entries.first()
    entry.position = 9
    entry.save()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [change_an_entry, add_an_entry, turn_them_around])
@pytest.mark.parametrize("is_set", [False, True], ids=["draft", "scheduled"])
def test_nobody_publishes_what_they_have_not_seen(change, is_set):
    issue = make_draft()
    if is_set:
        publish(issue, at=soon())
    seen, before = seen_of(issue), issue.status
    change(issue)
    verb = reschedule if is_set else publish
    with pytest.raises(ChangedMeanwhile, match="changed after you opened this page") as refusal:
        verb(issue, seen=seen)
    assert refusal.value.changes
    issue.refresh_from_db()
    assert (issue.status, issue.is_public) == (before, False)
    assert verb(issue, seen=seen_of(issue)).is_public


# --- Another moment ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("later", [True, False], ids=["later", "now"])
def test_a_waiting_issue_gets_another_moment_in_one_step_and_keeps_its_labels(later):
    issue = publish(make_draft(), at=soon())
    kept, at = labels(issue), soon(5) if later else None
    assert reschedule(issue, at=at, instead_of=issue.published_at) is issue
    assert labels(issue) == kept
    assert issue.is_public is not later
    assert not at or issue.published_at == at


@pytest.mark.django_db
def test_who_did_not_see_the_moment_that_holds_does_not_change_it():
    issue = publish(make_draft(), at=soon())
    first = issue.published_at
    reschedule(issue, at=soon(2))
    with pytest.raises(Rescheduled, match="by somebody else"):
        reschedule(issue, instead_of=first)
    issue.refresh_from_db()
    assert issue.is_waiting


@pytest.mark.django_db
def test_only_what_waits_gets_another_moment():
    with pytest.raises(NotPublished):
        reschedule(make_draft(), at=soon())
    with pytest.raises(AlreadyPublished, match="public already"):
        reschedule(publish(make_draft()), at=soon())
    with pytest.raises(NotPublished):
        reschedule(withdraw(publish(make_draft())), at=soon())
    with pytest.raises(MomentPassed):
        reschedule(publish(make_draft(), at=soon()), at=soon(-1))


@pytest.mark.django_db
def test_what_became_incomplete_while_it_waited_is_not_set_anew():
    issue = publish(make_draft(), at=soon())
    moment = issue.published_at
    issue.sections.get().entries.update(title="")
    with pytest.raises(NotReady, match="has no title"):
        reschedule(issue)
    issue.refresh_from_db()
    assert issue.published_at == moment


# --- What is missing -----------------------------------------------------------------------------------------------


def no_title(issue):
    issue.title = " "
    issue.save()


def no_entries(issue):
    issue.sections.get().entries.all().delete()


def no_sections(issue):
    issue.sections.all().delete()


def untitled_entry(issue):
    make_entry(issue.sections.get(), title="")


def wrong_link(issue):
    make_entry(issue.sections.get(), title="[2103.03206] Perceiver", url="https://arxiv.org/abs/2103.03230")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_title, "no title"),
        (no_entries, "no entries"),
        (no_sections, "no entries"),
        (untitled_entry, "Entry 3 of section 1 has no title"),
        (wrong_link, "names arXiv 2103.03206, but the link leads to arXiv 2103.03230.*Entry 3 of section 1"),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_an_incomplete_issue_is_refused_and_stays_as_it_was(spoil, words):
    issue = make_draft()
    spoil(issue)
    with pytest.raises(NotReady, match=words) as refusal:
        publish(issue)
    assert refusal.value.reasons
    issue.refresh_from_db()
    assert (issue.status, issue.published_at) == (IssueStatus.DRAFT, None)
    assert not any(labels(issue))


@pytest.mark.django_db
def test_all_that_is_missing_is_said_at_once():
    issue = make_draft(title="", entries=0)
    assert len(lacks(issue)) == 2


@pytest.mark.django_db
def test_a_refusal_carries_the_errors_of_the_preflight():
    issue = make_draft()
    wrong_link(issue)
    with pytest.raises(NotReady) as refusal:
        publish(issue)
    assert [finding.code for finding in refusal.value.findings] == ["id-mismatch"]


@pytest.mark.django_db
def test_an_error_that_was_waived_and_a_warning_are_in_nobodys_way(editor):
    issue = make_draft()
    wrong_link(issue)
    make_section(issue, title="A heading with nothing below")
    (finding,) = gate(issue)
    waive(issue, finding, "The title quotes the paper that it answers.", by=editor)
    assert publish(issue).is_public


@pytest.mark.django_db
@pytest.mark.parametrize("at", [None, soon], ids=["public", "scheduled"])
def test_a_second_publication_is_refused_and_changes_nothing(at):
    issue = publish(make_draft(), at=at and at())
    moment = issue.published_at
    with pytest.raises(AlreadyPublished, match="already"):
        publish(issue, at=soon())
    issue.refresh_from_db()
    assert issue.published_at == moment


@pytest.mark.django_db
def test_a_withdrawn_issue_can_not_be_published_again():
    issue = withdraw(publish(make_draft()))
    with pytest.raises(AlreadyWithdrawn, match="Make a new issue"):
        publish(issue)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_publish_at_once_make_one_publication():
    issue = make_draft(entries=5, number=26)
    start = threading.Barrier(20)

    def try_it(hours):
        start.wait()
        try:
            return publish(Issue.objects.get(pk=issue.pk), at=timezone.now() + datetime.timedelta(hours=hours))
        except AlreadyPublished:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        done = [made for made in pool.map(try_it, range(20)) if made]
    issue.refresh_from_db()
    assert [made.published_at for made in done] == [issue.published_at]
    assert deeds(issue) == ["issue.published"]
    assert sorted(labels(issue)) == [f"26.{number}" for number in range(1, 6)]


@pytest.mark.django_db(transaction=True)
def test_labels_asked_for_by_many_at_once_are_never_given_twice():
    issue = make_issue(number=26)
    section = make_section(issue)
    for _ in range(8):
        make_entry(section, label="")
    start = threading.Barrier(8)

    def try_it(_):
        start.wait()
        try:
            return assign_labels(Issue.objects.get(pk=issue.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(try_it, range(8))) == [0] * 7 + [8]
    assert sorted(labels(issue)) == [f"26.{number}" for number in range(1, 9)]


@pytest.mark.django_db
def test_a_waiting_issue_is_taken_back_to_draft_without_labels():
    issue = take_back(publish(make_draft(), at=soon()))
    assert (issue.status, issue.published_at) == (IssueStatus.DRAFT, None)
    assert not any(labels(issue))
    assert publish(issue).is_public


@pytest.mark.django_db
def test_a_public_issue_can_not_be_taken_back():
    issue = publish(make_draft())
    with pytest.raises(AlreadyPublished, match="corrected or withdrawn"):
        take_back(issue)
    assert all(labels(issue))


@pytest.mark.django_db
def test_a_draft_can_not_be_taken_back():
    with pytest.raises(NotPublished):
        take_back(make_draft())


@pytest.mark.django_db
def test_withdrawing_hides_the_issue_and_keeps_its_moment_and_labels():
    issue = publish(make_draft())
    moment, kept = issue.published_at, labels(issue)
    withdraw(issue)
    assert (issue.status, issue.published_at, labels(issue)) == (IssueStatus.WITHDRAWN, moment, kept)
    assert not Issue.objects.published().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("status", READY)
def test_what_was_never_published_can_not_be_withdrawn(status):
    issue = make_draft(status=status)
    with pytest.raises(NotPublished):
        withdraw(issue)
    issue.refresh_from_db()
    assert issue.status == status


@pytest.mark.django_db
def test_withdrawing_twice_is_refused():
    issue = withdraw(publish(make_draft()))
    with pytest.raises(AlreadyWithdrawn):
        withdraw(issue)


@pytest.mark.django_db
def test_a_correction_is_dated_in_the_zone_of_the_publication(monkeypatch):
    make_publication(time_zone="Asia/Tokyo")
    issue = make_issue(published_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))
    late = datetime.datetime(2021, 8, 29, 20, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    erratum = correct(issue, "Eleven, not twelve.")
    assert erratum.noted_on == datetime.date(2021, 8, 30)
    assert (erratum.text, erratum.entry) == ("Eleven, not twelve.", None)


@pytest.mark.django_db
def test_a_correction_of_an_entry_moves_the_moment_of_change():
    issue = publish(make_draft())
    entry, before = issue.sections.get().entries.first(), issue.updated_at
    erratum = correct(issue, "Wrong author.", entry=entry, noted_on=datetime.date(2021, 9, 2))
    issue.refresh_from_db()
    assert (erratum.entry, erratum.noted_on) == (entry, datetime.date(2021, 9, 2))
    assert issue.updated_at > before


def as_draft(issue):
    return issue


def as_scheduled(issue):
    return publish(issue, at=soon())


def as_withdrawn(issue):
    return withdraw(publish(issue))


@pytest.mark.django_db
@pytest.mark.parametrize("bring", [as_draft, as_scheduled, as_withdrawn])
def test_what_readers_do_not_see_is_not_corrected(bring):
    with pytest.raises(NotPublished, match="change its text instead"):
        correct(bring(make_draft()), "Never mind.")
    assert not Erratum.objects.exists()


@pytest.mark.django_db
def test_a_correction_without_text_is_refused():
    with pytest.raises(CorrectionRefused, match="needs a text"):
        correct(publish(make_draft()), "  \n")


@pytest.mark.django_db
def test_a_correction_about_an_entry_of_another_issue_is_refused():
    with pytest.raises(CorrectionRefused, match="no entry of"):
        correct(publish(make_draft()), "Wrong.", entry=make_entry())


@pytest.mark.django_db
def test_labels_once_set_are_never_changed_and_new_entries_get_the_next():
    issue = make_issue(number=26)
    section = make_section(issue)
    make_entry(section, position=3, label="26.1")
    make_entry(section, position=2, label="26.7")
    make_entry(section, position=1, label="")
    assert assign_labels(issue) == 1
    assert labels(issue) == ["26.8", "26.7", "26.1"]
    assert assign_labels(issue) == 0


@pytest.mark.django_db
def test_labels_cost_the_same_queries_for_any_number_of_entries(django_assert_num_queries):
    for size in (1, 40):
        issue = make_issue(published=False)
        section = make_section(issue)
        for _ in range(size):
            make_entry(section)
        with django_assert_num_queries(5):  # A savepoint and its release, the lock, the entries, the update.
            assign_labels(issue)


@pytest.mark.parametrize(
    ("stem", "taken", "expected"),
    [
        ("26", [], ["26.1", "26.2"]),
        ("26", ["26.1", "26.2"], ["26.3", "26.4"]),
        ("26", ["26.9"], ["26.10", "26.11"]),
        ("2021-W10", ["2021-W10.3"], ["2021-W10.4", "2021-W10.5"]),
        ("27", ["26.3"], ["27.4", "27.5"]),
        ("26", ["", "strange"], ["26.1", "26.2"]),
    ],
    ids=["first", "next", "after a gap", "by week", "after a change of number", "unreadable"],
)
def test_next_labels_follow_the_highest_that_was_given(stem, taken, expected):
    assert next_labels(stem, taken, 2) == expected
