"""What is loaded of issues in a few queries is what Django would load, row by row."""

import pytest
from django.db.models import Model
from django.template.loader import get_template

from common import alike
from exchange.samples import load_samples
from issues.beside import earlier_mentions
from issues.gathering import gather
from issues.models import Entry, Erratum, Highlight, Issue, Section, Topic
from issues.rendering import entries_in_order, issue_parts, speak
from issues.site import Site
from tests.factories import make_entry, make_highlight, make_issue, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db


def _values(row: Model) -> dict:
    """The values of a row but those that were left in the database."""
    left = row.get_deferred_fields()
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in left
    }


def _assert_same(row: Model | None) -> None:
    if row is not None:
        same = type(row)._default_manager.get(pk=row.pk)
        assert {name: getattr(same, name) for name in _values(row)} == _values(row)
        assert (row._state.adding, row._state.db) == (same._state.adding, same._state.db)


def test_each_row_is_as_django_reads_it(django_assert_num_queries):
    load_samples()
    issues = list(Issue.objects.filter(pk__in=Issue.objects.order_by("pk")[:3]))
    with django_assert_num_queries(2):
        gather(issues)
    for issue in issues:
        assert list(issue.highlights.all()) == list(Highlight.objects.filter(issue=issue))
        assert list(issue.errata.all()) == list(Erratum.objects.filter(issue=issue))
        assert list(issue.sections.all()) == list(Section.objects.filter(issue=issue))
        for row in [*issue.highlights.all(), *issue.errata.all(), *issue.sections.all()]:
            _assert_same(row)
            assert row.issue is issue
        for section in issue.sections.all():
            assert list(section.entries.all()) == list(Entry.objects.filter(section=section))
        for entry in entries_in_order(issue):
            _assert_same(entry)
            _assert_same(entry.work)
            assert list(entry.topics.all()) == list(Topic.objects.filter(tagged__content_object=entry).order_by("slug"))


def test_a_work_comes_with_the_one_into_which_it_was_merged(django_assert_num_queries):
    work, other = make_work("https://example.org/a"), make_work("https://example.org/b", authors=["A", "B"])
    work.merged_into = other
    work.save()
    entry = make_entry(make_section(make_issue()), url="https://example.org/a", work=work)
    make_entry(entry.section, url="")
    loaded = Issue.objects.with_entries().get(pk=entry.section.issue_id)
    with django_assert_num_queries(0):
        first, second = entries_in_order(loaded)
        assert (first.work, first.work.merged_into, first.work.merged_into.merged_into_id) == (work, other, None)
        assert first.work.merged_into.authors == ["A", "B"]
        assert second.work is None
    with django_assert_num_queries(1):
        assert first.work.abstract == ""


def test_sections_without_entries_and_issues_without_sections_are_there_too(django_assert_num_queries):
    empty, bare = make_issue(number=1), make_issue(number=2)
    make_section(empty)
    loaded = list(Issue.objects.with_entries().order_by("number"))
    with django_assert_num_queries(0):
        assert [[list(part.entries.all()) for part in issue.sections.all()] for issue in loaded] == [[[]], []]
    assert loaded == [empty, bare]


def test_whatever_else_is_asked_of_the_rows_is_asked_of_the_database():
    issue = make_issue()
    first, second = make_section(issue), make_section(issue)
    entry = make_entry(first, topics=[make_topic("video"), make_topic("audio")])
    make_section(make_issue())
    make_highlight(issue)
    loaded = Issue.objects.with_entries().get(pk=issue.pk)
    assert list(loaded.sections.filter(pk=second.pk)) == [second]
    assert loaded.sections.count() == 2
    assert loaded.sections.last() == second
    assert loaded.sections.order_by("-pk").first() == second
    assert loaded.highlights.exists()
    assert not loaded.errata.exists()
    held = entries_in_order(loaded)[0]
    assert held == entry
    assert [topic.slug for topic in held.topics.order_by("-slug")] == ["video", "audio"]
    assert held.topics.filter(slug="video").exists()


@pytest.mark.parametrize("template", ["issues/_entry.html", "issues/_feed_entry.html"])
def test_entries_are_shown_at_once_wherever_they_hold_texts_only(template):
    load_samples()
    made = get_template(template).template
    for issue in Issue.objects.with_entries():
        site = Site(issue.publication, issue.language)
        site = site.absolute() if "feed" in template else site
        with speak(site):
            earlier = earlier_mentions(site, issue, entries_in_order(issue))
            for section in issue_parts(site, issue, earlier=earlier)["sections"]:
                for parts in section.entries:
                    # Corrections have a day, which is written in the language of the page.
                    assert alike.is_fit(made, parts=parts, site=site) or parts.corrections
