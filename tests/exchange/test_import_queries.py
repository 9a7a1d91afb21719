"""What an import costs: as many queries for the fiftieth issue as for the fifth, two for one that is unchanged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .archives import a_section, an_entry, an_issue, bring_in, write_archive

pytestmark = pytest.mark.django_db

PER_ISSUE = 16


def issue(number, entries=4):
    made = [
        an_entry(f"Entry {number}.{place}", f"https://example.org/{number}/{place}", topics=["video", f"t{place}"])
        for place in range(entries)
    ]
    return an_issue(
        a_section(*made[::2]),
        a_section(*made[1::2], kind="other"),
        slug=str(number),
        status="published",
        published_at="2021-01-01T00:00:00Z",
        highlights=[{"text": "One"}, {"text": "Two"}],
    )


def cost(path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        bring_in(path)
    return len(queries)


def test_every_issue_costs_the_same_whatever_came_before(tmp_path):
    # The first makes the topics and the publication.
    bring_in(write_archive(tmp_path / "first.json", issue(1)))
    few = cost(write_archive(tmp_path / "few.json", *map(issue, range(2, 7))))
    many = cost(write_archive(tmp_path / "many.json", *map(issue, range(7, 57))))
    none = cost(write_archive(tmp_path / "none.json"))
    # Whether there are issues at all is asked once an import.
    assert (few - none - 1) / 5 == (many - none - 1) / 50 <= PER_ISSUE


def test_issue_with_many_entries_costs_no_more_queries(tmp_path):
    bring_in(write_archive(tmp_path / "first.json", issue(1, entries=50)))
    few = cost(write_archive(tmp_path / "few.json", issue(2, entries=4)))
    many = cost(write_archive(tmp_path / "many.json", issue(3, entries=50)))
    assert few == many


def test_unchanged_issue_costs_two_queries_and_its_savepoint(tmp_path):
    path = write_archive(tmp_path / "a.json", *map(issue, range(1, 11)))
    bring_in(path)
    with CaptureQueriesContext(connection) as queries:
        bring_in(path)
    none = cost(write_archive(tmp_path / "none.json"))
    savepoints = sum("SAVEPOINT" in query["sql"] for query in queries)
    # Whether there are issues at all is asked once.
    assert len(queries) - none - savepoints <= 10 * 2 + 1


def statistics_of_entries():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'issues_entry'")
        return cursor.fetchone()[0]


def test_large_import_leaves_statistics_behind(tmp_path):
    """Without them PostgreSQL reads grown tables from end to end for each page, until autovacuum comes by."""
    before = statistics_of_entries()
    bring_in(write_archive(tmp_path / "few.json", *map(issue, range(1, 6))))
    assert statistics_of_entries() == before
    bring_in(write_archive(tmp_path / "many.json", *map(issue, range(6, 106))))
    assert statistics_of_entries() == 105 * 4
