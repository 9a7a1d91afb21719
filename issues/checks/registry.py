"""All rules, found by their modules: what is said of each is written there and nowhere else."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from . import rules
from .facts import Facts
from .finding import RANKS, Finding


@dataclass(frozen=True)
class Rule:
    """One rule, as its module states it."""

    code: str
    severity: str
    title: str
    explanation: str
    find: Callable[[Facts], Iterator[Finding]]
    waivable: bool = True


def _rule(module: ModuleType) -> Rule:
    return Rule(
        code=module.CODE,
        severity=module.SEVERITY,
        title=module.TITLE,
        explanation=" ".join(inspect.cleandoc(module.__doc__).split()),
        find=module.find,
        waivable=getattr(module, "WAIVABLE", True),
    )


def _all_rules() -> dict[str, Rule]:
    names = sorted(found.name for found in pkgutil.iter_modules(rules.__path__) if not found.name.startswith("_"))
    found = [_rule(import_module(f"{rules.__name__}.{name}")) for name in names]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: (RANKS[rule.severity], rule.code))}


# By code; errors first.
RULES = _all_rules()
