"""Characters that a reader cannot see, or that would change how other text is shown, taken out of a text."""

import re
import unicodedata

# The most marks above and below one letter that any script needs; towers of them grow over the neighbouring lines.
MOST_MARKS = 6

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028]")
# The fillers of Hangul and the empty pattern of Braille look like blanks.
_BLANKS = re.compile("[\t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u115f\u1160\u3164\uffa0]")
# Controls, soft hyphens, bidirectional controls and overrides, zero-width characters, tags, characters for private
# use (fonts of icons) and those that Unicode says are none.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 15))
    + "]"
)
# Between letters of these scripts a joiner decides how they are written, and between pictures that they are one.
_JOINED = "\u0600-\u0dff\u1000-\u109f\u1780-\u18ff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")


def is_mark(character: str) -> bool:
    """Whether it is shown with the character before it: an accent, a vowel sign, a variation."""
    return unicodedata.category(character)[0] == "M"


def _without_towers(text: str) -> str:
    kept, height = [], 0
    for character in text:
        height = height + 1 if is_mark(character) else 0
        if height <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def visible(text: str) -> str:
    """The text in NFC, with every blank as a space, every line end as `\\n`, and nothing that cannot be seen.

    Surrogates in pairs become the character they mean, lone ones go.
    """
    text = _LINE_ENDS.sub("\n", text.replace("\u2029", "\n\n"))
    text = _INVISIBLE.sub("", _BLANKS.sub(" ", text))
    if text.isascii():
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _without_towers(_STRAY_JOINER.sub("", text))
    return unicodedata.normalize("NFC", text)
