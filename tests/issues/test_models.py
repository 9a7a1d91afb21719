"""Querysets, names and the moments that database triggers keep on topics of entries."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from issues.models import Entry, Issue, IssueStatus, Publication, Section, TaggedEntry, Topic, published
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

DAY = datetime.timedelta(days=1)
NOON = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)


def published_on(moment, **values):
    return make_issue(status=IssueStatus.PUBLISHED, published_at=moment, **values)


# --- Visibility ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "in_review", "approved", "withdrawn"])
def test_only_published_issues_are_visible(status):
    moment = NOON if status == "withdrawn" else None
    issue = make_issue(status=status, published_at=moment)
    entry = make_entry(make_section(issue))
    assert not Issue.objects.published().exists()
    assert not Entry.objects.published().filter(pk=entry.pk).exists()
    assert not issue.is_public


@pytest.mark.django_db
def test_an_issue_is_visible_from_its_moment_on():
    issue = published_on(NOON)
    entry = make_entry(make_section(issue))
    second = datetime.timedelta(seconds=1)
    for moment, visible in [(NOON - second, False), (NOON, True), (NOON + second, True)]:
        assert Issue.objects.published(moment).exists() is visible
        assert Entry.objects.published(moment).filter(pk=entry.pk).exists() is visible
        assert Section.objects.filter(published(moment, prefix="issue__")).exists() is visible


@pytest.mark.django_db
def test_a_row_answers_as_the_queryset_does():
    issues = [published_on(timezone.now() - DAY), published_on(timezone.now() + DAY), make_issue(published=False)]
    for issue in issues:
        assert issue.is_public is Issue.objects.published().filter(pk=issue.pk).exists()


@pytest.mark.django_db
def test_entries_are_found_by_the_language_of_their_issue():
    make_publication(languages=["en", "ja"])
    english, japanese = (make_entry(make_section(make_issue(language=code))) for code in ("en", "ja"))
    assert list(Entry.objects.in_language("ja")) == [japanese]
    assert english.section.issue.language == "en"


# --- Order ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_earlier_and_later_follow_moment_then_number_then_row():
    last = published_on(NOON + DAY, number=1)
    without_number = published_on(NOON, number=None)
    Issue.objects.filter(pk=without_number.pk).update(number=None)
    second = published_on(NOON, number=9)
    third = published_on(NOON, number=9, slug="9-2")
    first = published_on(NOON - DAY, number=99)
    order = [first, Issue.objects.get(pk=without_number.pk), second, third, last]
    assert list(Issue.objects.published().newest_first()) == order[::-1]
    for place, issue in enumerate(order):
        assert list(Issue.objects.published().earlier_than(issue)) == order[:place][::-1]
        assert list(Issue.objects.published().later_than(issue)) == order[place + 1 :]


@pytest.mark.django_db
def test_neighbours_are_of_the_same_language():
    make_publication(languages=["en", "ja"])
    published_on(NOON - DAY, language="ja")
    issue = published_on(NOON)
    published_on(NOON + DAY, language="ja")
    assert not Issue.objects.earlier_than(issue).exists()
    assert not Issue.objects.later_than(issue).exists()


@pytest.mark.django_db
def test_sections_and_entries_stand_by_position_and_ties_by_row():
    issue = make_issue()
    tied = [make_section(issue, position=2), make_section(issue, position=2)]
    first = make_section(issue, position=1)
    assert list(issue.sections.all()) == [first, *tied]
    entries = [make_entry(first, position=2), make_entry(first, position=1)]
    assert list(first.entries.all()) == entries[::-1]


@pytest.mark.django_db
def test_a_whole_issue_costs_the_same_queries_whatever_its_size(django_assert_num_queries):
    for size in (1, 6):
        issue = make_issue()
        for _ in range(size):
            section = make_section(issue)
            for _ in range(size):
                make_entry(section, topics=[make_topic(f"topic-{TaggedEntry.objects.count()}")])
        # The issue; highlights and errata; sections with entries, works and topics; no more rows to follow.
        with django_assert_num_queries(3):
            loaded = Issue.objects.with_entries().get(pk=issue.pk)
            assert (
                sum(len(entry.topics.all()) for part in loaded.sections.all() for entry in part.entries.all())
                == size**2
            )


# --- Names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "stem", "name"),
    [
        ({"number": 26, "year": 2021, "week": 30}, "26", "#26"),
        ({"number": 0}, "0", "#0"),
        ({"year": 2021, "week": 3}, "2021-W03", "2021-W03"),
        ({"year": 2021, "week": 0}, "2021-W00", "2021-W00"),
        ({"year": 2021, "month": 2, "kind": "monthly"}, "2021-02", "2021-02"),
        ({"year": 2020, "kind": "annual"}, "2020", "2020"),
        ({"year": 2020, "kind": "special", "slug": "summer"}, "summer", "summer"),
        ({"week": 3, "slug": "third"}, "third", "third"),
        ({"slug": "2021-10-27"}, "2021-10-27", "2021-10-27"),
    ],
)
def test_labels_begin_with_what_the_issue_is_known_by(values, stem, name):
    issue = Issue(**values)
    assert (issue.label_stem, issue.name) == (stem, name)


def test_an_issue_is_called_by_its_title_else_by_its_name():
    assert str(Issue(title="動画の週", number=4)) == "動画の週"
    assert str(Issue(number=4)) == "#4"


@pytest.mark.parametrize(
    ("url", "domain", "arxiv_id", "version"),
    [
        ("https://arxiv.org/abs/2103.00020v2", "arxiv.org", "2103.00020", "v2"),
        ("https://www.example.org/post", "www.example.org", "", ""),
        ("", "", "", ""),
    ],
    ids=["arxiv", "page", "none"],
)
def test_an_entry_knows_what_its_link_says(url, domain, arxiv_id, version):
    entry = Entry(url=url)
    assert (entry.domain, entry.arxiv_id, entry.arxiv_version) == (domain, arxiv_id, version)


def test_a_topic_has_a_name_in_each_language_or_its_own():
    topic = Topic(name="Video", names={"ja": "動画", "zh-hans": ""})
    assert [topic.name_in(language) for language in ("ja", "en", "zh-hans")] == ["動画", "Video", "Video"]


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "", "UTC\0"])
def test_a_time_zone_that_is_none_is_refused(zone):
    with pytest.raises(ValidationError) as refusal:
        Publication(name="Akira", time_zone=zone).clean_fields()
    assert "time_zone" in refusal.value.message_dict


@pytest.mark.parametrize("slug", ["26", "2021-week-10", "a-b-c"])
def test_slugs_of_small_letters_digits_and_hyphens_are_taken(slug):
    Issue(slug=slug, language="en").clean_fields(exclude=["publication"])


@pytest.mark.parametrize("slug", ["A", "a b", "a_b", "-a", "a--b", "日本", "a/b"])
def test_other_slugs_are_refused(slug):
    with pytest.raises(ValidationError) as refusal:
        Issue(slug=slug, language="en").clean_fields(exclude=["publication"])
    assert "slug" in refusal.value.message_dict


# --- What triggers keep --------------------------------------------------------------------------------------------


def kept(entry):
    """What every topic of the entry says of its issue: (language, moment)."""
    return set(TaggedEntry.objects.filter(content_object=entry).values_list("language", "published_at"))


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def tagged(db):
    make_publication(languages=["en", "ja"])
    return make_entry(make_section(published_on(NOON)), topics=[make_topic("video"), make_topic("speech")])


def test_a_topic_of_a_published_entry_knows_language_and_moment(tagged):
    assert kept(tagged) == {("en", NOON)}


def test_a_topic_of_a_draft_knows_no_moment(db):
    entry = make_entry(make_section(make_issue(published=False)), topics=[make_topic()])
    assert kept(entry) == {("en", None)}


def test_bulk_creation_fills_in_what_holds(tagged):
    other = make_topic("audio")
    TaggedEntry.objects.bulk_create([TaggedEntry(content_object=tagged, tag=other, language="xx", published_at=None)])
    assert kept(tagged) == {("en", NOON)}


def test_nobody_can_write_another_moment(tagged):
    TaggedEntry.objects.update(language="xx", published_at=NOON + DAY)
    sql("UPDATE issues_taggedentry SET published_at = NULL")
    assert kept(tagged) == {("en", NOON)}


def publish_later(issue):
    Issue.objects.filter(pk=issue.pk).update(published_at=NOON + DAY)


def withdraw_by_sql(issue):
    sql("UPDATE issues_issue SET status = 'withdrawn' WHERE id = %s", issue.pk)


def turn_to_draft_by_save(issue):
    issue.status, issue.published_at, issue.appeared_at = IssueStatus.DRAFT, None, None
    issue.save()


def change_language_in_bulk(issue):
    issue.language = "ja"
    Issue.objects.bulk_update([issue], ["language"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (publish_later, ("en", NOON + DAY)),
        (withdraw_by_sql, ("en", None)),
        (turn_to_draft_by_save, ("en", None)),
        (change_language_in_bulk, ("ja", NOON)),
    ],
)
def test_topics_follow_their_issue_however_it_is_changed(tagged, change, expected):
    change(tagged.section.issue)
    assert kept(tagged) == {expected}


def move_section_by_update(entry, issue):
    Section.objects.filter(pk=entry.section_id).update(issue=issue)


def move_section_by_sql(entry, issue):
    sql("UPDATE issues_section SET issue_id = %s WHERE id = %s", issue.pk, entry.section_id)


def move_entry_by_update(entry, issue):
    Entry.objects.filter(pk=entry.pk).update(section=make_section(issue))


def move_entry_in_bulk(entry, issue):
    entry.section = make_section(issue)
    Entry.objects.bulk_update([entry], ["section"])


def move_entry_by_sql(entry, issue):
    sql("UPDATE issues_entry SET section_id = %s WHERE id = %s", make_section(issue).pk, entry.pk)


@pytest.mark.parametrize(
    "move",
    [move_section_by_update, move_section_by_sql, move_entry_by_update, move_entry_in_bulk, move_entry_by_sql],
)
def test_topics_follow_an_entry_to_another_issue(tagged, move):
    move(tagged, published_on(NOON + DAY, language="ja"))
    assert kept(tagged) == {("ja", NOON + DAY)}


def test_other_entries_are_left_alone(tagged):
    other = make_entry(make_section(published_on(NOON - DAY)), topics=["video"])
    withdraw_by_sql(tagged.section.issue)
    assert kept(other) == {("en", NOON - DAY)}
