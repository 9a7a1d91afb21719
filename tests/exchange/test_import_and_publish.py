"""What an import makes public, and since when."""

import datetime

import pytest

from issues.models import Entry, Issue

from .archives import a_document, a_section, an_entry, an_issue, bring_in, words, write_archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    def write(name, title="Title", **front):
        path = tmp_path / f"{name}.md"
        path.write_text(a_document(title, **front), encoding="utf-8")
        return path

    return write


def moments():
    issues = Issue.objects.exclude(published_at=None)
    return {issue.slug: f"{issue.published_at:%Y-%m-%d %H:%M}" for issue in issues}


def test_without_publish_issues_are_drafts_without_moment_and_labels(write):
    _, outcomes = bring_in(write("a", number=1, date="2021-08-02"))
    issue = Issue.objects.get()
    assert (issue.status, issue.published_at, Entry.objects.get().label) == ("draft", None, "")
    assert not outcomes[0].published


def test_publish_records_the_stated_day_at_nine_in_the_zone(write, tmp_path):
    write_archive(tmp_path / "0.json")
    write("a", number=1, date="2021-08-02")
    bring_in(tmp_path, publish=True)
    issue = Issue.objects.get()
    assert (issue.status, issue.published_at_exact, Entry.objects.get().label) == ("published", True, "1.1")
    assert moments() == {"1": "2021-08-02 00:00"}


def test_publish_publishes_the_drafts_of_an_earlier_import(write):
    paths = [write("a", number=1, date="2021-08-02"), write("b", number=2)]
    bring_in(*paths)
    _, outcomes = bring_in(*paths, publish=True)
    assert words(outcomes) == ["updated", "updated"]
    assert all(outcome.published for outcome in outcomes)
    assert moments() == {"1": "2021-08-02 09:00", "2": "2021-08-09 09:00"}
    assert sorted(Entry.objects.values_list("label", flat=True)) == ["1.1", "2.1"]
    _, outcomes = bring_in(*paths, publish=True)
    assert words(outcomes) == ["unchanged", "unchanged"]


@pytest.mark.parametrize("status", ["in_review", "approved"])
def test_publish_leaves_what_is_in_work_at_the_desk(write, status):
    path = write("a", number=1)
    bring_in(path)
    Issue.objects.update(status=status)
    bring_in(path, publish=True)
    assert Issue.objects.get().status == status


def test_issues_without_a_date_lie_between_their_neighbours_by_number(write):
    paths = [
        write("a", number=26),
        write("b", number=20, date="2021-06-20"),
        write("c", number=22, date="2021-07-04"),
        write("d", number=21),
    ]
    bring_in(*paths, publish=True)
    assert moments() == {
        "20": "2021-06-20 09:00",
        "21": "2021-06-27 09:00",
        "22": "2021-07-04 09:00",
        "26": "2021-08-01 09:00",
    }
    assert not Issue.objects.get(slug="21").published_at_exact
    assert Issue.objects.get(slug="22").published_at_exact


def test_numbers_alone_end_at_the_day_of_the_import(write):
    bring_in(write("a", number=7), write("b", number=5), publish=True)
    first, second = Issue.objects.get(slug="5"), Issue.objects.get(slug="7")
    assert second.published_at - first.published_at == datetime.timedelta(days=14)
    assert second.is_public


def test_issues_without_date_and_number_follow_in_order_of_the_documents(write):
    paths = [write("a", "Able"), write("b", "Baker", date="2021-05-02"), write("c", "Charlie"), write("d", "Dog")]
    bring_in(*paths, publish=True)
    order = [issue.title for issue in Issue.objects.published().newest_first().reverse()]
    assert order[:3] == ["Baker", "Charlie", "Dog"]
    assert moments()["charlie"] == "2021-05-02 09:01"
    assert moments()["dog"] == "2021-05-02 09:02"


def test_moment_that_was_derived_gives_way_to_a_stated_day(write):
    bring_in(write("a", number=1, year=2021, week=31), publish=True)
    assert moments() == {"1": "2021-08-01 09:00"}
    assert not Issue.objects.get().published_at_exact
    bring_in(write("a", number=1, year=2021, week=31, date="2021-08-03"), publish=True)
    assert moments() == {"1": "2021-08-03 09:00"}
    assert Issue.objects.get().published_at_exact


def test_stated_status_counts_with_and_without_publish(tmp_path):
    issues = [
        an_issue(a_section(an_entry("A", "https://example.org/1")), slug="1", status="draft"),
        an_issue(a_section(an_entry("B", "https://example.org/2")), slug="2", status="in_review"),
        an_issue(slug="3", status="published", published_at="2021-01-01T00:00:00Z", published_at_exact=False),
        an_issue(slug="4", status="withdrawn", published_at="2021-01-02T00:00:00Z"),
        an_issue(slug="5", status="withdrawn"),
    ]
    bring_in(write_archive(tmp_path / "a.json", *issues), publish=True)
    assert dict(Issue.objects.values_list("slug", "status")) == {
        "1": "draft",
        "2": "in_review",
        "3": "published",
        "4": "withdrawn",
        "5": "withdrawn",
    }
    assert not Issue.objects.get(slug="3").published_at_exact


def test_withdrawn_at_the_desk_stays_withdrawn_until_overwritten(tmp_path):
    issue = an_issue(status="published", published_at="2021-01-01T00:00:00Z")
    path = write_archive(tmp_path / "a.json", issue)
    bring_in(path)
    Issue.objects.update(status="withdrawn")
    _, outcomes = bring_in(path)
    assert [note.kind for note in outcomes[0].notes] == ["kept"]
    assert Issue.objects.get().status == "withdrawn"
    bring_in(path, overwrite=True)
    assert Issue.objects.get().status == "published"


def test_labels_of_an_archive_are_kept_and_others_go_on_after_them(tmp_path):
    entries = [an_entry("A", "https://example.org/a"), an_entry("B", "https://example.org/b", label="1.9")]
    issue = an_issue(a_section(*entries), status="published", published_at="2021-01-01T00:00:00Z")
    bring_in(write_archive(tmp_path / "a.json", issue))
    assert dict(Entry.objects.values_list("title", "label")) == {"A": "1.10", "B": "1.9"}


def test_repeated_entry_is_linked_in_whatever_order_the_issues_come(tmp_path):
    later = an_issue(a_section(an_entry("B", "https://example.org/b", id="later", repeats="earlier")), slug="2")
    earlier = an_issue(a_section(an_entry("A", "https://example.org/a", id="earlier")), slug="1")
    lost = an_issue(a_section(an_entry("C", "https://example.org/c", repeats="nowhere")), slug="3")
    bring_in(write_archive(tmp_path / "a.json", later, earlier, lost))
    assert Entry.objects.get(public_id="later").repeats == Entry.objects.get(public_id="earlier")
    assert Entry.objects.get(title="C").repeats is None
