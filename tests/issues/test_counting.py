"""What the database keeps of published entries by itself, whatever way a change took."""

import datetime
import threading

import pytest
from django.db import connection, transaction

from issues.models import Entry, EntryCount, EntryMoment, Issue, Section, TaggedEntry
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db


def _month(moment):
    utc = moment.astimezone(datetime.UTC)
    return utc.year * 12 + utc.month - 1


def _kept():
    found = {}
    for row in EntryCount.objects.all():
        key = (row.topic, row.language, row.month)
        found[key] = found.get(key, 0) + row.count
    return {key: count for key, count in found.items() if count}


def _true():
    """The same, counted entry by entry."""
    found = {}
    for entry in Entry.objects.filter(section__issue__status="published").select_related("section__issue"):
        issue = entry.section.issue
        for topic in [0, *entry.topics.values_list("pk", flat=True)]:
            for month in (0, _month(issue.published_at)):
                key = (topic, issue.language, month)
                found[key] = found.get(key, 0) + 1
    return found


def _moments():
    return set(EntryMoment.objects.values_list("entry", "work", "language", "published_at"))


def _true_moments():
    entries = Entry.objects.select_related("section__issue")
    return {(e.pk, e.work_id, e.section.issue.language, e.section.issue.published_at) for e in entries}


def _sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)


def _withdraw():
    Issue.objects.filter(slug="1").update(status="draft", published_at=None, appeared_at=None)


CHANGES = {
    "nothing more": lambda: None,
    "an update that changes nothing": lambda: TaggedEntry.objects.update(language="en"),
    "taken back": _withdraw,
    "taken back and published again": lambda: (
        _withdraw(),
        Issue.objects.filter(slug="1").update(status="published", published_at="2024-05-31T23:30:00+00:00"),
    ),
    "moved to another month": lambda: Issue.objects.exclude(slug="3").update(published_at="2020-02-29T12:00:00+00:00"),
    "given to another language": lambda: Issue.objects.filter(slug="2").update(language="ja"),
    "a section given to another issue": lambda: Section.objects.update(issue=Issue.objects.get(slug="3")),
    "an entry given to another section": lambda: Entry.objects.update(section=Section.objects.last()),
    "another work": lambda: Entry.objects.update(url="https://example.org/x", work=make_work("https://example.org/x")),
    "no work": lambda: Entry.objects.update(work=None),
    "a topic taken off": lambda: Entry.objects.first().topics.clear(),
    "a topic that becomes another": lambda: _sql(
        "UPDATE issues_taggedentry SET tag_id = (SELECT max(id) FROM issues_topic) WHERE content_object_id ="
        " (SELECT min(id) FROM issues_entry)"
    ),
    "entries removed": lambda: Entry.objects.filter(section__issue__slug="1").delete(),
    "all removed by SQL": lambda: _sql("DELETE FROM issues_taggedentry; DELETE FROM issues_entry"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_kept_is_what_is_there(change):
    make_publication(languages=["en", "ja"])
    video, speech, _unused = make_topic("video"), make_topic("speech"), make_topic("unused")
    for number in (1, 2, 40):
        section = make_section(make_issue(number=number))
        make_entry(section, topics=[video])
        make_entry(section, topics=[video, speech], url="" if number == 2 else "https://example.org/post")
    make_entry(make_section(make_issue(number=3, published=False)), topics=[speech])
    change()
    assert _kept() == _true()
    assert _moments() == _true_moments()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_count():
    video = make_topic("video")
    section = make_section(make_issue(number=1))
    make_entry(section, topics=[video])
    entered, may_end = threading.Event(), threading.Event()

    def add_and_linger():
        try:
            with transaction.atomic():
                make_entry(section, topics=[video])
                entered.set()
                assert may_end.wait(timeout=30)
        finally:
            connection.close()

    other = threading.Thread(target=add_and_linger)
    other.start()
    assert entered.wait(timeout=30)
    with transaction.atomic():
        _sql("SET LOCAL lock_timeout = '2s'")
        make_entry(section, topics=[video])
    may_end.set()
    other.join(timeout=30)
    make_entry(section, topics=[video])
    assert _kept() == _true()
    assert _kept()[video.pk, "en", 0] == 4
    assert EntryCount.objects.filter(topic=video.pk, month=0).count() == 2
