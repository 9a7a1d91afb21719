"""The same work twice in one issue."""

import pytest

from issues.checks import apply_fix
from issues.models import Entry
from papers.catalogue import merge
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work

from .asking import findings, places

pytestmark = pytest.mark.django_db

CODE = "repeated-work"


@pytest.mark.parametrize(
    ("urls", "found"),
    [
        pytest.param(["https://arxiv.org/abs/2103.03230", "https://arxiv.org/abs/2103.03206"], [], id="two works"),
        pytest.param(["https://arxiv.org/abs/2103.03230"] * 2, [(1, 2)], id="same address"),
        pytest.param(
            ["https://arxiv.org/abs/2103.03230", "https://arxiv.org/pdf/2103.03230v2"], [(1, 2)], id="a version"
        ),
        pytest.param(["https://example.org/a", "http://www.example.org/a/"], [(1, 2)], id="another spelling"),
        pytest.param(["https://example.org/a"] * 3, [(1, 2), (1, 3)], id="thrice"),
        pytest.param(["https://example.org/a", "https://example.org/b"], [], id="two pages of a site"),
        pytest.param(["", ""], [], id="no links"),
    ],
)
def test_two_entries_about_one_work(urls, found):
    section = make_section(make_issue(published=False))
    for url in urls:
        make_entry(section, url=url)
    assert places(section.issue, CODE) == found


def test_merged_works_are_one():
    section = make_section(make_issue(published=False))
    first, second = make_entry(section), make_entry(section)
    merge(first.work, second.work)
    assert places(section.issue, CODE) == [(1, 2)]


def test_a_link_that_was_changed_without_its_work_counts_as_it_stands():
    section = make_section(make_issue(published=False))
    make_entry(section, url="https://example.org/a")
    Entry.objects.filter(pk=make_entry(section).pk).update(url="https://example.org/a")
    assert places(section.issue, CODE) == [(1, 2)]


def test_the_first_may_stand_in_another_section():
    issue = make_issue(published=False)
    make_entry(make_section(issue), url="https://example.org/a")
    make_entry(make_section(issue), url="https://example.org/a")
    assert places(issue, CODE) == [(2, 1)]


@pytest.mark.parametrize("allowed", ["https://example.org/sponsor", "https://example.org/spon*"])
def test_what_may_recur_is_no_repetition(allowed):
    make_publication(recurring_links=[allowed])
    section = make_section(make_issue(published=False))
    make_entry(section, url="https://example.org/sponsor")
    make_entry(section, url="https://example.org/sponsor")
    assert places(section.issue, CODE) == []


def test_the_second_of_two_alike_can_be_removed_and_brought_back():
    section = make_section(make_issue(published=False))
    values = {"url": "https://example.org/a", "title": "Once", "summary": "The same."}
    first, second = make_entry(section, **values), make_entry(section, **values)
    (finding,) = findings(section.issue, CODE)
    apply_fix(section.issue, finding)
    assert list(section.entries.all()) == [first]
    assert second.pk != first.pk


def test_an_entry_that_says_something_of_its_own_has_the_wrong_link_and_is_not_offered_for_removal():
    section = make_section(make_issue(published=False))
    work = make_work("https://example.org/a")
    make_entry(section, url=work.url, work=work, title="One thing")
    make_entry(section, url=work.url, work=work, title="Another thing")
    assert findings(section.issue, CODE)[0].fix is None
