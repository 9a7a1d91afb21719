"""What a reader could not place: kept with its lines, so that nothing is lost without a word."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from exchange.documents import IssueDocument, LeftoverDocument
from exchange.readers._blocks import Block, definitions
from exchange.readers._inline import links

# Blocks that say nothing by themselves. Definitions are kept where nothing that was placed refers to them.
SILENT = ("comment", "rule", "definition")


def leave(issue: IssueDocument, block: Block, attached_to: str) -> None:
    """Keep a block as a leftover, with a word of where it stood; comments and rules are standing text."""
    if block.kind not in SILENT:
        _keep(issue, block, attached_to)


def leave_unused_definitions(issues: list[IssueDocument], blocks: list[Block]) -> None:
    """Keep the reference definitions whose addresses reached no field of any issue, each in the issue it stands in.

    The issues stand in the order of their lines. Puts the leftovers of each issue in the order of their lines.
    """
    ends = [issue.lines[1] for issue in issues]
    used = {address for issue in issues for address in _addresses(issue)}
    for block in blocks:
        if block.kind == "definition" and not used.intersection(definitions([block]).values()):
            _keep(issues[min(bisect.bisect_left(ends, block.first), len(issues) - 1)], block, "references")
    for issue in issues:
        issue.leftovers.sort(key=lambda leftover: leftover.line_from)


def _keep(issue: IssueDocument, block: Block, attached_to: str) -> None:
    issue.leftovers.append(LeftoverDocument(block.first, block.last, block.written, attached_to))


def _addresses(issue: IssueDocument) -> Iterator[str]:
    yield from (link.url for link in links(issue.intro))
    yield from (past.url for past in issue.past_issues)
    for entry in issue.entries():
        yield entry.url_given
        yield entry.figure_source_url
        yield from (link.url for link in links(entry.summary))
