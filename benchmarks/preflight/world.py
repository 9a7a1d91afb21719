"""A newsletter with a history in each language, on which clean issues follow and are taken away again."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from benchmarks.preflight.composing import annual, make_publication, monthly, weekly
from benchmarks.preflight.inventing import WORDINGS
from benchmarks.preflight.rows import Clean, put_figures
from issues.models import Entry, Highlight, Issue, IssueStatus, Section
from papers.models import Alias, Fetch, Work

# Of so many issues the history of a language consists; the next one is the one that is looked at.
HISTORY = 5
# What the preflight reads beside the issue itself.
READ = (Issue, Section, Entry, Highlight, Work, Alias, Fetch)


class World:
    """One publication and, in each language, a run of weeklies from a Sunday on, published and clean."""

    def __init__(self, seed: object, first_day: datetime.date):
        self.seed = seed
        self.first_day = first_day
        put_figures()
        self.publication = make_publication()
        # What stands together in summaries so far, by language.
        self.told: dict[str, set] = {language: set() for language in WORDINGS}
        self.histories = {language: self._history(language) for language in WORDINGS}
        with connection.cursor() as cursor:
            # Nobody else tells PostgreSQL what the tables hold before the transaction ends.
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in READ)}")

    def _day(self, number: int) -> datetime.date:
        return self.first_day + datetime.timedelta(weeks=number)

    def _history(self, language: str) -> list[Clean]:
        past: list[Clean] = []
        for number in range(1, HISTORY + 1):
            day, told = self._day(number), self.told[language]
            clean = weekly(self.publication, language, day, number, list(past), (self.seed, "past"), told)
            _publish(clean)
            past.append(clean)
        return past

    def clean(self, language: str, seed: object) -> Clean:
        """The next issue: most often that of the week, now and then that of the month or the year."""
        history = self.histories[language]
        day = self._day(HISTORY + 1)
        told = set(self.told[language])
        kind = hash_of(seed) % 10
        if kind == 8:
            return monthly(self.publication, language, day, history, (self.seed, seed), told)
        if kind == 9:
            return annual(self.publication, language, day, history, (self.seed, seed), told)
        return weekly(self.publication, language, day, HISTORY + 1, history, (self.seed, seed), told)


def hash_of(seed: object) -> int:
    """A number that these words always lead to."""
    return sum(map(ord, repr(seed)))


def _publish(clean: Clean) -> None:
    moment = datetime.datetime.combine(clean.day, datetime.time(0, 0), tzinfo=datetime.UTC)
    Issue.objects.filter(pk=clean.issue.pk).update(
        status=IssueStatus.PUBLISHED, published_at=moment, mail_on_publication=False
    )
    clean.issue.refresh_from_db()
    for place, entry in enumerate(clean.entries, 1):
        entry.label = f"{clean.issue.label_stem}.{place}"
    Entry.objects.bulk_update(clean.entries, ["label"])


class _Undo(Exception):
    """Ends a savepoint, with all that was done since."""


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is taken back at its end."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass
