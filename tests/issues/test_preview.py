"""The preview of an issue: the page of readers, for editors, never kept and never found."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from issues.models import Issue
from issues.publishing import publish
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic


def address(issue):
    return reverse("admin:issues_issue_preview", args=[issue.pk])


@pytest.fixture
def draft(db):
    make_publication(languages=["en", "ja"])
    issue = make_issue(published=False, number=26, title="A quiet week", intro="With *one* paper.")
    entry = make_entry(make_section(issue), title="眠るネットワーク", summary="Half of $x^2$.", topics=[make_topic()])
    make_highlight(issue, text=f"A network [sleeps](entry:{entry.public_id}).")
    return issue


def content(response):
    """The article that readers see, without the bar above it."""
    return re.search(r"<article.*</article>", response.content.decode(), re.DOTALL)[0]


def test_a_draft_is_shown_as_readers_will_see_it(editor_client, draft):
    previewed = content(editor_client.get(address(draft)))
    assert "眠るネットワーク" in previewed
    assert "<math" in previewed
    assert "26.1" in previewed


def test_the_preview_is_the_page_of_readers(editor_client, client, draft):
    publish(Issue.objects.get(pk=draft.pk))
    assert content(editor_client.get(address(draft))) == content(client.get("/issues/26/"))


def test_the_bar_says_that_it_is_not_public_and_leads_back(editor_client, draft):
    shown = editor_client.get(address(draft)).content.decode()
    assert "Readers don&#x27;t see it." in shown
    assert reverse("admin:issues_issue_compose", args=[draft.pk]) in shown
    assert reverse("admin:issues_issue_change", args=[draft.pk]) in shown
    assert reverse("admin:issues_issue_publish", args=[draft.pk]) in shown


def test_the_preview_is_not_kept_and_not_found(editor_client, draft):
    response = editor_client.get(address(draft))
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["X-Robots-Tag"] == "noindex"
    shown = response.content.decode()
    assert '<meta name="robots" content="noindex">' in shown
    assert 'rel="canonical"' not in shown
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("status", ["in_review", "approved", "withdrawn", "published"])
def test_an_issue_of_any_state_is_previewed(editor_client, status):
    ahead = timezone.now() + datetime.timedelta(days=1)
    issue = make_issue(status=status, published_at=ahead if status in ("withdrawn", "published") else None)
    assert issue.title in content(editor_client.get(address(issue)))


def test_an_empty_draft_is_previewed(editor_client):
    make_publication()
    assert editor_client.get(address(make_issue(published=False, title="", number=3))).status_code == 200


def test_a_japanese_draft_is_previewed_in_its_language(editor_client, draft):
    issue = make_issue(published=False, language="ja", title="静かな週")
    shown = editor_client.get(address(issue)).content.decode()
    assert '<html lang="ja"' in shown
    assert '<article lang="ja"' in shown


def test_a_draft_is_hidden_from_readers(client, editor_client, draft):
    for reader in (client, editor_client):
        assert reader.get("/issues/26/").status_code == 404


def test_strangers_are_sent_to_the_door(client, stranger, draft):
    assert client.get(address(draft)).url.startswith(reverse("admin:login"))
    client.force_login(stranger)
    assert client.get(address(draft)).url.startswith(reverse("admin:login"))


def test_staff_without_permission_see_nothing(client, django_user_model, draft):
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_work"))
    client.force_login(clerk)
    assert client.get(address(draft)).status_code == 403


def test_who_may_only_look_is_not_offered_to_publish(client, django_user_model, draft):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_issue"))
    client.force_login(reader)
    shown = client.get(address(draft)).content.decode()
    assert reverse("admin:issues_issue_publish", args=[draft.pk]) not in shown


def test_another_method_is_refused(editor_client, draft):
    assert editor_client.post(address(draft)).status_code == 405


def test_a_preview_of_nothing_is_not_found(editor_client):
    assert editor_client.get(reverse("admin:issues_issue_preview", args=[404])).status_code == 404


def test_a_preview_costs_the_same_queries_whatever_is_in_the_issue(
    editor_client, draft, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as small:
        editor_client.get(address(draft))
    for _ in range(10):
        make_entry(make_section(draft), topics=[make_topic(f"topic-{_}")])
    with django_assert_num_queries(len(small)):
        editor_client.get(address(draft))
