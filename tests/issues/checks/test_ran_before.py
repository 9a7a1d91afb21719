"""Works that ran in earlier issues: which count as earlier, what may be repeated, and how readers are told."""

import datetime

import pytest

from issues.checks import apply_fix
from issues.models import Entry, Issue
from papers.catalogue import merge
from papers.models import Alias
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_work

from .asking import findings, places

pytestmark = pytest.mark.django_db

CODE = "ran-before"
PAPER = "https://arxiv.org/abs/2103.03230"
DAY = datetime.datetime(2021, 8, 5, 9, tzinfo=datetime.UTC)


def issue_with(url=PAPER, **values):
    issue = make_issue(**values)
    make_entry(make_section(issue), url=url, title="What it says")
    return issue


def draft_with(url=PAPER, **values):
    return issue_with(url, published=False, **values)


def test_it_says_where_and_when_the_work_ran():
    make_publication(time_zone="Asia/Tokyo")
    issue_with(number=12, published_at=DAY - datetime.timedelta(days=300))
    issue_with(number=21, published_at=DAY.replace(hour=20))
    (finding,) = findings(draft_with(number=30), CODE)
    assert "ran in #21 of 6 August 2021, as “What it says”, and before that in #12." in finding.message


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/pdf/2103.03230v2",
        "http://export.arxiv.org/abs/2103.03230",
        "https://ar5iv.org/abs/2103.03230",
    ],
)
def test_however_its_address_is_spelled(url):
    issue_with(number=21)
    assert places(draft_with(url), CODE) == [(1, 1)]


def test_whatever_the_work_was_merged_into():
    first, second = issue_with("https://example.org/preprint", number=21), draft_with("https://example.org/final")
    assert findings(second, CODE) == []
    merge(make_work("https://example.org/preprint"), make_work("https://example.org/final"))
    assert places(second, CODE) == [(1, 1)]
    assert first.pk != second.pk


def test_by_another_name_that_was_learnt():
    issue_with("https://example.org/a", number=21)
    Alias.objects.create(work=make_work("https://example.org/a"), identity="url:example.org/b")
    draft = make_issue(published=False)
    Entry.objects.filter(pk=make_entry(make_section(draft)).pk).update(url="https://example.org/b")
    assert places(draft, CODE) == [(1, 1)]


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param({"number": 21, "published_at": DAY}, 1, id="published before"),
        pytest.param({"number": 21, "published_at": DAY + datetime.timedelta(days=14)}, 0, id="published after"),
        pytest.param(
            {"number": 29, "published_at": DAY + datetime.timedelta(days=7)}, 1, id="same moment, lower number"
        ),
        pytest.param(
            {"number": 31, "published_at": DAY + datetime.timedelta(days=7)}, 0, id="same moment, higher number"
        ),
        pytest.param({"number": 21, "published_at": DAY, "status": "withdrawn"}, 0, id="withdrawn"),
        pytest.param({"number": 21, "published": False}, 0, id="a draft"),
        pytest.param({"number": 21, "published_at": DAY, "language": "ja"}, 0, id="another language"),
    ],
)
def test_earlier_is_by_moment_number_and_key_in_one_language(values, count):
    make_publication(languages=["en", "ja"])
    issue_with(**values)
    assert len(findings(issue_with(number=30, published_at=DAY + datetime.timedelta(days=7)), CODE)) == count


def test_a_draft_comes_after_all_that_is_published_or_scheduled():
    issue_with(number=21, published_at=DAY + datetime.timedelta(days=36_500))
    assert len(findings(draft_with(number=3), CODE)) == 1


ROUND_UPS = [
    pytest.param({"kind": "monthly", "year": 2021, "month": 8}, DAY, 0, id="monthly of its month"),
    pytest.param({"kind": "monthly", "year": 2021, "month": 12}, DAY, 1, id="monthly of another month"),
    pytest.param({"kind": "monthly"}, DAY, 0, id="monthly without a date"),
    pytest.param({"kind": "annual", "year": 2021}, DAY, 0, id="annual of its year"),
    pytest.param({"kind": "annual", "year": 2023}, DAY, 1, id="annual of another year"),
    pytest.param({"kind": "weekly"}, DAY, 1, id="weekly"),
    pytest.param({"kind": "special"}, DAY, 1, id="special"),
]


@pytest.mark.parametrize(("values", "moment", "count"), ROUND_UPS)
def test_a_round_up_may_repeat_its_weeklies(values, moment, count):
    issue_with(number=21, published_at=moment)
    assert len(findings(draft_with(**values), CODE)) == count


def test_a_monthly_may_not_repeat_a_monthly():
    issue_with(kind="monthly", published_at=DAY)
    assert len(findings(draft_with(kind="monthly"), CODE)) == 1
    assert findings(draft_with(kind="annual"), CODE) == []


def test_what_a_round_up_repeats_does_not_hide_what_ran_in_another_one():
    issue_with(kind="monthly", number=1, published_at=DAY)
    for number in range(5):
        issue_with(number=20 + number, published_at=DAY + datetime.timedelta(days=7 + number))
    assert len(findings(draft_with(kind="monthly"), CODE)) == 1


@pytest.mark.parametrize("line", [PAPER, "arXiv:2103.03230", "https://arxiv.org/*"])
def test_what_may_recur_is_not_told(line):
    make_publication(recurring_links=["", "nonsense", line])
    issue_with(number=21)
    assert findings(draft_with(), CODE) == []


def test_readers_are_told_with_one_click_and_then_nothing_is_found():
    earlier = issue_with(number=21).sections.get().entries.get()
    draft = draft_with()
    (finding,) = findings(draft, CODE)
    assert finding.fix.label == "Add “also in #21”"
    apply_fix(draft, finding)
    assert Entry.objects.get(section__issue=draft).repeats == earlier
    assert findings(draft, CODE) == []


def test_coming_back_to_an_entry_about_another_work_tells_readers_nothing():
    issue_with(number=21)
    other = make_entry()
    draft = draft_with()
    Entry.objects.filter(section__issue=draft).update(repeats=other)
    assert len(findings(draft, CODE)) == 1


def test_importing_an_archive_makes_findings_and_refuses_nothing():
    issue_with(number=21, published_at=DAY, origin="import")
    later = issue_with(number=22, published_at=DAY + datetime.timedelta(days=7), origin="import")
    assert places(later, CODE) == [(1, 1)]
    assert Issue.objects.count() == 2


def test_a_highlight_alone_has_run_nowhere():
    make_highlight(make_issue(number=21), text=f"Read [this]({PAPER}).")
    assert findings(draft_with(), CODE) == []
