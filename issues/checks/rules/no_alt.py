"""A figure of an issue that is composed here has no description for those who can't see it, or an empty phrase."""

import re
from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-alt"
SEVERITY = Severity.ERROR
TITLE = "A figure without description"
WAIVABLE = False

_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|webp|svg)", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:an? |the )?(?:image|picture|figure|photo|alt(?: text)?|todo|tbd|xxx|[\W_]*)", re.IGNORECASE
)


def find(facts: Facts) -> Iterator[Finding]:
    if not facts.is_composed_here:
        return
    for entry in facts.entries:
        described = entry.row.figure_alt.strip()
        if entry.row.figure and (_SAYS_NOTHING.fullmatch(described) or _FILE_NAME.fullmatch(described)):
            message = (
                f"The figure of “{entry.title}” has no description. Say what it shows: some readers hear it instead."
            )
            yield Finding(CODE, SEVERITY, entry.place.at("figure_alt"), message, str(entry.row.figure), waivable=False)
