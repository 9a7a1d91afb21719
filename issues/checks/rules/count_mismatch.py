"""A number that the issue states of itself, or its list of contents, does not fit what stands in it: “five topics” over
four sections, “84 papers” over 83 entries."""

import re
from collections.abc import Iterator

from common.folding import fold, same_forms

from ..counting import Count, counts
from ..facts import Facts
from ..finding import Finding, Place, Severity

CODE = "count-mismatch"
SEVERITY = Severity.WARNING
TITLE = "A stated number does not fit"

# Where the introduction speaks of the issue, and not of what somebody else wrote.
_OF_ITSELF = re.compile(
    same_forms(
        r"\bthis (?:issue|week|month|year|edition|number|time|newsletter)|\bin total|\baltogether|\bbelow\b"
        r"|\bfollow(?:s|ing)?\b|\bi (?:present|picked|chose|introduce|collected|cover|read|have|'ve|’ve)"
        r"|\bwe (?:have|cover|present)|\bhere (?:are|come)|\btoday\b|\binside\b|\bcontents?\b"
        r"|以下|下面|本期|本周|这期|这周|本月|今年|今回|今周|今月|本号|次の|下记|ご?绍介|介绍|お届け|まとめ|取り上げ|合计"
        r"|一共|总共|共计|选了|选んだ|内容|目录|目次|今日"
    )
)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*|\n+")


def find(facts: Facts) -> Iterator[Finding]:
    for place, count in _stated(facts):
        there = _there(facts, count.of)
        if count.number not in there.values():
            what = ", ".join(f"{number} {name}" for name, number in there.items())
            message = (
                f"“{count.words}” is stated, but there are {what}. Change the number, or look for what is missing."
            )
            yield Finding(CODE, SEVERITY, place, message, f"{count.words} {there}")
    yield from _contents(facts)


def _stated(facts: Facts) -> Iterator[tuple[Place, Count]]:
    for count in counts(facts.issue.title):
        yield facts.place.at("title"), count
    for sentence in _SENTENCE.split(facts.issue.intro[:20_000]):
        if sentence and _OF_ITSELF.search(fold(sentence)):
            for count in counts(sentence):
                yield facts.place.at("intro"), count


def _there(facts: Facts, of: str) -> dict[str, int]:
    """How many there are of what is counted, by each way in which an editor may count."""
    filled = [section for section in facts.sections if section.entries]
    entries = facts.entries
    if of == "topic":
        return {"sections": len(filled)} | (
            {} if len(filled) == len(facts.sections) else {"with empty ones": len(facts.sections)}
        )
    if of == "highlight":
        return {"highlights": len(facts.highlights), "entries in features": _of_kind(facts, "feature")}
    if of == "entry":
        return {"entries": len(entries)}
    works = sum(1 for entry in entries if entry.work and entry.work.kind == of)
    there = {f"entries in sections of {of.replace('_', ' ')}s": _of_kind(facts, of), "entries in all": len(entries)}
    return there if of == "use_case" else there | {f"{of}s": works}


def _of_kind(facts: Facts, kind: str) -> int:
    return sum(len(section.entries) for section in facts.sections if section.row.kind == kind)


def _contents(facts: Facts) -> Iterator[Finding]:
    """The list of contents that a document brought along, and the number that stood over it: one finding for both."""
    issue, sections = facts.issue, len(facts.sections)
    listed = len(issue.contents_lines) or None
    wrong = [
        said
        for said, number in (
            (f"{issue.contents_stated_count} topics are stated", issue.contents_stated_count),
            (f"the list of contents has {listed} lines", listed),
        )
        if number is not None and number != sections
    ]
    if wrong:
        message = f"{' and '.join(wrong).capitalize()}, but there are {sections} sections. Look for what is missing."
        about = f"{issue.contents_stated_count} {issue.contents_lines} {sections}"
        yield Finding(CODE, SEVERITY, facts.place.at("contents_lines"), message, about)
