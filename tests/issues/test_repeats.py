"""Where the works of an issue stand already."""

import pytest

from issues.publishing import publish, withdraw
from issues.repeats import Repeats, entries_about
from papers.catalogue import merge
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work

pytestmark = pytest.mark.django_db

URL = "https://arxiv.org/abs/2109.01652"


def entry_in(**values):
    return make_entry(make_section(make_issue(**values)), url=URL)


def test_entries_of_the_issue_and_of_others_are_told_apart_the_latest_first(django_assert_num_queries):
    make_publication(languages=["en", "ja"])
    first, second = entry_in(number=3), entry_in(number=21)
    draft = entry_in(published=False, number=28)
    gone = entry_in(published=False, number=29)
    withdraw(publish(gone.section.issue))
    entry_in(number=7, language="ja")
    here = entry_in(published=False, number=27)
    with django_assert_num_queries(2):
        found = entries_about(here.section.issue, [here.work])[here.work_id]
        assert [entry.section.issue.name for entry in found.elsewhere] == ["#28", "#29", "#21", "#3"]
    assert found.here == [here]
    assert {entry.pk for entry in found.elsewhere} == {first.pk, second.pk, draft.pk, gone.pk}


def test_works_that_became_one_are_one():
    earlier = make_entry(make_section(make_issue(number=3)), url="https://example.org/preprint")
    here = entry_in(published=False)
    merge(earlier.work, here.work)
    assert entries_about(here.section.issue, [here.work])[here.work_id].elsewhere == [earlier]
    # Asked with the work that was merged, too.
    earlier.work.refresh_from_db()
    assert list(entries_about(here.section.issue, [earlier.work])) == [here.work_id]


def test_without_works_nothing_is_asked(django_assert_num_queries):
    issue = make_issue()
    with django_assert_num_queries(0):
        assert entries_about(issue, []) == {}
    work = make_work()
    assert not entries_about(issue, [work])[work.pk]
    assert not Repeats()
