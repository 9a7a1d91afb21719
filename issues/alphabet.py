"""The order of an index: Latin letters, then kana, then characters by how they are read, as far as tables tell.

The standards of Japan (JIS X 0208) and China (GB 2312) list the characters in common use by their reading, so that
the place there is an order that readers know. Characters beyond them come last, by radical, as Unicode lists them.
"""

import re
import unicodedata
from bisect import bisect_right

# The first character of GB 2312 whose reading begins with each letter; those up to the last one are ordered so.
_PINYIN = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_PINYIN_LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
_PINYIN_STARTS = [letter.encode("gb2312") for letter in _PINYIN]
_LAST_READ_IN_CHINESE = b"\xd7\xf9"
# The rows of kana: each begins where its first character stands.
_KANA = "あかさたなはまやらわ"
_ROWS = [*_KANA]
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# What is written small is sorted like its large form; voiced marks fall away when taken apart.
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_MARKS = re.compile(r"[\u0300-\u036f\u3099\u309a]")
_CHARACTER = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_OTHER, _KANA_CLASS, _READ, _BY_RADICAL = range(4)


def folded(name: str) -> str:
    """A name without what order passes over: case, accents, the kind of kana, small kana, voiced marks."""
    apart = unicodedata.normalize("NFKD", name.casefold()).translate(_KATAKANA)
    return _MARKS.sub("", apart).translate(_SMALL)


def _letter_key(letter: str, language: str) -> tuple:
    if "ぁ" <= letter <= "ゖ":
        return (_KANA_CLASS, letter.encode())
    if not _CHARACTER.match(letter):
        return (_OTHER, letter.encode())
    read = _as_read(letter, language)
    return (_READ, read) if read else (_BY_RADICAL, letter.encode("utf-32-be"))


def _as_read(letter: str, language: str) -> bytes:
    """The place of a character among those that are ordered by reading; empty where it is not among them."""
    try:
        if language.startswith("ja"):
            place = letter.encode("euc_jp")
            return place if len(place) == 2 and place < b"\xd0" else b""
        place = letter.encode("gb2312")
    except UnicodeEncodeError:
        return b""
    return place if place <= _LAST_READ_IN_CHINESE else b""


def order(name: str, language: str) -> tuple:
    """By this names are sorted in an index of the language."""
    # In Chinese, names in characters stand among the Latin ones, under the letter with which they are read.
    keys = [_letter_key(letter, language) for letter in folded(name)]
    return (_place_of(group(name, language)), keys, name)


def _place_of(heading: str) -> tuple:
    if not heading:
        return (0, "")
    if heading in _ROWS:
        return (2, str(_ROWS.index(heading)))
    return (3, "") if _CHARACTER.match(heading) else (1, heading)


def group(name: str, language: str) -> str:
    """The heading under which a name stands: a letter, a row of kana, 漢字 or 汉字; empty for digits and signs."""
    first = next((letter for letter in folded(name) if letter.isalnum()), "")
    if "ぁ" <= first <= "ゖ":
        return _ROWS[max(bisect_right(_ROWS, first) - 1, 0)]
    if not first or first.isdigit():
        return ""
    if not _CHARACTER.match(first):
        return first.upper()[0]
    if language.startswith("zh") and (read := _as_read(first, language)):
        return _PINYIN_LETTERS[bisect_right(_PINYIN_STARTS, read) - 1]
    return "汉字" if language == "zh-hans" else "漢字"
