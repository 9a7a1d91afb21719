"""The work ran in an earlier issue of the same language; a monthly or annual may repeat its weeklies."""

from collections.abc import Iterator

from ..facts import Earlier, EntryFacts, Facts, shortened
from ..finding import Change, Finding, Fix, Severity

CODE = "ran-before"
SEVERITY = Severity.WARNING
TITLE = "It ran before"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        if facts.may_recur(entry.row.url):
            continue
        earlier = facts.earlier_mentions(entry)
        if earlier and not _says_so(entry, facts):
            yield _finding(facts, entry, earlier)


def _says_so(entry: EntryFacts, facts: Facts) -> bool:
    """Whether readers are told: the entry names the earlier one about the same work that it comes back to."""
    named = entry.row.repeats
    if named is None or named.section.issue_id == facts.issue.pk:
        return False
    return any(mention.pk == named.pk for mention in facts.earlier_mentions(entry)) or (
        named.work_id is not None and named.work_id in (entry.row.work_id, *facts.roots_of(entry))
    )


def _finding(facts: Facts, entry: EntryFacts, earlier: list[Earlier]) -> Finding:
    newest, *others = earlier
    where = newest.in_words(facts.publication)
    # Older issues are named once each, without a day.
    names = list(dict.fromkeys(mention.issue.name for mention in others if mention.issue.pk != newest.issue.pk))
    before = f", and before that in {' and '.join(names)}" if names else ""
    title = shortened(newest.title or newest.source_title or newest.url)
    message = f"“{entry.title}” ran in {where}, as “{title}”{before}. Say that it comes back, or choose something else."
    change = Change("repeats", entry.row.repeats_id, newest.pk)
    fix = Fix(f"Add “also in {newest.issue.name}”", entry.place.row, (change,))
    return Finding(CODE, SEVERITY, entry.place.at("url"), message, f"{entry.row.url}\n{newest.public_id}", fix)
