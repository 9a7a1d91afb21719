"""The rules on invented issues that were spoilt, and on clean ones; a short run of `benchmarks/preflight`."""

import pytest
from django.test.utils import override_settings

from benchmarks.preflight.mutators import all_mutators
from benchmarks.preflight.running import calm, spoil
from issues.checks.registry import RULES

# The mark of the database is how pytest-django knows that these tests need one of their own.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CASES, CLEAN = 20, 24


@pytest.fixture(scope="module")
def _one_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The database for the whole module; the bench takes back what it writes."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("uploads")):
        yield


@pytest.fixture(scope="module")
def cases(_one_database):
    """What came of spoiling, by rule."""
    found = {code: [] for code in RULES}
    for case in spoil(CASES, worlds=2):
        found[case.code].append(case)
    return found


@pytest.fixture(scope="module")
def counted(_one_database):
    """What was found in clean issues."""
    return calm(CLEAN, worlds=2)


def test_each_rule_is_spoilt_in_three_ways_at_least():
    mutators = all_mutators()
    assert set(mutators) == set(RULES)
    assert {code for code, listed in mutators.items() if len(listed) < 3} == set()


@pytest.mark.parametrize("code", RULES)
def test_what_was_spoilt_is_found(cases, code):
    assert len(cases[code]) >= CASES
    assert [f"{case.mutator} {case.seed}" for case in cases[code] if not case.is_found] == []


def test_clean_issues_have_no_errors(counted):
    assert counted.issues == CLEAN
    assert counted.with_error == 0, counted.messages


def test_clean_issues_have_a_warning_in_one_of_ten_at_most(counted):
    assert counted.with_warning <= CLEAN / 10, counted.messages
