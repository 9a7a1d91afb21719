"""Queries that are put into SQL once answer like those that are put into it each time."""

import datetime
import uuid

import pytest
from django.db.models import Count

from common.prepared import Prepared
from issues.models import Issue
from tests.factories import make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

MOMENT = datetime.datetime(2021, 1, 5, 9, tzinfo=datetime.UTC)


def _issues(slug: str, publication: int, key: uuid.UUID, now: datetime.datetime):
    issues = Issue.objects.published(now=now).filter(publication=publication, language__in=["en", "ja"])
    return issues.filter(slug=slug, translation_key=key).annotate(parts=Count("sections")).defer("intro")


def _given(issue, **values):
    key, publication = issue.translation_key, issue.publication_id
    return {"slug": issue.slug, "publication": publication, "key": key, "now": MOMENT} | values


def test_it_gives_the_rows_of_the_queryset(django_assert_num_queries):
    prepared = Prepared(_issues)
    first, second, late = make_issue(number=1, past_issues=[{"a": 1}]), make_issue(number=2), make_issue(number=9)
    make_section(second)
    Issue.objects.filter(pk=late.pk).update(appeared_at=None)
    for issue, expected in ((first, [first]), (second, [second]), (late, [])):
        with django_assert_num_queries(1):
            assert prepared(**_given(issue)) == expected
        assert list(_issues(**_given(issue))) == expected
    assert prepared(**_given(late, now=late.published_at)) == [late]


def test_instances_are_like_those_of_django(django_assert_num_queries):
    issue = make_issue(number=1, intro="Hello", past_issues=[{"a": 1}])
    make_section(issue)
    [found] = Prepared(_issues)(**_given(issue))
    same = _issues(**_given(issue)).get()
    assert found.get_deferred_fields() == same.get_deferred_fields() == {"intro"}
    assert (found.parts, found.past_issues, found.published_at) == (1, [{"a": 1}], same.published_at)
    with django_assert_num_queries(1):
        assert found.intro == "Hello"
    found.title = "New"
    found.save(update_fields=["title"])
    issue.refresh_from_db()
    assert issue.title == "New"


def test_what_is_given_is_never_part_of_the_sql():
    hostile = "1' OR '1'='1"
    make_issue(number=1)
    assert Prepared(_issues)(slug=hostile, publication=1, key=uuid.uuid4(), now=MOMENT) == []


def test_it_is_known_by_the_name_of_its_function():
    make_publication()
    assert Prepared(_issues).__name__ == "_issues"
