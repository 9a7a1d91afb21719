"""Texts that were read in the wrong encoding: where they are, and what they were meant to be. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Garbled:
    """A stretch of a text that stands for something else, and what that is; empty where it is lost."""

    start: int
    end: int
    shown: str
    meant: str = ""


def _latin(text: str) -> bytes:
    """The bytes that were read as Windows-1252, of which five have no letter there and stay what they are."""
    return b"".join(letter.encode("cp1252") if _has_byte(letter) else letter.encode("latin-1") for letter in text)


def _has_byte(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


# The letters of Windows-1252 for the bytes 0x80 to 0xBF, with which UTF-8 goes on.
_ON = "\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0))
_READ_AS = [
    # Accents, punctuation, Chinese and kana, pictures; of Greek and Cyrillic only words: “×–” is no Hebrew letter.
    (re.compile(f"(?:[\u00c2-\u00c5][{_ON}]|[\u00e2-\u00e9\u00ef][{_ON}]{{2}}|\u00f0[{_ON}]{{3}})+"), _latin, 1),
    (re.compile(f"(?:[\u00ce-\u00d1][{_ON}]){{3,}}"), _latin, 3),
    # Chinese or Japanese, read as another of their encodings: whole runs that become Chinese or kana again.
    (re.compile("[^\x00-\x7f]{4,}"), lambda text: text.encode("cp932"), 2),
    (re.compile("[^\x00-\x7f]{4,}"), lambda text: text.encode("gb18030"), 2),
]
_LOST = re.compile("[\ufffd\u0080-\u009f\ue000-\uf8ff\ufffe\uffff]+|(?:锟斤拷)+|(?:烫烫|屯屯){2,}|ï»¿|ï¿½")
# Lines and blocks of old terminals; the two that Japanese uses as a dash are left alone.
_DRAWING = re.compile("[\u2502-\u259f]+")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_CODE = re.compile(r"(`+)[\s\S]*?\1")


def garbled(text: str, *, is_markdown: bool = False) -> Iterator[Garbled]:
    """Where a text is garbled, in order. Code in a Markdown text is left alone; HTML entities belong there."""
    if text.isascii() and "&" not in text:
        return
    plain = _CODE.sub(lambda match: " " * len(match[0]), text) if is_markdown else text
    found = [*_misread(plain), *_lost(plain), *([] if is_markdown else _entities(plain))]
    end = 0
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if each.start >= end:
            yield each
            end = each.end


def mended(text: str, found: list[Garbled]) -> str:
    """The text with what was meant; empty where some of it is lost, so that only a person can tell."""
    if not all(each.meant for each in found):
        return ""
    for each in reversed(found):
        text = text[: each.start] + each.meant + text[each.end :]
    return text


def _misread(text: str) -> Iterator[Garbled]:
    for pattern, encode, least in _READ_AS:
        for match in pattern.finditer(text):
            meant = _decoded(match[0], encode)
            if len(meant) >= least and _is_likely(match[0], meant):
                yield Garbled(match.start(), match.end(), match[0], meant)


def _decoded(text: str, encode) -> str:
    try:
        return encode(text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return ""


_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")


def _is_likely(shown: str, meant: str) -> bool:
    """Latin letters that become any text in a third less room are no accident; of CJK, all has to become CJK."""
    if shown[0] < "\u0100":
        return meant.isprintable() or "\n" in meant
    return bool(_CJK.fullmatch(meant))


def _lost(text: str) -> Iterator[Garbled]:
    for pattern in (_LOST, _DRAWING):
        for match in pattern.finditer(text):
            yield Garbled(match.start(), match.end(), match[0])


def _entities(text: str) -> Iterator[Garbled]:
    for match in _ENTITY.finditer(text):
        if (meant := html.unescape(match[0])) != match[0]:
            yield Garbled(match.start(), match.end(), match[0], meant)
