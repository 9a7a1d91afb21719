"""Verbs that keep the works: find or create them by address, merge two that are one, follow a change of the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from common.rows import insert

from .identifiers import MalformedURL, home_url, identify, identity
from .models import Alias, Origin, Work, WorkKind

# Of two callers who insert the same work, one gets nothing and looks again. More rounds than two are needed only when
# a random public id clashes.
_MOST_ROUNDS = 4
# What a merged work knows is not lost where the other knows nothing.
_HANDED_ON = ("title", "authors", "abstract", "doi", "venue", "published_on", "versions")


class CannotMerge(ValueError):
    """Two works can't become one; the text says why, in words for an editor."""


def known_works(identities: Iterable[str]) -> dict[str, Work]:
    """The works known by these identities, their own or learnt later, by identity; merged ones as what they became.

    Two queries, however many identities, three where merged works are met. Identities that nobody knows are absent.
    """
    wanted = set(identities)
    aliases = dict(Alias.objects.filter(identity__in=wanted).values_list("identity", "work"))
    by_key = Work.objects.filter(Q(identity__in=wanted) | Q(pk__in=aliases.values())).in_bulk()
    found = {identity: by_key[key] for identity, key in aliases.items() if key in by_key}
    found |= {work.identity: work for work in by_key.values() if work.identity in wanted}
    heirs = {work.merged_into_id for work in found.values()} - {None}
    became = Work.objects.in_bulk(heirs) if heirs else {}
    return {identity: became.get(work.merged_into_id, work) for identity, work in found.items()}


def find_or_create_works(addresses: Iterable[str], *, origin: str = Origin.DESK) -> dict[str, Work]:
    """The work of each address, by address as given; works that are not known yet are created.

    Five queries for any number of addresses, two where all works are known. Aliases and merged works are
    followed. Two callers may do it at once: the second takes what the first made. Raises MalformedURL where one of
    the addresses is none, before anything is created.
    """
    found = {address: identify(address) for address in addresses}
    first_spelling = {seen.identity: address for address, seen in reversed(found.items())}
    works = known_works(first_spelling)
    for _ in range(_MOST_ROUNDS):
        # In one order for all, so that two callers with the same works can't wait for each other.
        missing = sorted(first_spelling.keys() - works.keys())
        if not missing:
            break
        new = [
            Work(identity=key, kind=found[spelling].kind, url=home_url(spelling), origin=origin)
            for key, spelling in ((key, first_spelling[key]) for key in missing)
        ]
        works |= _create(new)
    return {address: works[seen.identity] for address, seen in found.items()}


def _create(new: list[Work]) -> dict[str, Work]:
    """Insert the works; by identity those that are there now, though somebody else made them at this very moment."""
    try:
        with transaction.atomic():
            insert(new)
    except IntegrityError:
        Work.objects.bulk_create(new, ignore_conflicts=True)
        return known_works(work.identity for work in new)
    return {work.identity: work for work in new}


def _locked_root(work: Work) -> Work:
    """What the work became by merging, or itself, as it stands in the database now."""
    # Its key stays, so that rows which point to it need not wait for us: we may be waiting for them.
    fresh = Work.objects.select_for_update(no_key=True).get(pk=work.pk)
    return _locked_root(fresh.merged_into) if fresh.merged_into_id else fresh


def _hand_on(loser: Work, winner: Work) -> None:
    filled = [field for field in _HANDED_ON if not getattr(winner, field) and getattr(loser, field)]
    for field in filled:
        setattr(winner, field, getattr(loser, field))
    if filled:
        winner.save(update_fields=filled)


@transaction.atomic
def merge(loser: Work, winner: Work) -> Work:
    """Make two works one and return it: what the loser is known by, the winner is known by from now on.

    The loser stays as a row with `merged_into`, so that its address leads on; entries are not rewritten. Works that
    were merged into the loser earlier now lead to the winner, too. Where the winner lacks a title, authors and the
    like, it takes the loser's. Works that are one already stay so. Raises CannotMerge for a work and itself.
    """
    if loser.pk == winner.pk:
        raise CannotMerge(f"“{winner}” can't be merged into itself. Choose another work.")
    # Locked in one order for all, so that two who merge the same works at once can't wait for each other.
    list(Work.objects.select_for_update(no_key=True).filter(pk__in=[loser.pk, winner.pk]).order_by("pk"))
    loser, winner = _locked_root(loser), _locked_root(winner)
    if loser.pk == winner.pk:
        return winner
    Alias.objects.filter(work=loser).update(work=winner)
    Alias.objects.update_or_create(identity=loser.identity, defaults={"work": winner})
    Work.objects.filter(merged_into=loser).update(merged_into=winner)
    loser.merged_into = winner
    loser.save(update_fields=["merged_into"])
    _hand_on(loser, winner)
    return winner


@transaction.atomic
def learn(work: Work, key: str) -> Work:
    """Let a work be known by this identity, too, and return it, locked; where another work is known by it, the other
    one, with which it is merged.

    Where the identity is that of a paper and the work was known by address until now, it becomes the work's own.
    """
    for _ in range(_MOST_ROUNDS):
        holder = work if work.identity == key else known_works([key]).get(key)
        if holder and holder.pk != work.pk:
            return merge(work, holder)
        work = _locked_root(work)
        if holder:
            return work
        try:
            with transaction.atomic():
                return _known_by(work, key)
        except IntegrityError:
            # Somebody else learnt the identity at this very moment; it is looked up again.
            continue
    raise CannotMerge(f"“{work}” can't be known by {key}: others change it all the time. Try again.")


def _known_by(work: Work, key: str) -> Work:
    if _names_a_paper(work.identity) or not _names_a_paper(key):
        Alias.objects.create(work=work, identity=key)
        return work
    Alias.objects.create(work=work, identity=work.identity)
    # The row at hand is asked again where somebody else has the identity, so it changes last.
    Work.objects.filter(pk=work.pk).update(identity=key)
    work.identity = key
    return work


def _names_a_paper(key: str) -> bool:
    return key.startswith(("arxiv:", "doi:"))


@dataclass(frozen=True)
class Refreshed:
    """What became of one identity: `changed`, `merged` with another work, or `unreadable`, with the reason."""

    outcome: str
    before: str
    after: str = ""
    reason: str = ""


def _fresh_identity(work: Work) -> str:
    """The identity that today's rules give.

    An identity by address (`url:`) is asked of the address. One that names the work itself is asked of itself: an
    editor may have pointed the work at another page since.
    """
    if not work.identity.startswith("url:"):
        try:
            return identity(work.identity)
        except MalformedURL:
            pass
    return identity(work.url)


def _fresh_alias(alias: Alias) -> str:
    if "~sha256=" in alias.identity:
        return alias.identity
    return identity(f"https://{alias.identity[4:]}" if alias.identity.startswith("url:") else alias.identity)


def _nobody_else_adds_works() -> None:
    """Hold new works and aliases back until the end of the transaction, so that what was looked up stays true."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (Work, Alias))
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def _follow_rules(work: Work, fresh: str) -> Refreshed | None:
    """Give a work its fresh identity, or merge it with the work that has it; None where it is known by it already."""
    _nobody_else_adds_works()
    work = Work.objects.get(pk=work.pk)
    before = work.identity
    holder = known_works([fresh]).get(fresh)
    if holder and holder.pk != work.pk:
        merge(work, holder)
        return Refreshed("merged", before, fresh)
    if Work.objects.filter(identity=fresh).exists():
        return None
    Alias.objects.filter(identity=fresh).delete()
    work.identity = fresh
    if work.kind in {WorkKind.ARTICLE, WorkKind.OTHER}:
        work.kind = identify(fresh).kind
    work.save(update_fields=["identity", "kind"])
    Alias.objects.update_or_create(identity=before, defaults={"work": work})
    return Refreshed("changed", before, fresh)


@transaction.atomic
def _follow_rules_for_alias(alias: Alias, fresh: str) -> Refreshed | None:
    """Let the alias's work be known by the fresh identity, too; the old one stays, since it never was wrong."""
    _nobody_else_adds_works()
    alias = Alias.objects.select_related("work__merged_into").get(pk=alias.pk)
    work = alias.work.merged_into or alias.work
    holder = known_works([fresh]).get(fresh)
    if holder is None:
        Alias.objects.create(work=work, identity=fresh)
        return Refreshed("changed", alias.identity, fresh)
    if holder.pk == work.pk:
        return None
    merge(work, holder)
    return Refreshed("merged", alias.identity, fresh)


def _foresee(row: Work | Alias, fresh: str) -> Refreshed | None:
    """What following the rules would do to the row, without doing it."""
    work = row if isinstance(row, Work) else row.work
    holder = known_works([fresh]).get(fresh)
    if holder is None:
        return Refreshed("changed", row.identity, fresh)
    if holder.pk != (work.merged_into_id or work.pk):
        return Refreshed("merged", row.identity, fresh)
    known_by_work = Work.objects.filter(identity=fresh).exists()
    return None if known_by_work or isinstance(row, Alias) else Refreshed("changed", row.identity, fresh)


def refresh_identities(*, dry_run: bool = False) -> Iterator[Refreshed]:
    """Bring the identities of all works and aliases up to today's rules; yields what changed, as it goes.

    Old identities stay as aliases. Two works that come to coincide are merged. A row whose address can't be read is
    left and told. Safe to run again and to stop at any moment: each work is a transaction of its own. With `dry_run`
    nothing is written.
    """
    steps = (
        (Work.objects.current().order_by("pk"), _fresh_identity, _follow_rules),
        (Alias.objects.order_by("pk"), _fresh_alias, _follow_rules_for_alias),
    )
    for rows, freshen, follow in steps:
        for row in rows.iterator(chunk_size=2_000):
            try:
                fresh = freshen(row)
            except MalformedURL as error:
                yield Refreshed("unreadable", row.identity, reason=str(error))
                continue
            told = (_foresee if dry_run else follow)(row, fresh) if fresh != row.identity else None
            if told:
                yield told
