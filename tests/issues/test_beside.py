"""What stands beside an issue: its neighbours, its editions, and where its works ran before."""

import datetime

import pytest
from django.db import connection

from issues import beside as module
from issues.beside import beside, earlier_mentions
from issues.models import EntryMoment, Issue
from issues.rendering import entries_in_order
from issues.site import Site
from papers.models import Work
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2101.00001"


def _asked(issue):
    issue = Issue.objects.with_entries().get(pk=issue.pk)
    return issue, Site(issue.publication, issue.language), entries_in_order(issue)


def _beside(issue):
    issue, site, entries = _asked(issue)
    return beside(site, issue, entries)


def _earlier(issue):
    issue, site, entries = _asked(issue)
    return {entry.public_id: found.public_id for entry in entries if (found := _of(site, issue, entries, entry))}


def _of(site, issue, entries, entry):
    return earlier_mentions(site, issue, entries).get(entry.pk)


def _mention(issue, public_id, url=PAPER, **values):
    return make_entry(make_section(issue), url=url, public_id=public_id, **values)


def test_the_newest_mention_before_the_issue_is_found_and_no_other(django_assert_num_queries):
    for number in (1, 2, 5):
        _mention(make_issue(number=number), f"in-{number}")
    _mention(make_issue(number=3, language="ja"), "in-japanese")
    _mention(make_issue(number=4, published=False), "in-draft")
    issue = make_issue(number=4, slug="four")
    _mention(issue, "here")
    _mention(issue, "here-again")
    assert _earlier(issue) == {"here": "in-2", "here-again": "in-2"}
    with django_assert_num_queries(1):
        issue, site, entries = issue, Site(issue.publication, "en"), list(issue.sections.all()[:0])
        assert earlier_mentions(site, issue, entries) == {}


def test_issues_of_one_moment_follow_each_other_by_number_and_row():
    moment = datetime.datetime(2021, 5, 1, tzinfo=datetime.UTC)
    issues = [make_issue(number=number, published_at=moment) for number in (7, 8, 9)]
    for issue in issues:
        _mention(issue, f"in-{issue.number}")
    assert _earlier(issues[0]) == {}
    assert _earlier(issues[1]) == {"in-8": "in-7"}
    assert _earlier(issues[2]) == {"in-9": "in-8"}


def test_of_two_mentions_in_one_issue_the_later_one_is_meant():
    before = make_issue(number=1)
    _mention(before, "first")
    _mention(before, "second")
    issue = make_issue(number=2)
    _mention(issue, "here")
    assert _earlier(issue) == {"here": "second"}


def test_mentions_of_a_work_that_was_merged_are_those_of_the_other():
    old, new = "https://example.org/old", "https://example.org/new"
    _mention(make_issue(number=1), "of-old", url=old)
    issue = make_issue(number=2)
    _mention(issue, "of-new", url=new)
    Work.objects.filter(pk=make_work(old).pk).update(merged_into=make_work(new))
    assert _earlier(issue) == {"of-new": "of-old"}
    later = make_issue(number=3)
    _mention(later, "of-old-again", url=old)
    assert _earlier(later) == {"of-old-again": "of-new"}


def test_what_the_editor_named_goes_before_what_is_found():
    named = _mention(make_issue(number=1), "named", url="https://example.org/other")
    hidden = _mention(make_issue(number=9, published=False), "hidden", url="https://example.org/hidden")
    _mention(make_issue(number=2), "found")
    issue = make_issue(number=3)
    _mention(issue, "here", repeats=named)
    _mention(issue, "there", repeats=hidden)
    assert _earlier(issue) == {"here": "named", "there": "found"}


def test_a_draft_follows_whatever_is_published_and_stands_between_no_others():
    _mention(make_issue(number=1), "in-1")
    _mention(make_issue(number=2), "in-2")
    draft = make_issue(number=3, published=False)
    _mention(draft, "here")
    assert _earlier(draft) == {"here": "in-2"}
    found = _beside(draft)
    assert (found.previous, found.next, found.editions) == (None, None, [])


def test_what_waits_for_its_moment_is_nowhere():
    _mention(make_issue(number=1), "in-1")
    waits = make_issue(number=2, published_at=datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC))
    _mention(waits, "waits")
    draft = make_issue(number=3, published=False)
    _mention(draft, "here")
    assert _earlier(draft) == {"here": "in-1"}
    assert _beside(Issue.objects.get(number=1)).next is None


def test_neighbours_and_editions_are_those_that_readers_see():
    make_publication(languages=["en", "ja", "zh-hans"])
    issues = [make_issue(number=number) for number in (1, 2, 3)]
    key = issues[1].translation_key
    chinese = make_issue(number=2, language="zh-hans", translation_key=key)
    japanese = make_issue(number=2, language="ja", translation_key=key)
    make_issue(number=2, language="de", translation_key=key)
    found = _beside(issues[1])
    assert (found.previous, found.next, found.editions) == (issues[0], issues[2], [japanese, chinese])
    assert [issue.title for issue in (found.previous, found.next)] == ["Issue number 1", "Issue number 3"]


def test_it_is_one_query_and_of_each_work_a_few_mentions_are_read(monkeypatch):
    for number in range(1, 31):
        _mention(make_issue(number=number), f"in-{number}")
    issue = make_issue(number=20, slug="again")
    _mention(issue, "here")
    monkeypatch.setattr(module, "LOOKED_AT", 3)
    module._sql.cache_clear()
    queries = []

    def record(execute, sql, params, many, context):
        queries.append((sql, params))
        return execute(sql, params, many, context)

    asked = _asked(issue)
    with connection.execute_wrapper(record):
        found = beside(asked[1], asked[0], asked[2])
    module._sql.cache_clear()
    assert len(queries) == 1
    assert next(iter(found.earlier.values())).public_id == "in-20"
    sql, parameters = queries[0]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", parameters)
        plan = [line for (line,) in cursor.fetchall()]
    [scan] = [line for line in plan if "entry_moment_of_work" in line]
    assert EntryMoment.objects.count() == 31
    assert "rows=3 loops=1" in scan
