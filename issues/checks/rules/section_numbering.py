"""Sections state numbers that leave one out, repeat one or run backwards."""

import re
from collections.abc import Iterator

from common.folding import fold

from ..facts import Facts, SectionFacts
from ..finding import Finding, Severity

CODE = "section-numbering"
SEVERITY = Severity.WARNING
TITLE = "Sections are numbered wrongly"

# A number that stands before a heading: "3. Papers", "3) Papers", "第3章".
_NUMBERED = re.compile(r"(?:第\s*)?(\d{1,2})\s*(?:[.)、．:：]|章|节|節|部)(?!\d)")


def find(facts: Facts) -> Iterator[Finding]:
    expected, unnumbered = 1, 0
    for section in facts.sections:
        number = stated_number(section)
        if number is None:
            unnumbered += 1
            continue
        if number not in range(expected, expected + unnumbered + 1):
            message = (
                f"Section {section.number}, “{section.row}”, states number {number}, where {expected} follows. "
                "Number the sections anew, or put them in order."
            )
            about = " ".join(f"{stated_number(each)} {each.row}" for each in facts.sections)
            yield Finding(CODE, SEVERITY, section.place.at("title"), message, about)
        expected, unnumbered = number + 1, 0


def stated_number(section: SectionFacts) -> int | None:
    """The number that a section states, in its document or at the beginning of its heading."""
    found = _NUMBERED.match(fold(section.row.title.strip()))
    return int(found[1]) if found else section.row.number_given
