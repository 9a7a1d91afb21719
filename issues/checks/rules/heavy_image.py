"""A figure is so large that readers on the road wait for it: by the size of its file, else by its width and height."""

from collections.abc import Iterator

from ..facts import EntryFacts, Facts
from ..finding import Finding, Severity

CODE = "heavy-image"
SEVERITY = Severity.NOTICE
TITLE = "A heavy figure"

# Of the file, in bytes; where nobody can say, of the picture, in pixels.
MOST_BYTES = 1_000_000
MOST_PIXELS = 6_000_000


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        if entry.row.figure and (weight := _weight(entry)):
            message = f"The figure of “{entry.title}” has {weight}. Scale it down, or save it anew with less detail."
            yield Finding(
                CODE, SEVERITY, entry.place.at("figure"), message, entry.row.figure_sha256 or str(entry.row.figure)
            )


def _weight(entry: EntryFacts) -> str:
    """How heavy a figure is, in words; empty where it is light enough."""
    if entry.figure_bytes is not None and entry.figure_bytes > MOST_BYTES:
        return f"{entry.figure_bytes / 1_000_000:.1f} MB"
    width, height = entry.row.figure_width or 0, entry.row.figure_height or 0
    if width * height > MOST_PIXELS:
        return f"{width} × {height} pixels"
    return ""
