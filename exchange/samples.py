"""The sample issues that come with the software: verbs that bring them in and take exactly them out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import PROTECT, Model

from common.storing import remove
from exchange.catalogue import publication_values
from exchange.documents import PublicationDocument, Source
from exchange.importing import Tell, import_documents
from exchange.readers import archive
from exchange.report import Report
from exchange.run import Run
from issues.models import Change, Deed, Entry, Issue, Publication, Topic
from papers.models import Origin, Work

FOLDER = Path(__file__).parent / "sample_issues"
SHARED = "works.json"


class NotEmpty(Exception):
    """There are issues that are no samples, among which the samples would be in the way."""


@dataclass(frozen=True)
class Removed:
    """What went with the samples."""

    issues: int
    works: int
    topics: int
    languages: list[str]
    publication: bool


def load_samples(*, folder: Path = FOLDER, tell: Tell = lambda outcome: None) -> Report:
    """Import the sample issues, published at the moments that they state; safe to repeat, and never mails.

    Raises NotEmpty, and changes nothing, where there are issues that are no samples.
    """
    own = Issue.objects.exclude(origin=Origin.SAMPLE).count()
    if own:
        number = "an issue of your own" if own == 1 else f"{own} issues of your own"
        raise NotEmpty(f"There is {number} here already, so the samples stay out.")
    return import_documents([folder], Run(origin=Origin.SAMPLE, publish=True), tell=tell)


@transaction.atomic
def remove_samples(*, folder: Path = FOLDER) -> Removed:
    """Take out the sample issues and what came with them, and nothing that anything else points to.

    Works and topics stay where an issue of the editor's own uses them; a language stays while an issue is in it; the
    publication goes only when it is as the samples made it and no issue is left. Files go once all is saved.
    """
    # With the lock that imports take, none of them can begin to use what is about to go.
    Run().lock()
    issues = Issue.objects.filter(origin=Origin.SAMPLE)
    languages = set(issues.values_list("language", flat=True))
    entries = Entry.objects.filter(section__issue__in=issues).exclude(figure="")
    figures = dict(entries.values_list("figure", "figure_widths"))
    keys = list(issues.values_list("pk", flat=True))
    issues.delete()
    topics, _ = Topic.objects.filter(origin=Origin.SAMPLE, tagged=None).delete()
    works = _remove_works()
    gone, publication_gone = _tidy_publication(languages, folder)
    _forget(keys)
    still_used = set(Entry.objects.filter(figure__in=figures).values_list("figure", flat=True))
    unused = sorted(figures.keys() - still_used)
    transaction.on_commit(lambda: [remove(name, figures[name] or ()) for name in unused])
    return Removed(len(keys), works, topics, gone, publication_gone)


def _forget(issues: list[int]) -> None:
    """Take out of the history what happened to the samples, and that they were removed just now."""
    Change.objects.filter(issue__in=issues).delete()
    Change.objects.filter(deed=Deed.REMOVED, transaction_at=TransactionNow()).delete()


def _protecting(model: type[Model]) -> list[str]:
    """How rows are named that keep a row of the model from being deleted; apps that we do not know have some, too."""
    return [relation.name for relation in model._meta.related_objects if relation.on_delete is PROTECT]


def _remove_works() -> int:
    """Remove the works of the samples that nothing points to; one merged into another goes before that one."""
    count = 0
    while True:
        idle = Work.objects.filter(origin=Origin.SAMPLE, **dict.fromkeys(_protecting(Work)))
        keys = list(idle.values_list("pk", flat=True))
        if not keys:
            return count
        Work.objects.filter(pk__in=keys).delete()
        count += len(keys)


def _tidy_publication(languages: set[str], folder: Path) -> tuple[list[str], bool]:
    """Take away the languages that only the samples had, or the publication with them; (languages, whether it went)."""
    publication = Publication.objects.select_for_update().first()
    if publication is None:
        return [], False
    used = set(Issue.objects.values_list("language", flat=True).distinct())
    is_in_use = not Publication.objects.filter(**dict.fromkeys(_protecting(Publication))).exists()
    if not is_in_use and _is_as_stated(publication, folder):
        publication.delete()
        return sorted(languages), True
    gone = [language for language in publication.languages if language in languages - used]
    kept = [language for language in publication.languages if language not in gone]
    if not kept:
        kept, gone = gone[:1], gone[1:]
    if gone:
        publication.languages = kept
        publication.save(update_fields=["languages"])
    return gone, False


def _is_as_stated(publication: Publication, folder: Path) -> bool:
    documents = archive.read(Source(folder / SHARED))
    stated = next((document for document in documents if isinstance(document, PublicationDocument)), None)
    if stated is None or publication.languages != stated.languages:
        return False
    values, _ = publication_values(stated)
    return all(getattr(publication, name) == value for name, value in values.items())
