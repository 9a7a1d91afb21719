"""Restores what an archive holds beside its issues: the publication, topics and works."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from exchange.documents import PublicationDocument, TopicDocument, WorkDocument
from exchange.preparing import markdown, plain
from exchange.report import Note
from exchange.run import Run, Unsaveable
from issues.models import Issue, Publication, Topic
from issues.models.publication import validate_time_zone
from papers.identifiers import MalformedURL, canonical_url
from papers.models import Alias, Work, new_public_id

BATCH = 500
_PUBLICATION_FIELDS = (
    "name",
    "tagline",
    "about",
    "author_name",
    "author_links",
    "imprint",
    "time_zone",
    "sender",
    "campaign",
    "recurring_links",
)
_WORK_TEXTS = ("title", "abstract", "doi", "venue")


@transaction.atomic
def restore_publication(document: PublicationDocument, run: Run) -> list[Note]:
    """Take the publication over, unless there is one with issues, which stays; languages are added in any case."""
    values, notes = publication_values(document)
    languages = list(dict.fromkeys(document.languages))
    run.lock()
    publication = Publication.objects.select_for_update().first()
    empty = publication is None or not Issue.objects.filter(publication=publication).exists()
    if publication is None:
        publication = Publication(languages=languages or ["en"])
    before = {name: getattr(publication, name) for name in _PUBLICATION_FIELDS}
    if empty or run.overwrite:
        for name, value in values.items():
            setattr(publication, name, value)
        publication.languages = list(dict.fromkeys([*languages, *([] if empty else publication.languages)])) or ["en"]
        run.languages_stated = bool(languages)
    else:
        publication.languages = list(dict.fromkeys([*publication.languages, *languages]))
        if before != values:
            notes.append(Note("kept", "Kept the publication as it is here, though the archive has another.", ""))
    publication.save()
    run.publication = publication
    return notes


def publication_values(document: PublicationDocument) -> tuple[dict[str, object], list[Note]]:
    """What the row of a publication gets, and notes about what of the document it can't; Unsaveable for nonsense."""
    try:
        validate_time_zone(document.time_zone)
    except ValidationError:
        raise Unsaveable(f"publication.time_zone: “{document.time_zone[:60]}” is no time zone.") from None
    values = {name: plain(getattr(document, name)) for name in ("name", "tagline", "author_name", "imprint", "sender")}
    for name, value in values.items():
        limit = Publication._meta.get_field(name).max_length
        if limit and len(value) > limit:
            raise Unsaveable(f"publication.{name} has {len(value)} characters; {limit} are the most.")
    links, notes = [], []
    for link in document.author_links:
        try:
            links.append(canonical_url(link))
        except MalformedURL as error:
            notes.append(Note("malformed", f"An address of the author was left out: {error} It was “{link[:200]}”."))
    campaign = {plain(language): _plain_words(words) for language, words in document.campaign.items()}
    rest = {"about": markdown(document.about), "author_links": links, "campaign": campaign}
    rest["recurring_links"] = [plain(link) for link in document.recurring_links]
    return values | rest | {"time_zone": document.time_zone}, notes


def _plain_words(words: dict[str, str]) -> dict[str, str]:
    return {plain(name): plain(value) for name, value in words.items()}


@transaction.atomic
def restore_topics(documents: list[TopicDocument], run: Run) -> list[Note]:
    """Make the topics that are not here; those that are get the names that they lack, or all when overwriting."""
    notes = []
    wanted = {}
    for document in documents:
        slug, name = plain(document.slug), plain(document.name) or plain(document.slug)
        if not slug or len(slug) > 100 or len(name) > 100 or "/" in slug or any(map(str.isspace, slug)):
            notes.append(Note("topic", f"The topic “{slug[:120]}” was left out: its slug or name can't be kept."))
            continue
        wanted[slug] = document
    known = {topic.slug: topic for topic in Topic.objects.filter(slug__in=wanted)}
    named = {slug: plain(document.name) or slug for slug, document in wanted.items() if slug not in known}
    run.topics_of(named)
    topics = list(Topic.objects.filter(slug__in=wanted))
    for topic in topics:
        document, is_new = wanted[topic.slug], topic.slug not in known
        names = _plain_words(document.names)
        if is_new:
            topic.origin = document.origin or run.origin
        fresh = is_new or run.overwrite
        topic.names = topic.names | names if fresh else names | topic.names
        if fresh or not topic.description:
            topic.description = markdown(document.description)
    Topic.objects.bulk_update(topics, ["names", "description", "origin"])
    return notes


@transaction.atomic
def restore_works(documents: list[WorkDocument], run: Run) -> list[Note]:
    """Make the works that are not here; those that are get what they lack, or everything when overwriting."""
    documents = {document.identity: document for document in documents}
    known = {work.identity: work for work in Work.objects.filter(identity__in=documents).select_for_update()}
    taken = set(
        Work.objects.filter(public_id__in=[d.id for d in documents.values()]).values_list("public_id", flat=True)
    )
    new, changed, notes = [], [], []
    for identity, document in documents.items():
        try:
            values = _work_values(document)
        except Unsaveable as error:
            notes.append(Note("work", f"The work {identity[:120]} was left out: {error}"))
            continue
        if identity in known:
            if _fill(known[identity], values, run):
                changed.append(known[identity])
            continue
        free = document.id and document.id not in taken
        taken.add(document.id)
        public_id = document.id if free else new_public_id()
        if document.id and not free:
            notes.append(Note("work", f"The work {identity[:120]} got a new id, since {document.id} is taken."))
        new.append(Work(identity=identity, public_id=public_id, origin=document.origin or run.origin, **values))
    Work.objects.bulk_create(new, ignore_conflicts=True)
    Work.objects.bulk_update(changed, [*_WORK_TEXTS, "kind", "authors", "url", "published_on", "versions", "withdrawn"])
    _add_aliases(documents.values())
    return notes


def _work_values(document: WorkDocument) -> dict[str, object]:
    try:
        url = canonical_url(document.url)
    except MalformedURL as error:
        raise Unsaveable(str(error)) from None
    values = {name: plain(getattr(document, name)) for name in _WORK_TEXTS}
    for name, value in values.items():
        limit = Work._meta.get_field(name).max_length
        if limit and len(value) > limit:
            raise Unsaveable(f"its {name} has {len(value)} characters; {limit} are the most.")
    return values | {
        "kind": document.kind,
        "authors": [plain(author) for author in document.authors],
        "url": url,
        "published_on": document.published_on,
        "versions": [plain(version) for version in document.versions],
        "withdrawn": document.withdrawn,
    }


def _fill(work: Work, values: dict[str, object], run: Run) -> bool:
    """Give the work what it lacks; whether that changed it."""
    changed = False
    for name, value in values.items():
        lacks = not getattr(work, name) or (name == "kind" and work.kind == "other")
        if getattr(work, name) != value and (run.overwrite or (lacks and value)):
            setattr(work, name, value)
            changed = True
    return changed


def _add_aliases(documents: Iterable[WorkDocument]) -> None:
    aliases = {alias: document.identity for document in documents for alias in document.aliases}
    if not aliases:
        return
    # An identity that is a work of its own can't be another's alias too.
    works = set(Work.objects.filter(identity__in=aliases).values_list("identity", flat=True))
    keys = dict(Work.objects.filter(identity__in=set(aliases.values())).values_list("identity", "pk"))
    new = [
        Alias(identity=alias, work_id=keys[identity])
        for alias, identity in aliases.items()
        if alias not in works and identity in keys
    ]
    Alias.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def restore_mergers(mergers: list[tuple[str, str, str]]) -> list[tuple[str, Note]]:
    """Record which works became which, as (loser, winner, document); what was merged here already stays so.

    Returns (document, note) for each that can't be recorded.
    """
    identities = {identity for loser, winner, _ in mergers for identity in (loser, winner)}
    works = {work.identity: work for work in Work.objects.filter(identity__in=identities).select_for_update()}
    winners = set(Work.objects.filter(merged_into__in=works.values()).values_list("merged_into", flat=True))
    notes = []
    for identity, target, document in mergers:
        loser, winner = works.get(identity), works.get(target)
        if loser and winner and loser.merged_into_id in (None, winner.pk) and _may_become(loser, winner, winners):
            loser.merged_into = winner
            loser.save(update_fields=["merged_into"])
            winners.add(winner.pk)
        elif not (loser and winner and loser.merged_into_id):
            text = f"The work {identity[:120]} can't become {target[:120]}: one is missing, or became another itself."
            notes.append((document, Note("work", text)))
    return notes


def _may_become(loser: Work, winner: Work, winners: set[int]) -> bool:
    """Whether the merger leads in one step to a work that stays: longer ways could end in a circle."""
    return loser != winner and winner.merged_into_id is None and loser.pk not in winners
