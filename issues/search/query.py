"""What somebody asks for: any text in, the words, phrases and filters of a search out. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from common.html import encodable
from issues.models.issue import SectionKind
from issues.models.publication import LANGUAGE_PATTERN
from papers.identifiers import MalformedURL, identity

LONGEST_QUERY = 300
LONGEST_WORD = 60
LONGEST_FILTER = 200
MOST_TERMS = 12

FILTERS = ("kind", "topic", "year", "language", "author", "site")
# What can be found: entries by the kind of their section, issues, and works.
ISSUE, WORK = "issue", "work"
KINDS = (*SectionKind.values, ISSUE, WORK)

# Written without blanks between words, so that they are found by single characters and pairs of them: Thai, Lao,
# Burmese, Khmer, Hangul, kana, Chinese characters. The function `papers_search_pairs` has the same list.
PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b\u3041-\u3096"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_TERM = re.compile(r'((?<!\S)-)?"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans("“”„‟«»＂「」『』", '"' * 11)
_MINUSES = re.compile(r"(?<!\S)[−－](?=\S)")
_RUN = re.compile(rf"[{PAIRED}]+|[^\W_{PAIRED}]+")
_PAIRED_RUN = re.compile(rf"[{PAIRED}]+")
# Marks that stand on a letter and are left out when words are compared; those of kana and Thai make other letters.
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u00ad\ufe00-\ufe0f]")
_ADDRESS = re.compile(r"https?://|www\.|[\w-]+(?:\.[\w-]+)+/\S", re.IGNORECASE)
_LANGUAGE = re.compile(LANGUAGE_PATTERN)


@dataclass(frozen=True)
class Query:
    """What is looked for. Words are folded, in width and case; one of several parts has blanks between them."""

    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    identity: str | None = None
    was_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for. Filters alone are something: the newest that passes them."""
        return not (self.words or self.phrases or self.filters or self.identity)


def folded(text: str) -> str:
    """The text in one width and case, without what nobody sees, blanks made one; accents are left to the database."""
    return " ".join(_MARKS.sub("", unicodedata.normalize("NFKC", text).lower()).split())


def runs(text: str) -> list[str]:
    """The runs of letters and digits in a folded text, those without blanks between words apart from others."""
    return _RUN.findall(text)


def is_paired(run: str) -> bool:
    """Whether a run is found by its characters and pairs of them."""
    return bool(_PAIRED_RUN.match(run))


def parse(text: str, *, filters: Mapping[str, str] = MappingProxyType({})) -> Query:
    """Read what was typed: words, "phrases", -excluded ones; an address or the number of a paper as what it names.

    Any text gives a query. It is cut to a fixed number of characters and terms; `was_cut` tells. Filters that make no
    sense are left out.
    """
    whole = " ".join(_readable(text).split())
    kept = whole[:LONGEST_QUERY]
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for is_excluded, is_quoted, term in _terms(kept):
        if is_excluded:
            excluded += [" ".join(runs(term))] if is_quoted else _words(term)
        elif is_quoted:
            phrases.append(" ".join(runs(term)))
        else:
            words += _words(term)
    lists = [list(dict.fromkeys(filter(None, terms))) for terms in (words, phrases, excluded)]
    cut = [terms[:MOST_TERMS] for terms in lists]
    return Query(
        kept,
        *map(tuple, cut),
        filters=MappingProxyType(_sensible(filters)),
        identity=_identity(whole),
        was_cut=len(whole) > LONGEST_QUERY or cut != lists,
    )


def _readable(text: str) -> str:
    """The text as the database can take it: no NUL, no half of a character."""
    return encodable(str(text)).replace("\0", " ")


def _terms(text: str) -> Iterator[tuple[bool, bool, str]]:
    """Of each term: whether it is excluded, whether it was quoted, and its folded text."""
    text = _MINUSES.sub("-", text.translate(_QUOTES))
    for match in _TERM.finditer(text):
        minus, phrase, word = match.groups()
        if phrase is not None:
            yield bool(minus), True, folded(phrase)
        else:
            begins = match.start() == 0 or text[match.start() - 1].isspace()
            is_excluded = word.startswith("-") and begins
            yield is_excluded, False, folded(word)


def _words(term: str) -> list[str]:
    """The words of a term. What is joined by a hyphen and the like stays together where a part alone says little."""
    found, latin = [], []
    for run in runs(term):
        if is_paired(run):
            found.append(run)
        else:
            latin.append(run[:LONGEST_WORD])
    if len(latin) > 1 and len(latin) == len(runs(term)) and any(len(part) < 3 for part in latin):
        return [" ".join(latin)]
    return [*latin, *found]


def _sensible(filters: Mapping[str, str]) -> dict[str, str]:
    given = {name: " ".join(_readable(filters.get(name, "")).split())[:LONGEST_FILTER] for name in FILTERS}
    return {name: value for name, value in given.items() if value and _is_sensible(name, value)}


def _is_sensible(name: str, value: str) -> bool:
    if name == "kind":
        return value in KINDS
    if name == "year":
        return len(value) == 4 and value.isascii() and value.isdigit() and value > "0000"
    return name != "language" or bool(_LANGUAGE.fullmatch(value))


def _identity(text: str) -> str | None:
    """What the whole text names: an address, an arXiv id, a DOI. A word with a dot in it, such as node.js, is none."""
    if not text or len(text) > LONGEST_QUERY * 10:
        return None
    try:
        found = identity(text)
    except MalformedURL:
        return None
    return found if not found.startswith("url:") or _ADDRESS.match(text) else None
