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
_STOPS = frozenset(" 、。，．・：；？！…‥!?,.:;")
_CLOSING = frozenset("）」』】〕〉》〙〛｝］”’)]}»›")
# Half of a syllable.
_HALF = frozenset("っッ")
_NOT_LAST = frozenset("「『（【〔〈《〘〚｛［“‘([{«‹$＄¥￥£€#＃№")
_IDEOGRAPHIC = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\uffef\U00020000-\U0003ffff]"
)
_AFTER = frozenset("-‐–—/")
# How little a break is wanted where no blank or stop parts words: between two kinds of letters, of the first and of the
# next line. What follows kanji in hiragana ends a word, as particles do; what precedes kanji or katakana often is one.
_KINDS = (("hiragana", "\u3040", "\u309f"), ("katakana", "\u30a0", "\u30ff"), ("kanji", "\u2e80", "\uffef"))
_RELUCTANCE = {
    **{("kanji", "hiragana"): 0.6, ("kanji", "kanji"): 0.4, ("kanji", "katakana"): 0.1},
    **{("hiragana", "hiragana"): 0.5, ("hiragana", "kanji"): 0.1, ("hiragana", "katakana"): 0.1},
    **{("katakana", "katakana"): 1.0, ("katakana", "hiragana"): 0.5, ("katakana", "kanji"): 0.3},
}
_RELUCTANCE_OTHERWISE, _WITHIN_A_WORD = 0.2, 4.0
# Against how much lines of different length are wanted.
_WEIGHT = 0.25

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
    """At most so many lines of a text, and whether all of it stands in them: as few as it needs, about equally long.

    What is left over is shown by an ellipsis. A word wider than a line is broken anywhere.
    """
    parts = [part for piece in _pieces(text) for part in _parts(piece, width, measure)]
    lines = _filled(parts, width, measure)
    if len(lines) > most:
        kept = [*lines[: most - 1], _cut("".join(lines[most - 1 :]), width, measure)]
        return [line.strip() for line in kept], False
    return [line.strip() for line in _balanced(parts, width, measure, len(lines))], True


def _filled(parts: list[str], width: float, measure: Measure) -> list[str]:
    """Lines as full as they get."""
    lines = [""]
    for part in parts:
        if lines[-1] and measure((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return lines


def _balanced(parts: list[str], width: float, measure: Measure, count: int) -> list[str]:
    """So many lines, of which the parts are known to need no more: of about one length, and ended where words end."""
    if count < 2:
        return ["".join(parts)]
    # The best lines for the first so many parts: what they cost, and where the last of them begins.
    best = {0: (0.0, [])}
    for _ in range(count):
        following: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, starts) in best.items():
            line = ""
            for end in range(start + 1, len(parts) + 1):
                line += parts[end - 1]
                share = measure(line.rstrip()) / width
                if share > 1 and end > start + 1:
                    break
                total = cost + share**2 + _WEIGHT * _reluctance(parts, end)
                if end not in following or total < following[end][0]:
                    following[end] = (total, [*starts, start])
        best = following
    starts = best[len(parts)][1]
    return ["".join(parts[start:end]) for start, end in zip(starts, [*starts[1:], len(parts)], strict=True)]


def _reluctance(parts: list[str], end: int) -> float:
    """How little a line should end before this part."""
    if end == len(parts):
        return 0
    before, after = parts[end - 1][-1], parts[end][0]
    kinds = _kind(before), _kind(after)
    # What stands in brackets is a word as any other.
    if before in _CLOSING and kinds[1] == "hiragana":
        return _RELUCTANCE["kanji", "hiragana"]
    if before in _STOPS or before in _CLOSING or after in _NOT_LAST or before in _AFTER:
        return 0
    if before in _HALF:
        return _WITHIN_A_WORD / 4
    return _WITHIN_A_WORD if not any(kinds) else _RELUCTANCE.get(kinds, _RELUCTANCE_OTHERWISE)


def _kind(letter: str) -> str:
    return next((kind for kind, first, last in _KINDS if first <= letter <= last), "")


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
