"""The same work stands in the issue twice, be it under two addresses, unless its link is one that may recur."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "repeated-work"
SEVERITY = Severity.ERROR
TITLE = "The same work twice"


def find(facts: Facts) -> Iterator[Finding]:
    first: dict[object, EntryFacts] = {}
    for entry in facts.entries:
        keys = {*facts.roots_of(entry), *([entry.identity] if entry.identity else [])}
        if not keys or facts.may_recur(entry.row.url):
            continue
        if before := next((first[key] for key in keys if key in first), None):
            yield _finding(entry, before)
        for key in keys:
            first.setdefault(key, entry)


def _finding(entry: EntryFacts, before: EntryFacts) -> Finding:
    message = (
        f"“{entry.title}” leads to the same work as {before.name}, “{before.title}”. Give one of the two its own link, "
        f"or remove it."
    )
    about = "\n".join([before.row.title, before.row.url, entry.row.title, entry.row.url])
    return Finding(CODE, SEVERITY, entry.place.at("url"), message, about, _fix(entry, before))


def _fix(entry: EntryFacts, before: EntryFacts) -> Fix | None:
    """A second entry that says nothing of its own can go; one with a title of its own has the wrong link."""
    row, other = entry.row, before.row
    if row.title.strip() not in ("", other.title.strip()) or row.summary.strip() not in ("", other.summary.strip()):
        return None
    unchanged = tuple(Change(name, getattr(row, name), getattr(row, name)) for name in ("title", "url", "summary"))
    return Fix("Remove the second one", entry.place.row, unchanged, removes=True)
