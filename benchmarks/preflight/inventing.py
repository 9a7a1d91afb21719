"""Invents works and what an editor writes about them: pure, and the same for the same chance."""

import dataclasses
import datetime
import hashlib
import itertools
import random
import re
import string
from dataclasses import dataclass, field

from benchmarks.preflight.wording import Wording, all_wordings

WORDINGS = all_wordings()
SYLLABLES = re.findall(r"\w+", "ba ce di fo gu ka ki lo mu ne pra qui ro sa ti vo xe yu zan mer tol ren")
ENDINGS = ("", "Net", "Former", "-2", "ra", "Flow")
HOSTS = (
    "harbourpost.example",
    "www.kilnandloom.example",
    "blog.northtable.example",
    "slowfield.example",
    "notes.tidewater.example",
    "dustyshelf.example",
    "engineering.brightmill.example",
    "www.coppergate.example",
    "thirdbell.example",
    "labs.marrow-lane.example",
)
SOURCE_TITLES = (
    "{name}: {method} for {thing}",
    "{method} Improves the Reading of {thing}",
    "Revisiting {thing} with {method}",
    "{name}: Towards Robust Models of {thing}",
    "On {thing} and {method}",
    "Learning from {thing} without Labels: {method} Revisited",
    "{name}, or How to Read {thing}",
    "An Empirical Study of {method} on {thing}",
)


@dataclass
class Invented:
    """One work, and what the entry about it says; fields named as in the row."""

    name: str
    thing: int
    method: int
    finding: int
    url: str
    title: str
    summary: str
    source_title: str = ""
    source_arxiv_id: str = ""
    domain_shown: str = ""
    card: dict[str, str] = field(default_factory=dict)
    card_language: str = ""
    # What the outside said of it when it was asked.
    said: dict[str, object] = field(default_factory=dict)
    figure_alt: str = ""

    @property
    def is_paper(self) -> bool:
        return not self.card


def chance_of(*seed: object) -> random.Random:
    """A source of chance that these words always lead to."""
    return random.Random(hashlib.sha256(repr(seed).encode()).digest())


def code_name(chance: random.Random) -> str:
    """What a work is called: no word of any language."""
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize() + chance.choice(ENDINGS)


def letters(chance: random.Random, length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(chance.choice(alphabet) for _ in range(length))


def capital(text: str) -> str:
    """The text with its first letter large, the rest as it was."""
    return text[:1].upper() + text[1:]


def headlined(text: str) -> str:
    """English words as titles of papers write them."""
    small = {"a", "an", "and", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without", "at"}
    return capital(" ".join(word if word in small else capital(word) for word in text.split(" ")))


def words_of(wording: Wording, work: Invented) -> dict[str, str]:
    """What fills the templates of a language for a work."""
    return {
        "name": work.name,
        "thing": wording.things[work.thing],
        "method": wording.methods[work.method],
        "finding": wording.findings[work.finding],
    }


def _templates(wording: Wording, chance: random.Random) -> list[str]:
    """The sentences of a summary, not yet filled."""
    chosen = [chance.choice(wording.openings), *chance.sample(wording.middles, chance.choice((2, 2, 3)))]
    return [*chosen, chance.choice(wording.endings)] if chance.random() < 0.7 else chosen


def pairs_of(templates: list[str]) -> set[tuple[str, str]]:
    """Every two sentences of a summary."""
    return set(itertools.combinations(sorted(templates), 2))


def summary(wording: Wording, work: Invented, chance: random.Random, told: set[tuple[str, str]] | None = None) -> str:
    """Three to five sentences about a work, now and then in two paragraphs.

    No two of the sentences stand together in `told`, to which they are added: an editor does not write twice alike.
    """
    told = set() if told is None else told
    templates = next(
        (drawn for drawn in (_templates(wording, chance) for _ in range(200)) if not pairs_of(drawn) & told), None
    )
    templates = templates or _templates(wording, chance)
    told |= pairs_of(templates)
    words = words_of(wording, work)
    # What the middle and the end tell of is something else than what the opening tells of.
    others = words | {"finding": chance.choice([text for text in wording.findings if text != words["finding"]])}
    said = [capital(sentence.format(**(others if place else words))) for place, sentence in enumerate(templates)]
    if len(said) > 4:
        return wording.space.join(said[:2]) + "\n\n" + wording.space.join(said[2:])
    return wording.space.join(said)


def _spelt_otherwise(title: str, chance: random.Random) -> str:
    """A title as another catalogue prints it."""
    ways = (
        lambda: title,
        lambda: title,
        lambda: title.capitalize(),
        lambda: title.replace(": ", " - "),
        lambda: title + ".",
        lambda: title.replace(" and ", " & "),
    )
    return chance.choice(ways)()


def _arxiv_id(chance: random.Random, day: datetime.date) -> str:
    month = day - datetime.timedelta(days=chance.choice((3, 8, 20, 45, 200)))
    return f"{month:%y%m}.{chance.randrange(1, 19_000):05}"


def _address_of_paper(chance: random.Random, day: datetime.date) -> tuple[str, str]:
    """A link and, where it is one to arXiv, the id in it."""
    kind = chance.random()
    if kind < 0.8:
        found = _arxiv_id(chance, day)
        return f"https://arxiv.org/abs/{found}", found
    if kind < 0.9:
        return f"https://openreview.net/forum?id={letters(chance, 11)}", ""
    return f"https://doi.org/10.5555/{chance.randrange(10**6, 10**7)}", ""


def paper(wording: Wording, chance: random.Random, day: datetime.date, told: set | None = None) -> Invented:
    """A paper with original title, figure and what its record says."""
    work = _bare(wording, chance, told)
    work.url, found = _address_of_paper(chance, day)
    english = words_of(WORDINGS["en"], work)
    template = chance.choice(SOURCE_TITLES)
    title = template.format(**{key: headlined(value) for key, value in english.items()})
    work.source_title = _spelt_otherwise(title, chance)
    if wording.language == "zh-hans" and chance.random() < 0.3:
        work.source_title = chance.choice(wording.cards).format(**words_of(wording, work))
    work.source_arxiv_id = found
    # Catalogues know arXiv and DOIs; of others nothing was said.
    if "openreview" not in work.url:
        work.said = {"title": title, "kind": "paper", "language": "en"}
    work.figure_alt = wording.figure.format(**words_of(wording, work))
    return work


def _address_of_article(wording: Wording, work: Invented, chance: random.Random) -> str:
    thing = WORDINGS["en"].things[work.thing].lower().replace(" ", "-")
    slug = f"{work.name.lower()}-{thing}"
    kind = chance.random()
    if kind < 0.12:
        return f"https://github.com/{work.name.lower()}-lab/{thing}"
    if kind < 0.2:
        return f"https://www.youtube.com/watch?v={letters(chance, 11)}"
    if kind < 0.3:
        return f"https://medium.com/{thing}/{slug}-{letters(chance, 12, '0123456789abcdef')}"
    return f"https://{chance.choice(HOSTS)}/{chance.choice(('', 'posts/', '2021/', 'en/article/'))}{slug}/"


def article(wording: Wording, chance: random.Random, told: set | None = None) -> Invented:
    """An article, a tool or a talk with the link card of its page, in the issue's language or in English."""
    work = _bare(wording, chance, told)
    work.url = _address_of_article(wording, work, chance)
    told = wording if chance.random() < 0.6 else WORDINGS["en"]
    words = words_of(told, work)
    title = capital(chance.choice(told.cards).format(**words))
    work.card = {
        "title": title,
        "description": capital(chance.choice(told.descriptions).format(**words)),
        "domain": work.url.split("/")[2],
    }
    work.card_language = told.language
    if chance.random() < 0.5:
        work.domain_shown = work.card["domain"].removeprefix("www.")
    if chance.random() < 0.7:
        work.said = {"title": title, "kind": "article", "language": told.language.partition("-")[0]}
        work.said["description"] = work.card["description"]
    return work


def _bare(wording: Wording, chance: random.Random, told: set | None) -> Invented:
    work = Invented(
        name=code_name(chance),
        thing=chance.randrange(len(wording.things)),
        method=chance.randrange(len(wording.methods)),
        finding=chance.randrange(len(wording.findings)),
        url="",
        title="",
        summary="",
    )
    work.title = capital(chance.choice(wording.headlines).format(**words_of(wording, work)))
    work.summary = summary(wording, work, chance, told)
    return work


def retold(wording: Wording, work: Invented, chance: random.Random, told: set) -> Invented:
    """The same work, told in other words, as a summary of the month does."""
    again = dataclasses.replace(work, card=dict(work.card), said=dict(work.said))
    again.title = capital(chance.choice(wording.headlines).format(**words_of(wording, work)))
    again.summary = summary(wording, work, chance, told)
    return again
