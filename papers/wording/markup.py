"""Entities and tags within a text that is meant to be plain: of HTML, of JATS (Crossref) and of MathML."""

import html
import re
from collections.abc import Callable

from common.html import BLOCK_TAGS, HEADING_TAGS, INLINE_TAGS, MATH_TAGS, names

# Without its semicolon, `&copy` may as well be a part of an address or of `R&D`.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_COMMENT = re.compile(r"<!--(?:(?!<!--|-->).){0,2000}-->|<!\[CDATA\[|\]\]>", re.DOTALL)
# Quoted values stop at `<`, so that no text is searched twice.
_ATTRIBUTES = r"""(?:\s++[a-zA-Z_:][\w.:-]*+(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'=<>`]++))?+)*+\s*+/?>"""
_TAG = re.compile(rf"<(/?)((?:jats|mml|ali|m):)?([a-zA-Z][a-zA-Z0-9-]*)({_ATTRIBUTES})")

_OF_JATS = names(
    "alternatives bold disp-formula ext-link fixed-case inline-formula italic list list-item monospace named-content "
    "overline roman sans-serif sc scp sec strike styled-content tex-math title underline xref"
)
# These dress a text when they stand in pairs; alone, and whatever else has the form of a tag, they are text.
_DRESSING = (
    INLINE_TAGS
    | BLOCK_TAGS
    | HEADING_TAGS
    | MATH_TAGS
    | (_OF_JATS - {"title"})
    | names("address article big center div font h1 main nobr section semantics strike tt")
)
_ALONE = names("br hr img wbr")
_PARTING = BLOCK_TAGS | HEADING_TAGS | names("address article center disp-formula div h1 list list-item main sec title")


def _element(name: str) -> re.Pattern:
    return re.compile(rf"<(/?)(?:[a-z]+:)?(?:{name})(?=[\s>])[^<>]*>", re.IGNORECASE)


def _replaced(text: str, element: re.Pattern, replacement: Callable[[str], str]) -> str:
    """The text with each innermost element replaced by what its content becomes."""
    pieces, taken, opening = [], 0, None
    for tag in element.finditer(text):
        if not tag[1]:
            opening = tag
        elif opening:
            pieces += [text[taken : opening.start()], replacement(text[opening.end() : tag.start()])]
            taken, opening = tag.end(), None
    return "".join([*pieces, text[taken:]])


_TEX = _element("tex-math|annotation")
_TEX_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")


def _formula(tex: str) -> str:
    """LaTeX that markup carries beside a formula, sometimes as a whole document, as `$…$`."""
    document = _TEX_DOCUMENT.search(tex)
    formula = (document[1] if document else tex).strip().strip("$").strip()
    return f"${formula}$" if formula else ""


def _as_formula(content: str) -> str:
    """What stands for a formula: its LaTeX where the markup has it, else the letters and signs of its MathML."""
    if found := re.search(r"\$[^$]+\$", _replaced(content, _TEX, _formula)):
        return found[0]
    return re.sub(r"\s+", "", _ANY_TAG.sub("", content))


_SCRIPTS = {
    "sup": str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
_RAISED_OR_LOWERED = re.compile(r"<(?:jats:)?(su[bp])>([^<>]{1,40})</(?:jats:)?\1>", re.IGNORECASE)


def raised_or_lowered(which: str, text: str) -> str:
    """The text in raised (`sup`) or lowered (`sub`) characters, where Unicode has all of them: 10⁵ is not 105."""
    table = _SCRIPTS[which]
    return text.translate(table) if all(ord(character) in table for character in text) else text


_FORMULAS = [_element("alternatives"), _element("math")]


def _without_formulas(text: str) -> str:
    """The text with formulas in markup turned into `$…$` or into their characters."""
    for element in _FORMULAS:
        text = _replaced(text, element, _as_formula)
    return _replaced(text, _TEX, _formula)


def _dressing(tags: list[re.Match]) -> set[int]:
    """Which of the tags only dress the text: those of a known kind that stand in pairs, and the like of `<br>`."""
    found: set[int] = set()
    open_tags: dict[str, list[int]] = {}
    for index, tag in enumerate(tags):
        closing, prefix, name, attributes = tag.groups()
        name = name.lower()
        if prefix or (name in _ALONE and ("=" in attributes or name != "img")):
            found.add(index)
        elif name not in _DRESSING:
            continue
        elif not closing:
            open_tags.setdefault(name, []).append(index)
        elif open_tags.get(name):
            found |= {index, open_tags[name].pop()}
    return found


def _in_place_of(tag: re.Match) -> str:
    name = tag[3].lower()
    if name in _PARTING and (tag[2] or name != "title"):
        return "\n\n"
    return "\n" if name == "br" else ""


def _undressed(text: str) -> str:
    tags = list(_TAG.finditer(text))
    dressing = _dressing(tags)
    pieces, taken = [], 0
    for index, tag in enumerate(tags):
        if index in dressing:
            pieces += [text[taken : tag.start()], _in_place_of(tag)]
            taken = tag.end()
    return "".join([*pieces, text[taken:]])


def to_text(text: str) -> str:
    """The text with its entities decoded once, its formulas as `$…$` and without the tags that dressed it.

    Tags that end a paragraph leave an empty line, `<br>` a line end. `a < b`, `Vec<T>`, `<script>` and a tag that is
    never closed are text and stay.
    """
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "<" not in text:
        return text
    text = _without_formulas(_COMMENT.sub("", text))
    text = _RAISED_OR_LOWERED.sub(lambda match: raised_or_lowered(match[1].lower(), match[2]), text)
    return _undressed(text)
