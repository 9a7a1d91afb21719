"""Pictures of the web come in once, and only when their bytes are those of a picture."""

import gzip

import pytest
from django.core.cache import cache

from common.fetching_images import fetch_image
from common.http import Client, FetchFailed, Reason
from tests.common.pictures import SECRET, jpeg_that_tells, moving, picture, png_of, svg
from tests.common.sites import client_of, site
from tests.servers import Reply, serving


@pytest.fixture(autouse=True)
def _no_kept_rules():
    """Ports come again; the rules of a server that used one before must not."""
    cache.clear()


def image(data, media_type="image/png", **more):
    return Reply(data, media_type=media_type, **more)


def fetched(reply):
    with serving(site({"/a": reply})) as server:
        return fetch_image(f"{server.base}/a", client=client_of(server))


def refused(reply):
    with pytest.raises(FetchFailed) as caught:
        fetched(reply)
    return caught.value


@pytest.mark.parametrize(
    ("data", "media_type", "suffix"),
    [
        pytest.param(picture(), "image/png", ".png", id="PNG"),
        pytest.param(picture("JPEG"), "image/jpg", ".jpg", id="JPEG by a name of its own"),
        pytest.param(picture("WEBP"), "image/png", ".webp", id="WebP said to be PNG"),
        pytest.param(moving(), "application/octet-stream", ".gif", id="GIF said to be anything"),
        pytest.param(svg(), "image/svg+xml; charset=utf-8", ".svg", id="SVG"),
        pytest.param(picture(), "", ".png", id="PNG said to be nothing"),
    ],
)
def test_the_bytes_decide(data, media_type, suffix):
    assert fetched(image(data, media_type)).suffix == suffix


def test_metadata_stays_outside():
    found = fetched(image(jpeg_that_tells(turned=6), "image/jpeg"))
    assert SECRET.encode() not in found.data
    assert (found.width, found.height) == (40, 60)


def test_a_packed_answer_is_unpacked():
    packed = image(gzip.compress(svg()), "image/svg+xml", headers={"Content-Encoding": "gzip"})
    assert fetched(packed).suffix == ".svg"


@pytest.mark.parametrize(
    ("reply", "reason", "words"),
    [
        pytest.param(image(b"<html>No</html>", "text/html"), Reason.TYPE, "it is no picture", id="page"),
        pytest.param(image(b"<html>No</html>"), Reason.TYPE, "no SVG", id="page said to be PNG"),
        pytest.param(image(b""), Reason.TYPE, "PNG, JPEG, GIF, WebP or SVG", id="nothing"),
        pytest.param(image(picture("BMP")), Reason.TYPE, "PNG, JPEG, GIF, WebP or SVG", id="another kind"),
        pytest.param(image(svg("<script/>"), "image/svg+xml"), Reason.TYPE, "<script>", id="script"),
        pytest.param(image(png_of(60_000, 60_000)), Reason.TOO_LARGE, "million pixels", id="pixels"),
        pytest.param(image(bytes(11 << 20)), Reason.TOO_LARGE, "more than 10 MB", id="bytes"),
        pytest.param(image(svg("<g/>" * 30_000)), Reason.TOO_LARGE, "elements", id="parts"),
        pytest.param(Reply(status=404), Reason.NOT_FOUND, "404", id="not there"),
    ],
)
def test_what_is_no_picture_for_us_has_a_reason(reply, reason, words):
    failed = refused(reply)
    assert failed.reason == reason
    assert words in failed.message
    assert failed.url.startswith("http://127.0.0.1:")
    assert not failed.is_passing


def test_robots_are_heard():
    rules = "User-agent: *\nDisallow: /a"
    with serving(site({"/a": image(picture())}, rules)) as server, pytest.raises(FetchFailed) as caught:
        fetch_image(f"{server.base}/a", client=client_of(server))
    assert caught.value.reason == Reason.ROBOTS
    assert server.targets == ["/robots.txt"]


def test_addresses_inside_are_refused():
    with serving(site({"/a": image(picture())})) as server, pytest.raises(FetchFailed) as caught:
        fetch_image(f"{server.base}/a", client=Client(user_agent="Akira"))
    assert caught.value.reason == Reason.REFUSED
    assert server.targets == []


def test_the_client_of_the_process_does_it(settings):
    with serving(site({"/a": image(picture())})) as server:
        settings.AKIRA_FETCH_ALLOW = [server.host_port]
        assert fetch_image(f"{server.base}/a").width == 7
    assert "image/webp" in server.requests[-1].headers["accept"]
