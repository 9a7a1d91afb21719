"""A text was read in the wrong encoding (Ã© for é), lost letters (�), or shows codes of HTML in place of letters."""

from collections.abc import Iterator

from ..facts import Facts, shortened
from ..finding import Finding, Severity
from ..garbled import Garbled, garbled, mended
from ..written import Written, written

CODE = "mojibake"
SEVERITY = Severity.WARNING
TITLE = "Garbled letters"


def find(facts: Facts) -> Iterator[Finding]:
    for text in written(facts):
        if found := list(garbled(text.text, is_markdown=text.is_markdown)):
            yield _finding(text, found)


def _finding(text: Written, found: list[Garbled]) -> Finding:
    shown = ", ".join(f"“{shortened(each.shown, 24)}”" for each in found[:3])
    better = mended(text.text, found)
    advice = f"It was meant to be “{shortened(better, 80)}”." if better else "Take the text from its source again."
    fix = text.fix("Write what was meant", better) if better else None
    return Finding(CODE, SEVERITY, text.place, f"{text.shown_in.capitalize()} holds {shown}. {advice}", text.text, fix)
