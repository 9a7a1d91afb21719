"""How long a line is as a post: in the count of the service that allows least."""

import unicodedata

# Services count differently; in this count a text fits all of the usual ones.
LONGEST_POST = 280
# Letters of Latin, Greek, Cyrillic and their like count once, and so does the punctuation that is set with them;
# Chinese, Japanese, emoji and the rest count twice.
SINGLE = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def post_length(text: str) -> int:
    """The length of a text, where wide letters count twice."""
    return sum(1 if _is_single(ord(letter)) else 2 for letter in unicodedata.normalize("NFC", text))


def _is_single(code: int) -> bool:
    return any(first <= code <= last for first, last in SINGLE)
