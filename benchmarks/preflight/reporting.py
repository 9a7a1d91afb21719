"""What the bench found, as a page of the documentation."""

from collections.abc import Iterable

from benchmarks.preflight.running import Calm, Case
from issues.checks.registry import RULES

LEAST_RECALL = 0.99
# Of clean issues, at most this part may have a warning.
MOST_FALSE_WARNINGS = 0.1

HEAD = """# How the rules of the preflight do

Written by `benchmarks/preflight/measure.py`; do not edit. Issues are invented, in English, Japanese and Chinese, each
with a history of its own. [The bench](../benchmarks/preflight/README.md) says how, and
[decision 0020](decisions/0020-bench-of-the-preflight.md) why.
"""


def _table(head: tuple[str, ...], rows: Iterable[tuple]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(map(str, row)) for row in rows)]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def _found(cases: list[Case]) -> str:
    return f"{sum(case.is_found for case in cases)} of {len(cases)}"


def recall(cases: list[Case]) -> float:
    """Of these cases, the part that was found."""
    return sum(case.is_found for case in cases) / len(cases) if cases else 0.0


def by_code(cases: list[Case]) -> dict[str, list[Case]]:
    """The cases of each rule, in the order of the rules."""
    return {code: [case for case in cases if case.code == code] for code in RULES}


def shortfalls(cases: list[Case], calm: Calm) -> list[str]:
    """What misses its aim, in words."""
    missed = [
        f"{code}: {recall(found):.3f} found, {LEAST_RECALL} wanted"
        for code, found in by_code(cases).items()
        if recall(found) < LEAST_RECALL
    ]
    if calm.with_error:
        missed.append(f"{calm.with_error} clean issues have an error")
    if calm.with_warning > MOST_FALSE_WARNINGS * calm.issues:
        missed.append(f"{calm.with_warning} of {calm.issues} clean issues have a warning")
    return missed


def _rules(cases: list[Case], calm: Calm) -> str:
    rows = []
    for code, found in by_code(cases).items():
        severity = str(RULES[code].severity)
        rows.append((f"`{code}`", severity, len(found), f"{recall(found):.3f}", calm.found[code, severity]))
    return _table(("rule", "severity", "cases", "recall", "false alarms"), rows)


def _mutators(cases: list[Case]) -> str:
    rows = []
    for code, found in by_code(cases).items():
        for name in dict.fromkeys(case.mutator for case in found):
            own = [case for case in found if case.mutator == name]
            alone = [case for case in own if not case.is_combined]
            rows.append(
                (
                    f"`{code}`",
                    name.replace("_", " "),
                    _found(alone),
                    _found([case for case in own if case.is_combined]),
                )
            )
    return _table(("rule", "what was done", "alone", "with another change"), rows)


def page(cases: list[Case], calm: Calm) -> str:
    """The page in Markdown."""
    return "\n".join(
        [
            HEAD,
            f"- Spoilt issues: {len(cases)}. The recall of a rule is the part of its cases in which it names the row",
            "  that was spoilt, and no other.",
            f"- Clean issues: {calm.issues}. Of these {calm.with_error} have an error, {calm.with_warning} a warning.",
            "  False alarms are counted over all of them.",
            "",
            "## By rule\n",
            _rules(cases, calm),
            "",
            "## By what was done\n",
            "Every second case carries a harmless change besides: entries in another order, a summary written anew …\n",
            _mutators(cases),
            "",
        ]
    )
