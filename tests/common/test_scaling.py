"""Scaled forms look like the picture, cost less, and are left out where they would not."""

import io
import struct

import pytest
from PIL import Image, ImageChops, ImageStat

from common.images import check
from common.scaling import forms, mail_form, mail_suffixes, widths_for

from .pictures import PROFILE, chart, chunk, drawing, moving, packed, photograph, picture, svg


def scaled(data):
    """Width → the form, opened."""
    found = check(data)
    return {width: Image.open(io.BytesIO(form)) for width, form in forms(found, widths_for(found))}


def difference(one, other):
    """Of two pictures before a grey wall, in levels of 255."""
    wall = Image.new("RGBA", one.size, "#888")
    seen = [Image.alpha_composite(wall, image.convert("RGBA")).convert("RGB") for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*seen)).mean) / 3


@pytest.mark.parametrize(
    ("kind", "size", "widths"),
    [
        ("PNG", (4000, 1000), [640, 960, 1280]),
        ("PNG", (1280, 700), [640, 960, 1280]),
        ("PNG", (1200, 700), [640, 960, 1200]),
        ("PNG", (1000, 700), [640, 1000]),
        ("PNG", (700, 700), [700]),
        ("PNG", (64, 64), [64]),
        ("JPEG", (1000, 700), [640, 1000]),
        ("WEBP", (1000, 700), [640]),
        ("WEBP", (64, 64), []),
        ("WEBP", (2000, 700), [640, 960, 1280]),
        ("PNG", (1000, 30_000), []),
    ],
)
def test_widths_are_those_that_pages_show(kind, size, widths):
    assert widths_for(check(picture(kind, size))) == widths


def test_a_drawing_is_sharp_at_any_size():
    assert widths_for(check(svg(attributes='viewBox="0 0 4000 3000"'))) == []


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_is_shown_as_it_is(kind):
    assert widths_for(check(moving(kind, (1300, 200)))) == []


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(chunk(b"gAMA", struct.pack(">I", 100_000)), id="gamma"),
        pytest.param(chunk(b"cHRM", bytes(32)), id="primaries"),
        pytest.param(chunk(b"cICP", bytes([9, 16, 0, 1])), id="HDR"),
    ],
)
def test_colours_that_only_png_can_say_are_not_lost(said):
    data = picture(size=(800, 600))
    assert widths_for(check(data[:33] + said + data[33:])) == []


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(chunk(b"gAMA", struct.pack(">I", 45_455)), id="the usual gamma"),
        pytest.param(chunk(b"sRGB", b"\0") + chunk(b"gAMA", bytes(4)), id="sRGB"),
    ],
)
def test_usual_colours_are_scaled(said):
    data = picture(size=(800, 600))
    assert widths_for(check(data[:33] + said + data[33:])) == [640, 800]


# --- What comes out ------------------------------------------------------------------------------------------------

LARGE = (1400, 200)


def clear(image):
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


CASES = {
    "PNG": (drawing(LARGE), "PNG", {}),
    "PNG that is partly clear": (drawing(LARGE, "RGBA"), "PNG", {}),
    "PNG in grey": (drawing(LARGE, "L"), "PNG", {}),
    "PNG in grey that is partly clear": (drawing(LARGE, "LA"), "PNG", {}),
    "PNG of a palette": (drawing(LARGE).quantize(250), "PNG", {}),
    "PNG of a clear palette": (clear(photograph(LARGE)).quantize(250), "PNG", {}),
    "PNG with one clear colour": (drawing(LARGE), "PNG", {"transparency": (194, 42, 16)}),
    "PNG with a profile": (drawing(LARGE), "PNG", {"icc_profile": PROFILE}),
    "JPEG": (drawing(LARGE), "JPEG", {"quality": 90}),
    "JPEG in grey": (drawing(LARGE, "L"), "JPEG", {"quality": 90}),
    "JPEG of inks": (drawing(LARGE, "CMYK"), "JPEG", {"quality": 90}),
    "GIF": (drawing(LARGE).quantize(250), "GIF", {}),
    "WebP": (drawing(LARGE, "RGBA"), "WEBP", {"quality": 90}),
    "much larger": (drawing((7001, 401), "RGBA"), "PNG", {}),
}


@pytest.mark.parametrize(("image", "kind", "options"), list(CASES.values()), ids=list(CASES))
def test_a_form_looks_like_the_picture(image, kind, options):
    data = packed(image, kind, **options)
    with Image.open(io.BytesIO(data)) as meant:
        meant.load()
    if kind == "JPEG":
        meant.info.pop("icc_profile", None)
    found = check(data)
    (form,) = [Image.open(io.BytesIO(form)) for _, form in forms(found, [640])]
    assert (form.format, form.size) == ("WEBP", (640, round(640 * image.height / image.width)))
    assert difference(form, meant.convert("RGBA").resize(form.size, Image.Resampling.LANCZOS)) < 5


def test_sixteen_bits_become_eight():
    grey = drawing(LARGE, "L")
    sixteen = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    ((_, form),) = forms(check(packed(sixteen)), [640])
    form = Image.open(io.BytesIO(form))
    assert difference(form, grey.resize(form.size)) < 3


def test_a_profile_goes_with_its_colours():
    found = scaled(packed(photograph((700, 400)), icc_profile=PROFILE))
    assert [form.info["icc_profile"] for form in found.values()] == [PROFILE]


@pytest.mark.parametrize("profile", [b"nonsense" * 20, PROFILE], ids=["nonsense", "of other colours"])
def test_a_profile_that_does_not_fit_is_left(profile):
    found = scaled(packed(drawing(LARGE, "CMYK"), "JPEG", icc_profile=profile))
    assert [form.info.get("icc_profile") for form in found.values()] == [None] * 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_each_form_is_smaller_than_the_one_before(kind):
    found = check(packed(photograph((1300, 150)), kind))
    made = list(forms(found, widths_for(found)))
    assert [width for width, _ in made] == [1280, 960, 640]
    sizes = [len(found.data), *(len(form) for _, form in made)]
    assert sizes == sorted(set(sizes), reverse=True)


def test_where_the_widest_would_be_no_smaller_there_are_none():
    assert scaled(packed(photograph(), "JPEG", quality=1)) == {}
    assert scaled(packed(chart((1600, 900)).quantize(8), optimize=True)) == {}


def test_a_chart_keeps_its_edges_and_a_photograph_its_weight():
    kept = {"chart": check(packed(chart((640, 360)))), "photograph": check(packed(photograph((640, 360))))}
    packing = {name: {form[12:16] for _, form in forms(found, [640])} for name, found in kept.items()}
    assert packing == {"chart": {b"VP8L"}, "photograph": {b"VP8 "}}


def test_only_the_widths_asked_for_are_made():
    found = check(packed(photograph((1000, 300))))
    assert [width for width, _ in forms(found, [640])] == [640]
    assert list(forms(found, [])) == []


# --- For mails -------------------------------------------------------------------------------------------------------


def for_mails(data):
    """(suffix, size, mode) of the form for mails."""
    found = mail_form(check(data))
    if found is None:
        return None
    suffix, form = found
    with Image.open(io.BytesIO(form)) as image:
        return suffix, image.format, image.size, image.mode


@pytest.mark.parametrize(
    ("data", "form"),
    [
        pytest.param(packed(drawing((900, 300)), "PNG"), None, id="a PNG that is small"),
        pytest.param(moving("GIF", (1300, 200)), None, id="a GIF"),
        pytest.param(packed(drawing((2000, 600)), "PNG"), (".png", "PNG", (1112, 334), "RGB"), id="a large PNG"),
        pytest.param(packed(photograph((2000, 600)), "JPEG"), (".jpg", "JPEG", (1112, 334), "RGB"), id="a large JPEG"),
        pytest.param(packed(photograph((600, 300)), "WEBP"), (".jpg", "JPEG", (600, 300), "RGB"), id="a WebP"),
        pytest.param(packed(drawing((600, 300)), "WEBP"), (".png", "PNG", (600, 300), "RGB"), id="a drawing as WebP"),
        pytest.param(moving("WEBP", (300, 200)), (".png", "PNG", (300, 200), "RGB"), id="a WebP that moves"),
    ],
)
def test_a_mail_has_forms_that_all_programs_show(data, form):
    assert for_mails(data) == form


def test_what_is_transparent_stands_on_white_in_mails():
    clear = Image.new("RGBA", (1200, 100), (0, 0, 0, 0))
    _suffix, form = mail_form(check(packed(clear)))
    with Image.open(io.BytesIO(form)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_drawing_of_absurd_height_has_no_form_for_mails():
    assert mail_form(check(svg(attributes='viewBox="0 0 1 100000"'))) is None


@pytest.mark.parametrize(
    ("suffix", "width", "suffixes"),
    [
        (".svg", 100, (".png",)),
        (".webp", 100, (".jpg", ".png")),
        (".png", 1112, ()),
        (".png", 1113, (".jpg", ".png")),
        (".jpg", 1113, (".jpg", ".png")),
        (".gif", 5000, ()),
    ],
)
def test_the_kind_of_a_form_for_mails_is_known_without_looking(suffix, width, suffixes):
    assert mail_suffixes(suffix, width) == suffixes
