"""The picture of a page as SVG, in the look of the pages: one grid, black ink on white, vermilion for the number.

Pure: the same content and the same faces give the same drawing. Every text is looked up letter by letter first, so
that nothing is drawn that no face has; where letters are missing, the number and the date take the room.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from common.fonts import Face
from common.lettering import Stack, stack_of
from common.linebreaking import break_lines
from issues.cards import outlines
from issues.cards.card import HEIGHT, WIDTH, Card

INK, SOFT, RED, PAPER = "#14171d", "#545b66", "#c22a10", "#fff"
# The grid: a margin for numbers, and beside it the measure.
LEFT, RIGHT, TOP, BOTTOM = 64, WIDTH - 64, 56, HEIGHT - 56
MARGIN, GUTTER = 296, 44
MEASURE = LEFT + MARGIN + GUTTER
RULE = 130
BELOW_RULE = 176
# Of the number in the margin: as the pages set it, the largest thing there is.
LARGEST_MARK, LARGEST_ALONE = 176, 250
# Sizes of a title, and how many lines of each there is room for; the first that holds the whole of it is taken.
TITLES = ((84, 3), (72, 4), (60, 5), (50, 6))
LEADING, LEADING_OF_CJK = 1.2, 1.36
# More of a text than this is not looked at.
LETTERS = 400

_LATIN = ("Charter", "Bitstream Charter", "Noto Serif", "Source Serif 4", "Georgia", "DejaVu Serif", "Liberation Serif")
_JAPANESE = ("Noto Serif CJK JP", "Source Han Serif", "Noto Serif JP", "IPAexMincho", "IPAMincho", "Noto Sans CJK JP")
_CHINESE = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
_TRADITIONAL = ("Noto Serif CJK TC", "Source Han Serif TC", "Noto Serif TC", "Noto Sans CJK TC", "AR PL UMing TW")
_KOREAN = ("Noto Serif CJK KR", "Source Han Serif K", "Noto Serif KR", "Noto Sans CJK KR", "NanumMyeongjo")
# The same characters are drawn otherwise in Japan and in China.
_FAMILIES = {
    "ja": _JAPANESE,
    "ko": _KOREAN,
    "zh": _CHINESE,
    "zh-Hans": _CHINESE,
    "zh-Hant": _TRADITIONAL,
    "zh-TW": _TRADITIONAL,
}


@dataclass
class Sheet:
    """A drawing under way. When it is done, `svg`, what fonts it needs, and whether it shows all that it should."""

    faces: tuple[Face, ...]
    language: str
    parts: list[str] = field(default_factory=list)
    used: set[Face] = field(default_factory=set)
    is_whole: bool = True

    @property
    def svg(self) -> str:
        size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(self.parts)}</svg>'

    @property
    def files(self) -> list[Path]:
        return sorted({face.path for face in self.used})

    @property
    def fingerprints(self) -> list[str]:
        return sorted(face.fingerprint for face in self.used)

    def stack(self, weight: int) -> Stack:
        return _stack(self.language, weight, self.faces)

    def add(self, part: str) -> None:
        self.parts.append(part)

    def write(
        self, text: str, x: float, baseline: float, size: float, *, weight: int = 400, colour: str = INK, right=False
    ) -> None:
        """One line of drawable text, from that place on, or up to it.

        Each part has a place of its own, which keeps it from being set in the face of its neighbour: where resvg finds
        a face that has all letters of a line, it takes that for the whole of it.
        """
        stack = self.stack(weight)
        x -= stack.width(text, size) if right else 0
        for face, part in stack.runs(text):
            self.used.add(face)
            style = f'font-family={quoteattr(f"{face.family!r}")} font-weight="{face.weight}" font-size="{size:.2f}"'
            place = f'x="{x:.2f}" y="{baseline:.2f}" fill="{colour}"'
            self.add(f'<text {place} {style} xml:space="preserve">{escape(part)}</text>')
            x += stack.width(part, size)

    def drawable(self, text: str, weight: int = 400) -> str:
        """As much of a text as can be drawn; that it is less than all of it is noted."""
        text = text[:LETTERS]
        found = self.stack(weight).drawable(text)
        if text.strip() and found != " ".join(text.split()):
            self.is_whole = False
        return found


@lru_cache(maxsize=32)
def _stack(language: str, weight: int, faces: tuple[Face, ...]) -> Stack:
    own = _FAMILIES.get(language) or _FAMILIES.get(language.split("-")[0], ())
    others = dict.fromkeys(family for families in (_JAPANESE, _CHINESE, _KOREAN) for family in families)
    return stack_of([*_LATIN, *own, *(family for family in others if family not in own)], weight, faces)


def lay_out(card: Card, faces: tuple[Face, ...]) -> Sheet:
    """The drawing of a card with the faces at hand, none of which need be there."""
    sheet = Sheet(faces, card.language)
    if card.is_cover:
        _cover(sheet, card)
    else:
        _masthead(sheet, card)
        _margin_and_title(sheet, card)
    return sheet


# --- The publication -------------------------------------------------------------------------------------------------


def _cover(sheet: Sheet, card: Card) -> None:
    """The seal, the name as large as it fits, and the line below it."""
    name, source = sheet.drawable(card.name, 700), sheet.drawable(card.source)
    size = 132 if name else 280
    outline_y = 120 if name else (HEIGHT - size) / 2
    sheet.add(outlines.seal(LEFT, outline_y, size))
    if not name:
        return
    stack = sheet.stack(700)
    lines, size = _fitted(name, RIGHT - LEFT, stack, ((150, 1), (110, 1), (84, 2), (60, 2)), LEADING)
    sheet.add(f'<rect x="{LEFT}" y="296" width="{RIGHT - LEFT}" height="4" fill="{INK}"/>')
    baseline = 300 + 1.08 * size
    for line in lines:
        sheet.write(line, LEFT, baseline, size, weight=700)
        baseline += LEADING * size
    if source:
        below = baseline - LEADING * size + 72
        shown, _size = _fitted(source, RIGHT - LEFT, sheet.stack(400), ((38, 1), (32, 2)), LEADING)
        for line in shown:
            sheet.write(line, LEFT, below, _size, colour=SOFT)
            below += 1.4 * _size


# --- Issues and entries ----------------------------------------------------------------------------------------------


def _masthead(sheet: Sheet, card: Card) -> None:
    """Seal and name at the left, the kind of the issue at the right, the strong rule below."""
    sheet.add(outlines.seal(LEFT, TOP, 46))
    kind, size = sheet.drawable(card.kind_name), 27
    stack = sheet.stack(400)
    end = RIGHT
    if kind:
        sheet.write(kind, RIGHT, TOP + 34, size, colour=SOFT, right=True)
        end -= stack.width(kind, size) + 36
    sheet.add(outlines.kind(card.kind, end if kind else RIGHT - 24, TOP + 13, 24, RED))
    name = sheet.drawable(card.name, 700)
    if name:
        lines, _whole = break_lines(name, end - LEFT - 100, lambda text: sheet.stack(700).width(text, 38), most=1)
        sheet.write(lines[0], LEFT + 62, TOP + 37, 38, weight=700)
    sheet.add(f'<rect x="{LEFT}" y="{RULE}" width="{RIGHT - LEFT}" height="4" fill="{INK}"/>')


def _margin_and_title(sheet: Sheet, card: Card) -> None:
    title = sheet.drawable(card.title, 700)
    # Without a title, its room is the number's.
    room = MARGIN if title else RIGHT - LEFT
    _mark(sheet, card, room, LARGEST_MARK if title else LARGEST_ALONE)
    _day(sheet, card, 27 if title else 40)
    if title:
        _title(sheet, card, title)


def _mark(sheet: Sheet, card: Card, room: float, largest: float) -> None:
    """The number as large as the room allows, in vermilion; where there is none, the mark of the kind of issue."""
    mark = sheet.drawable(card.mark, 700)
    stack = sheet.stack(700)
    if mark:
        # The faces differ in how tall their capitals are; the grid begins with those.
        face = stack.runs(mark)[0][0]
        tall = face.capital_height / face.units
        size = min(largest / tall, room * 100 / stack.width(mark, 100))
        sheet.write(mark, LEFT, BELOW_RULE + tall * size, size, weight=700, colour=RED)
    elif card.plain_mark:
        height = min(largest, room * 100 / outlines.width(card.plain_mark, 100))
        sheet.add(outlines.letters(card.plain_mark, LEFT, BELOW_RULE, height, RED))
    else:
        sheet.add(outlines.kind(card.kind, LEFT, BELOW_RULE, largest, RED))


def _day(sheet: Sheet, card: Card, size: float) -> None:
    """The date in the reader's form, else as digits of a font, else as digits of our own."""
    for day in (card.day, card.plain_day):
        shown = sheet.drawable(day)
        if shown:
            sheet.write(shown, LEFT, BOTTOM, size, colour=SOFT)
            return
    height = 0.73 * size
    sheet.add(outlines.letters(card.plain_day, LEFT, BOTTOM - height, height, SOFT))


def _title(sheet: Sheet, card: Card, title: str) -> None:
    source = sheet.drawable(card.source)
    stack = sheet.stack(700)
    leading = LEADING_OF_CJK if card.language.split("-")[0] in ("ja", "zh", "ko") else LEADING
    lines, size = _fitted(title, RIGHT - MEASURE, stack, TITLES, leading, BOTTOM - BELOW_RULE - (64 if source else 0))
    face = stack.runs(title)[0][0]
    baseline = BELOW_RULE + face.capital_height / face.units * size
    for line in lines:
        sheet.write(line, MEASURE, baseline, size, weight=700)
        baseline += leading * size
    if source:
        measure = _measure(sheet.stack(400), 27)
        shown, _whole = break_lines(source, RIGHT - MEASURE, measure, most=1)
        sheet.write(shown[0], MEASURE, BOTTOM, 27, colour=SOFT)


def _measure(stack: Stack, size: float) -> Callable[[str], float]:
    return lambda text: stack.width(text, size)


def _fitted(
    text: str, width: float, stack: Stack, sizes: Collection[tuple[float, int]], leading: float, height: float = HEIGHT
) -> tuple[list[str], float]:
    """The text in lines of the largest size that holds all of it, else cut at the smallest; and that size."""
    for size, most in sizes:
        room = max(1, int((height - 0.75 * size) / (leading * size)) + 1)
        lines, is_whole = break_lines(text, width, _measure(stack, size), most=min(most, room))
        if is_whole and (len(lines) == 1 or not _breaks_a_word(text, width, stack, size)):
            return lines, size
    return lines, size


def _breaks_a_word(text: str, width: float, stack: Stack, size: float) -> bool:
    return any(stack.width(word, size) > width for word in text.split() if word.isascii())
