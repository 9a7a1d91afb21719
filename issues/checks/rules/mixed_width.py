"""A text holds letters or digits in full width (ＡＢＣ１２３) or kana in half width (ｶﾅ), which look like
another typeface."""

import re
import unicodedata
from collections.abc import Iterator

from issues.languages import is_cjk

from ..facts import Facts, shortened
from ..finding import Finding, Severity
from ..written import Written, written

CODE = "mixed-width"
SEVERITY = Severity.NOTICE
TITLE = "Full-width letters or half-width kana"

_LETTERS = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|[\uff66-\uff9f]+")
# In a text in Latin letters, their punctuation in full width is as strange.
_FORMS = re.compile("[\uff01-\uff5e]+|[\uff66-\uff9f]+")


def find(facts: Facts) -> Iterator[Finding]:
    pattern = _LETTERS if is_cjk(facts.issue.language) else _FORMS
    for text in written(facts):
        if found := pattern.findall(text.text):
            yield _finding(text, found, pattern)


def _finding(text: Written, found: list[str], pattern: re.Pattern) -> Finding:
    shown = ", ".join(f"“{shortened(each, 20)}”" for each in dict.fromkeys(found[:3]))
    is_half = unicodedata.east_asian_width(found[0][0]) == "H"
    message = (
        f"{text.shown_in.capitalize()} holds {shown} in {'half' if is_half else 'full'} width. "
        f"Write them in the usual width."
    )
    usual = pattern.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text.text)
    return Finding(CODE, SEVERITY, text.place, message, text.text, text.fix("Write them in the usual width", usual))
