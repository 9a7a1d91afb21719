"""A work as BibTeX, RIS and CSL-JSON, for those who cite it.

BibTeX: the entry types and rules of its manual (btxdoc). RIS: the tags that reference managers agree on. CSL-JSON: the
schema of the Citation Style Language 1.0.2.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from .models import Work, WorkKind

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _line(text: str) -> str:
    """The text on one line: a line break would end a field of RIS, and means nothing in the others."""
    return _BLANKS.sub(" ", text).strip()


def _authors(work: Work) -> list[str]:
    return [name for name in map(_line, work.authors) if name]


def _doi(work: Work) -> str:
    scheme, _, key = work.identity.partition(":")
    return _line(work.doi or (unquote(key) if scheme == "doi" else ""))


# A meeting is named by what it is, or by its year (NeurIPS 2017); a journal's name carries neither.
_MEETING = re.compile(r"\b(?:(?:19|20)\d\d|proceedings|conference|workshop|symposium)\b", re.IGNORECASE)


class _Form(NamedTuple):
    """How each format calls a work that appeared in print, and the field that holds where."""

    bibtex: str
    bibtex_venue: str
    ris: str
    csl: str


_JOURNAL = _Form("article", "journal", "JOUR", "article-journal")
_PROCEEDINGS = _Form("inproceedings", "booktitle", "CONF", "paper-conference")


def _form(work: Work) -> _Form | None:
    """Journal or proceedings, as far as the name of the venue tells; None for what appeared in neither."""
    if work.kind != WorkKind.PAPER or not work.venue:
        return None
    return _PROCEEDINGS if _MEETING.search(work.venue) else _JOURNAL


# Particles that belong to the family name although they are written small.
_PARTICLES = frozenset(["af", "al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "le"])
_PARTICLES |= {"ibn", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur"}


def _name_parts(name: str) -> tuple[str, str] | None:
    """Family and given name, or None for a name that is not told apart: a group, one word, a script without blanks."""
    if "," in name:
        family, _, given = name.partition(",")
        return (family.strip(), given.strip()) if family.strip() and given.strip() else None
    words = name.split()
    if len(words) < 2 or "and" in words or not all(unicodedata.name(word[0], "").startswith("LATIN") for word in words):
        return None
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])


_TEX_SPECIALS = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces even behind a backslash, so that `\{` alone would break the file.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_SPECIAL = re.compile(r"[\\{}$&%#_~^]")
# The maths of a title, as in “$k$-means”: no blank within the signs, no digit behind, so that prices are no formula.
_FORMULA = re.compile(r"(\$(?=[^\s$])[^$]*(?<=[^\s\\])\$(?!\d))")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _TEX_SPECIALS[match[0]], text)


def _is_sound_formula(piece: str) -> bool:
    """Whether the piece can stand in a BibTeX file as it is: braces in pairs, nothing that starts a comment."""
    depth = 0
    for character in piece:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"[%#&~]|\\[{}\\]", piece)


def _tex(text: str) -> str:
    """The text for TeX: its special characters escaped, formulas kept, accents left as they are (UTF-8)."""
    pieces = _FORMULA.split(_line(text))
    return "".join(
        piece if number % 2 and _is_sound_formula(piece) else _escaped(piece) for number, piece in enumerate(pieces)
    )


def _tex_author(name: str) -> str:
    """The name for an author field, where `and` and commas part names; a name that holds one goes into braces."""
    escaped = _tex(name)
    parts = name.count(",")
    return f"{{{escaped}}}" if parts > 1 or re.search(r"\band\b", name, re.IGNORECASE) else escaped


def _verbatim(address: str) -> str:
    """An address or DOI for BibTeX, where nothing is escaped: only what would break the file is percent-encoded."""
    return re.sub(r"[{}\\\s]", lambda match: f"%{ord(match[0]):02X}", address)


def _plain_word(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", ascii_text)


_SMALL_WORDS = frozenset(
    ["a", "an", "and", "for", "from", "how", "in", "is", "of", "on", "the", "to", "towards", "with"]
)


def citation_key(work: Work) -> str:
    """A key such as `example2021deep`: first author, year, first word of weight; the public id makes up for what lacks.

    The same work always gets the same key.
    """
    authors = _authors(work)
    parts = _name_parts(authors[0]) if authors else None
    family = _plain_word(parts[0] if parts else authors[0]) if authors else ""
    year = str(work.published_on.year) if work.published_on else ""
    words = [_plain_word(word) for word in work.title.split()]
    word = next((word for word in words if word and word not in _SMALL_WORDS), "")
    return f"{family}{year}{word}" if family and year and word else f"{family}{year}{word}{work.public_id}"


def _bibtex_fields(work: Work) -> dict[str, str]:
    date = work.published_on
    form = _form(work)
    fields = {
        # The second braces keep the capitals of names and abbreviations.
        "title": f"{{{_tex(work.title)}}}" if _line(work.title) else "",
        "author": " and ".join(map(_tex_author, _authors(work))),
        form.bibtex_venue if form else "howpublished": _tex(work.venue),
        "year": str(date.year) if date else "",
        "month": str(date.month) if date else "",
        "eprint": work.arxiv_id,
        "archivePrefix": "arXiv" if work.arxiv_id else "",
        "doi": _verbatim(_doi(work)),
        "url": _verbatim(work.url),
    }
    return {name: value for name, value in fields.items() if value}


def bibtex(work: Work) -> str:
    """The work as one entry of a BibTeX file, in UTF-8."""
    lines = [f"  {name} = {{{value}}}," for name, value in _bibtex_fields(work).items()]
    form = _form(work)
    return "\n".join([f"@{form.bibtex if form else 'misc'}{{{citation_key(work)},", *lines, "}"]) + "\n"


_RIS_TYPES = {WorkKind.PAPER: "UNPB", WorkKind.ARTICLE: "ELEC", WorkKind.REPOSITORY: "COMP", WorkKind.VIDEO: "VIDEO"}


def ris(work: Work) -> str:
    """The work as one record of a RIS file; lines end with CR and LF, as readers of the format expect."""
    names = [", ".join(_name_parts(name) or [name]) for name in _authors(work)]
    date = work.published_on
    form = _form(work)
    tags = [
        ("TY", form.ris if form else _RIS_TYPES.get(work.kind, "GEN")),
        ("TI", _line(work.title)),
        *(("AU", name) for name in names),
        ("PY", str(date.year) if date else ""),
        ("DA", f"{date:%Y/%m/%d}" if date else ""),
        ("T2" if form else "PB", _line(work.venue)),
        ("AB", _line(work.abstract)),
        ("DO", _doi(work)),
        ("M1", f"arXiv:{work.arxiv_id}" if work.arxiv_id else ""),
        ("UR", work.url),
    ]
    lines = [f"{tag}  - {value}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - "]) + "\r\n"


_CSL_TYPES = {
    WorkKind.PAPER: "article",
    WorkKind.ARTICLE: "webpage",
    WorkKind.REPOSITORY: "software",
    WorkKind.VIDEO: "motion_picture",
}


def _csl_name(name: str) -> dict[str, str]:
    parts = _name_parts(name)
    return {"family": parts[0], "given": parts[1]} if parts else {"literal": name}


def csl(work: Work) -> dict:
    """The work as one item of CSL-JSON."""
    date = work.published_on
    form = _form(work)
    item = {
        "id": citation_key(work),
        "type": form.csl if form else _CSL_TYPES.get(work.kind, "document"),
        "title": _line(work.title),
        "author": [_csl_name(name) for name in _authors(work)],
        "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else None,
        "container-title" if form else "publisher": _line(work.venue),
        "abstract": _line(work.abstract),
        "number": f"arXiv:{work.arxiv_id}" if work.arxiv_id else "",
        "DOI": _doi(work),
        "URL": work.url,
    }
    return {name: value for name, value in item.items() if value}


def csl_json(works: Iterable[Work]) -> str:
    """The works as a CSL-JSON document."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=2) + "\n"
