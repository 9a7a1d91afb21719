"""What changed since an issue was approved, and what a newsletter may demand before it publishes."""

import pytest

from issues.approvals import approval_of, changes_since, difference, mark_of, review_lack, seen_of
from issues.models import Highlight, Issue, IssueStatus, Section
from issues.moving import move_entry, move_section
from issues.publishing import NotReady, publish
from issues.removing import remove_entry
from issues.reviewing import approve, reopen, submit
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(editor):
    issue = make_issue(published=False, number=26)
    make_highlight(issue)
    section = make_section(issue)
    for _ in range(2):
        make_entry(section)
    make_entry(make_section(issue))
    return submit(issue)


def key(row):
    return f"{row._meta.model_name}:{row.pk}"


def entries(issue):
    return [entry for section in issue.sections.all() for entry in section.entries.all()]


def changes(issue):
    return changes_since(approval_of(issue))


def test_nothing_has_changed_where_nothing_was(issue, editor):
    approve(issue, by=editor)
    assert not changes(issue)
    # What readers do not see is no change.
    entry = entries(issue)[0]
    type(entry).objects.filter(pk=entry.pk).update(one_liner="For elsewhere", starred=True, work=make_work())
    Issue.objects.update(leftovers="Left over")
    assert not changes(issue)


@pytest.mark.parametrize(
    "field",
    ["title", "url", "summary", "source_title", "figure", "figure_alt", "figure_credit", "card_title", "domain_shown"],
)
def test_each_field_that_readers_see_is_a_change_of_its_entry(issue, editor, field):
    approve(issue, by=editor)
    entry = entries(issue)[1]
    type(entry).objects.filter(pk=entry.pk).update(**{field: "https://example.org/other"})
    assert changes(issue).changed == [key(entry)]


def test_a_topic_is_a_change_of_its_entry(issue, editor):
    approve(issue, by=editor)
    entries(issue)[0].topics.add(make_topic())
    assert changes(issue).changed == [key(entries(issue)[0])]


def test_texts_of_issue_highlight_and_section_are_changes_of_theirs(issue, editor):
    approve(issue, by=editor)
    Issue.objects.update(intro="Other")
    Highlight.objects.update(text="Other")
    section = issue.sections.first()
    Section.objects.filter(pk=section.pk).update(title="Other")
    assert changes(issue).changed == [key(issue), key(issue.highlights.get()), key(section)]


def test_what_came_and_what_went_is_told(issue, editor):
    approve(issue, by=editor)
    gone, new = entries(issue)[0], make_entry(issue.sections.first())
    remove_entry(gone, by=editor)
    found = changes(issue)
    assert (found.added, found.removed, found.changed, found.is_reordered) == ([key(new)], [key(gone)], [], False)


def test_another_order_is_a_change(issue, editor):
    approve(issue, by=editor)
    first = entries(issue)[0]
    move_entry(first, first.section, position=2)
    assert changes(issue).is_reordered
    move_entry(first, first.section, position=1)
    assert not changes(issue)
    move_entry(first, issue.sections.last())
    assert changes(issue).is_reordered
    approve(issue, by=editor)
    move_section(issue.sections.last(), 1)
    assert changes(issue).is_reordered


def test_what_is_taken_back_is_no_change_any_more(issue, editor):
    approve(issue, by=editor)
    before = issue.title
    Issue.objects.update(title="Other")
    assert changes(issue)
    Issue.objects.update(title=before)
    assert not changes(issue)


def test_the_mark_is_that_of_what_is_seen(issue):
    mark = mark_of(seen_of(issue))
    assert mark == mark_of(seen_of(Issue.objects.get()))
    Issue.objects.update(title="Other")
    assert mark != mark_of(seen_of(issue))


def test_what_is_seen_costs_the_same_queries_whatever_its_size(issue, django_assert_num_queries):
    with django_assert_num_queries(5):
        seen_of(issue)
    for _ in range(5):
        make_entry(make_section(issue), topics=[make_topic(f"topic-{_}")])
    with django_assert_num_queries(5):
        seen_of(issue)


def test_the_difference_of_nothing_is_nothing():
    assert not difference([], [])
    assert difference([["entry:1", "a"]], []).removed == ["entry:1"]


# --- What the publication demands ----------------------------------------------------------------------------------

READY = {
    "none": ["draft", "in_review", "approved"],
    "in_review": ["in_review", "approved"],
    "approved": ["approved"],
}


def bring_to(issue, status, editor):
    if status == "draft":
        reopen(issue, by=editor)
    elif status == "approved":
        approve(issue, by=editor)


@pytest.mark.parametrize("demanded", READY)
@pytest.mark.parametrize("status", ["draft", "in_review", "approved"])
def test_what_the_newsletter_demands_is_held(issue, editor, demanded, status):
    bring_to(issue, status, editor)
    make_publication(review_required=demanded)
    if status in READY[demanded]:
        assert review_lack(issue) == ""
        assert publish(issue, by=editor).status == IssueStatus.PUBLISHED
    else:
        assert "The newsletter demands" in review_lack(issue)
        with pytest.raises(NotReady, match="The newsletter demands"):
            publish(issue, by=editor)
        assert Issue.objects.get().status == status


def test_what_was_changed_since_is_not_what_was_approved(issue, editor):
    make_publication(review_required="approved")
    approve(issue, by=editor)
    Issue.objects.update(title="Other")
    with pytest.raises(NotReady, match="changed after mika approved it"):
        publish(issue, by=editor)
    assert Issue.objects.get().status == IssueStatus.APPROVED
    approve(issue, by=editor)
    assert publish(issue, by=editor).status == IssueStatus.PUBLISHED


def test_without_such_a_demand_a_change_after_approval_keeps_nobody(issue, editor):
    approve(issue, by=editor)
    Issue.objects.update(title="Other")
    assert publish(issue, by=editor).status == IssueStatus.PUBLISHED
