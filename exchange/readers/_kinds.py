"""What kind of section a title announces, in the languages that newsletters of the field are written in."""

from __future__ import annotations

import re

# The first kind with a word in the title is taken: a title such as "Papers and articles" is one of papers.
_WORDS = {
    "use_case": r"\b(?:use[ -]?cases?|case stud(?:y|ies)|applications?|in production|in practice)\b"
    r"|用例|应用|應用|案例|事例|活用|応用",
    "feature": r"\b(?:features?|featured|highlights?|cover story|editor.{0,2}s? picks?)\b"
    r"|特集|特稿|特輯|注目|本周话题|精选",
    "paper": r"\b(?:papers?|research|preprints?|arxiv|publications?)\b|論文|论文|研究",
    "article": r"\b(?:articles?|blogs?|posts?|reading|tutorials?|walkthroughs?|essays?|thoughts|guides?)\b"
    r"|記事|文章|教程|教学|ブログ|博客|文摘|読み物|チュートリアル",
}
_KINDS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
_HIGHLIGHTS = re.compile(
    r"(?:this (?:week|month)'?s? )?highlights|(?:今週の|今月の)?ハイライト|本周亮点|本週亮點|要点", re.IGNORECASE
)


def guess_kind(title: str, *, otherwise: str = "other") -> str:
    """The section kind that a title announces; `otherwise` where it announces none."""
    return next((kind for kind, words in _KINDS.items() if words.search(title[:500])), otherwise)


def names_highlights(title: str) -> bool:
    """Whether a heading announces the highlights of an issue."""
    return bool(_HIGHLIGHTS.fullmatch(title.strip()))
