"""The page on which an issue begins: proposed, changed, made once."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from issues.models import Issue, Publication
from tests.factories import make_issue, make_publication, make_section

ADDRESS = "/admin/issues/issue/begin/"


@pytest.fixture
def last(db):
    make_publication(languages=["en", "ja"])
    issue = make_issue(number=26)
    make_section(issue, kind="paper", title="Papers we read")
    make_section(issue, kind="use_case", title="In the field")
    return issue


def begun(**values):
    return {"number": "27", "sections": ["0", "1"]} | values


def test_the_desk_leads_to_it(editor_client, last):
    assert reverse("admin:issues_issue_begin") == ADDRESS
    assert ADDRESS in editor_client.get("/admin/").content.decode()


def test_the_proposal_is_shown_and_made(editor_client, last):
    shown = editor_client.get(ADDRESS).content.decode()
    assert 'value="27"' in shown
    assert "Papers we read" in shown
    response = editor_client.post(ADDRESS, begun(sections=["1"], title="Ours"))
    issue = Issue.objects.get(number=27)
    assert response["Location"] == f"/admin/issues/issue/{issue.pk}/compose/"
    assert [section.title for section in issue.sections.all()] == ["In the field"]
    assert (issue.title, issue.status, issue.language) == ("Ours", "draft", "en")


def test_kind_and_language_are_asked_for_in_the_address(editor_client, last):
    editor_client.post(f"{ADDRESS}?kind=special&language=ja", begun(number="", title="特集", sections=["0"]))
    issue = Issue.objects.get(kind="special")
    assert (issue.language, issue.number, issue.slug) == ("ja", None, "special")


def test_an_issue_that_exists_is_named_with_a_way_to_it(editor_client, last):
    shown = editor_client.post(ADDRESS, begun(number="26")).content.decode()
    assert "is that issue already" in shown
    assert f'href="/admin/issues/issue/{last.pk}/compose/"' in shown
    assert Issue.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"week": "12"}, "needs its year"),
        ({"week": "54", "year": "2021"}, "less than or equal to 53"),
        ({"number": "99999999999"}, "less than or equal to"),
        ({"sections": ["7"]}, "not one of the available choices"),
        ({"title": "a" * 10_001}, "at most 10000 characters"),
    ],
    ids=["week alone", "week 54", "huge number", "no such section", "huge title"],
)
def test_nonsense_is_refused_in_words(editor_client, last, values, complaint):
    response = editor_client.post(ADDRESS, begun(**values))
    assert response.status_code == 200
    assert complaint in response.content.decode()
    assert Issue.objects.count() == 1


def test_without_a_newsletter_it_leads_to_its_naming(editor_client, db):
    assert not Publication.objects.exists()
    assert editor_client.get(ADDRESS)["Location"] == "/admin/issues/publication/add/"


def test_who_may_not_add_issues_is_refused(client, editor, last):
    editor.user_permissions.remove(Permission.objects.get(codename="add_issue"))
    client.force_login(editor)
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, begun()).status_code == 403
    assert Issue.objects.count() == 1


def test_a_stranger_is_asked_to_log_in(client, stranger, last):
    client.force_login(stranger)
    assert "/admin/login/" in client.get(ADDRESS)["Location"]
