"""Templates of which a page shows many, rendered once for all that look alike: after that only words are put in.

Django looks at each variable, condition and loop of a template anew each time, and most of a page would go into that.
So a template is rendered once with marks in place of its texts, for each *shape* of what it shows: which texts are
empty, which parts are missing, how many rows a list has. Whatever has the same shape is then what came out, with its
own texts where the marks stand.

This gives what the template gives, as long as the template only prints texts, asks whether there is one, and loops over
lists. The marks notice where it does more, such as to filter or compare a text; then, and where something else than
texts is shown, the template is rendered like any other.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cache
from html import escape
from operator import attrgetter
from typing import Any

from django.template import Context, Template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Characters for private use, which no text that is shown has a meaning for.
_OPEN, _CLOSE = "\ue0a1", "\ue0a2"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_TO_ESCAPE = re.compile("[&<>\"']")
# A template has a few dozen shapes; where there are more of them, it is no use to remember them.
MOST_SHAPES = 500


def render(template: Template, **shown) -> SafeString:
    """The template with these texts, lists and dataclasses of such, and nothing else in its context."""
    texts: list[str] = []
    shape = (get_language(), *((name, _shape(value, texts)) for name, value in shown.items()))
    shells = template.__dict__.setdefault("_shells", {})
    if shape not in shells:
        if len(shells) >= MOST_SHAPES:
            shells.clear()
        shells[shape] = _shell(template, shown)
    shell = shells[shape]
    return template.render(Context(shown)) if shell is None else _filled(*shell, texts)


def is_fit(template: Template, **shown) -> bool:
    """Whether the template does no more with what it shows than can be done for all that look alike."""
    return _shell(template, shown) is not None


def _filled(pieces: list[str], places: list[tuple[int, int]], texts: list[str]) -> SafeString:
    pieces = pieces.copy()
    for at, number in places:
        text = texts[number]
        pieces[at] = escape(text) if type(text) is str and _TO_ESCAPE.search(text) else text
    return SafeString("".join(pieces))


# --- Shapes ----------------------------------------------------------------------------------------------------------


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


@cache
def _reader(kind: type) -> Callable[[Any], tuple]:
    """Reads all fields of a dataclass at once."""
    names = _fields(kind)
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


def _shape(value: Any, texts: list[str]) -> Any:
    """The shape of what is shown, of which the texts are put down in order."""
    kind = type(value)
    if kind is str or kind is SafeString:
        if value:
            texts.append(value)
            return "text"
        return ""
    if value is None or kind is bool:
        return value
    if kind is list:
        return tuple([_shape(row, texts) for row in value])
    if _fields(kind):
        return (kind, *[_shape(field, texts) for field in _reader(kind)(value)])
    if kind is int and value:
        texts.append(str(value))
        return "text"
    return "other"


# --- Shells ----------------------------------------------------------------------------------------------------------


class _Watch:
    """Remembers whether something was done with a mark that can't be done for all that look alike."""

    def __init__(self):
        self.marks = 0
        self.has_seen_more = False


class _Mark(str):
    """Stands for a text: it is there, and is printed. Whatever else is done with it is noticed."""

    def __new__(cls, watch: _Watch):
        mark = str.__new__(cls, f"{_OPEN}{watch.marks}{_CLOSE}")
        mark.printed, mark.watch = SafeString(f"{_OPEN}{watch.marks}{_CLOSE}"), watch
        watch.marks += 1
        return mark

    def __html__(self) -> SafeString:
        return self.printed

    def __bool__(self) -> bool:
        return True


class _Part(dict):
    """Stands for a dataclass: it has its fields. Whatever else is asked of it is noticed."""

    def __init__(self, fields: dict, watch: _Watch):
        super().__init__(fields)
        self.watch = watch

    def __missing__(self, name: str):
        self.watch.has_seen_more = True
        raise KeyError(name)


class _Other:
    """Stands for what is neither text nor part: it may be handed on, and whatever else is done with it is noticed."""

    def __init__(self, watch: _Watch):
        self.watch = watch


def _noticing(method):
    def noticed(self, *arguments, **options):
        object.__getattribute__(self, "watch").has_seen_more = True
        return method(self, *arguments, **options)

    return noticed


def _gone(self, *_arguments):
    raise AttributeError


_QUIET = {name for name in dir(object) if name not in ("__str__", "__eq__", "__ne__", "__hash__", "__format__")}
for _name in set(dir(str)) - _QUIET | {"__str__", "__eq__", "__ne__", "__hash__", "__format__", "__lt__", "__gt__"}:
    setattr(_Mark, _name, _noticing(getattr(str, _name)))
for _name in ("__getattr__", "__getitem__", "__bool__", "__str__", "__iter__", "__len__", "__eq__", "__call__"):
    setattr(_Other, _name, _noticing(_gone))


def _stand_in(value: Any, watch: _Watch) -> Any:
    """What stands for something shown, with marks in the order in which `_shape()` puts its texts down."""
    kind = type(value)
    if kind in (str, SafeString, int) and value:
        return _Mark(watch)
    if kind in (str, SafeString, bool) or value is None:
        return value
    if kind is list:
        return [_stand_in(row, watch) for row in value]
    if names := _fields(kind):
        return _Part({name: _stand_in(getattr(value, name), watch) for name in names}, watch)
    return _Other(watch)


def _shell(template: Template, shown: dict) -> tuple[list[str], list[tuple[int, int]]] | None:
    """What the template gives for all of this shape: pieces, and which text stands at which place between them.

    None where they do not all look alike.
    """
    watch = _Watch()
    try:
        written = template.render(Context({name: _stand_in(value, watch) for name, value in shown.items()}))
    except Exception:
        # What a mark can't stand in for is shown as it is, and so is the error, if there is one.
        return None
    if watch.has_seen_more:
        return None
    pieces = _MARK.split(written)
    places = [(at, int(number)) for at, number in enumerate(pieces) if at % 2]
    texts: list[str] = []
    for value in shown.values():
        _shape(value, texts)
    # What the marks could not notice, such as a filter around a part of the template, mostly shows here.
    return (pieces, places) if _filled(pieces, places, texts) == template.render(Context(shown)) else None
