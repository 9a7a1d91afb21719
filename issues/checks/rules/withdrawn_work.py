"""The authors of a paper have withdrawn it."""

from collections.abc import Iterator

from ..facts import Facts, shortened
from ..finding import Finding, Severity

CODE = "withdrawn-work"
SEVERITY = Severity.WARNING
TITLE = "A paper that was withdrawn"


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        if entry.work and entry.work.withdrawn and entry.is_of_its_work:
            title = shortened(entry.work.title or entry.title)
            message = f"The authors have withdrawn “{title}”. Say so in the summary, or leave the paper out."
            about = "\n".join([entry.row.title, entry.row.url, entry.row.summary])
            yield Finding(CODE, SEVERITY, entry.place.at("url"), message, about)
