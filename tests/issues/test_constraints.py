"""Every constraint of the newsletter's tables is broken once, past all forms, and holds."""

import datetime

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from issues.models import (
    Approval,
    Change,
    Comment,
    Entry,
    Erratum,
    Highlight,
    Issue,
    Presence,
    Publication,
    ReviewLink,
    SearchText,
    Section,
    TaggedEntry,
    Topic,
    Waiver,
)
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

pytestmark = pytest.mark.django_db


def second_publication():
    Publication.objects.create(name="Another", singleton=make_publication().singleton)


def publication_beside():
    Publication.objects.filter(pk=make_publication().pk).update(singleton=False)


def no_language():
    Publication.objects.filter(pk=make_publication().pk).update(languages=[])


def same_slug():
    make_issue(number=1, slug="one")
    make_issue(number=2, slug="one")


def two_editions_in_one_language():
    make_issue(translation_key=make_issue().translation_key)


def change_issue(**values):
    def change():
        Issue.objects.filter(pk=make_issue().pk).update(**values)

    return change


def draft_with_a_moment():
    make_issue(published=False, published_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))


def change(make, **values):
    def do():
        row = make()
        type(row).objects.filter(pk=row.pk).update(**values)

    return do


def entry_repeating_itself():
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(repeats=entry)


def finding_waived_twice():
    issue = make_issue()
    for reason in ("It is meant.", "Indeed."):
        Waiver.objects.create(issue=issue, code="ran-before", row="issue", digest="0" * 64, reason=reason)


def waiver_without_a_reason():
    Waiver.objects.create(issue=make_issue(), code="ran-before", row="issue", digest="0" * 64)


def work_without_a_link():
    Entry.objects.filter(pk=make_entry(url="").pk).update(work=make_work())


def empty_correction():
    Erratum.objects.create(issue=make_issue(), noted_on=datetime.date(2021, 9, 2), text="")


def same_topic_twice():
    entry, topic = make_entry(), make_topic()
    TaggedEntry.objects.bulk_create([TaggedEntry(content_object=entry, tag=topic) for _ in range(2)])


def present_twice():
    user = get_user_model().objects.create_user("mika")
    issue = make_issue()
    Presence.objects.bulk_create([Presence(issue=issue, user=user, seen_at=timezone.now()) for _ in range(2)])


def make_link(**values):
    issue = make_issue(published=False)
    defaults = {"name": "Ken", "digest": "0" * 64, "expires_at": timezone.now() + datetime.timedelta(days=1)}
    return ReviewLink.objects.create(issue=issue, **defaults | values)


def make_comment(**values):
    issue = make_issue(published=False)
    return Comment.objects.create(issue=issue, **{"name": "Ken", "text": "Hm."} | values)


def make_approval(**values):
    return Approval.objects.create(issue=make_issue(published=False), **{"name": "Ken", "seen": []} | values)


def of_two_people(make):
    def break_it():
        make(link=make_link(), user=get_user_model().objects.create_user("aki"))

    return break_it


def comment_sent_twice():
    make_comment(submission="a" * 64)
    make_comment(submission="a" * 64)


def comment_with(**values):
    return lambda: make_comment(**{name: value() if callable(value) else value for name, value in values.items()})


def change_of_no_known_kind():
    Change.objects.create(model="issue", row=1, field="", deed="lost", person_name="", via="")


def found_as_a_poem():
    make_entry()
    SearchText.objects.update(kind="poem")


BREAKS = [
    ("presence_unique", present_twice),
    ("publication_only_one", second_publication),
    ("publication_singleton_true", publication_beside),
    ("publication_has_language", no_language),
    ("publication_review_required_known", change(make_publication, review_required="hope")),
    ("review_link_digest_form", lambda: make_link(digest="secret")),
    ("review_link_name_not_empty", lambda: make_link(name="")),
    ("review_link_ends_after_begin", lambda: make_link(expires_at=timezone.now() - datetime.timedelta(days=1))),
    ("comment_text_not_empty", comment_with(text="")),
    ("comment_name_not_empty", comment_with(name="")),
    ("comment_sent_once", comment_sent_twice),
    ("comment_of_one_person", of_two_people(make_comment)),
    ("comment_place_known", comment_with(place="margin")),
    ("comment_entry_where_about_one", comment_with(place="issue", entry=make_entry)),
    ("comment_highlight_where_about_one", comment_with(place="entry", highlight=make_highlight)),
    ("comment_answer_iff_answered", comment_with(answer="Yes.")),
    ("comment_answer_iff_answered", comment_with(answered_at=timezone.now)),
    ("comment_resolved_by_needs_moment", comment_with(resolved_by=lambda: get_user_model().objects.create_user("aki"))),
    ("approval_name_not_empty", lambda: make_approval(name="")),
    ("approval_of_one_person", of_two_people(make_approval)),
    ("issue_slug_unique", same_slug),
    ("issue_one_edition_per_language", two_editions_in_one_language),
    ("issue_slug_form", change_issue(slug="Not a slug")),
    ("issue_slug_form", change_issue(slug="a--b")),
    ("issue_slug_form", change_issue(slug="日本")),
    ("issue_moment_iff_published_or_withdrawn", change_issue(published_at=None, appeared_at=None)),
    ("issue_moment_iff_published_or_withdrawn", change_issue(status="withdrawn", published_at=None, appeared_at=None)),
    ("issue_moment_iff_published_or_withdrawn", draft_with_a_moment),
    ("issue_appeared_only_with_a_moment", change_issue(status="draft", published_at=None)),
    ("issue_status_known", change_issue(status="lost", published_at=None, appeared_at=None)),
    ("issue_kind_known", change_issue(kind="daily")),
    ("issue_week_range", change_issue(week=54)),
    ("issue_month_range", change_issue(month=13)),
    ("issue_month_range", change_issue(month=0)),
    ("highlight_group_known", change(make_highlight, group="news")),
    ("highlight_public_id_form", change(make_highlight, public_id="Has Capitals")),
    ("section_kind_known", change(make_section, kind="news")),
    ("erratum_text_not_empty", empty_correction),
    ("entry_public_id_form", change(make_entry, public_id="")),
    ("entry_public_id_form", change(make_entry, public_id="a" * 25 + "_")),
    ("entry_not_repeating_itself", entry_repeating_itself),
    ("entry_work_has_link", work_without_a_link),
    ("topic_slug_not_empty", change(make_topic, slug="")),
    ("tagged_entry_once_per_topic", same_topic_twice),
    ("waiver_once_per_finding", finding_waived_twice),
    ("waiver_has_reason", waiver_without_a_reason),
    ("change_deed_known", change_of_no_known_kind),
    ("search_text_kind_known", found_as_a_poem),
]


@pytest.mark.parametrize(
    ("name", "break_it"), BREAKS, ids=[f"{number}-{name}" for number, (name, _) in enumerate(BREAKS)]
)
def test_constraint_holds(name, break_it):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        break_it()


def test_no_constraint_is_forgotten():
    named = {
        constraint.name
        for model in apps.get_app_config("issues").get_models()
        for constraint in model._meta.constraints
    }
    assert named == {name for name, _ in BREAKS}


@pytest.mark.parametrize("make", [make_entry, make_highlight])
def test_public_ids_are_unique(make):
    first, second = make(), make()
    with pytest.raises(IntegrityError, match="public_id"), transaction.atomic():
        type(first).objects.filter(pk=second.pk).update(public_id=first.public_id)


@pytest.mark.parametrize("column", ["slug", "name"])
def test_topics_are_unique(column):
    first, second = make_topic("video"), make_topic("speech")
    with pytest.raises(IntegrityError, match=column), transaction.atomic():
        Topic.objects.filter(pk=second.pk).update(**{column: getattr(first, column)})


def test_deleting_an_issue_takes_what_stands_in_it():
    issue = make_issue()
    make_highlight(issue)
    entry = make_entry(make_section(issue), topics=[make_topic()])
    Erratum.objects.create(issue=issue, entry=entry, noted_on=datetime.date(2021, 9, 2), text="Wrong.")
    issue.delete()
    for model in (Highlight, Section, Entry, TaggedEntry, Erratum):
        assert not model.objects.exists()
    assert Topic.objects.exists()
