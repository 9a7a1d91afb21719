"""Editions of one issue in several languages join when they are imported."""

import pytest

from issues.models import Entry, Highlight, Issue, Publication, Section

from .archives import a_section, an_entry, an_issue, bring_in, write_archive

pytestmark = pytest.mark.django_db

A = an_entry("A", "https://arxiv.org/abs/2111.00001")
B = an_entry("B", "https://example.org/b")
A_JA = an_entry("あ", "https://arxiv.org/pdf/2111.00001v2")
C_JA = an_entry("う", "https://example.org/c")


def keys(model, language, *fields):
    path = {Entry: "section__issue__language", Issue: "language"}.get(model, "issue__language")
    return dict(model.objects.filter(**{path: language}).values_list(*fields, "translation_key"))


def test_same_slug_and_kind_in_another_language_join(tmp_path):
    english = an_issue(a_section(A, B), a_section(an_entry("X", ""), kind="other"), highlights=[{"text": "Hello"}])
    japanese = an_issue(
        a_section(an_entry("x", ""), kind="other"),
        a_section(C_JA, A_JA, title="論文"),
        language="ja",
        highlights=[{"text": "やあ"}, {"text": "二"}],
    )
    _, outcomes = bring_in(write_archive(tmp_path / "a.json", english, japanese))
    assert [note.text for note in outcomes[1].notes] == ["Joined en/1 as an edition of the same issue."]
    assert keys(Issue, "en", "slug") == keys(Issue, "ja", "slug")
    assert keys(Section, "en", "kind") == keys(Section, "ja", "kind")
    english, japanese = keys(Entry, "en", "title"), keys(Entry, "ja", "title")
    assert english["A"] == japanese["あ"]
    # By place: the second of the section in one is what the first work leaves over in the other.
    assert english["X"] == japanese["x"]
    assert len(set(english.values())) == 3
    assert keys(Highlight, "en", "position")[1] == keys(Highlight, "ja", "position")[1]
    assert Publication.objects.get().languages == ["en", "ja"]


def test_entries_without_a_common_work_join_by_place(tmp_path):
    english = an_issue(a_section(A, B))
    japanese = an_issue(a_section(A_JA, C_JA), language="ja")
    bring_in(write_archive(tmp_path / "a.json", english, japanese))
    assert keys(Entry, "en", "title")["B"] == keys(Entry, "ja", "title")["う"]


@pytest.mark.parametrize(
    "other",
    [pytest.param({"kind": "special"}, id="another kind"), pytest.param({"slug": "2"}, id="another slug")],
)
def test_others_do_not_join(tmp_path, other):
    bring_in(write_archive(tmp_path / "a.json", an_issue(), an_issue(**{"language": "ja"} | other)))
    assert len(set(Issue.objects.values_list("translation_key", flat=True))) == 2


def test_titles_that_make_no_slug_do_not_join(tmp_path):
    for language, title in (("ja", "今週"), ("zh-hans", "本周")):
        document = f"---\ntitle: {title}\nlanguage: {language}\n---\n\n## 一\n\n- [二](https://example.org/2)\n"
        (tmp_path / f"{language}.md").write_text(document, encoding="utf-8")
    bring_in(tmp_path)
    assert list(Issue.objects.values_list("slug", flat=True)) == ["weekly", "weekly"]
    assert len(set(Issue.objects.values_list("translation_key", flat=True))) == 2


def test_stated_keys_count(tmp_path):
    key = "6f1c2f0e-0000-4000-8000-000000000001"
    issues = [an_issue(translation_key=key), an_issue(slug="9", language="ja", translation_key=key.upper())]
    _, outcomes = bring_in(write_archive(tmp_path / "a.json", *issues))
    assert {str(found) for found in Issue.objects.values_list("translation_key", flat=True)} == {key}
    again = an_issue(a_section(B), slug="7", translation_key=key)
    _, outcomes = bring_in(write_archive(tmp_path / "b.json", again))
    assert outcomes[0].message.startswith("Its translation_key belongs to another issue")


def test_first_language_becomes_the_default_only_of_an_empty_publication(tmp_path):
    Publication.objects.create(name="Bright", languages=["en"])
    bring_in(write_archive(tmp_path / "a.json", an_issue(language="ja"), publication=None))
    assert Publication.objects.get().languages == ["ja", "en"]
    bring_in(write_archive(tmp_path / "b.json", an_issue(slug="2", language="zh-hans"), publication=None))
    assert Publication.objects.get().languages == ["ja", "en", "zh-hans"]


def test_order_of_languages_that_an_archive_states_stays(tmp_path):
    publication = {"name": "Bright", "languages": ["en", "ja"]}
    bring_in(write_archive(tmp_path / "a.json", an_issue(language="ja"), publication=publication))
    assert Publication.objects.get().languages == ["en", "ja"]
