"""The page that tells on which ways links come in, and hands out tokens."""

import datetime

import pytest
from django.utils import timezone

from inbox import tokens
from inbox.models import Token
from tests.factories import make_publication
from tests.inbox.factories import make_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publication():
    return make_publication()


def test_a_token_is_shown_once_and_kept_as_a_digest(editor_client, editor):
    response = editor_client.post("/admin/inbox/ways/", {"name": " phone "})
    made = response.context["made"]
    token = Token.objects.get()
    assert made.startswith("akira_")
    assert made in response.text
    assert (token.user, token.name, token.digest) == (editor, "phone", tokens.digest_of(made))
    assert made not in editor_client.get("/admin/inbox/ways/").text
    assert tokens.token_of(made) == token


@pytest.mark.parametrize("name", ["", "  ", "phone"])
def test_a_token_needs_a_name_of_its_own(name, editor_client, editor):
    make_token(editor)
    response = editor_client.post("/admin/inbox/ways/", {"name": name})
    assert response.context["made"] is None
    assert [str(message) for message in response.context["messages"]]
    assert Token.objects.count() == 1


def test_ones_own_tokens_are_listed_and_revoked(editor_client, editor, admin_user):
    own, other = make_token(editor, name="own"), make_token(admin_user, "another", name="theirs")
    text = editor_client.get("/admin/inbox/ways/").text
    assert "own" in text
    assert "theirs" not in text
    assert editor_client.post(f"/admin/inbox/ways/tokens/{other.pk}/revoke/").status_code == 404
    assert editor_client.post(f"/admin/inbox/ways/tokens/{own.pk}/revoke/").status_code == 302
    assert list(Token.objects.valid()) == [other]


def test_who_may_do_everything_revokes_any_token(admin_client, editor):
    token = make_token(editor)
    assert "mika" in admin_client.get("/admin/inbox/ways/").text
    admin_client.post(f"/admin/inbox/ways/tokens/{token.pk}/revoke/")
    assert not Token.objects.valid().exists()


def test_the_use_of_a_token_is_noted_now_and_then(editor, django_assert_num_queries):
    make_token(editor, "akira_x")
    tokens.token_of("akira_x")
    first = Token.objects.get().last_used_at
    assert first is not None
    tokens.token_of("akira_x")
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - datetime.timedelta(hours=1))
    tokens.token_of("akira_x")
    assert Token.objects.get().last_used_at >= first


def test_the_bookmarklet_leads_to_this_desk(editor_client):
    code = editor_client.get("/admin/inbox/ways/").context["bookmarklet"]
    assert code.startswith("javascript:(()=>{")
    assert "open('http://testserver/admin/inbox/add/?'+q" in code
    assert "\n" not in code
