"""Places in a mail for what differs from subscriber to subscriber, and how they are filled.

A place is written as U+FDD0, its name, U+FDD1. Unicode keeps these two code points for a program's own use, "not
characters" (The Unicode Standard, section 23.7), so that no text means anything by them: they are taken out of
everything an issue says, and only our own templates can make a place. What is filled in is never looked through again.
"""

import dataclasses
import html
import re
import secrets
from dataclasses import dataclass
from typing import Protocol

OPEN, CLOSE = "\ufdd0", "\ufdd1"
_OURS = re.compile(f"[{OPEN}{CLOSE}]")
# What a mail can't hold, or what mail programs would end a line at.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_PLACE = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\\x00-\x20\x7f]+")


class PlaceLeft(ValueError):
    """A mail has a place that nothing fills, or is filled with what does not belong there."""


@dataclass(frozen=True)
class Personal:
    """What a mail says to one subscriber: addresses that are theirs, and the day on which they confirmed theirs.

    The day is written out in the language of the mail. Raises PlaceLeft for an address that is none.
    """

    unsubscribe: str
    settings: str
    browser: str
    confirmed_on: str

    def __post_init__(self):
        for name in ("unsubscribe", "settings", "browser"):
            if not _ADDRESS.fullmatch(getattr(self, name)):
                raise PlaceLeft(f"The address for “{name}” must begin with https:// and hold no blanks.")
        if not self.confirmed_on.strip() or not self.confirmed_on.isprintable():
            raise PlaceLeft("The day on which the address was confirmed must be one line of text.")


NAMES = tuple(field.name for field in dataclasses.fields(Personal))


class HasPlaces(Protocol):
    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Letter:
    """A mail as one subscriber is sent it."""

    subject: str
    html: str
    text: str


def fill(mail: HasPlaces, personal: Personal) -> Letter:
    """The mail for one subscriber. Raises PlaceLeft where it has a place of an unknown name or a broken one."""
    values = dataclasses.asdict(personal)
    escaped = {name: html.escape(value) for name, value in values.items()}
    return Letter(mail.subject, _filled(mail.html, escaped), _filled(mail.text, values))


def _filled(written: str, values: dict[str, str]) -> str:
    pieces = _PLACE.split(written)
    texts, names = pieces[::2], pieces[1::2]
    unknown = sorted({name for name in names if name not in values})
    if unknown or any(_OURS.search(text) for text in texts):
        raise PlaceLeft(f"Nothing is known to fill in for {', '.join(unknown) or 'a broken place'}.")
    filled = [text + values[name] for text, name in zip(texts, names, strict=False)]
    return "".join([*filled, texts[-1]])


class Places:
    """The places of one rendering: until it is done they are words that nobody can guess, and so nobody can write.

    Such a word goes through templates, wrapping and the inlining of styles like any other; it is about as wide as a
    date, so that a line with one is wrapped well.
    """

    def __init__(self):
        self._words = {name: secrets.token_hex(9) for name in NAMES}

    def __getitem__(self, name: str) -> str:
        return self._words[name]

    def settle(self, written: str) -> str:
        """What was written with the words, with the places themselves, and with none that the issue brought."""
        written = _UNFIT.sub(" ", _OURS.sub("", written))
        for name, word in self._words.items():
            written = written.replace(word, f"{OPEN}{name}{CLOSE}")
        return written
