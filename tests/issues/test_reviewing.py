"""Submitting, approving, reopening; links that end; comments that are never lost; who wins at once."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from issues import reviewing
from issues.approvals import approval_of, mark_of, seen_of
from issues.models import Approval, AuditRecord, Comment, Issue, IssueStatus, ReviewLink
from issues.removing import remove_entry, remove_highlight, restore
from issues.review_refusals import (
    ChangedMeanwhile,
    CommentRefused,
    LinkClosed,
    LinkRefused,
    ReviewError,
    TooManyComments,
    WrongState,
)
from issues.reviewing import (
    answer,
    approve,
    comment,
    invite,
    link_of,
    reopen,
    resolve,
    revoke,
    submit,
    unresolve,
)
from tests.factories import make_entry, make_highlight, make_issue, make_section

STATES = [state.value for state in IssueStatus]


def make_draft(**values):
    issue = make_issue(published=False, **values)
    make_entry(make_section(issue))
    return issue


def in_state(status):
    moment = timezone.now() if status in ("published", "withdrawn") else None
    issue = make_issue(published=False, status=status, published_at=moment)
    make_entry(make_section(issue))
    return issue


@pytest.fixture
def draft(db):
    return make_draft(title="A quiet week")


@pytest.fixture
def reviewed(draft):
    return submit(draft)


@pytest.fixture
def link(draft, editor):
    return invite(draft, name="Ken", by=editor)[0]


def deeds():
    ours = AuditRecord.objects.filter(deed__regex=r"^(issue|review)\.")
    return list(ours.order_by("pk").values_list("deed", flat=True))


# --- States --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATES)
def test_only_a_draft_is_submitted(status, editor):
    issue = in_state(status)
    if status == "draft":
        assert submit(issue, by=editor).status == IssueStatus.IN_REVIEW
        assert deeds() == ["issue.submitted"]
    else:
        with pytest.raises(WrongState, match="can't be submitted"):
            submit(issue, by=editor)
        assert (Issue.objects.get().status, deeds()) == (status, [])


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATES)
def test_only_what_is_in_review_is_approved(status, editor):
    issue = in_state(status)
    # An issue that was brought to this state past the verb is approved by nobody yet.
    if status in ("in_review", "approved"):
        assert approve(issue, by=editor, note="Well done.").name == "mika"
        assert issue.status == IssueStatus.APPROVED
        assert Approval.objects.get().note == "Well done."
        assert deeds() == ["issue.approved"]
    else:
        with pytest.raises(WrongState, match="can't be approved"):
            approve(issue, by=editor)
        assert (Issue.objects.get().status, Approval.objects.count(), deeds()) == (status, 0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATES)
def test_only_what_is_in_review_or_approved_goes_back_to_draft(status, editor):
    issue = in_state(status)
    if status in ("in_review", "approved"):
        assert reopen(issue, by=editor).status == IssueStatus.DRAFT
        assert deeds() == ["issue.reopened"]
    else:
        with pytest.raises(WrongState, match="can't be taken back"):
            reopen(issue, by=editor)
        assert Issue.objects.get().status == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb",
    [submit, approve, reopen, lambda issue, by: comment(issue, "Hm.", by=by)],
    ids=["submit", "approve", "reopen", "comment"],
)
def test_an_issue_that_was_removed_is_told(verb, draft, editor):
    Issue.objects.get(pk=draft.pk).delete()
    with pytest.raises(WrongState, match="removed by somebody else"):
        verb(draft, by=editor)


def test_approving_again_by_the_same_person_changes_nothing(reviewed, editor, link):
    first = approve(reviewed, link=link)
    assert approve(reviewed, link=link) == first
    with pytest.raises(WrongState, match="approved already, by Ken"):
        approve(reviewed, by=editor)
    assert Approval.objects.count() == 1


def test_an_approval_is_about_what_was_looked_at(reviewed, editor):
    mark = mark_of(seen_of(reviewed))
    make_entry(reviewed.sections.get(), title="Late")
    with pytest.raises(ChangedMeanwhile):
        approve(reviewed, by=editor, mark=mark)
    assert Issue.objects.get().status == IssueStatus.IN_REVIEW
    assert approve(reviewed, by=editor, mark=mark_of(seen_of(reviewed)))


def test_what_was_changed_since_can_be_approved_again(reviewed, editor, link):
    approve(reviewed, link=link)
    Issue.objects.update(title="A loud week")
    again = approve(reviewed, by=editor)
    assert approval_of(reviewed) == again
    assert Approval.objects.count() == 2


def test_an_approval_ends_where_the_issue_goes_back_to_draft(reviewed, editor):
    approve(reviewed, by=editor)
    reopen(reviewed, by=editor)
    assert approval_of(reviewed) is None
    submit(reviewed)
    assert approval_of(reviewed) is None
    assert approve(reviewed, by=editor) == approval_of(reviewed)


def test_a_note_that_is_too_long_approves_nothing(reviewed, editor):
    with pytest.raises(CommentRefused, match="2000"):
        approve(reviewed, by=editor, note="x" * 2001)
    assert Issue.objects.get().status == IssueStatus.IN_REVIEW


# --- Links ---------------------------------------------------------------------------------------------------------


def test_the_secret_of_a_link_is_not_kept(draft, editor):
    link, secret = invite(draft, name=" Ken \n Ito ", by=editor)
    assert len(secret) >= 43
    assert link_of(secret) == link
    assert (link.name, link.created_by) == ("Ken Ito", editor)
    kept = [str(value) for row in ReviewLink.objects.values() for value in row.values()]
    kept += [str(row) for row in AuditRecord.objects.values()]
    assert not any(secret in value for value in kept)
    assert link_of(secret[:-1]) is None
    assert link_of("") is None


def test_a_link_is_valid_for_as_long_as_was_said(draft, editor):
    link = invite(draft, name="Ken", days=3, by=editor)[0]
    assert link.expires_at - link.created_at == datetime.timedelta(days=3)
    assert link.is_valid
    assert list(ReviewLink.objects.valid(at=link.expires_at - datetime.timedelta(seconds=1))) == [link]
    assert not ReviewLink.objects.valid(at=link.expires_at).exists()


@pytest.mark.parametrize(
    "values", [{"name": " "}, {"days": 0}, {"days": 91}, {"days": -1}], ids=["nameless", "none", "long", "before"]
)
def test_a_link_without_a_name_or_an_end_is_refused(draft, editor, values):
    with pytest.raises(LinkRefused):
        invite(draft, **{"name": "Ken", "by": editor} | values)
    assert not ReviewLink.objects.exists()


@pytest.mark.django_db
def test_what_was_withdrawn_is_not_reviewed(editor):
    with pytest.raises(LinkRefused, match="withdrawn"):
        invite(in_state("withdrawn"), name="Ken", by=editor)


def close_by_revoking(link):
    revoke(link)


def close_by_time(link):
    now = timezone.now()
    ReviewLink.objects.update(created_at=now - datetime.timedelta(days=2), expires_at=now)


@pytest.mark.parametrize("close", [close_by_revoking, close_by_time])
def test_by_a_link_that_has_ended_nothing_is_said(reviewed, link, close):
    close(link)
    with pytest.raises(LinkClosed):
        comment(reviewed, "Too late.", link=link)
    with pytest.raises(LinkClosed):
        approve(reviewed, link=link)
    assert not Comment.objects.exists()
    assert Issue.objects.get().status == IssueStatus.IN_REVIEW


def test_revoking_twice_is_one_deed(link, editor):
    revoke(link, by=editor)
    moment = ReviewLink.objects.get().revoked_at
    revoke(link, by=editor)
    assert ReviewLink.objects.get().revoked_at == moment
    assert deeds() == ["review.invited", "review.revoked"]


def test_who_approved_by_link_is_told_beside_it(reviewed, link):
    approval = approve(reviewed, link=link)
    link.refresh_from_db()
    assert (approval.name, approval.user, link.approved_at) == ("Ken", None, approval.approved_at)
    assert AuditRecord.objects.latest("pk").detail == {"reviewer": "Ken", "by_link": True}


# --- Comments ------------------------------------------------------------------------------------------------------


def test_a_comment_stands_where_it_was_made(draft, editor, link):
    entry, highlight = make_entry(make_section(draft), title="Sparse is enough"), make_highlight(draft)
    places = ["issue", "highlights", f"highlight:{highlight.pk}", f"entry:{entry.pk}"]
    made = [comment(draft, "Hm.", at=at, link=link) for at in places]
    assert [each.place for each in made] == ["issue", "highlights", "highlights", "entry"]
    assert [each.highlight for each in made] == [None, None, highlight, None]
    assert [each.entry for each in made] == [None, None, None, entry]
    assert made[3].place_name == "Sparse is enough"
    assert {each.name for each in made} == {"Ken"}
    assert comment(draft, "Hm.", by=editor).name == "mika"


@pytest.mark.parametrize("at", ["entry:", "entry:x", "entry:-1", "entry:９", "nothing:1", "", "entry:" + "9" * 40])
def test_a_comment_on_what_there_is_not_is_kept_all_the_same(draft, link, at):
    assert comment(draft, "Hm.", at=at, link=link).text == "Hm."
    assert draft.comments.get().entry is None


def test_an_entry_of_another_issue_is_none_of_this_one(draft, link):
    other = make_entry(make_section(make_draft(number=99)), title="Not to be told")
    made = comment(draft, "Hm.", at=f"entry:{other.pk}", link=link)
    assert (made.entry, made.place_name) == (None, "")


def test_a_comment_stays_where_its_entry_is_removed_and_returns_with_it(draft, link, editor):
    entry = make_entry(draft.sections.get(), title="Sparse is enough")
    made = comment(draft, "Hm.", at=f"entry:{entry.pk}", link=link)
    removal = remove_entry(entry, by=editor)
    made.refresh_from_db()
    assert (made.entry, made.place_name) == (None, "Sparse is enough")
    restore(removal)
    made.refresh_from_db()
    assert made.entry == entry


def test_a_comment_on_an_entry_that_is_gone_already_says_which_it_was(draft, link, editor):
    entry, highlight = make_entry(draft.sections.get(), title="Sparse is enough"), make_highlight(draft, text="*Wow.*")
    remove_entry(entry, by=editor)
    remove_highlight(highlight, by=editor)
    about_entry = comment(draft, "Hm.", at=f"entry:{entry.pk}", link=link)
    about_highlight = comment(draft, "Hm.", at=f"highlight:{highlight.pk}", link=link)
    assert (about_entry.place, about_entry.place_name) == ("entry", "Sparse is enough")
    assert (about_highlight.place, about_highlight.place_name) == ("highlights", "Wow.")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \n\t ", "empty"), ("\u202e\x00", "empty"), ("x" * 5001, "too-long")],
    ids=["nothing", "blanks", "what nobody sees", "too long"],
)
def test_an_empty_comment_and_an_endless_one_are_refused(draft, link, text, code):
    with pytest.raises(CommentRefused) as refused:
        comment(draft, text, link=link)
    assert refused.value.code == code
    assert not Comment.objects.exists()


def test_line_ends_of_browsers_count_once(draft, link):
    text = "\r\n".join(["x"] * 2500) + "y"
    assert comment(draft, text, link=link).text == text.replace("\r\n", "\n")


def test_a_form_that_is_sent_twice_makes_one_comment(draft, link):
    first = comment(draft, "Hm.", link=link, token="abc")
    assert comment(draft, "Hm.", link=link, token="abc") == first
    others = [("Hm!", "abc"), ("Hm.", "def")]
    assert len({comment(draft, text, link=link, token=token).pk for text, token in others} | {first.pk}) == 3


def test_who_writes_too_much_is_told_when_to_go_on(draft, link, monkeypatch):
    monkeypatch.setattr(reviewing, "OF_ONE", ((2, datetime.timedelta(minutes=10)),))
    for text in "ab":
        comment(draft, text, link=link)
    with pytest.raises(TooManyComments) as refused:
        comment(draft, "c", link=link)
    assert 590 <= refused.value.wait <= 600
    other = invite(draft, name="Aki")[0]
    assert comment(draft, "c", link=other)
    Comment.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=10))
    assert comment(draft, "c", link=link)


def test_an_answer_replaces_only_what_was_there(draft, link, editor):
    made = comment(draft, "Hm.", link=link)
    answer(made, "Yes?", by=editor)
    assert (made.answer, made.answered_by) == ("Yes?", editor)
    with pytest.raises(CommentRefused, match="answered meanwhile: Yes?"):
        answer(made, "No.", by=editor)
    assert answer(made, "No.", by=editor, before="Yes?").answer == "No."
    # What is sent twice is no conflict.
    assert answer(made, "No.", by=editor, before="Yes?").answer == "No."
    with pytest.raises(CommentRefused, match="empty"):
        answer(made, " ", by=editor, before="No.")


def test_who_settled_first_stays_named(draft, link, editor, django_user_model):
    made = comment(draft, "Hm.", link=link)
    assert list(Comment.objects.open()) == [made]
    other = django_user_model.objects.create_user("aki")
    resolve(made, by=editor)
    assert resolve(made, by=other).resolved_by == editor
    assert not Comment.objects.open().exists()
    assert unresolve(made, by=other).resolved_at is None
    assert list(Comment.objects.open()) == [made]


# --- At once -------------------------------------------------------------------------------------------------------


def at_once(*deeds):
    """Do all of it at the same moment, each on a connection of its own, and return what came of each."""
    barrier = threading.Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        except ReviewError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does(editor):
    issue = submit(make_draft())
    links = [invite(issue, name=name, by=editor)[0] for name in ("Ken", "Aki", "Mei", "Jun")]
    told = at_once(*(lambda link=link: approve(Issue.objects.get(), link=link) for link in links))
    approved = [each for each in told if isinstance(each, Approval)]
    assert len(approved) == 1
    assert Approval.objects.get() == approved[0]
    assert [type(each) for each in told if each not in approved] == [WrongState] * 3
    assert deeds().count("issue.approved") == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_makes_one_comment(editor):
    issue = make_draft()
    link = invite(issue, name="Ken", by=editor)[0]
    told = at_once(*[lambda: comment(issue, "Hm.", link=link, token="abc")] * 6)
    assert len({each.pk for each in told}) == 1
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_past_the_bound_by_writing_at_once(editor, monkeypatch):
    monkeypatch.setattr(reviewing, "OF_ONE", ((3, datetime.timedelta(minutes=10)),))
    issue = make_draft()
    link = invite(issue, name="Ken", by=editor)[0]
    told = at_once(*(lambda text=text: comment(issue, text, link=link) for text in "abcdefgh"))
    assert sum(isinstance(each, Comment) for each in told) == 3
    assert Comment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_revoking_and_approving_at_once_none_is_half_done(editor):
    issue = submit(make_draft())
    link = invite(issue, name="Ken", by=editor)[0]
    told = at_once(lambda: approve(Issue.objects.get(), link=link), lambda: revoke(link, by=editor))
    assert ReviewLink.objects.get().revoked_at
    is_approved = Issue.objects.get().status == IssueStatus.APPROVED
    assert is_approved == isinstance(told[0], Approval) == Approval.objects.exists()
    assert is_approved or isinstance(told[0], LinkClosed)
