"""JSON-LD with the words of schema.org, in the forms in which pages have it, valid or not quite."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Thing = dict[str, Any]

_MOST_THINGS = 2_000
_MOST_TEXTS = 10_000
_MOST_ADDRESSES = 10
_WRAPPINGS = ("<!--", "-->", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "//]]>", "// ]]>", "/*]]>*/")
_COMMA_BEFORE_END = re.compile(r",(\s*+[}\]])")

SCHOLARLY = frozenset({"ScholarlyArticle", "MedicalScholarlyArticle", "Thesis"})
VIDEOS = frozenset({"VideoObject", "Movie", "Clip"})
REPOSITORIES = frozenset({"SoftwareSourceCode"})
_REPORTS = frozenset({"Report", "APIReference"})
_OTHERS = frozenset({"Book", "Course", "CreativeWork", "Dataset", "Event", "Product", "Recipe", "SoftwareApplication"})


def _unwrapped(block: str) -> str:
    """The block without the comments that once hid it from old browsers."""
    text = block.strip()
    for wrapping in (*_WRAPPINGS, "]]>"):
        text = text.removeprefix(wrapping).removesuffix(wrapping).strip()
    return text.rstrip("; \n\t")


def _mended(text: str) -> Iterator[str]:
    """The text, then with the usual slips mended: a comma too many, and entities where JSON knows none."""
    yield text
    yield _COMMA_BEFORE_END.sub(r"\1", text)
    if "&quot;" in text:
        yield html.unescape(text)


def _parsed(block: str) -> Any:
    for attempt in _mended(_unwrapped(block)):
        try:
            # Line ends within strings are the most frequent slip.
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def listed(value: Any) -> list[Any]:
    """The value as a list, since JSON-LD writes one thing without the brackets."""
    return value if isinstance(value, list) else [value]


def _inner(given: Any) -> list[Any]:
    """What stands for the page as much as what was given: members of a list or graph, and the main entity of a page."""
    if isinstance(given, list):
        return given
    if not isinstance(given, dict):
        return []
    main = given.get("mainEntity")
    return [given.get("@graph"), {"mainEntityOfPage": True, **main} if isinstance(main, dict) else main]


def things(blocks: Iterable[str]) -> list[Thing]:
    """The things that the page itself is about or belongs to, from all its blocks, in order.

    Those are the things at the top, in arrays and in `@graph`, and what a page has as its `mainEntity`. Things further
    within are other things: what is cited, listed or mentioned.
    """
    waiting = [_parsed(block) for block in blocks]
    found: list[Thing] = []
    # A queue that grows while it is read, since a nesting of any depth must not end in a recursion.
    for given in waiting:
        if isinstance(given, dict):
            found.append(given)
        waiting += _inner(given)[: max(_MOST_THINGS - len(waiting), 0)]
    return found


def types(thing: Thing) -> set[str]:
    """The types of the thing without the address of their vocabulary."""
    return {re.split("[/#:]", name)[-1] for name in listed(thing.get("@type"))[:20] if isinstance(name, str)}


def is_scholarly(thing: Thing) -> bool:
    """Whether it is a work of science."""
    return bool(types(thing) & SCHOLARLY)


def is_article(thing: Thing) -> bool:
    """Whether it is an article of any kind: of news, of a blog, of a journal."""
    return any(name.endswith(("Article", "Posting")) or name in SCHOLARLY | _REPORTS for name in types(thing))


def texts(value: Any, *keys: str) -> Iterator[str]:
    """The texts that a value of JSON-LD may be: itself, `@value`, or the given keys of a thing; each of a list."""
    waiting = [value]
    for given in waiting:
        inner: list[Any] = []
        if isinstance(given, str):
            yield given
        elif isinstance(given, int) and not isinstance(given, bool):
            yield str(given)
        elif isinstance(given, list):
            inner = given
        elif isinstance(given, dict):
            inner = [next((given[key] for key in ("@value", *keys) if given.get(key)), None)]
        waiting += inner[: max(_MOST_TEXTS - len(waiting), 0)]


def heading(thing: Thing) -> str:
    """What the thing is called, or the empty string."""
    return next(texts(thing.get("headline") or thing.get("name")), "")


def is_at(thing: Thing, is_here: Callable[[str], bool]) -> bool:
    """Whether the thing says that it is what the page is about, or is found at the address of the page.

    An address with a fragment names a part of a page, and a list of many things has one for each.
    """
    if thing.get("mainEntityOfPage") is True:
        return True
    stated = [found for key in ("url", "mainEntityOfPage", "@id") for found in texts(thing.get(key), "@id", "url")]
    return any("#" not in address and is_here(address) for address in stated[:_MOST_ADDRESSES])


def _rank(thing: Thing) -> int | None:
    """How likely it is that the page is this thing, rather than holds it: the less, the likelier; None for never."""
    kinds = types(thing)
    if is_article(thing):
        return 0
    if kinds & (VIDEOS | REPOSITORIES):
        return 1
    if kinds & _OTHERS:
        return 2
    return 3 if any(name.endswith("Page") for name in kinds) else None


def main_thing(found: list[Thing], is_here: Callable[[str], bool]) -> Thing:
    """The thing that the page is; empty where none is, or where a list of them leaves open which.

    `is_here` tells whether an address is that of the page.
    """
    ranked = [(rank, thing) for thing in found if (rank := _rank(thing)) is not None]
    best = min((rank for rank, _ in ranked), default=None)
    likeliest = [thing for rank, thing in ranked if rank == best]
    here = [thing for thing in likeliest if is_at(thing, is_here)]
    if not here and len(set(map(heading, likeliest))) != 1:
        return {}
    # Of two descriptions of one article the scholarly one says more.
    return max(here or likeliest, key=is_scholarly)


def referred(found: list[Thing], value: Any) -> list[Any]:
    """The value as a list, with references (`{"@id": …}`) replaced by the things of this page that they name."""
    by_id = {thing["@id"]: thing for thing in reversed(found) if isinstance(thing.get("@id"), str) and len(thing) > 1}
    return [
        by_id.get(item["@id"], item) if isinstance(item, dict) and isinstance(item.get("@id"), str) else item
        for item in listed(value)
    ]
