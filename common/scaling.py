"""Other forms of pictures: WebP at the widths that pages show, and one that every mail program shows."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator

from PIL import Image, ImageCms

from common import drawing
from common.image_kinds import jpeg, png, svg, webp
from common.images import UNPACKING, Picture

# A figure is shown up to 624 pixels wide: on an ordinary screen, on a telephone of three dots a pixel, and on a screen
# of two. Browsers take the nearest.
WIDTHS = (640, 960, 1280)
# A mail shows a figure up to 556 pixels wide; twice that is sharp on any screen.
MAIL_WIDTH = 1112
# A drawing can state any height; this many pixels are more than a figure in a mail can use.
_TALLEST_DRAWING = 8_000
# WebP holds no more in either direction.
_LARGEST_SIDE = 16_383
# Unpacked this many times wider than wanted, a picture is reduced in whole steps first, which costs little.
_GAP = 1.5
_ROWS_AT_ONCE = 512
# A drawing keeps its edges when packed without loss, at about twice the size; a photograph would be six times as large.
_LOSSLESS_FOR = 3
_LOSSLESS = {"lossless": True, "quality": 30, "method": 2}
_LOSSY = ({"quality": 82, "method": 4}, {"quality": 70, "method": 4})


def widths_for(picture: Picture) -> list[int]:
    """The widths at which forms of a picture are worth trying: none above its own, the last one as sharp as needed.

    None for drawings, which are sharp at any size, nor for what moves: its frames lean on one another, and all of them
    scaled would be larger than they are.
    """
    if picture.suffix == svg.SUFFIX or picture.is_animated:
        return []
    if picture.suffix == png.SUFFIX and png.says_more_than_webp(picture.data):
        return []
    largest = min(picture.width, WIDTHS[-1])
    # Little would be saved by a form that is nearly as wide as the next.
    widths = [width for width in WIDTHS if width <= 0.8 * largest]
    # The original is the WebP of its own width.
    if picture.suffix != webp.SUFFIX or largest < picture.width:
        widths.append(largest)
    return widths if largest * picture.height / picture.width <= _LARGEST_SIDE else []


def forms(picture: Picture, widths: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """(width, WebP) of a checked picture, widest first, each smaller in bytes than the one before and the picture.

    Where the widest would not be, there are none: browsers choose among forms alone, and would miss its sharpness.
    """
    if not widths:
        return
    limit = len(picture.data)
    with UNPACKING:
        image = _unpacked(picture.data, max(widths))
    profile = image.info.get("icc_profile")
    for width in sorted(widths, reverse=True):
        height = max(1, round(width * picture.height / picture.width))
        scaled = image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)
        data = _packed(*_with_colours(scaled, profile), limit, is_photograph=picture.suffix == jpeg.SUFFIX)
        if data:
            limit = len(data)
            yield width, data
        elif width == max(widths):
            return


# --- For mails -------------------------------------------------------------------------------------------------------


def mail_suffixes(suffix: str, width: int) -> tuple[str, ...]:
    """Of what kind the form for mails of such a picture is: the first that is there; none where it needs no form.

    Outlook shows neither WebP nor SVG, and nothing should be sent that is much larger than it is shown.
    """
    if suffix == svg.SUFFIX:
        return (png.SUFFIX,)
    if suffix == webp.SUFFIX or (suffix in (png.SUFFIX, jpeg.SUFFIX) and width > MAIL_WIDTH):
        return (jpeg.SUFFIX, png.SUFFIX)
    return ()


def mail_form(picture: Picture) -> tuple[str, bytes] | None:
    """(suffix, bytes) of a checked picture as PNG or JPEG for mails, on white; None where it needs or has no such form.

    Of a picture that moves it is the first frame. Programs that darken a mail leave its pictures as they are, so that a
    figure without a ground of its own would be black on black.
    """
    if not mail_suffixes(picture.suffix, picture.width):
        return None
    if picture.suffix == svg.SUFFIX:
        if MAIL_WIDTH * picture.height > _TALLEST_DRAWING * picture.width:
            return None
        drawn = drawing.to_png(picture.data, width=MAIL_WIDTH)
        return (png.SUFFIX, drawn) if drawn else None
    width = min(picture.width, MAIL_WIDTH)
    height = max(1, round(width * picture.height / picture.width))
    with UNPACKING:
        image = _unpacked(picture.data, width)
    profile = image.info.get("icc_profile")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    image, profile = _with_colours(image, profile)
    return _for_mails(_on_white(image), profile, is_photograph=picture.suffix == jpeg.SUFFIX)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _for_mails(image: Image.Image, profile: bytes | None, *, is_photograph: bool) -> tuple[str, bytes]:
    """As JPEG, or as PNG where that keeps the edges of a drawing at little more."""
    photograph = _saved(image, "JPEG", icc_profile=profile, quality=82, optimize=True, progressive=True)
    if is_photograph:
        return jpeg.SUFFIX, photograph
    drawn = _saved(image, "PNG", icc_profile=profile, optimize=True)
    return (png.SUFFIX, drawn) if len(drawn) <= _LOSSLESS_FOR * len(photograph) else (jpeg.SUFFIX, photograph)


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# --- Pixels ----------------------------------------------------------------------------------------------------------


def _unpacked(data: bytes, width: int) -> Image.Image:
    """The picture, not much wider than wanted, in a mode that can be scaled."""
    with Image.open(io.BytesIO(data)) as image:
        # JPEG can be unpacked at an eighth, a quarter or half of its size.
        image.draft(None, (int(_GAP * width), 1))
        factor = max(1, int(image.width / (_GAP * width)))
        return _reduced(image, factor) if factor > 1 else _scalable(image)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """The picture at a whole part of its size, a few rows at a time: changing its mode would double what it takes."""
    reduced, rows = None, _ROWS_AT_ONCE // factor * factor
    image.load()
    for top in range(0, image.height, rows):
        part = _scalable(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if reduced is None:
            reduced = Image.new(part.mode, (part.width, -(-image.height // factor)))
            reduced.info = dict(image.info)
        reduced.paste(part, (0, top // factor))
    return reduced


def _scalable(image: Image.Image) -> Image.Image:
    """The picture with a number for each colour of each pixel, and at most 8 bits each."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "PA" or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "P":
        return image.convert("RGBA" if image.palette.mode == "RGBA" else "RGB")
    if image.mode == "1":
        return image.convert("L")
    image.load()
    return image


def _with_colours(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The picture in red, green and blue, with the profile that belongs to them."""
    plain = image.convert("RGBA" if image.mode in ("LA", "RGBA") else "RGB")
    if not profile:
        return plain, None
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = opened.profile.xcolor_space.strip()
        if space == "RGB" and image.mode in ("RGB", "RGBA"):
            return image, profile
        converted = ImageCms.profileToProfile(image, opened, ImageCms.createProfile("sRGB"), outputMode="RGB")
    # A profile that says nothing sensible, or not of these colours, is ignored by browsers, too.
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain, None
    return converted, None


def _packed(image: Image.Image, profile: bytes | None, limit: int, *, is_photograph: bool) -> bytes | None:
    """As WebP: without loss where that costs little, else with as little as makes it smaller than the limit."""
    tries = [_webp(image, profile, **_LOSSY[0])]
    if not is_photograph:
        lossless = _webp(image, profile, **_LOSSLESS)
        if len(lossless) <= _LOSSLESS_FOR * len(tries[0]):
            tries.insert(0, lossless)
    smaller = next((data for data in tries if len(data) < limit), None) or _webp(image, profile, **_LOSSY[1])
    return smaller if len(smaller) < limit else None


def _webp(image: Image.Image, profile: bytes | None, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", icc_profile=profile or b"", exif=b"", xmp=b"", **options)
    return out.getvalue()
