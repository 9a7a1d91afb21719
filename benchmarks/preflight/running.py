"""Runs the preflight over clean and over spoilt issues, and counts."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models import Model

from benchmarks.preflight.disturbing import DISTURBANCES
from benchmarks.preflight.inventing import WORDINGS, chance_of
from benchmarks.preflight.mutators import Mutator, all_mutators
from benchmarks.preflight.rows import Clean
from benchmarks.preflight.world import World, undone
from issues.checks import check
from issues.checks.loading import facts_of
from issues.checks.registry import RULES
from issues.models import Issue

# Sundays on which histories begin; the issue that is looked at comes seven weeks later, once across a new year.
FIRST_DAYS = tuple(
    datetime.date.fromisoformat(day)
    for day in ("2021-03-07", "2020-11-15", "2022-06-19", "2019-08-25", "2023-11-12", "2024-01-28")
)


@dataclass(frozen=True)
class Case:
    """What came of one mutation."""

    code: str
    mutator: str
    is_combined: bool
    language: str
    seed: str
    is_found: bool


@dataclass
class Calm:
    """What was found in clean issues: by code and severity how often, and in how many of them a warning."""

    issues: int = 0
    with_error: int = 0
    with_warning: int = 0
    found: Counter = field(default_factory=Counter)
    # Some words of each code, to look into.
    messages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _name(row: Model) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def _checked(clean: Clean):
    return check(Issue.objects.get(pk=clean.issue.pk))


def _found_by(code: str, clean: Clean) -> set[str]:
    """The rows that one rule names; the others are not asked, since a mail takes long to write."""
    facts = facts_of(Issue.objects.get(pk=clean.issue.pk))
    return {found.place.row for found in RULES[code].find(facts)} if code in RULES else set()


def _spoilt(clean: Clean, code: str, mutator: Mutator, seed: tuple, *, is_combined: bool) -> Case | None:
    """Spoil an issue in one way, and look whether that is found; None where it can't be spoilt so."""
    chance = chance_of(seed, mutator.__name__)
    with undone():
        own = clean.copy()
        if is_combined:
            chance.choice(DISTURBANCES)(own, chance)
        rows = mutator(own, chance)
        if rows is None:
            return None
        return Case(
            code=code,
            mutator=mutator.__name__,
            is_combined=is_combined,
            language=own.issue.language,
            seed=repr(seed),
            is_found=not _found_by(code, own).isdisjoint(_name(row) for row in rows),
        )


def _drafts(worlds: int, drafts: int, seed: int) -> Iterator[tuple[Clean, tuple]]:
    """Clean issues of all worlds and languages, one at a time; each is gone when the next one comes."""
    for number in range(worlds):
        with undone():
            world = World((seed, number), FIRST_DAYS[number % len(FIRST_DAYS)])
            for draft in range(drafts):
                for language in WORDINGS:
                    with undone():
                        yield world.clean(language, draft), (seed, number, draft, language)


def spoil(cases: int, *, codes: Collection[str] = (), worlds: int = 6, seed: int = 1) -> list[Case]:
    """So many cases of each rule, the same number of each of its mutators, every second with a further change."""
    mutators = {code: listed for code, listed in all_mutators().items() if not codes or code in codes}
    wanted = {
        (code, mutator): cases // len(listed) + (place < cases % len(listed))
        for code, listed in mutators.items()
        for place, mutator in enumerate(listed)
    }
    found: list[Case] = []
    done: Counter = Counter()
    # Some issues can't be spoilt in each way, so more of them are made than cases of a mutator are wanted.
    drafts = -(-max(wanted.values()) * 15 // (worlds * len(WORDINGS)))
    for clean, place in _drafts(worlds, drafts, seed):
        for (code, mutator), most in wanted.items():
            if done[mutator] >= most:
                continue
            # Every second case of each carries a harmless change besides.
            case = _spoilt(clean, code, mutator, place, is_combined=done[mutator] % 2 == 1)
            if case:
                done[mutator] += 1
                found.append(case)
        if all(done[mutator] >= most for (_code, mutator), most in wanted.items()):
            break
    return found


def calm(issues: int, *, worlds: int = 6, seed: int = 2) -> Calm:
    """What is found in so many clean issues, every second with a harmless change."""
    counted = Calm()
    drafts = -(-issues // (worlds * len(WORDINGS)))
    for clean, place in _drafts(worlds, drafts, seed):
        if counted.issues == issues:
            break
        if counted.issues % 2:
            chance = chance_of(place)
            chance.choice(DISTURBANCES)(clean, chance)
        findings = _checked(clean)
        counted.issues += 1
        severities = [found.severity for found in findings]
        counted.with_error += "error" in severities
        counted.with_warning += "warning" in severities
        for found in findings:
            counted.found[found.code, str(found.severity)] += 1
            counted.messages[found.code].append(f"{place}: {found.message} [{found.about[:200]}]")
    return counted
