"""Only harmless pictures are let in."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common import images
from common.images import ImageRefused, check, take_in

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def picture(kind="PNG", size=(7, 5)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def svg(inner="", attributes='width="20" height="10"'):
    return f"<svg {XMLNS} {attributes}>{inner}</svg>".encode()


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("GIF", ".gif"), ("WEBP", ".webp")])
def test_pictures_are_known_by_their_bytes(kind, suffix):
    found = check(picture(kind))
    assert (found.suffix, found.width, found.height) == (suffix, 7, 5)
    assert found.name == f"{found.sha256}{suffix}"


def test_file_is_taken_in(tmp_path):
    (tmp_path / "a.weird").write_bytes(picture())
    assert take_in(tmp_path / "a.weird").suffix == ".png"


@pytest.mark.parametrize("name", ["nothing", "."])
def test_what_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(ImageRefused, match="no file"):
        take_in(tmp_path / name)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7", id="PDF"),
        pytest.param(picture()[:40], id="cut short"),
        pytest.param(picture()[:-30], id="cut short at the end"),
        pytest.param(picture("BMP"), id="another kind"),
        pytest.param(b"<html><script>1</script></html>", id="HTML"),
        pytest.param(b"<svg", id="not well-formed"),
    ],
)
def test_damaged_and_foreign_files_are_refused(data):
    with pytest.raises(ImageRefused):
        check(data)


def test_too_many_pixels_are_refused_before_they_are_unpacked():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    with pytest.raises(ImageRefused, match="pixels"):
        check(bomb)


def test_too_many_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "LARGEST_BYTES", 50)
    (tmp_path / "a.png").write_bytes(picture())
    with pytest.raises(ImageRefused, match="more than"):
        take_in(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="20" height="10"', (20, 10)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 640 320"', (640, 320)),
        ('viewBox="0 0 640 320" width="64"', (64, 32)),
        ('width="100%" height="100%" viewBox="0,0,30,20"', (30, 20)),
        ("", (300, 150)),
        ('width="99999999999"', (300, 150)),
    ],
)
def test_svg_has_a_size(attributes, size):
    found = check(svg(attributes=attributes))
    assert (found.suffix, found.width, found.height) == (".svg", *size)


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param('<g transform="scale(2)"><path d="M0 0h1" fill="#f00" stroke-width="2"/></g>', id="shapes"),
        pytest.param('<text x="1" font-family="serif">文 <tspan>A</tspan></text>', id="text"),
        pytest.param('<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/>', id="gradient"),
        pytest.param('<rect style="fill: url(#a); opacity: .5"/>', id="style"),
        pytest.param('<use href="#a"/>', id="use within"),
        pytest.param("<title>Title</title><desc>Text</desc><!-- a comment -->", id="description"),
    ],
)
def test_svg_that_only_draws_is_let_in(inner):
    assert check(svg(inner)).suffix == ".svg"


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param('<rect onclick="alert(1)"/>', id="event handler"),
        pytest.param('<rect OnLoad="alert(1)"/>', id="event handler in capitals"),
        pytest.param("<foreignObject><p/></foreignObject>", id="foreign object"),
        pytest.param('<image href="data:image/png;base64,AAAA"/>', id="image"),
        pytest.param('<a href="https://example.org/"><rect/></a>', id="link"),
        pytest.param('<use href="https://example.org/a.svg#b"/>', id="use from elsewhere"),
        pytest.param('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="//example.org/#b"/>', id="xlink"),
        pytest.param('<use href="data:image/svg+xml,a#b"/>', id="use of data"),
        pytest.param('<rect fill="url(https://example.org/#a)"/>', id="paint from elsewhere"),
        pytest.param("<rect fill=\"url('//example.org/#a')\"/>", id="quoted paint from elsewhere"),
        pytest.param('<rect style="background: url(http://example.org/)"/>', id="style from elsewhere"),
        pytest.param('<rect style="fill: u\\72l(http://example.org/)"/>', id="escape in a style"),
        pytest.param('<rect fill="url(http://example.org/"/>', id="address never closed"),
        pytest.param("<style>@import url(http://example.org/)</style>", id="stylesheet"),
        pytest.param('<animate attributeName="href" values="javascript:alert(1)"/>', id="animation"),
        pytest.param('<set attributeName="onload" to="alert(1)"/>', id="set"),
        pytest.param('<h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script>', id="HTML"),
        pytest.param('<metadata><h:img xmlns:h="http://www.w3.org/1999/xhtml"/></metadata>', id="HTML in metadata"),
        pytest.param('<filter id="a"><feImage href="#a"/></filter>', id="filter of an image"),
    ],
)
def test_svg_that_could_do_more_is_refused(inner):
    with pytest.raises(ImageRefused):
        check(svg(inner))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<text>&a;</text>"), id="entity"),
        pytest.param(b'<?xml-stylesheet href="http://example.org/a.css"?>' + svg(), id="stylesheet"),
        pytest.param(b"<svg><rect/></svg>", id="no namespace"),
        pytest.param(svg("<g>" * 200_000 + "</g>" * 200_000), id="very deep"),
        pytest.param(svg("<g/>" * 30_000), id="very many"),
    ],
)
def test_svg_with_tricks_is_refused(data):
    with pytest.raises(ImageRefused):
        check(data)


@given(st.binary(max_size=300) | st.text("<svg>/\"='#: xmlnurl()0", max_size=200).map(lambda text: svg(text)))
def test_any_bytes_are_a_picture_or_refused(data):
    with contextlib.suppress(ImageRefused):
        assert check(data).suffix in {".png", ".jpg", ".gif", ".webp", ".svg"}
