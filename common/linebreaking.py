"""Text broken into lines of a width: between words, and between the characters of Chinese and Japanese.

What may not begin or end a line follows JIS X 4051 and the requirements for Chinese text layout (w3.org/TR/jlreq,
w3.org/TR/clreq), as far as titles need it. Pure: how wide letters are is told by a function.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

ELLIPSIS = "…"
_NOT_FIRST = frozenset(
    "、。，．・：；？！）」』】〕〉》〙〛｝］”’…‥ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ々〻ゝゞヽヾ〜～‐–—%％‰℃°!?,.:;)]}»›"
)
_NOT_LAST = frozenset("「『（【〔〈《〘〚｛［“‘([{«‹$＄¥￥£€#＃№")
_IDEOGRAPHIC = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\uffef\U00020000-\U0003ffff]"
)
_AFTER = frozenset("-‐–—/")
# A line is made narrower in these steps while the text still needs no further one.
_STEP = 0.03

Measure = Callable[[str], float]


def clusters(text: str) -> list[str]:
    """The letters with the marks that belong to them, which no line break may part."""
    found: list[str] = []
    for letter in text:
        joins = found and (unicodedata.category(letter) in ("Mn", "Mc", "Me") or found[-1].endswith("\u200d"))
        if joins or letter == "\u200d" and found:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between these two neighbouring letters, neither of which is a blank."""
    if after[0] in _NOT_FIRST or before[0] in _NOT_LAST:
        return False
    if _IDEOGRAPHIC.match(before) or _IDEOGRAPHIC.match(after):
        return True
    return before[0] in _AFTER and after[0].isalpha()


def _pieces(text: str) -> Iterator[str]:
    """Parts of the text that stay together, blanks at their ends included."""
    piece = ""
    before = ""
    for cluster in clusters(" ".join(text.split())):
        if piece and (before == " " and cluster != " " or " " not in (before, cluster) and _may_break(before, cluster)):
            yield piece
            piece = ""
        piece += cluster
        before = cluster
    if piece:
        yield piece


def break_lines(text: str, width: float, measure: Measure, *, most: int) -> tuple[list[str], bool]:
    """At most so many lines of a text, about equally long, and whether all of it stands in them.

    What is left over is shown by an ellipsis. A word wider than a line is broken anywhere.
    """
    lines = _filled(text, width, measure)
    if len(lines) > most:
        kept = [*lines[: most - 1], _cut("".join(lines[most - 1 :]), width, measure)]
        return [line.strip() for line in kept], False
    narrower = width
    while len(lines) > 1 and narrower > width / 2:
        narrower -= _STEP * width
        tried = _filled(text, narrower, measure)
        if len(tried) > len(lines):
            break
        # A word may be broken because it must, not to make lines equal.
        if max(map(measure, _pieces(text))) > narrower:
            break
        lines = tried
    return [line.strip() for line in lines], True


def _filled(text: str, width: float, measure: Measure) -> list[str]:
    """Lines as full as they get."""
    lines = [""]
    for piece in _pieces(text):
        for part in _parts(piece, width, measure):
            if lines[-1] and measure((lines[-1] + part).rstrip()) > width:
                lines.append("")
            lines[-1] += part
    return lines


def _parts(piece: str, width: float, measure: Measure) -> Iterator[str]:
    """A piece as it is, or in parts where it is wider than a line."""
    part = ""
    for cluster in clusters(piece) if measure(piece.rstrip()) > width else ():
        if part and measure(part + cluster) > width:
            yield part
            part = ""
        part += cluster
    yield part or piece


def _cut(text: str, width: float, measure: Measure) -> str:
    """As much of a text as fits a line with an ellipsis."""
    kept = ""
    for cluster in clusters(text):
        if measure(kept + cluster + ELLIPSIS) > width:
            break
        kept += cluster
    word = kept.rpartition(" ")[0]
    # Part of a word says little, unless the word is most of the line.
    if kept[-1:].isascii() and kept[-1:].isalnum() and len(word) > len(kept) / 2:
        kept = word
    return kept.rstrip(" 、，,;:；：-–—([「『（") + ELLIPSIS
