"""Where works stand already."""

import datetime

import pytest
from django.utils import timezone

from inbox.repeats import families, mentions
from papers.catalogue import merge
from tests.factories import make_entry, make_issue, make_section, make_work

pytestmark = pytest.mark.django_db

POST = "https://example.org/post"


def mention_in(**values):
    return make_entry(make_section(make_issue(**values)), url=POST)


def found(work, languages=("en", "ja")):
    family = families([work.pk])
    return [
        (mention.issue.name, mention.issue.language, str(mention.standing))
        for mention in mentions(family, languages).get(family[work.pk], [])
    ]


def test_a_work_that_stands_nowhere():
    assert found(make_work(POST)) == []


def test_the_latest_issue_comes_first_and_drafts_before_all():
    mention_in(number=3)
    mention_in(number=5)
    mention_in(number=9, published=False)
    mention_in(number=4, status="withdrawn", published_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    mention_in(number=6, status="published", published_at=timezone.now() + datetime.timedelta(days=1))
    assert found(make_work(POST)) == [
        ("#9", "en", "draft"),
        ("#6", "en", "scheduled"),
        ("#5", "en", "public"),
        ("#3", "en", "public"),
        ("#4", "en", "withdrawn"),
    ]


def test_editions_of_an_issue_are_one_in_the_first_language_there_is():
    edition = mention_in(number=3, language="ja").section.issue
    assert found(make_work(POST)) == [("#3", "ja", "public")]
    mention_in(number=3, translation_key=edition.translation_key)
    assert found(make_work(POST)) == [("#3", "en", "public")]
    assert found(make_work(POST), ["ja", "en"]) == [("#3", "ja", "public")]


def test_twice_in_an_issue_is_one_mention():
    entry = mention_in(number=3)
    make_entry(entry.section, url=POST)
    assert len(found(make_work(POST))) == 1


def test_what_was_merged_counts_in_both_directions():
    page, paper = make_work(POST), make_work("https://arxiv.org/abs/2103.00020")
    mention_in(number=3)
    merge(page, paper)
    assert found(page) == found(paper) == [("#3", "en", "public")]


def test_many_works_cost_as_many_queries_as_one(django_assert_num_queries):
    works = [make_entry().work for _ in range(20)]
    with django_assert_num_queries(3):
        assert len(mentions(families(work.pk for work in works), ["en"])) == 20
