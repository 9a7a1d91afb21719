"""Pictures for tests: drawn here, with whatever a camera, a program or a stranger may put into their files."""

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
# Stands in all metadata made here, and must not come out.
SECRET = "Taken-at-home"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET}</x:xmpmeta>'.encode()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawing(size=(60, 40), mode="RGB"):
    """A picture of which no side looks like another, whichever way it is turned."""
    image = Image.linear_gradient("L").resize(size).convert("RGBA")
    image.putalpha(Image.radial_gradient("L").resize(size))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 2), fill="#c22a10")
    return image.convert(mode)


def packed(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(kind="PNG", size=(7, 5), **options):
    return packed(Image.new("RGB", size, "red"), kind, **options)


def moving(kind="GIF", size=(60, 40), frames=3, **options):
    first, *others = [drawing(size).rotate(20 * turn) for turn in range(frames)]
    return packed(first, kind, save_all=True, append_images=others, duration=70, loop=3, **options)


def photograph(size=(1600, 900)):
    """As rough as what a camera sees."""
    rough = [Image.effect_noise((size[0] // 8, size[1] // 8), 90).resize(size) for _ in range(3)]
    return Image.blend(Image.merge("RGB", rough), drawing(size), 0.5)


def chart(size=(1600, 900)):
    """Thin lines and even fields, as programs draw them."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for place in range(0, size[0], 80):
        draw.line((place, 0, place, size[1]), fill="#ddd", width=2)
    points = [(x, size[1] / 2 + (x * x // 70) % 300 - 150) for x in range(0, size[0], 9)]
    draw.line(points, fill="#1f77b4", width=4)
    return image


def svg(inner="", attributes='width="20" height="10"'):
    return f"<svg {XMLNS} {attributes}>{inner}</svg>".encode()


def exif(turned=1):
    """What a camera writes: the maker, where it was, how it was held, and a small picture of the same."""
    tags = Image.Exif()
    tags[0x010F], tags[0x0112] = SECRET, turned
    tags.get_ifd(0x8825)[29] = SECRET
    return tags.tobytes()


# --- Pieces of files -----------------------------------------------------------------------------------------------


def chunk(kind, body):
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def segment(marker, body):
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def riff(chunks):
    """A WebP of these chunks."""
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def png_of(width, height, *more):
    """The head of a PNG of that size, and hardly any pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + chunk(b"IEND", b"")


# --- Files that tell too much --------------------------------------------------------------------------------------


def png_that_tells(image=None, **options):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_text("Comment", SECRET, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", SECRET)
    data = packed(
        image or drawing(mode="RGBA"), pnginfo=notes, exif=exif(), icc_profile=PROFILE, dpi=(72, 72), **options
    )
    head, rest = data[:33], data[33:]
    time, own = chunk(b"tIME", bytes([7, 230, 1, 1, 1, 1, 1])), chunk(b"prVt", SECRET.encode())
    return head + time + own + rest + SECRET.encode()


def jpeg_that_tells(image=None, turned=1, **options):
    data = packed(
        image or drawing(), "JPEG", exif=exif(turned), icc_profile=PROFILE, comment=SECRET, xmp=XMP, **options
    )
    iptc = segment(0xED, b"Photoshop 3.0\0" + SECRET.encode())
    # A thumbnail in the oldest place: its size stands at the end of this segment.
    small = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + b"\x80" * 12)
    return data[:2] + small + iptc + data[20:] + SECRET.encode()


def gif_that_tells(data=None):
    data = data or moving()
    comment = b"\x21\xfe" + bytes([len(SECRET)]) + SECRET.encode() + b"\0"
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET.encode() + b"\0"
    words = b"\x21\x01\x0c" + bytes(12) + bytes([len(SECRET)]) + SECRET.encode() + b"\0"
    start = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    return data[:start] + comment + xmp + words + data[start:] + SECRET.encode()


def webp_that_tells(data=None):
    data = data or packed(drawing(mode="RGBA"), "WEBP", exif=exif(), xmp=XMP, icc_profile=PROFILE)
    more = b"oWNn" + struct.pack("<I", len(SECRET) + 1) + SECRET.encode() + b"\0"
    return data[:4] + struct.pack("<I", len(data) - 8 + len(more)) + data[8:] + more + SECRET.encode()


SVG_THAT_TELLS = (
    b'<?xml version="1.0"?><?editor Taken-at-home?><!-- Taken-at-home --><svg xmlns="http://www.w3.org/2000/svg" '
    b'xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:version="Taken-at-home" viewBox="0 0 40 20">'
    b'<metadata>Taken-at-home</metadata><i:view at="Taken-at-home"/>\n'
    b'<g id="a" i:label="Taken-at-home" data-name="Taken-at-home"><!-- Taken-at-home -->'
    b'<rect width="3" height="3"/></g>'
    b'<text xml:space="preserve">one<i:note>Taken-at-home</i:note> &lt;two&gt;</text></svg>'
)
