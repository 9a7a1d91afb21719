"""Invents works and what an editor writes about them: pure, and the same for the same chance."""

import dataclasses
import datetime
import hashlib
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


def summary(wording: Wording, work: Invented, chance: random.Random) -> str:
    """Two to four sentences about a work, now and then in two paragraphs."""
    words = words_of(wording, work)
    middles = chance.sample(wording.middles, chance.choice((1, 1, 2)))
    sentences = [chance.choice(wording.openings), *middles]
    if chance.random() < 0.7:
        sentences.append(chance.choice(wording.endings))
    # What the middle and the end tell of is something else than what the opening tells of.
    others = words | {"finding": chance.choice([text for text in wording.findings if text != words["finding"]])}
    told = [capital(sentence.format(**(others if place else words))) for place, sentence in enumerate(sentences)]
    if len(told) > 3:
        return wording.space.join(told[:2]) + "\n\n" + wording.space.join(told[2:])
    return wording.space.join(told)


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


def paper(wording: Wording, chance: random.Random, day: datetime.date) -> Invented:
    """A paper with original title, figure and what its record says."""
    work = _bare(wording, chance)
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


def article(wording: Wording, chance: random.Random) -> Invented:
    """An article, a tool or a talk with the link card of its page, in the issue's language or in English."""
    work = _bare(wording, chance)
    work.url = _address_of_article(wording, work, chance)
    told = wording if chance.random() < 0.6 else WORDINGS["en"]
    words = words_of(told, work)
    title = capital(chance.choice(told.cards).format(**words))
    work.card = {
        "title": title,
        "description": capital(chance.choice(told.descriptions).format(**words)),
        "domain": work.url.split("/")[2],
    }
    if chance.random() < 0.5:
        work.domain_shown = work.card["domain"].removeprefix("www.")
    if chance.random() < 0.7:
        work.said = {"title": title, "kind": "article", "language": told.language.partition("-")[0]}
        work.said["description"] = work.card["description"]
    return work


def _bare(wording: Wording, chance: random.Random) -> Invented:
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
    work.summary = summary(wording, work, chance)
    return work


def retold(wording: Wording, work: Invented, chance: random.Random) -> Invented:
    """The same work, told in other words, as a summary of the month does."""
    again = dataclasses.replace(work, card=dict(work.card), said=dict(work.said))
    again.title = capital(chance.choice(wording.headlines).format(**words_of(wording, work)))
    again.summary = summary(wording, work, chance)
    return again
