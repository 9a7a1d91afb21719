"""An archive of any size, made of invented words; issue n is the same in every size."""

import json
import pathlib
import random
import re

WORDS = re.findall(
    r"\w+",
    "attention gradient kernel lattice memory model network noise pixel sample signal sparse token tree vector "
    "weight whale window year zebra 学習 画像 言語 模型 数据 训练",
)
KINDS = ("feature", "use_case", "paper", "article", "other")
# Of a section, and the last place of an issue.
ENTRIES, LAST = 4, 23


def _sentence(chance: random.Random, length: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(length)).capitalize() + "."


def _address(issue: int, place: int) -> str:
    """Papers of arXiv and pages, each for one entry; the last link of an issue returns in every fortieth."""
    if place == LAST:
        return f"https://example.org/again/{issue % 40}"
    if place % 2:
        return f"https://example.org/{issue}/{place}"
    year, month, number = 15 + issue // 12 % 10, 1 + issue % 12, (issue * 20 + place) % 99_999 + 1
    return f"https://arxiv.org/abs/{year}{month:02}.{number:05}"


def _entry(chance: random.Random, issue: int, place: int) -> dict[str, object]:
    url = _address(issue, place)
    return {
        "id": f"g{issue}-{place}",
        "title": _sentence(chance, 6),
        "url": url,
        "url_given": url,
        "summary": " ".join(_sentence(chance, 11) for _ in range(6)),
        "figure": f"{issue}-{place}.png",
        "figure_alt": _sentence(chance, 4),
        "topics": sorted({f"topic-{int(40 * chance.random() ** 1.5)}" for _ in range(3)}),
    }


def _issue(number: int) -> dict[str, object]:
    chance = random.Random(number)
    sections = [
        {
            "kind": kind,
            "title": kind.replace("_", " ").title(),
            "entries": [_entry(chance, number, place * 5 + entry) for entry in range(ENTRIES)],
        }
        for place, kind in enumerate(KINDS)
    ]
    day, minute = 1 + number % 28, number % 1440
    return {
        "slug": str(number),
        "language": "en",
        "number": number,
        "title": f"Issue {number}",
        "intro": _sentence(chance, 30),
        "status": "published",
        "published_at": f"{2001 + number // 336 % 24}-{1 + number // 28 % 12:02}-{day:02}"
        f"T{minute // 60:02}:{minute % 60:02}:00Z",
        "sections": sections,
    }


def write(path: pathlib.Path, count: int) -> None:
    """Write an archive of so many issues with twenty entries each."""
    with path.open("w", encoding="utf-8") as out:
        out.write('{"format": "akira-archive/1", "publication": {"name": "Bench", "languages": ["en"]}, "issues": [')
        for number in range(1, count + 1):
            out.write(("," if number > 1 else "") + "\n" + json.dumps(_issue(number), ensure_ascii=False))
        out.write("\n]}\n")
