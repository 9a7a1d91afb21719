"""Rows that are written many at once are as if each had been saved."""

import uuid

import pytest
from django.db import IntegrityError

from common.rows import insert
from issues.models import Entry, Section
from papers.models import Work
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

ODD = [
    "",
    "quotes ' \" and \\ and %s",
    "two\nlines\tand a tab",
    "動画 😀",
    "null",
    '{"a": [1]}',
    "'); DROP TABLE issues_entry",
]


def a_work(identity, **values):
    return Work(identity=identity, url=f"https://example.org/{identity}", **values)


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("text", ODD, ids=repr)
def test_values_come_back_as_they_went(text):
    work = a_work("url:a", title=text, authors=[text, "B"], versions=[{"v": text}], withdrawn=True)
    insert([work])
    assert fields_of(Work.objects.get()) == fields_of(work)
    assert work.created_at is not None


def test_every_row_gets_its_own_key():
    works = [a_work(f"url:{number}") for number in range(200)]
    insert(works)
    assert {work.pk: work.identity for work in works} == dict(Work.objects.values_list("pk", "identity"))


def test_row_may_point_to_one_that_was_saved_after_it_was_named():
    issue = make_issue()
    section = Section(issue=issue, position=1)
    entries = [Entry(section=section, position=place, translation_key=uuid.uuid4()) for place in (1, 2)]
    insert([section])
    insert(entries)
    assert list(section.entries.all()) == entries
    assert fields_of(section.entries.first()) == fields_of(entries[0])


def test_row_can_be_saved_again(django_assert_num_queries):
    work = a_work("url:a")
    insert([work])
    work.title = "A title"
    with django_assert_num_queries(1):
        work.save()
    assert Work.objects.get().title == "A title"


@pytest.mark.parametrize("size", [0, 1, 50])
def test_one_statement_writes_them_all(size, django_assert_num_queries):
    with django_assert_num_queries(min(size, 1)):
        insert([a_work(f"url:{number}") for number in range(size)])


def test_rules_of_the_database_hold():
    with pytest.raises(IntegrityError, match="work_identity_unique"):
        insert([a_work("url:a"), a_work("url:a")])
