"""The composer with the inbox beside it, put together by the roof."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories import make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def composer(editor):
    return reverse("admin:issues_issue_compose", args=[make_issue(published=False).pk])


def test_the_inbox_lies_beside_the_issue(client, editor, composer):
    editor.user_permissions.add(*Permission.objects.filter(content_type__app_label="inbox"))
    client.force_login(editor)
    page = client.get(composer).content.decode()
    assert f'hx-get="{reverse("inbox:pane")}?issue=' in page
    assert 'href="#inbox"' in page
    # Without a script the same address is a link.
    assert f'<a href="{reverse("inbox:pane")}?issue=' in page


def test_who_may_not_see_the_inbox_has_the_issue_alone(client, editor, composer):
    editor.user_permissions.remove(*Permission.objects.filter(content_type__app_label="inbox"))
    client.force_login(editor)
    page = client.get(composer).content.decode()
    assert "inbox" not in page
