"""What belongs together, and why."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.pages import published_entry
from issues.relating import related_entries
from issues.site import Site
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db

FUTURE = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)


def _entry(number, topics=(), authors=(), url=None, published=True, **values):
    url = url or f"https://example.org/in-{number}"
    work = make_work(url)
    work.authors = list(authors)
    work.save()
    issue = make_issue(number=number, published=published)
    return make_entry(make_section(issue), url=url, title=f"In {number}", topics=topics, **values)


def _related(entry, **options):
    loaded = published_entry(Site(make_publication(), "en"), entry.public_id)
    site = Site(make_publication(), "en")
    with CaptureQueriesContext(connection) as captured:
        found = [(other.title, other.reason) for other in related_entries(site, loaded, **options)]
    assert len(captured) <= 1
    return found


def test_entries_with_most_in_common_come_first_and_then_the_nearest():
    video, speech = make_topic("video"), make_topic("speech")
    entry = _entry(50, [video, speech], ["Ada Byron", "Li Jing"])
    _entry(10, [video, speech])
    _entry(48, [video])
    _entry(53, [video])
    _entry(1, authors=["Li Jing"], topics=[video, speech])
    _entry(52, [make_topic("other")], ["Somebody Else"])
    assert _related(entry) == [
        ("In 1", "same topics: Speech, Video · same authors in part"),
        ("In 10", "same topics: Speech, Video"),
        ("In 48", "same topic: Video"),
        ("In 53", "same topic: Video"),
    ]
    assert len(_related(entry, limit=2)) == 2


def test_authors_alone_relate_entries():
    entry = _entry(2, authors=["Ada Byron"])
    _entry(1, authors=["Grace Hopper", "Ada Byron"])
    assert _related(entry) == [("In 1", "same authors in part")]


def test_the_same_work_the_same_issue_other_languages_and_drafts_are_not_related():
    make_publication(languages=["en", "ja"])
    video = make_topic("video")
    entry = _entry(5, [video])
    make_entry(entry.section, topics=[video], title="Beside it")
    _entry(4, [video], url=entry.url)
    _entry(6, [video], published=False)
    make_entry(make_section(make_issue(number=7, language="ja")), topics=[video])
    make_entry(make_section(make_issue(number=8, published_at=FUTURE)), topics=[video])
    assert _related(entry) == []


def test_a_work_stands_there_once():
    video = make_topic("video")
    entry = _entry(9, [video])
    for number in (6, 7):
        _entry(number, [video], url="https://example.org/often")
    assert _related(entry) == [("In 7", "same topic: Video")]


def test_nothing_is_asked_of_an_entry_with_nothing_to_go_by():
    assert _related(_entry(1, url="https://example.org/x")) == []
