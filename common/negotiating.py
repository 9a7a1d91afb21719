"""What of an answer's forms a client takes: content codings and their weights (RFC 9110, section 12.5.3)."""

import re
from functools import lru_cache

IDENTITY = "identity"
# Of those that a client likes as much, the first.
CODINGS = ("br", "gzip", IDENTITY)

_ELEMENT = re.compile(
    r"[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(?:;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?", re.IGNORECASE
)
_OTHER_NAMES = {"x-gzip": "gzip"}


@lru_cache(maxsize=1024)
def accepted_codings(given: str | None) -> tuple[str, ...]:
    """Of `CODINGS` those that an Accept-Encoding takes, the best liked first.

    Without the header (None) all would do, but whoever does not ask for a coding is not made to undo one. Where nothing
    that we have is taken, the header is disregarded, as section 12.4.1 allows. What is no coding is passed over.
    """
    if given is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for element in given.split(","):
        if found := _ELEMENT.fullmatch(element):
            name = found[1].lower()
            weights[_OTHER_NAMES.get(name, name)] = float(found[2] or 1)
    unnamed = weights.get("*", 0.0)
    # Not naming it does not refuse it; whatever is named is liked better.
    weights.setdefault(IDENTITY, weights.get("*", 0.0001))
    liked = [(weights.get(coding, unnamed), coding) for coding in CODINGS]
    taken = sorted((pair for pair in liked if pair[0] > 0), key=lambda pair: -pair[0])
    return tuple(coding for _weight, coding in taken) or (IDENTITY,)
