"""The blocks of a document under their headings, and what kind of form a document is in, by counting its blocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from exchange.documents import Source, UnknownForm
from exchange.readers._blocks import Block, cut, definitions
from exchange.readers._front_matter import end_of_front_matter
from exchange.readers._inline import links, plain
from exchange.readers._link_led import leading_link

# A form shows itself in the beginning of a document; the whole of a huge file needn't be cut for that.
_CHARACTERS_TO_JUDGE = 300_000


@dataclass
class Group:
    """A heading with the blocks under it, up to the next heading of any level.

    `path` holds the titles of the headings above it and its own; `has_children` says that a lower heading follows.
    """

    heading: Block | None
    path: list[str]
    blocks: list[Block] = field(default_factory=list)
    has_children: bool = False

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0


def group_by_heading(blocks: list[Block]) -> list[Group]:
    """The groups of a document in their order; the first has no heading."""
    groups = [Group(None, [])]
    above: list[tuple[int, str]] = []
    for block in blocks:
        if block.kind != "heading":
            groups[-1].blocks.append(block)
            continue
        above = [(level, title) for level, title in above if level < block.level]
        above.append((block.level, plain(block.text)))
        groups[-1].has_children = block.level > groups[-1].level > 0
        groups.append(Group(block, [title for _, title in above]))
    return groups


def lift_first_heading(groups: list[Group]) -> Group:
    """Put what stands under the first heading into the opening of the document, and return the group that it was.

    Raises UnknownForm where there is no heading.
    """
    if len(groups) == 1:
        raise UnknownForm("The document has no title: neither a line Title: … nor a heading.", line=1)
    first = groups.pop(1)
    groups[0].heading = first.heading
    groups[0].blocks += first.blocks
    return first


def census(source: Source) -> Counter[str]:
    """How many blocks of each form the beginning of a document has.

    `rows`, `items` and `paragraphs` count those that hold a link, `numbered` all that have a number, `led` those of
    them that begin with a link. Nothing is counted in a document that opens with front matter.
    """
    lines = source.text[:_CHARACTERS_TO_JUDGE].split("\n")
    if end_of_front_matter(lines) is not None:
        return Counter()
    blocks = cut(lines)
    addresses = definitions(blocks)
    counts: Counter[str] = Counter()
    for block in blocks:
        counts.update(_counted(block, addresses))
    return counts


def _counted(block: Block, addresses: dict[str, str]) -> list[str] | dict[str, int]:
    def has_link(text: str) -> bool:
        return any(link.is_web for link in links(text, addresses, bare=True))

    if block.kind == "table":
        return {"rows": sum(map(has_link, block.lines[2:]))}
    if block.kind == "numbered":
        return ["numbered", "led"] if leading_link(block.text, addresses) else ["numbered"]
    if block.kind in ("item", "paragraph", "heading"):
        return [f"{block.kind}s"] if has_link(block.text) else []
    return []
