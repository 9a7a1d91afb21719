"""A summary, the introduction or a highlight is written in another language than the issue: it belongs to another
edition, or was not translated yet."""

import re
from collections.abc import Iterator

from common.html import to_text
from common.markdown import to_html
from issues.languages import language_name

from ..facts import Facts
from ..finding import Finding, Severity
from ..languages import language_of
from ..written import written

CODE = "wrong-language"
SEVERITY = Severity.WARNING
TITLE = "Another language"

_LONGEST = 4_000
_FORMULA = re.compile(r"\$[^$]{1,500}\$|\\[a-z]+")


def find(facts: Facts) -> Iterator[Finding]:
    own = facts.issue.language.split("-")[0]
    for text in written(facts):
        # Titles are often left in the language of the work.
        if not text.is_markdown:
            continue
        found = language_of(_plain(text.text[:_LONGEST]))
        if found and found != own:
            message = (
                f"{text.shown_in.capitalize()} is written in {language_name(found)}, the issue in "
                f"{language_name(facts.issue.language)}. Translate it, or take the text of this edition."
            )
            yield Finding(CODE, SEVERITY, text.place, message, text.text)


def _plain(text: str) -> str:
    """What readers read: no addresses, no formulas, no code."""
    return _FORMULA.sub(" ", to_text(to_html(text, mathml=False)))
