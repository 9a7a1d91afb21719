"""A picture loses what says more than the picture, and nothing else."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageSequence

from common.images import ImageRefused, check

from .pictures import (
    PROFILE,
    SECRET,
    SVG_THAT_TELLS,
    chunk,
    drawing,
    exif,
    gif_that_tells,
    jpeg_that_tells,
    moving,
    packed,
    picture,
    png_that_tells,
    segment,
    svg,
    webp_that_tells,
)

RASTERS = {
    "PNG": png_that_tells(),
    "PNG of a palette with a clear colour": png_that_tells(drawing().quantize(20), transparency=3),
    "PNG with one clear colour": png_that_tells(drawing(), transparency=(194, 42, 16)),
    "PNG of 16 bits": png_that_tells(drawing(mode="L").convert("I;16")),
    "PNG that moves": moving("PNG") + SECRET.encode(),
    "JPEG": jpeg_that_tells(),
    "JPEG that becomes sharp": jpeg_that_tells(progressive=True),
    "JPEG in grey": jpeg_that_tells(drawing(mode="L")),
    "GIF": gif_that_tells(packed(drawing(), "GIF")),
    "GIF that moves": gif_that_tells(),
    "WebP": webp_that_tells(),
    "WebP without loss": webp_that_tells(packed(drawing(), "WEBP", lossless=True)),
    "WebP that moves": webp_that_tells(moving("WEBP", exif=exif(), xmp=b"<x/>")),
}
TELLING = RASTERS | {"SVG": SVG_THAT_TELLS}
each_raster = pytest.mark.parametrize("data", list(RASTERS.values()), ids=list(RASTERS))
each_telling = pytest.mark.parametrize("data", list(TELLING.values()), ids=list(TELLING))


def frames(data):
    with Image.open(io.BytesIO(data)) as image:
        return [
            (frame.convert("RGBA").tobytes(), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)
        ]


def info(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.info


@each_telling
def test_nothing_is_told(data):
    found = check(data)
    assert SECRET.encode() in data or b"Exif" in data
    assert SECRET.encode() not in found.data
    assert not [word for word in (b"Exif", b"xmp", b"Photoshop", b"tIME", b"metadata") if word in found.data]


@each_telling
def test_what_was_stripped_stays_as_it_is(data):
    found = check(data)
    again = check(found.data)
    assert (again.data, again.sha256, again.given_sha256) == (found.data, found.sha256, found.sha256)
    assert found.given_sha256 != found.sha256


@each_raster
def test_every_pixel_stays(data):
    assert frames(check(data).data) == frames(data)


@each_raster
def test_the_look_stays(data):
    needed = {"icc_profile", "transparency", "gamma", "loop", "duration", "adobe_transform", "background"}
    before, after = info(data), info(check(data).data)
    assert {name: after.get(name) for name in needed} == {name: before.get(name) for name in needed}


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_how_a_jpeg_codes_its_colours_stays(mode):
    data = jpeg_that_tells(drawing(mode=mode), keep_rgb=True)
    found = check(data)
    assert frames(found.data) == frames(data)
    assert (info(found.data).get("adobe_transform"), info(found.data)["icc_profile"]) == (
        info(data).get("adobe_transform"),
        PROFILE,
    )


def test_a_comment_between_the_steps_of_a_jpeg_goes():
    data = packed(drawing(), "JPEG", progressive=True)
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 1)
    telling = data[:second] + segment(0xFE, SECRET.encode()) + b"\xff\xff" + data[second:]
    assert check(telling).data == check(data).data


def test_the_gamma_of_a_png_stays():
    data = picture()
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    assert gamma in check(data[:33] + gamma + data[33:]).data


def test_the_end_of_a_gif_need_not_be_said():
    data = moving()
    assert check(data[:-1]).data == check(data).data


def test_a_photograph_with_others_behind_it_is_one_picture():
    both = io.BytesIO()
    drawing().save(both, "MPO", save_all=True, append_images=[drawing().rotate(180)])
    found = check(both.getvalue())
    assert (found.suffix, found.is_animated) == (".jpg", False)
    assert len(found.data) < len(both.getvalue()) * 0.6


# --- Pictures that lie on their side -------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", range(2, 9))
def test_a_photograph_is_turned_upright(turned):
    data = packed(drawing(), "JPEG", exif=exif(turned), icc_profile=PROFILE, quality=90)
    with Image.open(io.BytesIO(data)) as image:
        meant = ImageOps.exif_transpose(image)
    found = check(data)
    assert (found.width, found.height) == meant.size == ((40, 60) if turned > 4 else (60, 40))
    with Image.open(io.BytesIO(found.data)) as upright:
        difference = ImageChops.difference(upright.convert("L"), meant.convert("L"))
        assert upright.info["icc_profile"] == PROFILE
    assert difference.getextrema()[1] < 24
    assert check(found.data).data == found.data


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("JPEG", {})],
    ids=["PNG", "WebP", "JPEG of inks"],
)
def test_other_kinds_are_turned_too(kind, options):
    image = drawing(mode="CMYK") if kind == "JPEG" else drawing(mode="RGBA")
    data = packed(image, kind, exif=exif(6), **options)
    found = check(data)
    assert (found.width, found.height) == (40, 60)
    with Image.open(io.BytesIO(found.data)) as upright:
        meant, seen = image.transpose(Image.Transpose.ROTATE_270), upright.copy()
    if kind == "JPEG":
        assert ImageChops.difference(seen.convert("L"), meant.convert("L")).getextrema()[1] < 24
    else:
        # A clear pixel may have any colour.
        assert seen.getchannel("A").tobytes() == meant.getchannel("A").tobytes()


def test_how_a_turned_png_means_its_colours_stays():
    data = packed(drawing(), exif=exif(3))
    gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
    assert gamma in check(data[:33] + gamma + data[33:]).data


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"II*\0\xff\xff\xff\xff", id="leads outside"),
        pytest.param(b"II*\0\x08\0\0\0\xff\xff", id="more entries than bytes"),
        pytest.param(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0", id="no such turn"),
        pytest.param(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x06", id="a number of another kind"),
    ],
)
def test_nonsense_about_how_it_was_held_turns_nothing(note):
    data = packed(drawing(), "JPEG")
    assert check(data[:2] + segment(0xE1, b"Exif\0\0" + note) + data[2:]).data == check(data).data


def test_a_note_of_a_camera_of_the_other_order_is_read():
    note = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    data = packed(drawing(), "JPEG")
    assert check(data[:2] + segment(0xE1, b"Exif\0\0" + note) + data[2:]).width == 40


# --- Drawings ------------------------------------------------------------------------------------------------------


def test_a_drawing_keeps_what_is_drawn():
    text = check(SVG_THAT_TELLS).data.decode()
    assert '<g id="a"><rect width="3" height="3"/></g>' in text
    assert '<text xml:space="preserve">one &lt;two&gt;</text>' in text


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("<text>a&#13;b&#10;c]]&gt;\t&amp;amp;</text>", id="marks in a text"),
        pytest.param('<text class="a&#10;b&#9;c&#13;&quot;\'&lt;">x</text>', id="marks in an attribute"),
        pytest.param("<text><![CDATA[<a> & b]]></text>", id="words not to be read"),
        pytest.param("<g><metadata/></g><g>\n<!-- c -->\n</g>", id="empty once stripped"),
        pytest.param('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a" x:title="t"/>', id="link of old"),
        pytest.param("<text>動画 \U0001f40b</text>", id="other scripts"),
    ],
)
def test_a_drawing_written_anew_is_the_same_again(inner):
    found = check(svg(inner))
    assert check(found.data).data == found.data


def test_a_drawing_of_another_encoding_comes_out_in_utf_8():
    data = b'<?xml version="1.0" encoding="iso-8859-1"?>' + svg("<text>é</text>").decode().encode("latin-1")
    assert "é".encode() in check(data).data


# --- Damage --------------------------------------------------------------------------------------------------------


@given(st.sampled_from(list(TELLING.values())), st.data())
def test_damaged_pictures_are_refused_or_come_out_for_good(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    cut = draw.draw(st.integers(0, 12))
    damaged = data[:place] + draw.draw(st.binary(max_size=12)) + data[place + cut :]
    try:
        found = check(damaged)
    except ImageRefused:
        return
    assert check(found.data).data == found.data
