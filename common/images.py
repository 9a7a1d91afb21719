"""Figure files from outside: let in only when they are pictures that a page can show and that can do nothing else."""

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from common.html import names

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
_TOO_MANY_PIXELS = "it has more than 50 million pixels; make it smaller."
MOST_SVG_ELEMENTS = 20_000
SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}

SVG = "http://www.w3.org/2000/svg"
_SVG_TAGS = names(
    "circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix "
    "feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
    "feTurbulence filter g line linearGradient marker mask metadata path pattern polygon polyline radialGradient rect "
    "stop svg symbol text textPath title tspan use view"
)
# What neither draws nor runs anything and may hold elements of other vocabularies, such as a licence in RDF.
_SVG_SILENT_TAGS = frozenset({"metadata"})
_SVG_ATTRIBUTES = names(
    "alignment-baseline amplitude azimuth baseFrequency baseline-shift baseProfile bias class clip-path clip-rule "
    "clipPathUnits color color-interpolation color-interpolation-filters cx cy d diffuseConstant direction display "
    "divisor dominant-baseline dx dy edgeMode elevation exponent fill fill-opacity fill-rule filter filterUnits "
    "flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant font-weight "
    "fr fx fy gradientTransform gradientUnits height href id image-rendering in in2 intercept k1 k2 k3 k4 kernelMatrix "
    "kernelUnitLength lang lengthAdjust letter-spacing lighting-color limitingConeAngle marker-end marker-mid "
    "marker-start markerHeight markerUnits markerWidth mask mask-type maskContentUnits maskUnits mode numOctaves "
    "offset opacity operator order orient overflow paint-order pathLength patternContentUnits patternTransform "
    "patternUnits pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits "
    "r radius refX refY result role rotate rx ry scale seed shape-rendering slope spacing specularConstant "
    "specularExponent spreadMethod startOffset stdDeviation stitchTiles stop-color stop-opacity stroke "
    "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width "
    "style surfaceScale tableValues targetX targetY text-anchor text-decoration text-rendering textLength transform "
    "transform-origin type unicode-bidi values vector-effect version viewBox visibility width word-spacing "
    "writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector z"
)
_XLINK = "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_WITHIN = re.compile(r"#[\w:.-]+", re.ASCII)
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
# In a style, whatever may reach outside or hide that it does: imports, escapes, comments, old behaviours.
_SUSPICIOUS_STYLE = re.compile(r"@|\\|/\*|expression|behavior|binding|javascript|image-set|src\(", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?|\.\d+)(px|pt|pc|mm|cm|in)?\s*\Z")
_PIXELS_IN = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}


class ImageRefused(ValueError):
    """The file is no picture that a page may show; the text is half a sentence that says why."""


@dataclass(frozen=True)
class Picture:
    """A picture that passed: its bytes, what they are, and its size for a page that does not jump."""

    data: bytes
    sha256: str
    suffix: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """A name that says nothing of where the file came from, and is the same for the same bytes."""
        return f"{self.sha256}{self.suffix}"


def take_in(path: Path) -> Picture:
    """The picture in a file; ImageRefused where it is too large, damaged, of another kind, or not to be read."""
    try:
        if not path.is_file():
            raise ImageRefused("it is no file.")
        with path.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImageRefused(f"it can't be read ({error.strerror}).") from error
    return check(data)


def check(data: bytes) -> Picture:
    """The picture in these bytes: PNG, JPEG, GIF or WebP that decodes, or SVG of harmless parts; else ImageRefused."""
    if len(data) > LARGEST_BYTES:
        raise ImageRefused(f"it has more than {LARGEST_BYTES // 1024 // 1024} MB; make it smaller.")
    suffix, width, height = _look_at_svg(data) if _may_be_svg(data) else _decode(data)
    return Picture(data, hashlib.sha256(data).hexdigest(), suffix, width, height)


def _decode(data: bytes) -> tuple[str, int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=list(SUFFIXES)) as image:
                kind, (width, height) = image.format, image.size
                if width * height > LARGEST_PIXELS:
                    raise ImageRefused(_TOO_MANY_PIXELS)
                image.load()
    except ImageRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ImageRefused(_TOO_MANY_PIXELS) from error
    # Pillow meets damaged bytes with errors of a dozen kinds, and all of them mean the same.
    except Exception as error:
        raise ImageRefused("it is no PNG, JPEG, GIF, WebP or SVG that can be shown.") from error
    return SUFFIXES[kind], width, height


def _may_be_svg(data: bytes) -> bool:
    return data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _look_at_svg(data: bytes) -> tuple[str, int, int]:
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise ImageRefused("it is no well-formed SVG without DTD and entities.") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ImageRefused("it is XML, but no SVG.")
    # Browsers run a stylesheet that such an instruction names; the parser above does not show it.
    if b"<?xml-stylesheet" in data:
        raise ImageRefused("it calls for a stylesheet.")
    _check_elements(root)
    return ".svg", *_svg_size(root)


def _check_elements(root: ElementTree.Element) -> None:
    waiting = [root]
    seen = 0
    while waiting:
        element = waiting.pop()
        seen += 1
        if seen > MOST_SVG_ELEMENTS:
            raise ImageRefused(f"it has more than {MOST_SVG_ELEMENTS} elements.")
        namespace, _, tag = element.tag.removeprefix("{").rpartition("}")
        if namespace != SVG or tag not in _SVG_TAGS:
            raise ImageRefused(f"it holds the element <{tag[:40]}>, which is not let in.")
        for name, value in element.attrib.items():
            _check_attribute(name, value)
        if tag not in _SVG_SILENT_TAGS:
            waiting.extend(element)
        elif any(_is_svg_or_html(inner) for inner in element.iter() if inner is not element):
            raise ImageRefused("its metadata holds elements that would be shown.")


def _is_svg_or_html(element: ElementTree.Element) -> bool:
    return element.tag.startswith((f"{{{SVG}}}", "{http://www.w3.org/1999/xhtml}"))


def _check_attribute(name: str, value: str) -> None:
    if name.startswith(_XML):
        return
    local = name.removeprefix(_XLINK)
    if local == "href":
        if not _WITHIN.fullmatch(value.strip()):
            raise ImageRefused("it refers to something outside of itself.")
        return
    if name.startswith("{"):
        # Attributes of drawing programs, in their own namespaces, mean nothing to a browser.
        return
    if name not in _SVG_ATTRIBUTES and not name.startswith(("data-", "aria-")):
        raise ImageRefused(f"it holds the attribute {name[:40]}, which is not let in.")
    if any(not _WITHIN.fullmatch(found[1].strip()) for found in _URL.findall(value)):
        raise ImageRefused("it refers to something outside of itself.")
    if len(_URL.findall(value)) != len(re.findall(r"url\s*\(", value, re.IGNORECASE)):
        raise ImageRefused("it holds an address that can't be read.")
    if name == "style" and _SUSPICIOUS_STYLE.search(value):
        raise ImageRefused("it holds a style that might reach outside.")


def _svg_size(root: ElementTree.Element) -> tuple[int, int]:
    """Width and height in pixels, from the attributes, else from the viewBox; SVG's own 300 × 150 else."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = [float(part) for part in re.findall(r"-?\d{1,9}(?:\.\d+)?", root.get("viewBox", ""))]
    box_width, box_height = box[2:4] if len(box) == 4 and box[2] > 0 and box[3] > 0 else (300, 150)
    if width and not height:
        height = width * box_height / box_width
    elif height and not width:
        width = height * box_width / box_height
    elif not width:
        width, height = box_width, box_height
    return max(1, min(round(width), 100_000)), max(1, min(round(height), 100_000))


def _pixels(length: str | None) -> float:
    found = _LENGTH.match(length or "")
    return float(found[1]) * _PIXELS_IN[found[2] or ""] if found else 0
