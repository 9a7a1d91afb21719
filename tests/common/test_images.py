"""Only harmless pictures are let in."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import images
from common.images import ImageRefused, check, take_in

from .pictures import chunk, drawing, moving, packed, picture, png_of, riff, svg


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
        *(pytest.param(picture(kind)[:-9], id=f"{kind} cut short") for kind in ("PNG", "JPEG", "GIF", "WEBP")),
        pytest.param(picture().replace(b"IDAT", b"IDAX"), id="checksum of a part"),
        pytest.param(picture()[:8] + picture()[33:], id="no size"),
        pytest.param(b"RIFF\x04\0\0\0WEBP", id="empty WebP"),
        pytest.param(b"\xff\xd8\xff\xd9", id="empty JPEG"),
        pytest.param(b"GIF89a\x01\0\x01\0\0\0\0;", id="empty GIF"),
        pytest.param(picture("BMP"), id="another kind"),
        pytest.param(b"<html><script>1</script></html>", id="HTML"),
        pytest.param(b"<svg", id="not well-formed"),
    ],
)
def test_damaged_and_foreign_files_are_refused(data):
    with pytest.raises(ImageRefused):
        check(data)


@pytest.mark.parametrize(
    "image",
    [
        *(pytest.param(drawing(mode=mode), id=mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        pytest.param(drawing(mode="L").convert("I;16"), id="16 bits"),
    ],
)
def test_pixels_of_every_sort_are_let_in(image):
    found = check(packed(image))
    assert (found.width, found.height) == image.size


def test_a_jpeg_of_inks_is_let_in():
    assert check(packed(drawing(mode="CMYK"), "JPEG")).suffix == ".jpg"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_is_known_to(kind):
    assert check(moving(kind)).is_animated
    assert not check(picture(kind)).is_animated


# --- More than can be unpacked -------------------------------------------------------------------------------------


def gif_of(width, height, frames):
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * frames + b";"


def webp_of(width, height):
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    return riff([(b"VP8X", bytes(4) + sides), (b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(20))])


def jpeg_of(size, passes):
    data = packed(drawing(size), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * passes + data[-2:]


FRAMES = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", bytes(26)) * 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(png_of(60_000, 60_000), "50 million pixels", id="PNG"),
        pytest.param(webp_of(16_000, 16_000), "25 million pixels", id="WebP"),
        pytest.param(png_of(5_000, 5_000, FRAMES), "moves and has more than 10 million", id="PNG that moves"),
        pytest.param(gif_of(60_000, 60_000, 1), "50 million pixels", id="GIF larger than it says at first"),
        pytest.param(gif_of(1_000, 1_000, 501), "501 frames are too many", id="frames"),
        pytest.param(jpeg_of((40, 30), 101), "too many steps", id="steps"),
        pytest.param(jpeg_of((4_000, 3_000), 80), "too many steps", id="steps of a large picture"),
    ],
)
def test_more_than_can_be_unpacked_is_refused_by_its_headers(data, reason, monkeypatch):
    monkeypatch.setattr(images.Image, "open", lambda *_, **__: pytest.fail("It was unpacked."))
    with pytest.raises(ImageRefused, match=reason):
        check(data)


def test_every_frame_is_unpacked():
    data = moving("PNG", frames=8)
    last = data.rindex(b"fdAT") - 4
    length = int.from_bytes(data[last : last + 4], "big")
    broken = chunk(b"fdAT", data[last + 8 : last + 12] + b"\xff" * (length - 4))
    with pytest.raises(ImageRefused, match="can be shown"):
        check(data[:last] + broken + data[last + 12 + length :])


def test_a_jpeg_that_no_browser_shows_is_refused():
    data = packed(drawing(), "JPEG")
    frame = data.index(b"\xff\xc0")
    with pytest.raises(ImageRefused, match="browsers do not show"):
        check(data[: frame + 1] + b"\xc9" + data[frame + 2 :])


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
        pytest.param('<metadata><h:img xmlns:h="http://www.w3.org/1999/xhtml"/></metadata>', id="metadata"),
        pytest.param('<i:note xmlns:i="http://i.example/"><i:script/></i:note>', id="note of a program"),
        pytest.param('<g id="a">' + "<g/>" * 500 + "</g>" + '<use href="#a"/>' * 300, id="a part used often"),
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
        pytest.param('<i:note xmlns:i="http://i.example/"/><image/>', id="image behind a note"),
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
        pytest.param(svg("<g>" * 150 + "</g>" * 150), id="too deep"),
        pytest.param(svg('<g id="a"><use href="#a"/></g>'), id="within itself"),
        pytest.param(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), id="within each other"),
        pytest.param(
            svg("".join(f'<g id="a{n}">{f"""<use href="#a{n + 1}"/>""" * 10}</g>' for n in range(12))),
            id="ten times ten times ten",
        ),
    ],
)
def test_svg_with_tricks_is_refused(data):
    with pytest.raises(ImageRefused):
        check(data)


@given(st.binary(max_size=300) | st.text("<svg>/\"='#: xmlnurl()0", max_size=200).map(lambda text: svg(text)))
def test_any_bytes_are_a_picture_or_refused(data):
    with contextlib.suppress(ImageRefused):
        assert check(data).suffix in {".png", ".jpg", ".gif", ".webp", ".svg"}
