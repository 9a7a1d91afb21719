"""Uploads are served safely and kept for ever."""

import hashlib

import pytest

pytestmark = pytest.mark.django_db

DATA = b"\x89PNG\r\n\x1a\nnot much of a picture"
DIGEST = hashlib.sha256(DATA).hexdigest()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    root = tmp_path / "uploads"
    (root / "figures").mkdir(parents=True)
    settings.MEDIA_ROOT = str(root)
    (root / "figures" / f"{DIGEST}.png").write_bytes(DATA)
    (root / "figures" / "drawn.svg").write_bytes(SVG)
    (root / "figures" / "page.html").write_bytes(b"<script>alert(1)</script>")
    (root / ".hidden.png").write_bytes(DATA)
    (tmp_path / "secret.png").write_bytes(DATA)
    (root / "figures" / "outside.png").symlink_to(tmp_path / "secret.png")
    return root


def get(client, path, **headers):
    """The answer, read to its end and closed as a server does."""
    response = client.get(f"/uploads/{path}", headers=headers)
    response.body = response.getvalue()
    response.close()
    return response


def test_a_figure_is_served_with_its_type(client):
    response = get(client, f"figures/{DIGEST}.png")
    assert (response.status_code, response.body) == (200, DATA)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Length"] == str(len(DATA))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_a_file_named_by_its_content_is_kept_for_ever(client):
    assert "immutable" in get(client, f"figures/{DIGEST}.png").headers["Cache-Control"]
    assert "must-revalidate" in get(client, "figures/drawn.svg").headers["Cache-Control"]


def test_a_form_scaled_from_it_is_too(client, uploads):
    names = {
        f"{DIGEST}-640.webp": "immutable",
        f"{DIGEST}-small.webp": "must-revalidate",
        "a-640.webp": "must-revalidate",
    }
    for name, caching in names.items():
        (uploads / "figures" / name).write_bytes(DATA)
        response = get(client, f"figures/{name}")
        assert response.headers["Content-Type"] == "image/webp"
        assert caching in response.headers["Cache-Control"]


@pytest.mark.parametrize("header", ["If-None-Match", "If-Modified-Since"])
def test_a_file_that_one_has_already_is_not_sent_again(client, header):
    first = get(client, "figures/drawn.svg")
    value = first.headers["ETag" if header == "If-None-Match" else "Last-Modified"]
    again = get(client, "figures/drawn.svg", **{header: value})
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_head_tells_the_length_without_the_file(client):
    response = client.head(f"/uploads/figures/{DIGEST}.png")
    response.close()
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(len(DATA))


def test_an_svg_can_do_nothing_when_opened_by_itself(client):
    response = get(client, "figures/drawn.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        *("figures/none.png", "figures/", "figures", "", "figures/page.html", ".hidden.png", "figures/outside.png"),
        *("../secret.png", "figures/../../secret.png", "%2e%2e/secret.png", "figures/..%2f..%2fsecret.png"),
        *("/etc/passwd", "//secret.png", "figures/%00.png", "..\\secret.png", "figures/" + "a" * 300 + ".png"),
    ],
)
def test_nothing_else_is_served(client, path):
    assert get(client, path).status_code == 404


def test_uploads_are_only_read(client):
    assert client.post("/uploads/figures/drawn.svg").status_code == 405
