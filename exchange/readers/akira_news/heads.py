"""The line that heads an entry: a title that links, a dash, a domain, in any order and with any of them missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cards import looks_like_domain
from .inline import BARE_URL, Piece, collapse, pieces, plain

_DASH = r"(?:[—–―─]{1,3}|-{2,3}|(?<=\s)-(?=\s|$)|^-(?=\s|$|\[))"
_BRACKETED = r"[【\[]\s*([^【】\[\]\s][^【】\[\]]{2,79}?)\s*[】\]](?:T\d{1,3}(?![A-Za-z0-9]))?"
_AT_START = re.compile(rf"\s*(?:({_DASH})|{_BRACKETED})")
_AT_END = re.compile(rf"\s*(?:({_DASH})|{_BRACKETED})\s*$")
_DASH_THEN_DOMAIN = re.compile(rf"^(.*?)\s*{_DASH}\s*([^—–―─]{{3,80}}?)\s*$", re.S)
_DOMAIN_AT_START = re.compile(r"\s*([A-Za-z0-9-]+(?: ?\. ?[A-Za-z0-9-]+)* ?\. ?[A-Za-z]{2,24})\s*(?=$|[^\x00-\x7f])")
_SENTENCE_END = re.compile(r"[。！!；;][^\W\d_]|[。；]$")
# A translator's placeholder for something that it lost.
PLACEHOLDER = re.compile(r"(?<=】)T\d{1,3}(?![A-Za-z0-9])")
ORIGINAL_ID = re.compile(
    r"^[\s*]*[【\[(（［〔「]\s*\*?\s*(?:arxiv\s*[:：]?\s*)?(?P<id>\d{4}\s?[.．]\s?\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})\s*(?P<version>v\s?\d{1,2})?\s*[】\])）］〕」]",
    re.I,
)
# Without a link, a bracket or a dash no line is told from a sentence.
_MAY_HEAD = re.compile(r"\]\(|[】\]—–―─]|--| - ")
_LONGEST_LINE = 6000
_LONGEST_TITLE = 200
_LONGEST_STRAY = 60
_LONGEST_PLAIN_TITLE = 80
_WINDOW = 100


@dataclass(frozen=True)
class Atom:
    kind: str
    text: str
    url: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Head:
    """What a heading line says, and how sure it is that it heads an entry: 3 certain, 2 likely, 1 only if it fits."""

    title: str
    url_given: str
    domain_shown: str | None
    sureness: int
    # Words of a heading beside its link.
    stray: str = ""


def is_address(label: str) -> bool:
    return bool(BARE_URL.search(label))


def _edge_atoms(text: str, *, at_end: bool) -> tuple[str, list[Atom]]:
    """Dashes and domains in brackets at one edge of a stretch of text, and what remains of it."""
    atoms = []
    while True:
        found = _AT_END.search(text, max(0, len(text) - _WINDOW)) if at_end else _AT_START.match(text)
        if not found or not (found[1] or looks_like_domain(found[2])):
            return text, atoms
        atom = Atom("dash", found[1]) if found[1] else Atom("domain", found[2].strip())
        atoms.insert(0, atom) if at_end else atoms.append(atom)
        text = text[: found.start()] if at_end else text[found.end() :]


def _text_atoms(text: str) -> list[Atom]:
    bold = "**" in text
    rest, before = _edge_atoms(re.sub(r"\*+", "", text), at_end=False)
    rest, after = _edge_atoms(rest, at_end=True)
    domain = _DOMAIN_AT_START.match(rest[:_WINDOW]) if before and before[-1].kind == "dash" else None
    if domain:
        before, rest = [*before, Atom("domain", domain[1])], rest[domain.end() :]
    split = _DASH_THEN_DOMAIN.match(rest) if len(rest) <= _LONGEST_TITLE else None
    if split and looks_like_domain(split[2]):
        rest, after = split[1], [Atom("dash", "—"), Atom("domain", split[2].strip()), *after]
    middle = [Atom("text", rest, bold=bold)] if rest.strip() else []
    return [*before, *middle, *after]


def _link_atom(piece: Piece, before: list[Atom]) -> Atom:
    label = plain(piece.text).strip()
    bare = label.strip("【】[] ")
    follows_dash = bool(before) and before[-1].kind == "dash"
    if (follows_dash and len(before) > 1 and (not bare or looks_like_domain(bare))) or (
        follows_dash and looks_like_domain(bare)
    ):
        return Atom("domain", bare, piece.url)
    if before and before[-1].kind == "domain" and not bare:
        return Atom("domain", "", piece.url)
    if follows_dash and not bare:
        return Atom("domain", "", piece.url)
    return Atom("link", label, piece.url, bold="**" in piece.text)


def read_atoms(text: str) -> list[Atom]:
    """The line as titles, dashes, domains and plain words, in order."""
    atoms: list[Atom] = []
    for piece in pieces(text):
        if piece.kind == "link":
            atoms.append(_link_atom(piece, atoms))
        elif piece.kind == "text":
            atoms += _text_atoms(piece.text)
    return atoms


def _sureness(atoms: list[Atom], words: str) -> int:
    """How sure it is that these atoms are an entry's head."""
    titles = [atom for atom in atoms if atom.kind == "link" and atom.text]
    stray = "".join(atom.text for atom in atoms if atom.kind == "text").strip()
    has_dash, has_domain = (any(atom.kind == kind for atom in atoms) for kind in ("dash", "domain"))
    if len(words) > _LONGEST_TITLE or any(is_address(atom.text) for atom in titles) or is_address(stray):
        return 0
    if _SENTENCE_END.search(stray) and len(stray) > 20:
        return 0
    bold = any(atom.bold for atom in atoms if atom.kind in ("link", "text"))
    has_url = any(atom.url for atom in atoms)
    if has_domain and has_dash and has_url:
        return 3
    if has_domain and (titles or has_dash) and len(stray) <= _LONGEST_STRAY:
        return 3 if bold or not stray else 2
    if len(titles) == 1 and not stray:
        return 3 if bold else 2
    if titles and titles[0].bold and len(stray) <= _LONGEST_STRAY:
        return 2
    if has_url and not titles and (not stray or (bold and len(stray) <= _LONGEST_STRAY)):
        return 1
    return 1 if titles and len(stray) <= 12 and len(titles) == 1 else 0


def _spoken(atoms: list[Atom]) -> str:
    return collapse("".join(atom.text for atom in atoms))


def read_head(text: str) -> Head | None:
    """What a line says as the head of an entry; None for a line that can't be one."""
    if not _MAY_HEAD.search(text) or "\n" in text or len(text) > _LONGEST_LINE or ORIGINAL_ID.match(plain(text)):
        return None
    atoms = read_atoms(text)
    spoken = [atom for atom in atoms if atom.kind in ("link", "text")]
    title = _spoken(spoken)
    sureness = _sureness(atoms, title)
    if not sureness:
        return None
    shown = [atom.text for atom in atoms if atom.kind == "domain" and atom.text]
    return Head(title, _address(atoms), shown[0] if shown else None, sureness)


def _address(atoms: list[Atom]) -> str:
    """The title's address, else that of an empty link, else the domain's."""
    links = [atom for atom in atoms if atom.url]
    named = [atom for atom in links if atom.kind == "link"]
    return next((atom.url for atom in [*(a for a in named if a.text), *named, *links]), "")


def read_heading(text: str) -> Head:
    """What a heading inside a section says. Its title is its link's text alone, the rest stays beside it."""
    atoms = read_atoms(text)
    titles = [atom for atom in atoms if atom.kind == "link" and atom.text]
    shown = [atom.text for atom in atoms if atom.kind == "domain" and atom.text]
    spoken = [atom for atom in atoms if atom.kind in ("link", "text")]
    if titles and not shown:
        stray = _spoken([atom for atom in spoken if atom not in titles])
        return Head(_spoken(titles), _address(atoms), None, 3, stray)
    return Head(_spoken(spoken), _address(atoms), shown[0] if shown else None, 3)
