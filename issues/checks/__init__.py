"""The preflight: what is wrong with an issue, told before it leaves the desk.

`check` runs all rules on one reading of the issue; `gate` keeps what must not be published; `waive` lets a finding
stand for a written reason; `apply_fix` does what a finding proposes; `refresh` checks and keeps what was found.
"""

from __future__ import annotations

from .finding import Change, Finding, Fix, Place, Severity
from .fixing import Fixed, FixRefused, apply_fix, undo_fix
from .keeping import refresh
from .loading import facts_of
from .registry import RULES, Rule
from .running import check, find_finding, findings_in, gate
from .waiving import CannotWaive, take_waiver_back, waive

__all__ = [
    "RULES",
    "CannotWaive",
    "Change",
    "Finding",
    "Fix",
    "FixRefused",
    "Fixed",
    "Place",
    "Rule",
    "Severity",
    "apply_fix",
    "check",
    "facts_of",
    "find_finding",
    "findings_in",
    "gate",
    "refresh",
    "take_waiver_back",
    "undo_fix",
    "waive",
]
