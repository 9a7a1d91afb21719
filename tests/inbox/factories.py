"""`make_*` functions for what reaches the inbox, valid by default."""

import itertools

from inbox.models import Arrival, Candidate, CandidateState, Source, Token, Way
from inbox.tokens import digest_of
from tests.factories import make_publication, make_work

_numbers = itertools.count(1)


def make_candidate(url=None, **values):
    """A candidate that somebody pasted; `way`, `source`, `by`, `name` and `words` are those of its arrival."""
    url = url or f"https://example.org/candidate/{next(_numbers)}"
    arrival = {name: values.pop(name) for name in ("way", "source", "by", "name", "words") if name in values}
    defaults = {"publication": make_publication(), "url": url, "url_given": url, "work": make_work(url)}
    if values.get("state") == CandidateState.DROPPED:
        defaults["before"] = CandidateState.NEW
    candidate = Candidate.objects.create(**defaults | values)
    Arrival.objects.create(candidate=candidate, **{"way": Way.PASTE} | arrival)
    return candidate


def make_source(**values):
    defaults = {"publication": make_publication(), "name": "A feed", "lane": "example.org"}
    if values.get("kind") != "arxiv":
        defaults["address"] = f"https://example.org/feed/{next(_numbers)}"
    return Source.objects.create(**defaults | values)


def make_token(user, text="akira_secret", **values):
    return Token.objects.create(**{"user": user, "name": "phone", "digest": digest_of(text)} | values)
