"""What is known of a work from its address alone."""

import hashlib
from dataclasses import dataclass

LONGEST_IDENTITY = 2_000


@dataclass(frozen=True, slots=True)
class Identified:
    """The comparison key of a work, the version that the address names (`v2`, else empty), and its likely kind."""

    identity: str
    version: str = ""
    kind: str = "article"


def bounded(identity: str) -> str:
    """The identity, where too long for an index with its tail told by a digest, so that no two become one."""
    if len(identity) <= LONGEST_IDENTITY:
        return identity
    mark = f"~sha256={hashlib.sha256(identity.encode()).hexdigest()}"
    return identity[: LONGEST_IDENTITY - len(mark)] + mark
