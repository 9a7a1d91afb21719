"""A mark of Markdown, a formula or a tag is opened and not closed, so that readers see the mark itself."""

import re
from collections.abc import Iterator

from ..facts import Facts, Text
from ..finding import Finding, Place, Severity

CODE = "unbalanced-markup"
SEVERITY = Severity.ERROR
TITLE = "A mark without its other half"

# Titles are plain text: there no mark is ever read as one, whole or not.
_MARKS_IN_TITLES = re.compile(
    r"(?<![\w*])\*\*(?=\S)(?!kwargs)|(?<=\S)\*\*(?![\w*])|\]\((?:https?:|entry:|/)|</?(?:a|b|i|em|strong|code|span|p|br|div)\b[^>]*>"
)


def find(facts: Facts) -> Iterator[Finding]:
    for text in facts.texts:
        if text.markup.loose:
            yield _of_text(text)
    titles = [(facts.place.at("title"), facts.issue.title)]
    titles += [(section.place.at("title"), section.row.title) for section in facts.sections]
    for entry in facts.entries:
        titles += [(entry.place.at(name), getattr(entry.row, name)) for name in ("title", "source_title")]
    for place, title in titles:
        if match := _MARKS_IN_TITLES.search(title):
            yield _of_title(place, title, match[0])


def _of_text(text: Text) -> Finding:
    first, *others = text.markup.loose
    more = f" There {'is one more' if len(others) == 1 else f'are {len(others)} more'}." if others else ""
    message = f"A mark has no other half and is shown as it stands: “{first}”.{more} Close it, or put \\ before it."
    return Finding(CODE, SEVERITY, text.place, message, text.text)


def _of_title(place: Place, title: str, mark: str) -> Finding:
    message = f"A title is plain text, so readers see “{mark[:20]}” in it. Remove it."
    return Finding(CODE, SEVERITY, place, message, title)
