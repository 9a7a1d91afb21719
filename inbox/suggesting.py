"""The verb by which a reader suggests a link."""

import datetime
from dataclasses import dataclass

from issues.models import Publication
from papers.addresses import Given
from papers.catalogue import known_works
from papers.identifiers import identify

from .collecting import Sender, collect
from .limits import count, forget_old
from .models import Way
from .repeats import Mention, Standing, families, mentions

LONGEST_ADDRESS = 2_000
LONGEST_NAME = 100
LONGEST_WORDS = 1_000

# What one visitor may send, and all of them together: (most, in how long).
OF_ONE = ((5, datetime.timedelta(minutes=10)), (20, datetime.timedelta(days=1)))
OF_ALL = (300, datetime.timedelta(hours=1))


class TooMany(Exception):
    """Suggestions come too fast; `wait` is after how many seconds another is taken."""

    def __init__(self, wait: int):
        super().__init__(f"Come again in {wait} seconds.")
        self.wait = wait


@dataclass(frozen=True)
class Suggested:
    """What became of a suggestion: where it ran already, if it did, latest first; and whether it was passed on."""

    ran: list[Mention]
    is_passed_on: bool


def admit(visitor: str) -> None:
    """Count a suggestion of a visitor; raises TooMany where this was one too many, of theirs or of all."""
    spans = [(f"suggest:{visitor}:{number}", *limit) for number, limit in enumerate(OF_ONE)]
    for key, most, per in [*spans, ("suggest:all", *OF_ALL)]:
        if wait := count(key, most=most, per=per):
            raise TooMany(wait)


def suggest(
    address: str, *, publication: Publication, name: str = "", words: str = "", language: str = ""
) -> Suggested:
    """Pass a reader's suggestion on to the inbox, and tell where it ran.

    What ran already is passed on only with words of the reader, who may know of something new. Raises MalformedURL.
    """
    languages = [language, *publication.languages]
    ran = _ran(identify(address).identity, languages)
    if ran and not words.strip():
        return Suggested(ran, is_passed_on=False)
    collect([Given(address)], Sender(Way.SUGGESTION, name=name, words=words), publication=publication)
    forget_old()
    return Suggested(ran, is_passed_on=True)


def _ran(identity: str, languages: list[str]) -> list[Mention]:
    """Where readers can see the work, in the first of the languages that there is."""
    works = known_works([identity])
    family = families(work.pk for work in works.values())
    found = [mention for each in mentions(family, languages).values() for mention in each]
    return [mention for mention in found if mention.standing == Standing.PUBLIC]
