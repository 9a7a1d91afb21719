"""One import as a whole: what was asked for, and what it remembers from issue to issue."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from exchange.documents import IssueDocument
from exchange.preparing import Slugs
from issues.models import Issue, Publication, Topic
from issues.models.publication import LANGUAGE_PATTERN
from papers.models import Origin

# Any number that no other advisory lock of the project uses.
LOCK = 0x616B6972
NAMELESS = "Akira"


class Unsaveable(Exception):
    """An issue that can't be kept as its document has it; the text says what to mend."""


def as_language(given: str) -> str:
    """The language as the project writes it, such as zh-hans for zh-Hans; Unsaveable for what is none."""
    language = given.strip().lower().replace("_", "-")
    if not re.fullmatch(LANGUAGE_PATTERN, language) or len(language) > 35:
        raise Unsaveable(f"“{language[:40]}” is no language; write it as in an address: en, ja, zh-hans.")
    return language


@dataclass(frozen=True)
class Undated:
    """An issue to publish whose document names no date: `previous` came before it in the same language."""

    pk: int
    language: str
    kind: str
    number: int | None
    previous: int | None


@dataclass
class Run:
    """The options of an import, and its memory, which stays small however many issues come."""

    language: str = ""
    publish: bool = False
    overwrite: bool = False
    origin: str = Origin.IMPORT
    now: datetime.datetime = field(default_factory=timezone.now)
    publication: Publication | None = None
    # An archive states its languages in order; then the first language to come is not the default.
    languages_stated: bool = False
    topics: dict[str, int] = field(default_factory=dict)
    # The issues that this import has met, so that two documents never become one issue for having one slug.
    met: set[int] = field(default_factory=set)
    previous: dict[str, int] = field(default_factory=dict)
    undated: list[Undated] = field(default_factory=list)
    pending_repeats: list[tuple[str, str, str]] = field(default_factory=list)
    # (loser, winner, document): done last, so that entries find the work that they pointed to when they were exported.
    mergers: list[tuple[str, str, str]] = field(default_factory=list)
    _was_empty: bool | None = None

    def __post_init__(self):
        self.slugs = Slugs(self.topics)
        self.recall()

    def recall(self) -> None:
        """Read anew what the database holds; after a rollback what was remembered may not be there."""
        self.publication = Publication.objects.first()
        self.topics.clear()
        self.topics.update(Topic.objects.values_list("slug", "pk"))

    def lock(self) -> None:
        """Let imports that run at the same time save one issue after the other, until this transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])

    def language_of(self, document: IssueDocument) -> str:
        """The document's own language, else the one asked for, else the default; Unsaveable for what is none."""
        default = self.publication.default_language if self.publication else "en"
        return as_language(document.language or self.language or default)

    def publication_in(self, language: str) -> Publication:
        """The publication, which has the language from now on: as its default where it had no issues, else as one more.

        No query where nothing has to change.
        """
        if self.publication is None:
            self.publication = Publication.objects.create(name=NAMELESS, languages=[language])
        if self._was_empty is None:
            self._was_empty = not Issue.objects.filter(publication=self.publication).exists()
        languages = self.publication.languages
        if self._was_empty and not self.languages_stated and not self.met:
            wanted = [language, *(other for other in languages if other != language)]
        else:
            wanted = languages if language in languages else [*languages, language]
        if wanted != languages:
            self.publication.languages = wanted
            self.publication.save(update_fields=["languages"])
        return self.publication

    def topics_of(self, named: dict[str, str]) -> dict[str, int]:
        """The keys of topics by slug; topics that are not there yet are made under the given names."""
        missing = {slug: name for slug, name in named.items() if slug not in self.topics}
        # A name may be taken by a topic with another slug; then the slug stands for the name.
        for names in (missing, {slug: slug for slug in missing}):
            missing = {slug: name for slug, name in names.items() if slug not in self.topics}
            if missing:
                new = [Topic(slug=slug, name=name, origin=self.origin) for slug, name in missing.items()]
                Topic.objects.bulk_create(new, ignore_conflicts=True)
                self.topics.update(Topic.objects.filter(slug__in=missing).values_list("slug", "pk"))
        return {slug: self.topics[slug] for slug in named if slug in self.topics}

    def remember(self, issue: Issue) -> None:
        """Note that the issue was met, as the one before the next of its language."""
        self.met.add(issue.pk)
        self.previous[issue.language] = issue.pk
