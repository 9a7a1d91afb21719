"""Reads feeds: RSS, Atom and JSON Feed, however badly they are written. Pure: bytes in, dataclasses out."""

import calendar
import hashlib
import io
import json
import re
from dataclasses import dataclass

import feedparser
import webencodings
from ada_url import join_url
from bs4 import BeautifulSoup, SoupStrainer

from common.html import to_text
from common.texts import one_line

# The newest items of a feed; whoever writes more than these between two polls writes no feed for editors.
MOST_ITEMS = 500

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
_XML_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_INSTRUCTIONS = re.compile(r"\s*(?:<\?.*?\?>\s*)*", re.DOTALL)
_HTML = re.compile(r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


class NotAFeed(ValueError):
    """What was fetched is no feed; `feed` is the address of the feed that it names, if it is a page that names one."""

    def __init__(self, message: str, feed: str = ""):
        super().__init__(message)
        self.feed = feed


@dataclass(frozen=True)
class Item:
    """One item of a feed: where it leads, its title as plain text, and a mark by which it is known again."""

    mark: str
    url: str
    title: str = ""
    at: int = 0


@dataclass(frozen=True)
class Feed:
    """A feed as it was read, its items newest first."""

    title: str
    items: tuple[Item, ...]


def read(body: bytes, *, url: str, charset: str = "") -> Feed:
    """The feed in the body, fetched from `url` and declared to be in `charset`; raises NotAFeed.

    Of items without an address nothing is kept. Relative addresses are made whole. Entities are not expanded beyond
    what the parser of XML bounds, and nothing is fetched; a feed that is no proper XML is read as far as it goes.
    """
    text = _text(body, charset)
    if text[:1] in ("{", "["):
        return _of_json(text, url)
    if _HTML.match(text[:20_000]):
        raise _page(text, url)
    # The instructions before the root say nothing of use, and some of them keep the parser busy for minutes.
    text = text[_INSTRUCTIONS.match(text).end() :]
    if not text.startswith("<") or text.startswith("<?"):
        raise NotAFeed("The address answers with something that is no feed.")
    # Only a stream of bytes keeps the parser from taking its argument for an address or a file.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    read = feedparser.parse(
        io.BytesIO(text.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not read.version and not read.entries:
        raise NotAFeed("The address answers with something that is no feed.")
    return _feed(_plain(read.feed, "title"), [_item_of(entry, url) for entry in read.entries])


def _text(body: bytes, charset: str) -> str:
    """The body as text: in the charset that its first bytes, the header or the XML name; in UTF-8 where none does."""
    declared = _XML_DECLARATION.match(body.lstrip()[:300])
    named = charset or (declared[1].decode("ascii", "replace") if declared else "")
    encoding = webencodings.lookup(named) or webencodings.UTF8
    text, _ = webencodings.decode(body, encoding, errors="replace")
    return text.replace("\0", "").lstrip("\ufeff \t\r\n")


def _page(text: str, url: str) -> NotAFeed:
    """The refusal of a page: with its feed, where it names one."""
    soup = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("link"))
    for link in soup.find_all(
        "link", rel="alternate", type=lambda kind: kind and kind.lower() in FEED_TYPES, href=True
    ):
        if address := _whole(str(link["href"]), url):
            return NotAFeed("The address leads to a page; its feed is taken instead.", feed=address)
    return NotAFeed("The address leads to a page that names no feed. Look there for a link called RSS, Atom or Feed.")


def _feed(title: str, items: list[Item | None]) -> Feed:
    found = [item for item in items if item]
    # Where all items tell their moment it decides; else the order of the feed, which is newest first by custom.
    if all(item.at for item in found):
        found.sort(key=lambda item: -item.at)
    return Feed(title, tuple(found[:MOST_ITEMS]))


def _item(identity: str, address: str, title: str, at: int, base: str) -> Item | None:
    url = _whole(address or identity, base)
    if not url:
        return None
    # Hashed, since ids have any length, and are only ever compared.
    mark = hashlib.sha256((identity or url).encode("utf-8", "replace")).hexdigest()[:32]
    return Item(mark, url, one_line(title), at)


def _whole(address: str, base: str) -> str:
    """The address made whole, or the empty string where it is none of the web."""
    try:
        whole = join_url(base, address.strip())
    except ValueError:
        return ""
    return whole if address.strip() and whole.startswith(("https://", "http://")) else ""


# --- XML -------------------------------------------------------------------------------------------------------------


def _item_of(entry: feedparser.FeedParserDict, base: str) -> Item | None:
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        at = calendar.timegm(moment) if moment else 0
    except (ValueError, OverflowError):
        at = 0
    identity = dict.get(entry, "id") or ""
    address = dict.get(entry, "link") or (identity if identity.startswith(("https://", "http://")) else "")
    return _item(identity, address, _plain(entry, "title"), at, base) if address else None


def _plain(values: feedparser.FeedParserDict, name: str) -> str:
    text = dict.get(values, name) or ""
    kind = (dict.get(values, f"{name}_detail") or {}).get("type", "text/plain")
    return one_line(text if kind == "text/plain" else to_text(text))


# --- JSON ------------------------------------------------------------------------------------------------------------


def _of_json(text: str, url: str) -> Feed:
    """A JSON Feed, after https://www.jsonfeed.org/version/1.1/."""
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed("The address answers with JSON that can't be read.") from None
    items = stated.get("items") if isinstance(stated, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(stated.get("version")):
        raise NotAFeed("The address answers with JSON that is no JSON Feed.")
    return _feed(one_line(_string(stated, "title")), [_json_item(item, url) for item in items[:MOST_ITEMS]])


def _json_item(item, base: str) -> Item | None:
    if not isinstance(item, dict):
        return None
    # The address of a page elsewhere is what a blog of links is about.
    address = _string(item, "external_url") or _string(item, "url")
    # Some write ids as numbers, though they should be strings.
    identity = _string(item, "id") or str(item.get("id") or "")
    return _item(identity, address, _string(item, "title"), 0, base) if address else None


def _string(values: dict, name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
