"""What reaches the desk: candidates, the ways on which they come, and who may send them."""

from .candidate import OPEN, Arrival, Candidate, CandidateState, Way
from .limits import Tally
from .source import Source, SourceKind
from .token import Token

__all__ = [
    "OPEN",
    "Arrival",
    "Candidate",
    "CandidateState",
    "Source",
    "SourceKind",
    "Tally",
    "Token",
    "Way",
]
