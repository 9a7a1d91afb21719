"""A new issue: what the last one suggests, what is never taken over, and one beginning of several at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from issues.beginning import AlreadyBegun, PlannedSection, begin_issue, propose
from issues.models import Issue
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db
MARCH = datetime.date(2021, 3, 10)


def proposed(kind="weekly", language="en", today=MARCH):
    return propose(make_publication(languages=["en", "ja"]), kind=kind, language=language, today=today)


def facts(proposal):
    return proposal.number, proposal.year, proposal.week, proposal.month


def unnumbered(**values):
    issue = make_issue(**values)
    Issue.objects.filter(pk=issue.pk).update(number=None)
    return issue


def make_week(week, year=2021):
    return unnumbered(year=year, week=week, slug=f"{year}-week-{week}")


def make_month(month, year=2021):
    return unnumbered(kind="monthly", year=year, month=month, slug=f"month-{year}-{month}")


@pytest.fixture(autouse=True)
def _publication(db):
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")


def test_number_goes_on_from_the_last_draft_or_not():
    make_issue(number=26)
    make_issue(number=27, published=False)
    assert facts(proposed()) == (28, None, None, None)


def test_a_number_that_another_kind_has_is_passed_over():
    make_issue(number=26)
    make_issue(number=27, kind="special")
    assert proposed().number == 28


def test_a_withdrawn_issue_is_not_followed():
    make_issue(number=26)
    make_issue(number=27, status="withdrawn", published_at=datetime.datetime(2021, 3, 1, tzinfo=datetime.UTC))
    assert proposed().follows.number == 26


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        ((2021, 9), MARCH, (2021, 10)),
        ((2021, 10), MARCH, (2021, 11)),
        ((2020, 53), datetime.date(2021, 1, 5), (2021, 1)),
        ((2021, 52), datetime.date(2022, 1, 4), (2022, 1)),
        ((2019, 52), datetime.date(2020, 1, 1), (2020, 1)),
        ((2020, 52), datetime.date(2021, 1, 1), (2020, 53)),
        ((2020, 30), MARCH, (2021, 10)),
    ],
    ids=["next", "ahead", "after week 53", "after week 52", "52 weeks", "53 weeks", "after a pause"],
)
def test_week_goes_on_or_follows_today_after_a_pause(last, today, expected):
    make_week(last[1], year=last[0])
    found = proposed(today=today)
    assert (found.year, found.week) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [((2021, 1), (2021, 2)), ((2021, 2), (2021, 3)), ((2020, 12), (2021, 3)), ((2021, 12), (2022, 1))],
    ids=["one left out", "next", "after a pause", "over the year"],
)
def test_month_goes_on_or_follows_today_after_a_pause(last, expected):
    make_month(last[1], year=last[0])
    found = proposed("monthly")
    assert (found.number, found.year, found.month) == (None, *expected)


def test_sections_are_those_of_the_last_without_what_is_in_them():
    last = make_issue(number=26, intro="Only today.")
    make_entry(make_section(last, kind="paper", title="Papers we read"))
    make_section(last, kind="use_case", title="In the field")
    make_highlight(last)
    found = proposed()
    assert found.sections == (PlannedSection("paper", "Papers we read"), PlannedSection("use_case", "In the field"))
    issue = begin_issue(
        last.publication, kind="weekly", language="en", sections=found.sections, number=27, title="", intro=found.intro
    )
    assert [section.entries.count() for section in issue.sections.all()] == [0, 0]
    assert (issue.status, issue.slug, issue.intro, issue.highlights.count()) == ("draft", "27", "", 0)


@pytest.mark.parametrize(
    ("before", "last", "expected"),
    [
        ("News #25", "News #26", "News #27"),
        ("Week 09 of 2021", "Week 10 of 2021", "Week 11 of 2021"),
        ("第25号のニュース", "第26号のニュース", "第27号のニュース"),
        ("The same every week", "The same every week", "The same every week"),
        ("5 papers", "7 papers", ""),
        ("Attention", "Everything else", ""),
        ("", "", ""),
    ],
    ids=["number", "week", "Japanese", "constant", "another count", "another title", "empty"],
)
def test_a_title_stands_where_only_its_facts_change(before, last, expected):
    make_issue(number=25, year=2021, week=9, title=before)
    make_issue(number=26, year=2021, week=10, title=last)
    assert proposed(today=datetime.date(2021, 3, 17)).title == expected


@pytest.mark.parametrize("kind", ["weekly", "monthly", "annual", "special"])
def test_the_first_of_its_kind_has_a_usual_layout_in_its_language(kind):
    found = proposed(kind, "ja")
    assert found.follows is None
    assert found.sections
    assert all(not planned.title.isascii() for planned in found.sections)


def test_the_same_number_is_refused_and_leads_to_the_issue_that_has_it():
    issue = make_issue(number=27, published=False)
    with pytest.raises(AlreadyBegun) as refusal:
        begin_issue(issue.publication, kind="special", language="en", number=27)
    assert refusal.value.issue == issue


def test_the_same_week_is_refused_but_not_in_another_language():
    week = make_week(10)
    with pytest.raises(AlreadyBegun):
        begin_issue(week.publication, kind="weekly", language="en", year=2021, week=10)
    assert begin_issue(week.publication, kind="weekly", language="ja", year=2021, week=10).slug == "2021-week-10"


@pytest.mark.django_db(transaction=True)
def test_of_several_who_begin_at_once_one_makes_the_issue():
    publication = make_publication()

    def begin(_):
        try:
            return begin_issue(
                publication, kind="weekly", language="en", number=1, sections=[PlannedSection("paper", "")]
            )
        except AlreadyBegun:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        made = [issue for issue in pool.map(begin, range(6)) if issue]
    assert len(made) == Issue.objects.count() == 1


def test_proposing_costs_the_same_in_a_large_archive(django_assert_num_queries):
    publication = make_publication()
    make_section(make_issue(number=1))
    with django_assert_num_queries(3):
        propose(publication, kind="weekly", language="en")
    for number in range(2, 40):
        make_section(make_issue(number=number))
    with django_assert_num_queries(3):
        propose(publication, kind="weekly", language="en")
