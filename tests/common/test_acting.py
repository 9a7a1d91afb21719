"""For whom we write is said to the database for a transaction at most, and with what writes alone."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from common.acting import acting, who_acts
from issues.models import Change, Topic
from tests.factories import make_topic


def told():
    """Person and way of the changes, oldest first."""
    return list(Change.objects.order_by("pk").values_list("person_name", "via"))


def describe(text="Moving pictures."):
    Topic.objects.update(description=text)


@pytest.mark.django_db
def test_who_acts_is_noted_with_what_changes(editor):
    make_topic()
    with acting(by=editor, via="desk"):
        describe()
    assert told() == [("mika", "desk")]
    assert Change.objects.get().person == editor.pk


@pytest.mark.django_db
def test_afterwards_nobody_is_known_in_the_same_transaction(editor):
    make_topic()
    with acting(by=editor, via="desk"):
        describe()
    describe("Films.")
    assert [name for name, _ in told()] == ["mika", ""]


@pytest.mark.django_db(transaction=True)
def test_afterwards_nobody_is_known_on_the_same_connection(editor):
    make_topic()
    with acting(by=editor, via="desk"):
        describe()
    describe("Films.")
    with acting(by=editor, via="desk"), transaction.atomic():
        describe("Moving pictures.")
    describe("Films.")
    assert [name for name, _ in told()] == ["mika", "", "mika", ""]


@pytest.mark.django_db
def test_one_inside_another_adds_to_it(editor, stranger):
    make_topic()
    with acting(by=editor, via="desk"):
        with acting(via="api"):
            describe("1")
        with acting(person=None, name=""):
            describe("2")
        with acting(by=stranger):
            describe("3")
        describe("4")
    assert told() == [("mika", "api"), ("", "desk"), ("stranger", "desk"), ("mika", "desk")]


@pytest.mark.django_db
def test_nobody_is_somebody_who_is_not_logged_in():
    make_topic()
    with acting(by=AnonymousUser(), via="desk"):
        assert who_acts() == {"via": "desk"}
        describe()
    assert told() == [("", "desk")]
    assert who_acts() == {}


@pytest.mark.parametrize("name", ["O'Hara", "100%s", "%(name)s", "a\\b", "ζ“”", "'); DROP TABLE issues_change; --"])
@pytest.mark.django_db
def test_any_name_is_told_as_it_is(name, django_user_model):
    make_topic()
    person = django_user_model(pk=1, username=name)
    with acting(by=person, via="desk"):
        describe()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE issues_topic SET description = '100%'")
            cursor.execute("UPDATE issues_topic SET description = %s", ["50%"])
            cursor.execute("UPDATE issues_topic SET description = %(text)s", {"text": "25%"})
    assert {name for name, _ in told()} == {name}
    assert Topic.objects.get().description == "25%"


@pytest.mark.django_db
def test_counts_and_answers_of_statements_are_their_own(editor):
    topics = [make_topic("video"), make_topic("audio")]
    with acting(by=editor, via="desk"):
        assert Topic.objects.filter(pk__in=[topic.pk for topic in topics]).update(description="x") == 2
        made = Topic.objects.create(name="Text", slug="text")
        assert Topic.objects.get(slug="text") == made
        with connection.cursor() as cursor:
            cursor.execute("UPDATE issues_topic SET description = 'y' RETURNING slug")
            assert {slug for (slug,) in cursor.fetchall()} == {"video", "audio", "text"}
            cursor.executemany(
                "UPDATE issues_topic SET description = %s WHERE slug = %s", [("v", "video"), ("a", "audio")]
            )
    assert Topic.objects.get(slug="audio").description == "a"


@pytest.mark.django_db
def test_what_reads_is_sent_as_it_is(editor):
    with acting(by=editor, via="desk"), CaptureQueriesContext(connection) as queries:
        list(Topic.objects.all())
    assert not [query for query in queries if "akira.acting" in query["sql"]]


@pytest.mark.django_db
def test_a_transaction_that_fails_can_be_left(editor):
    make_topic("video")
    with pytest.raises(IntegrityError), transaction.atomic(), acting(by=editor, via="desk"):
        make_topic("video")
    describe()
    assert [name for name, _ in told()] == [""]
