"""LaTeX within a text: formulas stay as `$…$`, accents and commands of text become Unicode.

Any page may hold backslashes, braces and dollars that are no LaTeX (`C:\\temp`, `{name}`, `$5 and $10`, `It\\'s`), so
only what surely is LaTeX is touched, and everything else stays as it stands.
"""

import re
import unicodedata

from . import characters, markup

# A formula as Pandoc tells it from prices: no blank inside the dollars, no digit behind them.
_FORMULA = re.compile(r"(?<![\\$])(\$\$?)(?![\s$])((?:[^$\\]|\\.)++)(?<!\s)(?<!\\)\1(?![\d$])", re.DOTALL)
_OTHER_FORMULA = re.compile(r"\\\(((?:[^$\\]|\\[^()\[\]])++)\\\)|\\\[((?:[^$\\]|\\[^()\[\]])++)\\\]", re.DOTALL)
_FIRST_MASK = 0xF0000

_ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308"},
    **{"u": "\u0306", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328"},
    "b": "\u0331",
}
_LETTER = r"(\\[ij](?![A-Za-z])|[A-Za-z])"
# `\.` before any other letter is rather an escaped point: `example\.com`.
_ACCENT = re.compile(
    rf"\\([\"'`^~=.])\{{\s*{_LETTER}\s*\}}"
    rf"|\\([\"'`^~=]){_LETTER}"
    r"|\\(\.)([zZeEI])"
    rf"|\\([uvHcdbkr])\s*\{{\s*{_LETTER}\s*\}}"
    rf"|\\([uvHckr])\s+{_LETTER}"
)
_CONTRACTION = re.compile(r"(?<=\w)\\'(?=(?:s|t|re|ll|d|m|ve)\b)")

_LETTERS = {
    **{"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å"},
    **{"AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ"},
}
_SYMBOLS = {
    **{"copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "pounds": "£"},
    **{"textsterling": "£", "euro": "€", "texteuro": "€", "dots": "…", "ldots": "…", "textellipsis": "…"},
    **{"textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“"},
    **{"textquotedblright": "”", "textquotedbl": '"', "textless": "<", "textgreater": ">", "textbar": "|"},
    **{"textunderscore": "_", "textasciitilde": "~", "textdegree": "°", "textmu": "µ", "textperiodcentered": "·"},
    **{"slash": "/", "dag": "†", "ddag": "‡", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "TeX": "TeX", "BibTeX": "BibTeX"},
    **{"quad": " ", "qquad": " ", "thinspace": " ", "enspace": " "},
}


def _any_of(table: dict[str, str]) -> str:
    return "|".join(sorted(table, key=len, reverse=True))


# TeX swallows the blanks behind a command; behind a letter within a word (`Stra\ss e`) writers count on that.
_LETTER_COMMAND = re.compile(rf"\\({_any_of(_LETTERS)})(?:\{{\}}|(?![A-Za-z])(?: +(?=[a-z]))?)")
_SYMBOL_COMMAND = re.compile(rf"\\({_any_of(_SYMBOLS)})(?:\{{\}}|(?![A-Za-z])(?:\\(?= ))?)")

_WRAPPER = re.compile(
    r"\\(?:text(?:it|bf|rm|sf|tt|sc|sl|up|md|normal)?|emph|underline|uline|[mhf]box|url|(?:href|textcolor)\{[^{}]*\})"
    r"\s*\{([^{}]*)\}"
)
_SWITCH = re.compile(r"\{\\(?:it|bf|em|sc|rm|tt|sl|sf|itshape|bfseries|scshape|ttfamily)(?![A-Za-z])\s*([^{}]*)\}")
_NOTE = re.compile(r"\\(?:thanks|footnote)\{[^{}]*\}")
_SCRIPT = re.compile(r"\\text(su[bp])(?:er)?script\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([&%$#_{}/])")
_LINE_BREAK = re.compile(r"\\\\(?=\s|\Z)|(?<=\w)\\[,;:](?=[\w$])")
_HYPHENATION = re.compile(r"(?<=[a-z])\\-(?=[a-z])")
# A tie where it surely is one: behind an abbreviation, before a number. `10~20` and `/~name/` stay.
_TIE = re.compile(r"(?<=[A-Za-z]\.)~(?=\w)|(?<=[A-Za-z])~(?=\d)|(?<=\bet)~(?=al\b)")
_QUOTED = re.compile(r"``([^`']*(?:'[^`']+)*)''")
# Braces that keep BibTeX from changing capitals, but not those of a placeholder (`${NAME}`) or of a command.
_PROTECTED = re.compile(
    r"(\\[A-Za-z]+\*?\s*(?:\{[^{}]*\})*)?(?<![\\{$#@%_^])\{([A-Za-z][A-Za-z0-9-]*|[^\W\d_a-zA-Z])\}(?!\})"
)
_CAPITAL = re.compile(r"[A-Z]|[^\x00-\x7f]")


def _accented(match: re.Match) -> str:
    accent, letter = filter(None, match.groups())
    composed = unicodedata.normalize("NFC", letter.removeprefix("\\") + _ACCENTS[accent])
    return composed if len(composed) == 1 else match[0]


def _unescape_quotes(text: str) -> str:
    """Quotes that some program escaped look like accents; one that no letter follows tells that they are none."""
    for quote in "\"'`":
        if re.search(rf"\\{quote}(?![A-Za-z{{\\])", text):
            text = text.replace(f"\\{quote}", quote)
    return _CONTRACTION.sub("'", text)


def _unprotected(match: re.Match) -> str:
    command, word = match.groups()
    if command is not None:
        return match[0]
    around = match.string[max(match.start() - 1, 0) : match.start()] + match.string[match.end() : match.end() + 1]
    within_word = any(character.isalpha() for character in around)
    return word if within_word or _CAPITAL.search(word) else match[0]


def _commands_to_text(text: str) -> str:
    if "\\" in text:
        text = _ACCENT.sub(_accented, _unescape_quotes(text))
        text = _LETTER_COMMAND.sub(lambda match: _LETTERS[match[1]], text)
        text = _SYMBOL_COMMAND.sub(lambda match: _SYMBOLS[match[1]], text)
        text = _SCRIPT.sub(lambda match: markup.raised_or_lowered(match[1], match[2]), text)
        text = _WRAPPER.sub(r"\1", _SWITCH.sub(r"\1", _NOTE.sub("", text)))
        text = _HYPHENATION.sub("", _LINE_BREAK.sub(" ", text))
    text = _TIE.sub(" ", _QUOTED.sub(r"“\1”", _PROTECTED.sub(_unprotected, text)))
    return _ESCAPED.sub(r"\1", text)


def _masked(text: str) -> tuple[str, list[str]]:
    """The text with a private character for each formula, and the formulas."""
    formulas: list[str] = []

    def mask(match: re.Match) -> str:
        formulas.append(f"${match[2].strip()}$")
        return chr(_FIRST_MASK + len(formulas) - 1)

    return _FORMULA.sub(mask, text), formulas


def to_text(text: str) -> str:
    """The text with formulas as `$…$` and with its other LaTeX as Unicode, one level of nesting at a time.

    No character for private use may be in it.
    """
    if "\\(" in text or "\\[" in text:
        text = _OTHER_FORMULA.sub(lambda match: f"${(match[1] or match[2]).strip()}$", text)
    if not any(mark in text for mark in "\\{~`$"):
        return text
    text, formulas = _masked(text)
    text = _commands_to_text(text)
    return re.sub("[\U000f0000-\U0010ffff]", lambda mask: formulas[ord(mask[0]) - _FIRST_MASK], text)


def _is_bound_to_the_last(text: str, position: int) -> bool:
    return characters.is_mark(text[position]) or "\u200d" in text[position - 1 : position + 1]


def shortened(text: str, longest: int) -> str:
    """The text, where longer than that cut between words and outside of formulas, with an ellipsis."""
    if len(text) <= longest:
        return text
    end = longest - 1
    for formula in _FORMULA.finditer(text):
        if formula.start() < end < formula.end():
            end = formula.start() or end
    blank = max(text.rfind(" ", end - 40, end + 1), text.rfind("\n", end - 40, end + 1))
    if blank > 0:
        end = blank
    while end > 1 and _is_bound_to_the_last(text, end):
        end -= 1
    return text[:end].rstrip(" \n,;:") + "…"
