"""The command check_issues: text, JSON, and an exit status by severity."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from issues.checks import check, gate, waive
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db


def run(*arguments):
    out, status = StringIO(), 0
    try:
        call_command("check_issues", *arguments, stdout=out)
    except SystemExit as ended:
        status = ended.code
    return out.getvalue(), status


def records(*arguments):
    out, status = run(*arguments, "--format", "json")
    return json.loads(out), status


def sound_issue(**values):
    issue = make_issue(**values)
    make_entry(make_section(issue), title="What a paper says", summary="The paper says that it is so.")
    return issue


def with_error(**values):
    issue = sound_issue(**values)
    make_entry(issue.sections.get(), title="", summary="Another paper says that it is not.")
    return issue


def with_warning(**values):
    issue = sound_issue(**values)
    make_entry(issue.sections.get(), title="What another says", summary="")
    return issue


def test_json_has_the_fields_of_the_contract():
    issue = with_error(slug="2021-week-10", number=10)
    found, status = records("2021-week-10")
    (record,) = [record for record in found if record["code"] == "no-title"]
    entry = issue.sections.get().entries.last()
    assert record == {
        "issue": "2021-week-10",
        "language": "en",
        "code": "no-title",
        "severity": "error",
        "section": 1,
        "entry": 2,
        "entry_id": entry.public_id,
        "highlight": None,
        "field": "title",
        "message": "Entry 2 of section 1 has no title. Write the headline that readers see.",
        "fix": None,
        "waived": False,
    }
    assert status == 1


@pytest.mark.parametrize(
    ("makers", "expected"),
    [
        ([sound_issue], 0),
        ([with_warning], 3),
        ([with_error], 1),
        ([with_warning, with_error], 1),
        ([with_error, with_warning], 1),
        ([sound_issue, with_warning], 3),
    ],
    ids=["nothing", "warning", "error", "warning then error", "error then warning", "second"],
)
def test_the_exit_status_is_that_of_the_gravest_finding(makers, expected):
    for number, make in enumerate(makers, start=1):
        make(number=number)
    assert run("--all")[1] == expected


def test_what_was_waived_is_printed_and_does_not_count():
    issue = with_error(slug="1", number=1)
    (finding,) = gate(issue)
    waive(issue, finding, "It is\na picture.")
    found, status = records("1")
    assert [record["waived"] for record in found if record["code"] == "no-title"] == [True]
    assert status == 0
    assert "(waived: It is a picture.)" in run("1")[0]


def test_an_archive_without_findings_is_an_empty_array():
    assert records("--all") == ([], 0)


def test_a_slug_means_the_issue_in_every_language_unless_one_is_named():
    make_publication(languages=["en", "ja"])
    with_error(slug="1", number=1)
    with_error(slug="1", number=1, language="ja")
    assert {record["language"] for record in records("1")[0]} == {"en", "ja"}
    assert {record["language"] for record in records("1", "--language", "JA")[0]} == {"ja"}
    assert {record["language"] for record in records("--all", "--language", "en")[0]} == {"en"}


def test_text_has_a_line_for_each_issue_and_each_finding():
    with_error(slug="1", number=1)
    sound_issue(slug="2", number=2)
    out, _ = run("1", "2")
    assert "2 (en): nothing found" in out
    assert "  error    no-title                     entry 2 of section 1: Entry 2" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["3"], "There is no issue 3."),
        (["1", "3", "4"], "There is no issue 3, 4."),
        (["1", "--language", "ja"], "There is no issue 1 in ja."),
        ([], "Name the issues"),
        (["1", "--all"], "Name the issues"),
    ],
    ids=["unknown", "some unknown", "another language", "nothing named", "both"],
)
def test_wrong_arguments_are_told_and_end_with_two(arguments, words):
    sound_issue(slug="1", number=1)
    with pytest.raises(CommandError, match=words) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 2


def test_the_findings_are_those_of_the_desk():
    issue = with_error(slug="1", number=1)
    assert [record["message"] for record in records("1")[0]] == [finding.message for finding in check(issue)]
