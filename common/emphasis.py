"""Emphasis in Chinese, Japanese and Korean Markdown, where no blank parts a star from the next word.

CommonMark lets `**日本語。**次` stand as it is, since a closing star after punctuation needs a blank or punctuation
behind it, and these scripts write none. Here a Chinese, Japanese or Korean character beside the stars counts as such
a blank. Text without such characters is read exactly as CommonMark says (section 6.2 of the specification).
"""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

# Kana, ideographs, hangul, their punctuation and the full-width forms. The quotation marks “ ” ‘ ’ and the
# dash — are shared with Latin scripts and stay ordinary punctuation.
CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3100-\u31ff\u3200-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def _is_punctuation(character: str) -> bool:
    return not CJK.match(character) and (isMdAsciiPunct(ord(character)) or isPunctChar(character))


def _flanks(near: str, far: str) -> bool:
    """Whether a run of stars may hold on to the character `near`, with `far` on its other side."""
    if isWhiteSpace(ord(near)):
        return False
    return not _is_punctuation(near) or isWhiteSpace(ord(far)) or _is_punctuation(far) or bool(CJK.match(far))


def _stars(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if silent or state.src[start] != "*":
        return False
    end = start
    while end < state.posMax and state.src[end] == "*":
        end += 1
    before = state.src[start - 1] if start else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = _flanks(after, before), _flanks(before, after)
    for _ in range(end - start):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"), length=end - start, token=len(state.tokens) - 1, end=-1, open=opens, close=closes
            )
        )
    state.pos = end
    return True


def plugin(parser: MarkdownIt) -> None:
    """Teach the parser this reading of stars."""
    parser.inline.ruler.before("emphasis", "stars", _stars)
