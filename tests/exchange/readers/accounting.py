"""Whether everything that a document says has arrived: in a field, in a leftover, or among its standing lines."""

import dataclasses
import re
from pathlib import Path

from exchange.documents import Source


def read(module, path):
    return list(module.read(Source(Path(path))))


def lost_lines(path, issues, standing=()):
    """The numbers of lines with a word that stands nowhere in what was read, but for standing lines.

    Numbers of items, words of up to three digits, don't count; nor do comments and rules.
    """
    text = re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), Path(path).read_text(), flags=re.DOTALL)
    said = "\n".join(string for issue in issues for string in _strings(dataclasses.asdict(issue)))
    lost = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = [
            word for word in re.findall(r"[^\W_]+", _without_references(line)) if not re.fullmatch(r"\d{1,3}", word)
        ]
        if number not in standing and any(word not in said for word in words):
            lost.append(number)
    return lost


def _without_references(line):
    """The line without the names of references, which only join a text and its address."""
    return re.sub(r"\]\[[^\]]*\]|^\s*\[[^\]]+\]:", "]", line)


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
