"""The command that brings documents in: what it finds, what it says, and that a second run changes nothing."""

import json

import pytest
from django.core.management import CommandError

from issues.models import Entry, Issue, Publication, TaggedEntry, Waiver
from papers.models import Work

from .archives import a_document, a_section, an_entry, an_issue, bring_in, run_command, words, write_archive

pytestmark = pytest.mark.django_db


def test_archive_becomes_rows(tmp_path):
    entry = an_entry(
        id="abc",
        starred=True,
        topics=["sparsity", "3D vision"],
        source_title="Sparse is Enough",
        figure="one.png",
        card={"url": "https://example.org/card", "title": "Card"},
    )
    issue = an_issue(
        a_section(entry, number_given=3),
        year=2021,
        week=31,
        intro="Hello **you**.",
        highlights=[{"text": "See [it](entry:abc).", "group": "paper"}],
        errata=[{"noted_on": "2021-09-01", "entry": "abc", "text": "It was eleven."}],
        past_issues=[{"title": "Before", "url": "https://example.org/0?utm_source=x"}],
        status="published",
        published_at="2021-08-06T09:00:00+09:00",
    )
    out, status = run_command(write_archive(tmp_path / "a.json", issue))
    assert status == 0
    assert out.splitlines()[-1] == "1 created"
    saved = Issue.objects.get()
    assert (saved.slug, saved.number, saved.year, saved.week, saved.status) == ("1", 1, 2021, 31, "published")
    assert saved.published_at.isoformat() == "2021-08-06T00:00:00+00:00"
    assert saved.past_issues == [{"title": "Before", "url": "https://example.org/0", "url_given": ""}]
    assert saved.origin == "import"
    found = Entry.objects.get()
    assert (found.public_id, found.label, found.starred, found.figure_name) == ("abc", "1.1", True, "one.png")
    assert found.work.identity == "arxiv:2111.12763"
    assert found.work.origin == "import"
    assert sorted(topic.slug for topic in found.topics.all()) == ["3d-vision", "sparsity"]
    assert found.card_title == "Card"
    assert saved.errata.get().entry == found
    assert saved.highlights.get().group == "paper"
    assert TaggedEntry.objects.filter(language="en", published_at=saved.published_at).count() == 2
    publication = Publication.objects.get()
    assert (publication.name, publication.time_zone) == ("Bright", "Asia/Tokyo")


def test_a_second_import_creates_nothing_and_says_so(tmp_path):
    paths = []
    for number in (1, 2, 3):
        (tmp_path / f"{number}.md").write_text(a_document(f"Week {number}", number=number), encoding="utf-8")
    write_archive(tmp_path / "more.json", an_issue(slug="4"), an_issue(slug="5"))
    run_command(tmp_path)
    before = list(Issue.objects.order_by("pk").values()), list(Entry.objects.order_by("pk").values())
    out, status = run_command(tmp_path, *paths)
    assert status == 0
    assert out.splitlines()[-1] == "5 unchanged"
    assert all(line.startswith("unchanged") for line in out.splitlines()[:-1])
    assert before == (list(Issue.objects.order_by("pk").values()), list(Entry.objects.order_by("pk").values()))
    assert Work.objects.count() == 1


def test_folder_is_read_in_order_of_name_and_only_documents_in_it(tmp_path):
    for name in ("b.md", "a.md", "inner/c.markdown", ".hidden.md", ".git/d.md", "notes.txt", "figure.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(a_document(f"Title {path.stem.strip('.')}"), encoding="utf-8")
    _, outcomes = bring_in(tmp_path)
    assert [outcome.title for outcome in outcomes] == ["Title a", "Title b", "Title c"]


def test_file_of_no_known_form_is_named_with_its_line_and_the_others_go_on(tmp_path):
    (tmp_path / "a.md").write_text("\n\nJust some words.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text(a_document(number=7), encoding="utf-8")
    out, status = run_command(tmp_path)
    assert status == 1
    assert f"failed     {tmp_path / 'a.md'}:3: " in out
    assert out.splitlines()[-1] == "1 created, 1 failed"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "none of the known forms", id="empty"),
        pytest.param(b"\xff\xfe\x00", "UTF-8", id="not text"),
        pytest.param(b'{"format": "akira-archive/1", "issues": [{"slug": "1"', "broken", id="cut short"),
        pytest.param(b'{"format": "akira-archive/9"}', "akira-archive/9", id="another version"),
        pytest.param(b'{"format": "akira-archive/1", "isues": []}', "'isues'", id="unknown key"),
        pytest.param(b"PK\x03\x04 no zip", "zip", id="broken zip"),
    ],
)
def test_file_that_cannot_be_read_gets_one_clear_line(tmp_path, content, said):
    (tmp_path / "odd.md").write_bytes(content)
    out, status = run_command(tmp_path / "odd.md")
    assert status == 1
    lines = out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("failed")
    assert said in lines[0]
    assert not Issue.objects.exists()


def test_path_that_is_not_there_is_told(tmp_path):
    out, status = run_command(tmp_path / "nowhere.md")
    assert status == 1
    assert "There is no such file or folder." in out


def test_issue_with_an_unknown_key_is_refused_by_name_and_the_others_go_on(tmp_path):
    wrong = an_issue(a_section(an_entry(titel="x")), slug="2")
    out, status = run_command(write_archive(tmp_path / "a.json", an_issue(), wrong, an_issue(slug="3")))
    assert status == 1
    assert "issues[1].sections[0].entries[0]: unknown key 'titel'" in out
    assert sorted(Issue.objects.values_list("slug", flat=True)) == ["1", "3"]


A_WAIVER = {"code": "ran-before", "entry": "first", "field": "url", "text_sha256": "a" * 64, "reason": "It is news."}


def test_waivers_come_in_with_their_reasons(tmp_path):
    document = an_issue(a_section(an_entry(id="first")), waivers=[A_WAIVER | {"by": "Mika"}, A_WAIVER])
    run_command(write_archive(tmp_path / "a.json", document))
    run_command(write_archive(tmp_path / "a.json", document))
    (waiver,) = Waiver.objects.all()
    assert (waiver.code, waiver.row, waiver.field) == ("ran-before", "entry:first", "url")
    assert (waiver.reason, waiver.by) == ("It is news.", None)


def test_a_waiver_that_comes_later_is_added_and_one_that_was_given_here_stays(tmp_path):
    document = an_issue(a_section(an_entry(id="first")))
    run_command(write_archive(tmp_path / "a.json", document))
    Waiver.objects.create(issue=Issue.objects.get(), code="no-title", row="issue", digest="b" * 64, reason="Ours.")
    theirs = [A_WAIVER, {"code": "no-title", "text_sha256": "b" * 64, "reason": "Theirs."}]
    out, _ = run_command(write_archive(tmp_path / "a.json", document | {"waivers": theirs}))
    assert "updated" in out
    assert set(Waiver.objects.values_list("code", "reason")) == {("ran-before", "It is news."), ("no-title", "Ours.")}


def test_a_waiver_of_what_it_does_not_say_is_refused(tmp_path):
    out, status = run_command(write_archive(tmp_path / "a.json", an_issue(waivers=[A_WAIVER | {"reason": ""}])))
    assert status == 1
    assert "waivers[0].reason: is missing" in out
    assert not Issue.objects.exists()


def test_format_can_be_forced_and_has_to_exist(tmp_path):
    (tmp_path / "a.md").write_text(a_document(number=1), encoding="utf-8")
    out, status = run_command(tmp_path / "a.md", "--format", "archive")
    assert (status, "broken" in out) == (1, True)
    with pytest.raises(CommandError, match="invalid choice"):
        run_command(tmp_path / "a.md", "--format", "word")


def test_language_is_the_documents_own_else_the_one_asked_for_else_the_default(tmp_path):
    (tmp_path / "a.md").write_text(a_document("A", number=1), encoding="utf-8")
    (tmp_path / "b.md").write_text(a_document("B", number=2, language="ja"), encoding="utf-8")
    bring_in(tmp_path, language="zh-Hans")
    assert dict(Issue.objects.values_list("slug", "language")) == {"1": "zh-hans", "2": "ja"}
    assert Publication.objects.get().languages == ["zh-hans", "ja"]
    (tmp_path / "c.md").write_text(a_document("C", number=3), encoding="utf-8")
    bring_in(tmp_path / "c.md")
    assert Issue.objects.get(slug="3").language == "zh-hans"


def test_language_that_is_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is no language"):
        run_command(tmp_path, "--language", "../x")


def test_report_holds_leftovers_and_outcomes_as_json_lines(tmp_path):
    document = a_document(number=1).replace("number: 1", "number: 1\nmood: sunny")
    (tmp_path / "b.md").write_text(document, encoding="utf-8")
    write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(url="http://exa mple/")), slug="2"))
    run_command(tmp_path, "--report", str(tmp_path / "report.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()]
    leftovers = [line for line in lines if "kind" not in line]
    assert [sorted(line) for line in leftovers] == [["attached_to", "document", "line_from", "line_to", "text"]]
    assert "mood" in leftovers[0]["text"]
    assert Issue.objects.get(slug="1").leftovers
    assert [line["kind"] for line in lines if "kind" in line] == ["malformed", "outcome", "outcome"]


def test_report_that_cannot_be_written_is_told_before_anything_is_imported(tmp_path):
    with pytest.raises(CommandError, match="can't be written"):
        run_command(write_archive(tmp_path / "a.json", an_issue()), "--report", str(tmp_path / "no" / "r"))
    assert not Issue.objects.exists()


def test_malformed_link_stays_as_given_without_a_work(tmp_path):
    path = write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(url="javascript:alert(1)"))))
    out, status = run_command(path)
    entry = Entry.objects.get()
    assert status == 0
    assert (entry.url, entry.url_given, entry.work) == ("", "javascript:alert(1)", None)
    assert "javascript:alert(1)” is no address" in out


def test_same_work_in_several_spellings_is_one(tmp_path):
    spellings = ["https://arxiv.org/abs/2111.12763v2", "http://www.arxiv.org/pdf/2111.12763.pdf"]
    entries = [an_entry(f"T{place}", url) for place, url in enumerate(spellings)]
    bring_in(write_archive(tmp_path / "a.json", an_issue(a_section(*entries))))
    assert Work.objects.get().entries.count() == 2


def test_html_in_texts_is_made_harmless_on_the_way_in(tmp_path):
    entry = an_entry(summary='Fine <script>alert(1)</script><b onclick="x()">bold</b>', title="<b>Title</b>\x00\x1b[0m")
    bring_in(write_archive(tmp_path / "a.json", an_issue(a_section(entry), intro="<iframe src=x></iframe>Hi")))
    saved = Entry.objects.get()
    assert "script" not in saved.summary
    assert "onclick" not in saved.summary
    assert saved.title == "<b>Title</b>[0m"
    assert Issue.objects.get().intro == "Hi"


def test_value_too_long_for_its_column_goes_to_the_leftovers_whole(tmp_path):
    shown = "d" * 301
    issue = an_issue(a_section(an_entry(domain_shown=shown)), month=13, date_text="t" * 501)
    bring_in(write_archive(tmp_path / "a.json", issue))
    saved = Issue.objects.get()
    assert (saved.month, saved.date_text, Entry.objects.get().domain_shown) == (None, "", "")
    assert shown in saved.leftovers
    assert "t" * 501 in saved.leftovers
    assert "month: 13" in saved.leftovers


def test_id_that_belongs_to_another_entry_is_refused_and_nothing_changes(tmp_path):
    first = an_issue(a_section(an_entry(id="abc")))
    second = an_issue(a_section(an_entry("Other", "https://example.org/x", id="abc")), slug="2")
    _, outcomes = bring_in(write_archive(tmp_path / "a.json", first, second))
    assert words(outcomes) == ["created", "failed"]
    assert "ids of entries" in outcomes[1].message
    assert list(Issue.objects.values_list("slug", flat=True)) == ["1"]


def test_import_never_asks_for_a_mail(tmp_path):
    issue = an_issue(status="published", published_at="2021-08-06T09:00:00Z")
    bring_in(write_archive(tmp_path / "a.json", issue), publish=True)
    assert not Issue.objects.get().mail_on_publication


def test_two_documents_of_one_title_become_two_issues_and_find_themselves_again(tmp_path):
    for name, entry in (("a", "First"), ("b", "Second")):
        (tmp_path / f"{name}.md").write_text(a_document("News", entry=entry), encoding="utf-8")
    bring_in(tmp_path)
    assert sorted(Issue.objects.values_list("slug", flat=True)) == ["news", "news-2"]
    _, outcomes = bring_in(tmp_path)
    assert words(outcomes) == ["unchanged", "unchanged"]


def test_number_taken_by_an_issue_from_elsewhere_gives_a_slug_with_a_suffix(tmp_path):
    for name in "ab":
        document = a_document(f"Title {name}", number=7, source_url=f"https://example.org/{name}")
        (tmp_path / f"{name}.md").write_text(document, encoding="utf-8")
    bring_in(tmp_path)
    assert dict(Issue.objects.values_list("source_url", "slug")) == {
        "https://example.org/a": "7",
        "https://example.org/b": "7-2",
    }
    _, outcomes = bring_in(tmp_path / "b.md")
    assert words(outcomes) == ["unchanged"]


def test_issue_is_found_by_its_source_address_when_its_number_changed(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(a_document(number=7, source_url="https://example.org/a?utm_source=x"), encoding="utf-8")
    bring_in(path)
    path.write_text(a_document(number=8, source_url="https://example.org/a"), encoding="utf-8")
    _, outcomes = bring_in(path)
    assert words(outcomes) == ["updated"]
    assert Issue.objects.values_list("slug", "number").get() == ("7", 8)


@pytest.mark.parametrize(
    ("front", "slug"),
    [
        pytest.param({"number": 26}, "26", id="number"),
        pytest.param({"year": 2021, "week": 10}, "2021-week-10", id="week"),
        pytest.param({"year": 2021, "month": 2, "kind": "monthly"}, "2021-february", id="month"),
        pytest.param({"year": 2020, "kind": "annual"}, "2020-annual", id="year"),
        pytest.param({"date": "2021-10-27"}, "2021-10-27", id="day"),
        pytest.param({"title": "What We Read & Liked"}, "what-we-read-liked", id="title"),
    ],
)
def test_slug_follows_from_what_the_document_states(tmp_path, front, slug):
    (tmp_path / "a.md").write_text(a_document(**{"title": "T"} | front), encoding="utf-8")
    bring_in(tmp_path)
    assert Issue.objects.get().slug == slug
