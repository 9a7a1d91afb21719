"""The further documents, where there are any: imported twice, exported, and brought back without a difference."""

import pytest

from issues.models import Entry, Issue

from .archives import bring_in, export_json
from .test_export_archive import empty_the_database

pytestmark = [pytest.mark.django_db, pytest.mark.corpus]


@pytest.mark.parametrize("folder", ["issues", "others"])
def test_corpus_comes_in_once_and_goes_out_and_back_unchanged(corpus, folder, tmp_path):
    documents = [path for path in sorted((corpus / folder).rglob("*.md")) if path.name != "README.md"]
    _, outcomes = bring_in(*documents, language="zh-hans", publish=True)
    assert {outcome.outcome for outcome in outcomes} == {"created"}
    assert Issue.objects.published().count() == len(outcomes) >= len(documents)
    assert not Entry.objects.exclude(url="").filter(work=None).exists()
    assert not Entry.objects.filter(label="").exists()
    first = export_json(tmp_path / "a.json")
    report, _ = bring_in(*documents, language="zh-hans", publish=True)
    assert report.counts == {"unchanged": len(outcomes)}
    assert export_json(tmp_path / "b.json") == first
    empty_the_database()
    bring_in(tmp_path / "a.json")
    assert export_json(tmp_path / "b.json") == first
