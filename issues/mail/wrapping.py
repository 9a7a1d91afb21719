"""Lines of plain text: wrapped at a number of columns, of which Chinese and Japanese letters take two."""

import re
import unicodedata

COLUMNS = 72
# Scripts in which a line may end between any two letters.
_UNSPACED = "\u2e80-\u303f\u3041-\u30ff\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
# JIS X 4051 calls it kinsoku: what must not stand at the end of a line, and what not at its beginning.
_OPENING = "「『（〔［｛〈《【‘“〖〘"
_CLOSING = "」』）〕］｝〉》】’”〗〙、。，．・：；？！ー々〻ゝゞヽヾ…‥ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%"
# A letter with what must stay beside it, or a run of anything else between blanks.
_PIECE = re.compile(rf"[{_OPENING}]*(?:[{_UNSPACED}](?<![{_OPENING}])|[^{_UNSPACED}]+)[{_CLOSING}]*|[{_OPENING}]+")
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")


def columns(text: str) -> int:
    """How many columns a text takes where all letters are equally wide."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrap(text: str, *, first: str = "", rest: str | None = None, width: int = COLUMNS) -> list[str]:
    """The text in lines, the first led by `first`, others by `rest` (the same by default).

    What holds no place to break, such as an address, stands on a line of its own, however long. Empty text is no line.
    """
    rest = first if rest is None else rest
    lines: list[str] = []
    line, taken, lead = "", 0, first
    for word in _BLANKS.split(text.strip()):
        for place, piece in enumerate(_PIECE.findall(word) or ([word] if word else [])):
            gap = " " if line and place == 0 else ""
            wide = columns(piece)
            if line and columns(lead) + taken + len(gap) + wide > width:
                lines.append(lead + line)
                line, taken, lead, gap = "", 0, rest, ""
            line, taken = line + gap + piece, taken + len(gap) + wide
    return [*lines, lead + line] if line else lines
