"""The words of invented issues, one module for each language, all of one shape.

A table of one language has as many lines as that of the others, and line n says the same in each. Templates are
filled with `{name}`, what a work is called; `{thing}`, what it is about; `{method}`, how it goes about it; and
`{finding}`, what came of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """What an issue of one language is made of."""

    language: str
    letter: str
    things: tuple[str, ...]
    methods: tuple[str, ...]
    findings: tuple[str, ...]
    openings: tuple[str, ...]
    middles: tuple[str, ...]
    endings: tuple[str, ...]
    headlines: tuple[str, ...]
    cards: tuple[str, ...]
    descriptions: tuple[str, ...]
    highlights: tuple[str, ...]
    link_words: tuple[str, ...]
    asides: tuple[str, ...]
    intros: tuple[str, ...]
    # Title and text of the entry that stands in every issue.
    standing: tuple[str, str]
    sections: dict[str, str]
    numbered: tuple[str, ...]
    weekly: tuple[str, ...]
    monthly: str
    annual: str
    date_text: str
    stated: str
    groups: dict[str, str]
    figure: str
    space: str


def all_wordings() -> dict[str, Wording]:
    """The wordings by language."""
    from . import chinese, english, japanese

    return {wording.language: wording for wording in (english.WORDING, japanese.WORDING, chinese.WORDING)}
