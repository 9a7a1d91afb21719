"""Works, what they are known by, and what the outside says of them."""

from .answer import Answer, Turn
from .fetch import Fetch
from .work import PUBLIC_ID_PATTERN, Alias, Origin, Work, WorkKind, new_public_id

__all__ = [
    "PUBLIC_ID_PATTERN",
    "Alias",
    "Answer",
    "Fetch",
    "Origin",
    "Turn",
    "Work",
    "WorkKind",
    "new_public_id",
]
