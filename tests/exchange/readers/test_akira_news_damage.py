"""Documents of the newsletter say the same after every kind of damage that mirrors and translators do."""

import random
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from exchange.documents import Source
from exchange.readers import akira_news

from .akira_news_damage import HARMLESS, facts

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "akira-news"
# Samples in the newsletter's own two forms; the others are in other forms already.
COMMON = ["issue-41.md", "issue-42.md", "2021-week-07.md", "2020-week-48.md"]


@cache
def _facts_of(path):
    """What the document says as it is; each is damaged in many ways."""
    return facts(next(akira_news.read(Source(path))))


def differences(path, damages, folder):
    """What a damaged document says otherwise, by the kind of fact."""
    before = _facts_of(path)
    text = path.read_text(encoding="utf-8")
    for damage in damages:
        text = HARMLESS[damage](text)
    damaged = folder / path.name
    damaged.write_bytes(text.encode())
    assert akira_news.recognises(Source(damaged))
    [issue] = akira_news.read(Source(damaged))
    return {name: (before[name], value) for name, value in facts(issue).items() if value != before[name]}


@pytest.mark.parametrize("damage", HARMLESS)
@pytest.mark.parametrize("name", COMMON)
def test_sample_says_the_same_after_damage(name, damage, tmp_path):
    assert differences(SAMPLES / name, [damage], tmp_path) == {}


@pytest.mark.corpus
@pytest.mark.parametrize("damage", HARMLESS)
def test_documents_say_the_same_after_damage(damage, corpus, tmp_path):
    for path in sorted((corpus / "issues").glob("*.md")):
        assert differences(path, [damage], tmp_path) == {}, path.name


@pytest.mark.corpus
def test_hardly_any_two_kinds_of_damage_together_change_what_a_document_says(corpus, tmp_path):
    paths = sorted((corpus / "issues").glob("*.md"))
    dice = random.Random(2021)
    pairs = dice.sample(list(combinations(HARMLESS, 2)), 200)
    changed = [pair for pair in pairs if differences(dice.choice(paths), pair, tmp_path)]
    assert len(changed) <= 4, changed
