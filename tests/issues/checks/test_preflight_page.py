"""docs/preflight.md tells of every rule, in the words of the rule itself."""

import re

import pytest

from issues.checks import RULES
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "preflight.md").read_text(encoding="utf-8")
TABLE = {match[1]: match[0] for match in re.finditer(r"^\| `([a-z-]+)` \|.*$", PAGE, re.MULTILINE)}


def test_the_table_has_every_rule_in_the_order_of_gravity_and_no_other():
    assert list(TABLE) == list(RULES)


@pytest.mark.parametrize("code", RULES)
def test_each_line_says_what_the_rule_says_of_itself(code):
    rule = RULES[code]
    waivable = "" if rule.waivable else " Can’t be waived."
    assert TABLE[code] == f"| `{code}` | {rule.severity} | {rule.title} | {rule.explanation}{waivable} |"
