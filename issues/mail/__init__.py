"""The mail of an issue: subject, preheader, HTML and plain text, with places for what is personal.

`render(issue)` writes it once for all subscribers; `fill(mail, personal)` makes of it what one of them is sent.
"""

from .places import Letter, Personal, PlaceLeft, fill
from .writing import CUT_OFF_AT, WARN_FROM, Mail, render, someone

__all__ = ["CUT_OFF_AT", "WARN_FROM", "Letter", "Mail", "Personal", "PlaceLeft", "fill", "render", "someone"]
