"""Texts of the newsletter as HTML: rendered once, and found again in this process and in the database.

What was rendered is found by the text itself, never by the row that it stands in: a text that was changed, by whatever
way, is another one, and is rendered when it is shown. So nothing has to be told when something changes, and whatever
is lost is made again. `keep_texts()` renders ahead what pages will show; `issues/gathering.py` reads it with the rows.
"""

from __future__ import annotations

import hashlib
import platform
import re
import sys
import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db.models import Model

from common import emphasis, html, markdown, rawhtml
from common.html import to_text
from issues import reading
from issues.reading import Length

from .models import Entry, Erratum, Highlight, Issue

# In characters; longer ones are rendered each time, since a few of them would fill the memory.
LONGEST = 20_000
# So many texts are remembered by a process; then the oldest quarter is forgotten.
REMEMBERED = 4_096
# The level of the first heading in each kind of text; headings of the others are bold paragraphs.
HEADING_LEVEL = {Issue: 3, Entry: 4, Highlight: None, Erratum: None}
# Where the texts stand that are kept.
FIELD = {Issue: "intro", Entry: "summary", Highlight: "text", Erratum: "text"}

_DISPLAYED = re.compile(r'<math display="block">.*?</math>', re.DOTALL)
_SCROLLABLE = r'<span class="formula" tabindex="0">\g<0></span>'


class Rendered(NamedTuple):
    """A text as HTML: for pages, and for feeds and mails, where formulas are their source. Links are as written."""

    html: str
    away: str
    length: Length

    @property
    def plain(self) -> str:
        """The text without any markup, its formulas as their source."""
        return to_text(self.away)


def render(text: str, heading_level: int | None) -> Rendered:
    """The text as it is shown. On a page a formula of its own line can be scrolled, by keyboard too. Pure."""
    page = markdown.render(text, heading_level=heading_level)
    away = markdown.render(text, heading_level=heading_level, mathml=False) if "<math" in page else page
    return Rendered(_DISPLAYED.sub(_SCROLLABLE, page), away, reading.length(to_text(away)))


# --- In this process -------------------------------------------------------------------------------------------------

_remembered: dict[tuple[str, int | None], Rendered] = {}
_lock = threading.Lock()


def rendered(text: str, heading_level: int | None = None) -> Rendered:
    """The text as it is shown, from memory where it was shown before. Asks the database nothing."""
    if found := _remembered.get((text, heading_level)):
        return found
    made = render(text, heading_level)
    remember(text, heading_level, made)
    return made


def remember(text: str, heading_level: int | None, made: Rendered) -> None:
    if len(text) > LONGEST:
        return
    with _lock:
        if len(_remembered) >= REMEMBERED:
            for key in list(islice(_remembered, REMEMBERED // 4)):
                del _remembered[key]
        _remembered[text, heading_level] = made


# --- In the database -------------------------------------------------------------------------------------------------


@cache
def renderer() -> str:
    """What renders here, in sixteen letters that change with the code and the packages that have a part in it."""
    modules = (emphasis, html, markdown, rawhtml, reading, sys.modules[__name__])
    sources = [hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest() for module in modules]
    packages = [version(name) for name in ("latex2mathml", "markdown-it-py", "mdit-py-plugins", "nh3")]
    return hashlib.sha256("\n".join([platform.python_version(), *packages, *sources]).encode()).hexdigest()[:16]


def form_of(model: type[Model]) -> str:
    """What stands before the text of such a row when its key is made."""
    return f"{renderer()}:{HEADING_LEVEL[model]}:"


def key(model: type[Model], text: str) -> bytes:
    """The key of the kept text of such a row."""
    return hashlib.sha256(f"{form_of(model)}{text}".encode()).digest()


def key_in_sql(column: str) -> str:
    """The key of the kept text of a column as SQL, with a place for its form."""
    return f"sha256(convert_to(%s || {column}, 'UTF8'))"


# What a query reads of a row of KeptText that it calls `kept`.
COLUMNS = "kept.html, kept.away, kept.words, kept.characters"


def remember_kept(model: type[Model], text: str, columns: Sequence) -> None:
    """Take over what a query read in COLUMNS beside the text of such a row; all of it is None where nothing is kept."""
    page, away, words, characters = columns
    if page is not None:
        made = Rendered(page, page if away is None else away, Length(words, characters))
        remember(text, HEADING_LEVEL[model], made)
