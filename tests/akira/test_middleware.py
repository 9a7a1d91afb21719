"""What every response carries, and that readers and editors are treated apart."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import translation

from akira import urls


def page(request):
    return HttpResponse(f"<p>{translation.get_language()}</p>" + "<p>Read on.</p>" * 100)


def curious(request):
    return HttpResponse(", ".join(name for name in ("session", "user", "_messages") if hasattr(request, name)))


urlpatterns = [
    path("page/", page),
    path("curious/", curious),
    path("admin/page/", page),
    path("admin/curious/", curious),
    path("healthz", page),
    *urls.urlpatterns,
]
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = pytest.mark.urls(__name__)


def directives(response) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))


def test_a_public_page_sets_no_cookie_and_varies_by_encoding_alone(client):
    response = client.get("/page/", headers={"accept-encoding": "gzip", "accept-language": "ja"})
    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"
    assert response["Content-Encoding"] == "gzip"


def test_a_public_page_knows_nobody(client):
    assert client.get("/curious/").content == b""


@pytest.mark.django_db
def test_the_desk_knows_its_editor(client):
    client.force_login(get_user_model().objects.create_user("editor"))
    assert client.get("/admin/curious/").content == b"session, user, _messages"


@pytest.mark.django_db
def test_an_editor_s_language_does_not_stick_to_the_thread(client):
    assert b"<p>ja</p>" in client.get("/admin/page/", headers={"accept-language": "ja"}).content
    assert b"<p>en</p>" in client.get("/page/", headers={"accept-language": "ja"}).content


@pytest.mark.django_db
def test_pages_of_the_desk_are_not_compressed(client):
    assert "Content-Encoding" not in client.get("/admin/page/", headers={"accept-encoding": "gzip"})


def test_a_page_that_the_reader_has_is_not_sent_again(client):
    first = client.get("/page/")
    again = client.get("/page/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_an_answer_to_head_has_the_headers_alone(client):
    whole = client.get("/page/")
    head = client.head("/page/")
    assert head.content == b""
    assert head["Content-Length"] == whole["Content-Length"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/page/", "/admin/page/", "/nowhere/", "/admin/nowhere/"])
def test_no_page_allows_inline_code(client, address):
    given = directives(client.get(address))
    assert given["default-src"] == "'none'"
    assert given["base-uri"] == "'none'"
    assert not any("unsafe" in value or "*" in value for value in given.values())


@pytest.mark.django_db
def test_scripts_and_frames_are_for_the_desk_alone(client):
    public, desk = directives(client.get("/page/")), directives(client.get("/admin/page/"))
    assert "script-src" not in public
    assert public["frame-ancestors"] == "'none'"
    assert desk["script-src"] == desk["frame-ancestors"] == "'self'"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", settings.PERMISSIONS_POLICY),
    ],
)
def test_every_page_carries_the_headers_of_safety(client, header, value):
    assert client.get("/page/")[header] == value


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_https_is_insisted_on_but_for_the_health(client):
    assert client.get("/page/").status_code == 301
    assert client.get("/page/", headers={"x-forwarded-proto": "https"}).status_code == 200
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_form_of_the_desk_needs_its_token(client):
    client.handler.enforce_csrf_checks = True
    assert client.post("/admin/page/").status_code == 403
