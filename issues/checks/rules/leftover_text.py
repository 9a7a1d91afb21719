"""A text was left over: a placeholder of a template (TODO, Lorem ipsum, {title}), or what the issue before said of its
own number or date."""

import re
from collections.abc import Iterator

from common.folding import key
from issues.stating import read_dates

from ..facts import Facts, shortened
from ..finding import Finding, Severity
from ..written import Written, written

CODE = "leftover-text"
SEVERITY = Severity.WARNING
TITLE = "Text left over"

_NAMES = r"(?:title|name|number|week|month|year|url|link|date|text|summary|headline|author|source)"
_WISH = r"(?i:insert|enter|your|placeholder|to do|to come|todo|tbd|tk|link to come)"
_PLACEHOLDERS = [
    re.compile(form)
    for form in (
        r"\b(?:TODO|TBD|TBA|TBC|FIXME|TKTK|TK|XXX+)\b",
        r"(?i:\blorem ipsum\b|\bdolor sit amet\b)",
        # What programs fill in: {{ title }}, {% … %}, ${title}, {title}, %(title)s, %TITLE%, *|TITLE|*.
        rf"\{{\{{.{{0,60}}?\}}\}}|\{{%.{{0,60}}?%\}}|\$\{{\w{{1,40}}\}}|(?i:\{{{_NAMES}\}}|\[{_NAMES}\](?!\())"
        rf"|%\(\w{{1,40}}\)s|\*\|\w{{1,40}}\|\*|(?i:<{_NAMES}>|%{_NAMES}%)",
        rf"[\[(<（【［]{_WISH}\b[^\])>）】］\n]{{0,60}}[\])>）】］](?!\()",
        r"(?i:\b(?:headline|title|summary|text|link|description|caption|comment|image)s? (?:goes|comes|to go) here\b)",
        r"(?i:\byour (?:headline|title|summary|text|link|comment) here\b|\bplaceholder (?:text|title|link|summary)\b)",
        r"ここに.{0,12}(?:書|入れ|入力|記入|挿入|貼)|仮題|仮タイトル|ダミーテキスト|要追記|(?:後|あと)で書く|未記入|タイトル未定|[（(]仮[）)]",
        r"待补充|待填写|待翻译|待定稿|占位(?:符|文)|标题待定|示例文本|(?:在此处?|此处|这里)(?:输入|填写|插入|添加)",
    )
]
# Code and addresses may hold such marks.
_NOT_WRITTEN = re.compile(r"(`+)[\s\S]*?\1|\]\([^)\s]*\)|https?://\S+|\$[^$\n]{1,500}\$")


def find(facts: Facts) -> Iterator[Finding]:
    for text in written(facts):
        if mark := _placeholder(text):
            message = f"{text.shown_in.capitalize()} still holds “{shortened(mark)}”. Write what belongs there."
            yield Finding(CODE, SEVERITY, text.place, message, text.text)
    yield from _of_the_issue_before(facts)


def _placeholder(text: Written) -> str:
    plain = _NOT_WRITTEN.sub(" ", text.text) if text.is_markdown else text.text
    return next((found[0] for form in _PLACEHOLDERS if (found := form.search(plain))), "")


def _of_the_issue_before(facts: Facts) -> Iterator[Finding]:
    """Texts taken over from the issue before that say its number, week or day; what says neither may stay the same."""
    previous = facts.previous
    if previous is None:
        return
    before = {"intro": previous.issue.intro, "title": previous.issue.title}
    for text in written(facts):
        if text.place.row == facts.place.row and _is_left(facts, text, before[text.place.field]):
            message = (
                f"{text.shown_in.capitalize()} is still that of {previous.issue.name}. Write the one of this issue."
            )
            yield Finding(CODE, SEVERITY, text.place, message, text.text)


def _names_the_week_before(facts: Facts, intro: str) -> bool:
    """Whether the introduction begins with the week of the issue before in place of its own."""
    week, before = facts.issue.week, facts.previous.issue.week
    return bool(week and before) and week != before and read_dates(intro[:500]).week == before


def _is_left(facts: Facts, text: Written, before: str) -> bool:
    if text.place.field == "intro" and _names_the_week_before(facts, text.text):
        return True
    if not key(text.text) or key(text.text) != key(before):
        return False
    stated = read_dates(text.text)
    if stated.number is not None or stated.says_when:
        return True
    # A title that two issues had in a row is that of the newsletter.
    titles = [other.title for other in facts.neighbours if other.kind == facts.issue.kind][1:2]
    return text.place.field == "title" and any(key(title) != key(text.text) for title in titles)
