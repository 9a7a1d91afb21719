"""Making entries of pasted addresses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.models import Entry
from issues.pasting import MOST_AT_ONCE, NoSection, TooMany, paste
from issues.refusals import Gone
from papers.addresses import Given, addresses
from papers.catalogue import merge
from papers.models import Fetch, Work
from tests.factories import make_entry, make_issue, make_section, make_work
from tests.issues.test_moving import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return make_issue(published=False, number=27)


def given(*texts):
    return [Given(text) for text in texts]


def test_each_address_becomes_an_entry_in_the_section_of_its_kind(issue):
    features, papers, articles, other = [
        make_section(issue, title=kind, kind=kind) for kind in ("feature", "paper", "article", "other")
    ]
    make_entry(papers, title="First")
    pasted = paste(
        issue,
        addresses(
            "Read https://arxiv.org/pdf/2109.01652v2?utm_source=x and "
            "[a post on shrinking](https://blog.example.org/post), "
            "then https://youtu.be/dQw4w9WgXcQ。\n2108.10904\nhttps://github.com/example/code"
        ),
    )
    assert [entry.section for entry in pasted.added] == [papers, articles, other, papers, articles]
    assert [entry.url for entry in papers.entries.all()][1:] == [
        "https://arxiv.org/pdf/2109.01652v2",
        "https://arxiv.org/abs/2108.10904",
    ]
    assert list(papers.entries.values_list("position", flat=True)) == [1, 2, 3]
    assert articles.entries.first().title == "a post on shrinking"
    assert not features.entries.exists()
    assert all(entry.awaits_record for entry in pasted.added)
    assert pasted.added[0].url_given == "https://arxiv.org/pdf/2109.01652v2?utm_source=x"


def test_what_the_outside_says_of_new_works_is_asked_for(issue):
    make_section(issue)
    paste(issue, given("https://arxiv.org/abs/2109.01652", "https://example.org/post"))
    assert Fetch.objects.due().count() == 2


def test_a_chosen_section_takes_everything(issue):
    make_section(issue, kind="paper")
    chosen = make_section(issue, kind="feature")
    pasted = paste(issue, given("https://arxiv.org/abs/2109.01652", "https://example.org/post"), section=chosen)
    assert {entry.section for entry in pasted.added} == {chosen}


def test_the_last_section_takes_what_fits_nowhere(issue):
    make_section(issue, kind="paper")
    last = make_section(issue, kind="feature")
    assert paste(issue, given("https://example.org/post")).added[0].section == last


def test_a_work_that_stands_in_the_issue_is_not_added_again_unless_it_is_demanded(issue):
    section = make_section(issue)
    there = make_entry(section, url="https://arxiv.org/abs/2109.01652")
    other_spelling = given("https://arxiv.org/pdf/2109.01652v3.pdf")
    pasted = paste(issue, other_spelling)
    assert (pasted.added, pasted.here) == ([], [("https://arxiv.org/pdf/2109.01652v3.pdf", there)])
    assert len(paste(issue, other_spelling, again=True).added) == 1
    assert section.entries.count() == 2


def test_a_work_that_became_another_is_known_in_the_issue(issue):
    make_section(issue)
    preprint, paper = make_work("https://arxiv.org/abs/2109.01652"), make_work("https://example.org/paper")
    there = make_entry(make_section(issue), url="https://arxiv.org/abs/2109.01652")
    merge(preprint, paper)
    assert paste(issue, given("https://example.org/paper")).here == [("https://example.org/paper", there)]


def test_the_same_work_twice_in_one_paste_is_one_entry(issue):
    make_section(issue)
    pasted = paste(issue, given("https://arxiv.org/abs/2109.01652", "https://arxiv.org/pdf/2109.01652v2"))
    assert len(pasted.added) == 1
    assert pasted.here == [("https://arxiv.org/pdf/2109.01652v2", pasted.added[0])]


def test_what_is_no_address_is_told_and_the_rest_is_added(issue):
    make_section(issue)
    pasted = paste(issue, given("http://", "https://example.org/a"))
    assert [address for address, _ in pasted.refused] == ["http://"]
    assert len(pasted.added) == 1


def test_too_many_addresses_add_nothing(issue):
    make_section(issue)
    with pytest.raises(TooMany, match="61 addresses; at most 60"):
        paste(issue, given(*[f"https://example.org/{number}" for number in range(MOST_AT_ONCE + 1)]))
    assert not Work.objects.exists()


def test_an_issue_without_sections_and_a_removed_section_add_nothing(issue):
    with pytest.raises(NoSection, match="no section yet"):
        paste(issue, given("https://example.org/a"))
    section = make_section(issue)
    elsewhere = make_section()
    with pytest.raises(Gone, match="Choose another one"):
        paste(issue, given("https://example.org/a"), section=elsewhere)
    assert paste(issue, given("https://example.org/a"), section=section).added


def test_an_entry_pasted_into_a_published_issue_gets_a_label():
    section = make_section(make_issue(number=26))
    paste(section.issue, given("https://example.org/a"))
    assert section.entries.get().label == "26.1"


def test_many_addresses_cost_as_much_as_one(issue):
    make_section(issue)
    with CaptureQueriesContext(connection) as one:
        paste(issue, given("https://example.org/one"))
    with CaptureQueriesContext(connection) as many:
        paste(issue, given(*[f"https://example.org/{number}" for number in range(40)]))
    assert len(one) == len(many) < 20


@pytest.mark.django_db(transaction=True)
def test_two_who_paste_the_same_at_once_make_one_entry(issue):
    make_section(issue)
    texts = [f"https://example.org/{number}" for number in range(5)]
    results = at_once(
        lambda: paste(issue, given(*texts)),
        lambda: paste(issue, given(*texts[::-1])),
        lambda: paste(issue, given(*texts)),
    )
    assert Entry.objects.count() == 5
    assert sum(len(pasted.added) for pasted in results) == 5
    assert sum(len(pasted.here) for pasted in results) == 10
    assert list(Entry.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]
