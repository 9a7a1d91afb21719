"""Numbers that a text states of what it announces, such as “84 papers”, 五个主题 or 5つのトピック. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.folding import fold, same_forms

_UNITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2, "両": 2, "〇": 0, "零": 0}
_WORD_NUMBERS = {
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
    **{"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17},
    **{"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60},
    **{"seventy": 70, "eighty": 80, "ninety": 90},
}

# What is counted, by the words for it.
_NOUNS = {
    "paper": (r"papers?|preprints?", r"论文|文献"),
    "article": (r"articles?|(?:blog )?posts?|stories|reads", r"文章|记事|ブログ|博文"),
    "use_case": (r"use[ -]cases?|case studies|applications", r"用例|案例|实例|事例|活用例"),
    "topic": (
        r"topics?|themes?|sections?|parts?|categories|chapters",
        r"主题|话题|トピック|テーマ|栏目|部分|セクション|章|节",
    ),
    "highlight": (r"highlights?|features?|headlines?", r"要闻|头条|ハイライト|亮点|特稿"),
    "entry": (r"entries|items|links|things|picks|works|pieces", r"リンク|链接|条目|作品|项目|ネタ"),
}
_LATIN_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(sorted(_WORD_NUMBERS, key=len, reverse=True))})"
_CJK_NUMBER = r"(?P<number>\d{1,4}|[一二三四五六七八九十百两両〇零]{1,5})"
_COUNTER = r"(?:つの|つ|个|個|篇|本の|本|件の|件|条|项|種類の|种|大|编|点)"
# A second number begins a count of its own: “2021 in 20 papers”.
_SOME_WORDS = r"(?:[^\W\d][\w'’-]*(?:\s*[,&]\s*|\s+)){0,3}?"
_SOME_LETTERS = r"[\w ]{0,8}?"


@dataclass(frozen=True)
class Count:
    """A number that a text states, and of what: `paper`, `article`, `use_case`, `topic`, `highlight` or `entry`."""

    number: int
    of: str
    words: str


def _forms() -> list[tuple[str, re.Pattern]]:
    made = []
    for of, (latin, cjk) in _NOUNS.items():
        made.append((of, rf"(?<![\w.,#/-]){_LATIN_NUMBER}[\s-]{_SOME_WORDS}(?:{latin})\b(?!\s+(?:ago|of the \d))"))
        made.append((of, same_forms(rf"(?<![\d.第]){_CJK_NUMBER}\s*{_COUNTER}\s*{_SOME_LETTERS}(?:{cjk})")))
        made.append((of, same_forms(rf"(?:{cjk})(?:を|は|が)?\s*{_CJK_NUMBER}\s*(?:つ|本|件|篇|个)")))
    return [(of, re.compile(form)) for of, form in made]


_FORMS = _forms()


def counts(text: str) -> Iterator[Count]:
    """The counts in a text, each word of it in one of them at most; those of papers before those of entries."""
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    for of, form in _FORMS:
        for match in form.finditer(folded):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            number = number_of(match["number"])
            if number is not None:
                taken.append(match.span())
                yield Count(number, of, match[0].strip())


def number_of(word: str) -> int | None:
    """The number that digits, an English word or Chinese characters up to 999 write; None for none."""
    if word.isdecimal():
        return int(word)
    if word in _WORD_NUMBERS:
        return _WORD_NUMBERS[word]
    return _chinese(word)


def _chinese(word: str) -> int | None:
    total, unit = 0, None
    for letter in word:
        if letter in ("十", "百"):
            total += (1 if unit is None else unit) * (10 if letter == "十" else 100)
            unit = None
        elif letter in _UNITS:
            unit = _UNITS[letter] if unit is None else unit * 10 + _UNITS[letter]
        else:
            return None
    return total + (unit or 0) if word else None
