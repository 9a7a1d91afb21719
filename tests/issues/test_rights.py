"""The table of rights: what a rule lets somebody do, with which rows, in which states."""

import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from issues import removing
from issues.models import Issue, Section
from issues.rights import RULES, changing, is_own, may, moving, require, where
from issues.rights import removing as removing_verb
from issues.roles import GRANTED
from tests.factories import make_entry, make_highlight, make_issue, make_section
from tests.people import make_person

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now() + datetime.timedelta(days=1)
NEVER_PUBLISHED = ["draft", "in_review", "approved"]
FIXED = {
    "scheduled": {"status": "published", "published_at": TOMORROW},
    "published": {},
    "withdrawn": {"status": "withdrawn", "published_at": timezone.now()},
}
OWN_VERBS = ["change_entry", "move_entry", "remove_entry"]


@pytest.fixture
def contributor():
    return make_person("contributor")


@pytest.fixture
def editor():
    return make_person("editor")


@pytest.mark.parametrize("verb", OWN_VERBS)
@pytest.mark.parametrize("state", NEVER_PUBLISHED)
def test_contributors_write_what_they_added_and_nothing_else(contributor, editor, verb, state):
    section = make_section(make_issue(published=False, status=state))
    assert may(contributor, verb, make_entry(section, added_by=contributor))
    assert not may(contributor, verb, make_entry(section, added_by=editor))
    assert not may(contributor, verb, make_entry(section, added_by=None))


@pytest.mark.parametrize("values", FIXED.values(), ids=FIXED)
def test_contributors_write_nothing_that_was_published_or_is_set_for_it(contributor, editor, values):
    issue = make_issue(**values)
    entry = make_entry(make_section(issue), added_by=contributor)
    assert not any(may(contributor, verb, entry) for verb in OWN_VERBS)
    assert not any(may(contributor, verb, issue) for verb in ("compose", "add_entry"))
    assert all(may(editor, verb, entry) for verb in OWN_VERBS)
    assert all(may(editor, verb, issue) for verb in ("compose", "add_entry", "arrange", "correct"))


def test_without_a_row_it_is_asked_whether_there_may_be_one(contributor):
    assert all(may(contributor, verb) for verb in (*OWN_VERBS, "compose", "add_entry", "restore", "view"))
    assert not any(may(contributor, verb) for verb in ("arrange", "begin", "publish", "approve", "waive", "history"))


@pytest.mark.parametrize("verb", RULES)
def test_nobody_without_a_role_may_anything_and_superusers_all(verb):
    entry = make_entry(make_section(make_issue(published=False)))
    nobody = [AnonymousUser(), make_person("stranger"), make_person("superuser", "gone", is_active=False)]
    assert not any(may(person, verb, row) for person in nobody for row in (None, entry))
    assert all(may(make_person("superuser", f"root-{row}"), verb, row) for row in (None, entry))


def test_each_role_may_what_the_one_before_may():
    contributor, editor, publisher = (set(GRANTED[role]) for role in ("contributor", "editor", "publisher"))
    assert contributor < editor < publisher


def test_publishing_is_the_publishers(editor):
    issue, publisher = make_issue(published=False), make_person("publisher")
    verbs = ("publish", "take_back", "withdraw", "export", "change_publication")
    assert not any(may(editor, verb, issue) for verb in verbs)
    assert all(may(publisher, verb, issue) for verb in verbs)


def test_who_requires_gets_an_answer_or_is_refused(contributor):
    issue = make_issue(published=False)
    assert require(contributor, "compose", issue) is None
    with pytest.raises(PermissionDenied, match="take back"):
        require(contributor, "take_back", issue)


def test_a_verb_that_the_table_does_not_know_is_a_mistake(contributor):
    with pytest.raises(KeyError):
        may(contributor, "fly")


def test_what_somebody_removed_may_be_taken_back_by_them(contributor, editor):
    section = make_section(make_issue(published=False))
    own = removing.remove_entry(make_entry(section, added_by=contributor), by=contributor)
    theirs = removing.remove_entry(make_entry(section, added_by=contributor), by=editor)
    whole = removing.remove_section(section, by=contributor)
    assert [may(contributor, "restore", removal) for removal in (own, theirs, whole)] == [True, False, False]
    assert all(may(editor, "restore", removal) for removal in (own, theirs, whole))


def test_rows_that_nobody_added_are_nobodys_own():
    assert not is_own(AnonymousUser(), SimpleNamespace(added_by_id=None))
    assert not is_own(make_person("editor"), make_issue())


def test_issues_are_filtered_by_what_one_may_do_in_them(contributor, editor):
    draft, fixed = make_section(make_issue(published=False)), make_section(make_issue(**FIXED["scheduled"]))

    def sections(person, verb="add_entry"):
        return set(Section.objects.filter(where(person, verb, prefix="issue__")))

    assert sections(contributor) == {draft}
    assert sections(editor) == {draft, fixed}
    assert sections(make_person("stranger")) == sections(contributor, "arrange") == set()
    assert set(Issue.objects.filter(where(contributor, "compose"))) == {draft.issue}


def test_each_kind_of_row_has_its_verbs():
    issue = make_issue(published=False)
    entry, highlight = make_entry(make_section(issue)), make_highlight(issue)
    rows = (issue, entry.section, highlight, entry)
    assert [changing(row) for row in rows] == ["arrange", "arrange", "arrange", "change_entry"]
    assert [moving(row) for row in rows] == ["arrange", "arrange", "arrange", "move_entry"]
    assert [removing_verb(row) for row in rows] == ["remove_issue", "arrange", "arrange", "remove_entry"]


def test_a_person_is_asked_about_once_and_a_superuser_never(contributor):
    entry = make_entry(make_section(make_issue(published=False)), added_by=contributor)
    root = make_person("superuser")
    with assertNumQueries(2):
        assert [may(contributor, verb, entry) for verb in RULES].count(True) >= 5
    with assertNumQueries(0):
        assert all(may(root, verb, entry) for verb in RULES)
