"""The pictures of a page: those it shows itself by, and the larger ones of its content."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from papers.records import PageImage
from papers.wording import one_line

from . import linked_data
from .metadata import Metadata
from .places import absolute

MOST_IMAGES = 20
LONGEST_ALT = 300
# Smaller ones are marks, faces and pixels that count readers.
LEAST_WIDTH, LEAST_HEIGHT = 150, 100
# On a page that does not mark its article, a smaller one may be a part of the page's frame.
LEAST_WIDTH_ANYWHERE = 300

_MARKS = "avatars?|badges?|emojis?|favicon|gravatar|icons?|logo(?:type)?s?|sprites?|spacer"
_HINTS_IN_CLASSES = re.compile(rf"(?<![a-z])(?:{_MARKS}|ads?|advert|button|pixel|smiley|tracker)(?![a-z])")
_HINTS_IN_WORDS = re.compile(r"(?<![a-z])(?:avatar|favicon|icon|logo)(?![a-z])")
_HINTS_IN_ADDRESS = re.compile(
    rf"(?<![a-z])(?:{_MARKS}|captcha|doubleclick|profile-images|scorecardresearch|shields|tracker)(?![a-z])"
    r"|(?<![a-z0-9])(?:1x1|blank|clear|loading|pixel|spinner|transparent)\.(?:gif|png|svg)|/pixel(?:[/?]|$)|\.(?:ico|cur)$"
)
_NOT_CONTENT = {"nav", "aside", "footer"}
_LAZY = ("data-src", "data-original", "data-lazy-src")


@dataclass
class _Picture:
    """A picture as the page states it."""

    address: str
    alt: str = ""
    width: str = ""
    height: str = ""


def _side(stated: str) -> int | None:
    """The length of a side in pixels; None where none is stated. A share of the page (`100%`) tells nothing."""
    number = re.fullmatch(r"(\d{1,6})(?:\.\d+)?(?:px)?", stated.strip(), re.ASCII)
    return int(number[1]) if number else None


def _is_small(picture: _Picture) -> bool:
    width, height = _side(picture.width), _side(picture.height)
    return (width is not None and width < LEAST_WIDTH) or (height is not None and height < LEAST_HEIGHT)


def _usable(pictures: Iterable[_Picture], base: str) -> Iterator[PageImage]:
    for picture in pictures:
        if not _is_small(picture) and (address := absolute(base, picture.address)):
            yield PageImage(address, one_line(picture.alt, longest=LONGEST_ALT))


def _of_metadata(metadata: Metadata, prefix: str) -> list[_Picture]:
    """`og:image` and its properties, each of which belongs to the picture before it (ogp.me, Structured Properties)."""
    found: list[_Picture] = []
    for name, value in metadata.pairs:
        if not name.startswith(prefix):
            continue
        part = name.removeprefix(prefix).removeprefix(":")
        if part in ("", "src") or (part in ("url", "secure_url") and not found):
            found.append(_Picture(value))
        elif part == "secure_url":
            found[-1].address = value
        elif part in ("alt", "width", "height") and found:
            setattr(found[-1], part, value)
    return found


def _of_thing(value: Any) -> Iterator[_Picture]:
    for given in linked_data.listed(value)[:MOST_IMAGES]:
        if isinstance(given, str):
            yield _Picture(given)
        elif isinstance(given, dict):
            said = {key: next(linked_data.texts(part), "") for key, part in given.items()}
            address = said.get("contentUrl") or said.get("url") or ""
            words = said.get("caption") or said.get("name") or ""
            yield _Picture(address, words, said.get("width", ""), said.get("height", ""))


def relations(link: Tag) -> list[str]:
    """What the `<link>` is to the page, in lower case."""
    given = link.get("rel") or []
    return [name.lower() for name in (given.split() if isinstance(given, str) else given)]


def stated(soup: BeautifulSoup, metadata: Metadata, shown: Any, base: str) -> list[PageImage]:
    """The pictures by which the page shows itself, the best first; `shown` are those that JSON-LD has.

    Open Graph first, since that is what every site fills in for cards; then Twitter's; then those of JSON-LD, which
    often are cut for search engines; then what old pages state.
    """
    links = soup.find_all("link", href=True)
    old = [_Picture(str(link["href"])) for link in links if "image_src" in relations(link)]
    of_cards = [*_of_metadata(metadata, "og:image"), *_of_metadata(metadata, "twitter:image")]
    return list(_usable([*of_cards, *_of_thing(shown), *old, *map(_Picture, metadata.each("image"))], base))


def largest_of(srcset: str) -> str:
    """The address of the largest candidate of a `srcset`; of equals the first; empty where there is none."""
    best, largest = "", -1.0
    for candidate in re.split(r",\s+|(?<=\d[wx]),", srcset[:20_000]):
        address, *rest = candidate.strip(" \t\n\r\f,").split() or [""]
        size = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)[wx]", rest[0], re.ASCII) if rest else None
        if address and (number := float(size[1]) if size else 1.0) > largest:
            best, largest = address, number
    return best


def _of_element(image: Tag) -> _Picture:
    said = {name: value for name, value in image.attrs.items() if isinstance(value, str)}
    # What is loaded late stands in an attribute of its own, with a placeholder as the source.
    late = next((said[name] for name in _LAZY if said.get(name)), "")
    address = largest_of(said.get("data-srcset") or said.get("srcset") or "") or late or said.get("src", "")
    return _Picture(address, said.get("alt", ""), said.get("width", ""), said.get("height", ""))


def _is_mark(image: Tag, picture: _Picture) -> bool:
    """Whether its class, words or address say that it is a mark of the site or counts readers."""
    named = " ".join([*(image.get("class") or []), str(image.get("id") or "")])
    hinted = (
        (_HINTS_IN_CLASSES, named),
        (_HINTS_IN_WORDS, picture.alt[:50]),
        (_HINTS_IN_ADDRESS, picture.address[:2_000].partition("?")[0]),
    )
    return any(hints.search(text.lower().replace("_", "-")) for hints, text in hinted)


def _of_content(soup: BeautifulSoup) -> Iterator[_Picture]:
    """Pictures within the article; on a page that marks none, those outside of its frame that are large."""
    has_content = soup.find(["article", "main"]) is not None
    for image in soup.find_all("img"):
        around = {parent.name for parent in image.parents}
        picture = _of_element(image)
        is_large = (_side(picture.width) or 0) >= LEAST_WIDTH_ANYWHERE
        within = around & {"article", "main"} if has_content else is_large and "header" not in around
        if within and not around & _NOT_CONTENT and not _is_mark(image, picture):
            yield picture


def pictures(soup: BeautifulSoup, first: Iterable[PageImage], base: str) -> tuple[PageImage, ...]:
    """The pictures that are `stated` and those of the content behind them, each once, at most twenty."""
    found: dict[str, PageImage] = {}
    for image in (*first, *_usable(_of_content(soup), base)):
        if len(found) == MOST_IMAGES and image.url not in found:
            break
        known = found.setdefault(image.url, image)
        found[image.url] = known if known.alt else image
    return tuple(found.values())
