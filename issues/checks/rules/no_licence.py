"""A figure of an issue that is composed here comes without a licence, so that nobody knows whether it may be shown."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-licence"
SEVERITY = Severity.NOTICE
TITLE = "A figure without licence"


def find(facts: Facts) -> Iterator[Finding]:
    if not facts.is_composed_here:
        return
    for entry in facts.entries:
        if entry.row.figure and not entry.row.figure_license.strip():
            message = f"The figure of “{entry.title}” has no licence. Look it up where the figure comes from."
            yield Finding(
                CODE,
                SEVERITY,
                entry.place.at("figure_license"),
                message,
                entry.row.figure_sha256 or str(entry.row.figure),
            )
