"""What a robots.txt says to us (RFC 9309): pure, from its bytes to whether an address may be read."""

import re

from protego import Protego

# The name that a site calls us by; the first word of our user agent, in small letters.
OUR_NAME = "akira"
# RFC 9309, 2.5: so much must be read; what lies behind is ignored.
MOST_BYTES = 500 * 1024

_LINE = re.compile(r"\s*(user-?agent|allow|disallow)\s*:\s*([^#]*)", re.IGNORECASE)
_PRODUCT = re.compile(r"[a-z_-]+", re.IGNORECASE)


def rules_for_us(body: bytes) -> str:
    """The lines of a robots.txt that concern us, as one group for everybody; "" where everything is allowed.

    A group that names us counts instead of the one for `*`; groups that name us twice count together. Other groups are
    left out before a parser sees them: of a file of many names and many rules it would make their product.
    """
    ours: list[str] = []
    everybody: list[str] = []
    names: set[str] = set()
    is_naming = names_us = False
    for line in re.split(r"\r\n?|\n", body[:MOST_BYTES].decode("utf-8-sig", "replace")):
        found = _LINE.match(line)
        if found is None:
            continue
        key, value = found[1].lower(), found[2].strip()
        if key not in ("allow", "disallow"):
            names = {*names, _name(value)} & {OUR_NAME, "*"} if is_naming else {_name(value)} & {OUR_NAME, "*"}
            is_naming = True
            names_us |= OUR_NAME in names
            continue
        is_naming = False
        if value and OUR_NAME in names:
            ours.append(f"{key}: {value}")
        if value and "*" in names:
            everybody.append(f"{key}: {value}")
    rules = ours if names_us else everybody
    return "\n".join(["user-agent: *", *rules]) if rules else ""


def _name(value: str) -> str:
    """The product that a user-agent line names: letters, `_` and `-` (RFC 9309, 2.2.1); what follows does not count."""
    product = _PRODUCT.match(value)
    return product[0].lower() if product else value


def allows(rules: str, url: str) -> bool:
    """Whether the rules that `rules_for_us` gave let this address be read: the longest match counts."""
    return not rules or Protego.parse(rules).can_fetch(url, OUR_NAME)
