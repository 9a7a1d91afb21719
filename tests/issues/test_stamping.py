"""The stamp passes with whatever changes what readers see, in the same moment, and nobody waits for it."""

import datetime
import re

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from issues.models import Entry, Erratum, Highlight, Issue, Publication, Section, Stamp, TaggedEntry, Topic
from issues.stamping import read_stamp, read_stamp_of_snapshot
from papers.models import Alias, Fetch, Work
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

ROWS = [Publication, Issue, Highlight, Section, Entry, Erratum, Topic, TaggedEntry, Work, Alias]
TABLES = [model._meta.db_table for model in ROWS]
# What public pages read, though no trigger passes the stamp: each follows from rows that do, in their transaction.
FOLLOW = {
    "issues_entrymoment": "triggers on entries, sections and issues keep it",
    "issues_entrycount": "triggers on entries, sections and issues keep it",
    "issues_kepttext": "it is looked up by the very text that it was made of",
    "issues_stamp": "it is the stamp",
    "django_content_type": "migrations alone write it",
}


@pytest.fixture
def rows(db):
    """One row at least of each model that public pages show."""
    issue = make_issue(number=1, publication=make_publication(languages=["en", "ja"]))
    make_highlight(issue)
    entry = make_entry(make_section(issue), public_id="abc", url="https://arxiv.org/abs/2101.00001")
    entry.topics.set([make_topic("video")])
    work = make_entry(entry.section, public_id="abd", url="https://example.org/post").work
    Alias.objects.create(work=entry.work, identity="doi:10.1/1")
    Erratum.objects.create(issue=issue, entry=entry, noted_on=datetime.date(2021, 1, 2), text="Eleven.")
    return {"issue": issue, "entry": entry, "work": work}


def passes(deed) -> bool:
    """Whether the stamp is another one after a deed, done in a transaction of its own as far as the stamp goes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL akira.has_stamped = ''")
    before = read_stamp().stamp
    deed()
    return read_stamp().stamp != before


# --- What passes it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ROWS, ids=TABLES)
def test_each_way_to_change_a_row_passes_it(rows, model):
    field = next(field for field in model._meta.concrete_fields if not field.primary_key)
    copy = model.objects.first()
    assert passes(copy.save)
    assert passes(lambda: model.objects.update(**{field.name: F(field.name)}))
    assert passes(lambda: model.objects.bulk_update([copy], [field.name]))
    with connection.cursor() as cursor:
        assert passes(lambda: cursor.execute(f"UPDATE {model._meta.db_table} SET id = id"))
        assert passes(lambda: cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = 0"))
        assert passes(
            lambda: cursor.execute(f"INSERT INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table} LIMIT 0")
        )


def test_what_a_fetch_said_passes_it_and_who_asks_does_not(rows):
    fetch = Fetch.objects.create(work=rows["work"], lane="example.org", due_at=timezone.now())
    assert not passes(lambda: Fetch.objects.update(holder=None, leased_until=timezone.now(), attempts=1))
    assert passes(lambda: Fetch.objects.update(said={"title": "Found"}))
    assert passes(lambda: fetch.save(update_fields=["said", "fetched_at"]))
    assert passes(fetch.delete)


def test_cascades_bulk_and_emptied_tables_pass_it(rows):
    assert passes(lambda: Highlight.objects.bulk_create([Highlight(issue=rows["issue"], text="More")]))
    assert passes(lambda: rows["entry"].topics.clear())
    assert passes(lambda: rows["entry"].section.delete())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert passes(lambda: cursor.execute("TRUNCATE papers_alias"))


def test_reading_and_what_readers_do_not_see_leave_it(rows, client, editor):
    assert not passes(lambda: list(Entry.objects.all()))
    assert not passes(lambda: client.get("/issues/1/"))
    assert not passes(editor.save)


def test_a_transaction_leaves_one_mark_and_what_is_taken_back_leaves_none(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL akira.has_stamped = ''")
    before = read_stamp().stamp
    with transaction.atomic():
        Topic.objects.update(description="Taken back")
        transaction.set_rollback(True)
    assert read_stamp().stamp == before
    # What follows in the same transaction still leaves its mark, and the second change none of its own.
    Topic.objects.update(description="Kept")
    once = read_stamp().stamp
    Work.objects.update(venue="ICML")
    assert before != once == read_stamp().stamp


# --- What is watched -----------------------------------------------------------------------------------------------

PAGES = {
    "home": "/",
    "archive": "/issues/?year=2021",
    "issue": "/issues/1/",
    "entry": "/entries/abc/",
    "paper": "/papers/2101.00001/",
    "work": "/works/{work}/",
    "topics": "/topics/",
    "topic": "/topics/video/",
    "about": "/about/",
    "feeds": "/feeds/",
    "feed": "/feed/",
    "sitemap": "/sitemap.xml",
    "sitemap_pages": "/sitemaps/pages.xml",
    "sitemap_month": "/sitemaps/2021-1.xml",
    "sitemap_day": "/sitemaps/2021-1-2.xml",
}


def kept_pages() -> set[str]:
    """The names of all addresses whose pages are kept."""
    found = set()

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            elif getattr(pattern.callback, "is_kept_page", False):
                found.add(pattern.name)

    walk(get_resolver().url_patterns)
    return found


def test_public_pages_read_only_tables_that_pass_the_stamp(rows, client):
    # A page that is kept and stands in no line above would not be looked at.
    assert kept_pages() - PAGES.keys() - SAME_VIEW == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'stamp'")
        watched = {table for (table,) in cursor.fetchall()}
    assert watched >= set(TABLES)
    for name, path in PAGES.items():
        path = path.format(work=f"{rows['work'].public_id}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200, path
        sql = " ".join(query["sql"] for query in captured)
        read = set(re.findall(r'(?:FROM|JOIN|,)\s+"?([a-z_]+)"?', sql)) & set(connection.introspection.table_names())
        assert read <= watched | FOLLOW.keys(), f"{name} reads {read - watched - FOLLOW.keys()}: see issues_stamp_watch"


# Further addresses of views that are looked at above.
SAME_VIEW = {"paper_citation", "work_citation", "open_search"}


# --- Moments -------------------------------------------------------------------------------------------------------


def test_a_scheduled_moment_passes_it_with_nobody_at_work(rows):
    soon = timezone.now() + datetime.timedelta(seconds=0.2)
    make_issue(number=2, published_at=soon)
    assert not passes(lambda: None)

    def wait():
        while timezone.now() < soon:
            pass

    assert passes(wait)
    assert Issue.objects.get(number=2).appeared_at


def test_a_moment_that_nobody_can_note_passes_it_all_the_same(rows):
    make_issue(number=2, published_at=timezone.now() + datetime.timedelta(days=1))
    before = read_stamp_of_snapshot().stamp
    # As if the moment came: the mark is put back, so that nothing but the moment tells of it.
    marks = list(Stamp.objects.values_list("pk", "mark"))
    Issue.objects.filter(number=2).update(published_at=timezone.now())
    for pk, mark in marks:
        Stamp.objects.filter(pk=pk).update(mark=mark)
    assert read_stamp_of_snapshot().stamp != before


# --- Several at once -----------------------------------------------------------------------------------------------

WRITE = "UPDATE issues_topic SET description = description"


@pytest.fixture
def connect(transactional_db):
    """Further connections to the database, which give up at once where they would have to wait."""
    opened = []

    def open_one(isolation=None):
        other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
        opened.append(other)
        other.set_session(isolation_level=isolation)
        other.cursor().execute("SET lock_timeout = '50ms'")
        other.commit()
        return other

    yield open_one
    for other in opened:
        other.close()


def test_writers_at_once_do_not_wait_for_each_other_and_each_commit_passes_it(connect):
    make_topic("video"), make_topic("audio")
    writers = [connect() for _ in range(3)]
    for number, writer in enumerate(writers):
        # Different rows, so that nothing but the stamp could be in the way.
        writer.cursor().execute(f"{WRITE} WHERE id = %s", [-number])
    seen = [read_stamp().stamp]
    for writer in reversed(writers):
        writer.commit()
        seen.append(read_stamp().stamp)
    assert len(set(seen)) == 4
    places = Stamp.objects.count()
    for writer in writers:
        writer.cursor().execute(f"{WRITE} WHERE id = 0")
        writer.commit()
    # Places are used again.
    assert Stamp.objects.count() == places


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_writer_that_sees_one_moment_only_does_not_fail_by_it(connect, isolation):
    make_topic("video")
    strict, other = connect(isolation), connect()
    strict.cursor().execute("SELECT count(*) FROM issues_stamp")
    other.cursor().execute(f"{WRITE} WHERE id = 0")
    other.commit()
    before = read_stamp().stamp
    strict.cursor().execute(f"{WRITE} WHERE id = 0")
    strict.commit()
    assert read_stamp().stamp != before
