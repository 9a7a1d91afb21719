"""SVG: drawings of harmless parts only, written anew as they were understood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from common.html import names
from common.image_kinds.stripped import ImageRefused, ImageTooLarge, Stripped

FORMAT = ""
SUFFIX = ".svg"

MOST_ELEMENTS = 20_000
# Drawing programs nest about ten deep.
DEEPEST = 100
# A drawing that is used ten times in another, that one ten times in the next, and so on, would stop a browser.
MOST_DRAWN = 200_000
MOST_LEVELS = 30

SVG = "http://www.w3.org/2000/svg"
_HTML = "http://www.w3.org/1999/xhtml"
_XLINK_NAME = "http://www.w3.org/1999/xlink"
_XLINK_HREF = f"{{{_XLINK_NAME}}}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_TAGS = names(
    "circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix "
    "feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
    "feTurbulence filter g line linearGradient marker mask path pattern polygon polyline radialGradient rect "
    "stop svg symbol text textPath title tspan use view"
)
_ATTRIBUTES = names(
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
_WITHIN = re.compile(r"#[\w:.-]+", re.ASCII)
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
# In a style, whatever may reach outside or hide that it does: imports, escapes, comments, old behaviours.
_SUSPICIOUS_STYLE = re.compile(r"@|\\|/\*|expression|behavior|binding|javascript|image-set|src\(", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?|\.\d+)(px|pt|pc|mm|cm|in)?\s*\Z")
_PIXELS_IN = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
# A parser would turn a bare line end or tab of an attribute into a blank, and a bare \r of a text into \n.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def is_this(data: bytes) -> bool:
    return data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def strip(data: bytes) -> Stripped:
    """The drawing without comments, metadata and what drawing programs note for themselves, in UTF-8.

    What could run, or reach outside of the file, refuses the whole.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise ImageRefused("it is no well-formed SVG without DTD and entities.") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ImageRefused("it is XML, but no SVG.")
    # Browsers run a stylesheet that such an instruction names; the parser above does not show it.
    if b"<?xml-stylesheet" in data:
        raise ImageRefused("it calls for a stylesheet.")
    written = "".join(_Writing(root).parts())
    return Stripped(written.encode(), *_size(root))


class _Writing:
    """A drawing on its way out, checked part by part; counts what a browser will have to draw."""

    def __init__(self, root: ElementTree.Element):
        self.root = root
        self.seen = 0
        # Of each element that can be used elsewhere: how many elements it holds, and which it uses in turn.
        self.sizes: Counter[str] = Counter()
        self.uses: dict[str, Counter[str]] = {}

    def parts(self) -> Iterator[str]:
        """The pieces of the file; ImageRefused where one is not let in."""
        # A drawing may be deeper than Python's own stack; what still has to be written stands here, last first.
        waiting: list[tuple[ElementTree.Element | str, tuple[str, ...]]] = [(self.root, ())]
        while waiting:
            element, above = waiting.pop()
            if isinstance(element, str):
                yield element
                continue
            yield self._opening(element, above)
            inside = (*above, element.get("id", ""))
            content = [(part, inside) for part in _content(element)]
            yield ">" if content else "/>"
            waiting += [(f"</{_tag(element)}>", above), *reversed(content)] if content else []
        self._refuse_what_grows()

    def _opening(self, element: ElementTree.Element, above: tuple[str, ...]) -> str:
        self.seen += 1
        if self.seen > MOST_ELEMENTS:
            raise ImageTooLarge(f"it has more than {MOST_ELEMENTS} elements.")
        if len(above) > DEEPEST:
            raise ImageTooLarge(f"its elements stand in one another more than {DEEPEST} deep.")
        kept = {name: value for name, value in element.attrib.items() if _is_kept(name, value)}
        self._count(element, kept, above)
        written = "".join(f' {_named(name)}="{value.translate(_IN_ATTRIBUTE)}"' for name, value in kept.items())
        spaces = f' xmlns="{SVG}" xmlns:xlink="{_XLINK_NAME}"' if element is self.root else ""
        return f"<{_tag(element)}{spaces}{written}"

    def _count(self, element: ElementTree.Element, kept: dict[str, str], above: tuple[str, ...]) -> None:
        used = (kept.get("href") or kept.get(_XLINK_HREF) or "").strip().removeprefix("#")
        for holder in {*above, kept.get("id", ""), ""}:
            self.sizes[holder] += 1
            if used and _tag(element) == "use":
                self.uses.setdefault(holder, Counter())[used] += 1

    def _refuse_what_grows(self) -> None:
        """Draw in thought, a level of uses at a time; the whole stands under the empty name."""
        drawn = dict(self.sizes)
        for _ in range(MOST_LEVELS):
            before = drawn
            drawn = {
                name: size + sum(count * before.get(used, 0) for used, count in self.uses.get(name, {}).items())
                for name, size in self.sizes.items()
            }
            if drawn[""] > MOST_DRAWN:
                raise ImageTooLarge("it uses its parts within one another too often.")
            if drawn == before:
                return
        raise ImageTooLarge("it uses its parts within one another too often, or one within itself.")


def _content(element: ElementTree.Element) -> Iterator[ElementTree.Element | str]:
    """What stands in the element and is part of the drawing: texts as they are written, and elements."""
    if element.text:
        yield element.text.translate(_IN_TEXT)
    for inner in element:
        if _is_shown(inner):
            yield inner
        if inner.tail:
            yield inner.tail.translate(_IN_TEXT)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_shown(element: ElementTree.Element) -> bool:
    """Whether an element is part of the drawing: not where it is metadata, or a drawing program's own."""
    namespace, _, tag = element.tag.removeprefix("{").rpartition("}")
    if namespace == SVG and tag == "metadata":
        return False
    if namespace == SVG and tag in _TAGS:
        return True
    # No browser shows elements of a vocabulary that it does not know.
    if namespace in ("", SVG, _HTML):
        raise ImageRefused(f"it holds the element <{tag[:40]}>, which is not let in.")
    return False


def _named(name: str) -> str:
    return name.replace(_XML, "xml:").replace(_XLINK_HREF, "xlink:href")


def _is_kept(name: str, value: str) -> bool:
    """Whether the attribute is part of the drawing; ImageRefused where it is not let in at all."""
    if name in (f"{_XML}lang", f"{_XML}space"):
        return True
    if name in ("href", _XLINK_HREF):
        if not _WITHIN.fullmatch(value.strip()):
            raise ImageRefused("it refers to something outside of itself.")
        return True
    # Attributes in namespaces are notes of drawing programs, and those for scripts mean nothing where none runs.
    if name.startswith(("{", "data-")):
        return False
    _check_attribute(name, value)
    return True


def _check_attribute(name: str, value: str) -> None:
    if name not in _ATTRIBUTES and not name.startswith("aria-"):
        raise ImageRefused(f"it holds the attribute {name[:40]}, which is not let in.")
    if any(not _WITHIN.fullmatch(found[1].strip()) for found in _URL.findall(value)):
        raise ImageRefused("it refers to something outside of itself.")
    if len(_URL.findall(value)) != len(re.findall(r"url\s*\(", value, re.IGNORECASE)):
        raise ImageRefused("it holds an address that can't be read.")
    if name == "style" and _SUSPICIOUS_STYLE.search(value):
        raise ImageRefused("it holds a style that might reach outside.")


def _size(root: ElementTree.Element) -> tuple[int, int]:
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
