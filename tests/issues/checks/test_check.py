"""The preflight as a whole: one reading, a fixed number of queries, nothing raised whatever an issue holds."""

import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.checks import RULES, Severity, check, gate
from papers.catalogue import merge
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_work

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"
HOSTILE = [
    "",
    " ",
    "\ufffd\u202e\u0000".replace("\u0000", "\u0001"),
    "*" * 500,
    "[" * 500 + "](" * 50,
    "$" * 99,
    "`" * 99,
    "<b>" * 200,
    "[x](javascript:alert(1)) [y](http://[::1) [z](entry:) [w](entry:ÄÖ/../..) <a href='data:x'>v</a>",
    "https://user:secret@example.org/ http://10.0.0.1/ 2103.99999 10.1/x",
    "日本語の要約。**太字**を閉じない**",
    "\U0001f600" * 300,
]


def make_draft(entries=2, **values):
    issue = make_issue(published=False, **values)
    section = make_section(issue)
    for number in range(entries):
        make_entry(section, title=f"What paper {number} says", summary=f"The summary number {number}.")
    return issue


def test_an_issue_in_order_has_no_findings_above_a_notice():
    assert [finding for finding in check(make_draft()) if finding.severity != Severity.NOTICE] == []


def test_an_empty_issue_is_checked_like_any_other():
    issue = make_issue(published=False, title="")
    assert "no-title" in {finding.code for finding in check(issue)}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_stands_in_an_issue_makes_the_check_fail(text):
    make_publication(recurring_links=[text, f"{text}*"])
    issue = make_issue(published=False, title=text, intro=text, year=1, month=12, week=53, contents_lines=[text])
    make_highlight(issue, text=text or "-", group_title=text[:500])
    texts = ("title", "source_title", "summary", "card_title", "card_url", "card_description", "figure_alt")
    entry = make_entry(make_section(issue, title=text), url="", **dict.fromkeys(texts, text))
    type(entry).objects.filter(pk=entry.pk).update(url=text, url_given=text, source_arxiv_id=text[:40])
    for finding in check(issue):
        assert finding.message
        assert finding.as_json()["key"]


def _history(first, last):
    for number in range(first, last + 1):
        issue = make_issue(number=number)
        make_highlight(issue, text=f"Read [this]({PAPER}).")
        make_entry(make_section(issue), url=PAPER)


def _spoiled(size):
    """An issue in which much is to be found, of so many entries."""
    issue = make_draft(size)
    section = make_section(issue, title="More")
    for number in range(size):
        make_entry(
            section, url=PAPER, summary=f"See [this](entry:gone{number}) and [that](https://example.org/{number})."
        )
        make_highlight(issue, text=f"Read [this](https://example.org/{number}).")
    loser = make_work(f"https://example.org/old-{size}")
    merge(loser, make_work(f"https://example.org/new-{size}"))
    make_entry(section, url=loser.url, work=loser)
    return issue


def _queries(issue):
    with CaptureQueriesContext(connection) as captured:
        check(issue)
    return len(captured)


def test_a_check_costs_as_many_queries_whatever_the_size_of_issue_and_archive():
    _history(1, 2)
    small, large = _spoiled(2), _spoiled(12)
    few = _queries(small)
    assert _queries(large) == few
    _history(3, 30)
    assert _queries(large) == few
    assert few <= 32


def test_rules_have_a_title_an_explanation_and_the_code_of_their_module():
    for code, rule in RULES.items():
        assert rule.find.__module__.rpartition(".")[2] == code.replace("-", "_")
        assert rule.title
        assert rule.explanation.endswith(".")


def test_the_gravest_findings_come_first_and_the_gate_keeps_errors_alone():
    issue = _spoiled(2)
    order = [RANK[finding.severity] for finding in check(issue)]
    assert order == sorted(order)
    assert {finding.severity for finding in gate(issue)} == {Severity.ERROR}


def test_no_rule_finds_errors_but_those_that_the_gate_asks():
    milder = [rule for rule in RULES.values() if rule.severity != Severity.ERROR]
    assert milder
    assert [rule.code for rule in milder if "ERROR" in inspect.getsource(inspect.getmodule(rule.find))] == []


RANK = {"error": 0, "warning": 1, "notice": 2}
