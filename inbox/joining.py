"""Joins two candidates that are about one work, since their works were found to be one after they came."""

from django.db import transaction

from .models import Arrival, Candidate

LONGEST_NOTE = 20_000


@transaction.atomic
def join(candidate: Candidate, into: Candidate) -> Candidate:
    """Make two candidates one, and return it: arrivals, note, title and star of the first go to the other.

    The first is gone afterwards. An arrival that both have is counted together.
    """
    standing = {(one.way, one.source_id, one.by_id, one.name, one.words): one for one in into.arrivals.all()}
    for arrival in candidate.arrivals.all():
        same = standing.get((arrival.way, arrival.source_id, arrival.by_id, arrival.name, arrival.words))
        if same is None:
            Arrival.objects.filter(pk=arrival.pk).update(candidate=into)
            continue
        moments = {"first_at": min(same.first_at, arrival.first_at), "last_at": max(same.last_at, arrival.last_at)}
        Arrival.objects.filter(pk=same.pk).update(times=same.times + arrival.times, **moments)
    candidate.delete()
    into.title = into.title or candidate.title
    into.starred = into.starred or candidate.starred
    if candidate.note and candidate.note not in into.note:
        into.note = f"{into.note}\n\n{candidate.note}".strip()[:LONGEST_NOTE]
    into.save(update_fields=["title", "starred", "note"])
    return into
