"""Every constraint of the inbox's tables is broken once, past all forms, and holds."""

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from inbox.models import Arrival, Candidate, Source, Tally, Token
from issues.models import Entry
from issues.removing import remove_entry, restore
from tests.factories import make_entry, make_issue, make_section
from tests.inbox.factories import make_candidate, make_source, make_token

pytestmark = pytest.mark.django_db


def change_candidate(**values):
    return lambda _user: Candidate.objects.filter(pk=make_candidate().pk).update(**values)


def change_arrival(**values):
    return lambda _user: Arrival.objects.filter(candidate=make_candidate()).update(**values)


def change_source(**values):
    return lambda _user: Source.objects.filter(pk=make_source().pk).update(**values)


def change_token(**values):
    return lambda user: Token.objects.filter(pk=make_token(user).pk).update(**values)


def two_open_ones(_user):
    candidate = make_candidate(state="kept")
    make_candidate(candidate.url)


def entry_of_two_candidates(_user):
    entry = make_entry()
    make_candidate(state="placed", entry=entry)
    make_candidate(state="placed", entry=entry)


def words_of_a_paste(_user):
    make_candidate(words="Look at this")


def source_of_a_paste(_user):
    make_candidate(source=make_source())


def twice_from_a_source(_user):
    source = make_source()
    candidate = make_candidate(way="source", source=source)
    Arrival.objects.create(candidate=candidate, way="source", source=source)


def twice_pasted_by_one(user):
    candidate = make_candidate(by=user)
    Arrival.objects.create(candidate=candidate, way="paste", by=user)


def feed_twice(_user):
    make_source(address=make_source().address)


def query_twice(_user):
    make_source(kind="arxiv", category="cs.CL")
    make_source(kind="arxiv", category="cs.CL")


def two_tokens_of_a_name(user):
    make_token(user)
    make_token(user, "another")


def two_users_with_one_token(user):
    make_token(user)
    make_token(user, name="another")


BREAKS = {
    "candidate_one_open_per_work": two_open_ones,
    "candidate_state_known": change_candidate(state="lost"),
    "candidate_url_not_empty": change_candidate(url=""),
    "candidate_before_iff_dropped": change_candidate(state="dropped"),
    "arrival_way_known": change_arrival(way="pigeon"),
    "arrival_came_at_least_once": change_arrival(times=0),
    "arrival_source_only_of_sources": source_of_a_paste,
    "arrival_words_only_of_readers": words_of_a_paste,
    "arrival_once_per_source": twice_from_a_source,
    "arrival_once_per_person_and_way": twice_pasted_by_one,
    "source_asks_what_its_kind_asks": change_source(kind="pigeon"),
    "source_interval_range": change_source(every_hours=0),
    "source_feed_once": feed_twice,
    "source_query_once": query_twice,
    "token_digest_form": change_token(digest="in clear"),
    "token_name_not_empty": change_token(name=""),
    "token_name_once_per_person": two_tokens_of_a_name,
    "tally_key_not_empty": lambda _user: Tally.objects.create(key="", begun_at=timezone.now(), count=1),
}
COLUMNS = {
    "inbox_candidate_entry_id": entry_of_two_candidates,
    "inbox_token_digest": two_users_with_one_token,
}


@pytest.mark.parametrize("name", [*BREAKS, *COLUMNS])
def test_what_must_never_be_false_can_not_be_written(name, editor):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        (BREAKS | COLUMNS)[name](editor)


def test_every_constraint_is_broken_here():
    known = {
        constraint.name
        for model in apps.get_app_config("inbox").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint | models.UniqueConstraint)
    }
    assert known == set(BREAKS)


def test_a_work_decided_about_leaves_room_for_an_open_candidate():
    dropped = make_candidate(state="dropped")
    assert make_candidate(dropped.url).work == dropped.work


def test_a_token_of_a_name_that_was_revoked_can_be_made_again(editor):
    make_token(editor, revoked_at=timezone.now())
    assert make_token(editor, "another").name == "phone"


def test_a_candidate_whose_entry_is_removed_is_kept_again_and_placed_once_it_is_brought_back():
    candidate = make_candidate(state="placed", entry=make_entry(make_section(make_issue(published=False))))
    removal = remove_entry(candidate.entry)
    candidate.refresh_from_db()
    assert (candidate.entry, candidate.stands) == (None, "kept")
    assert list(Candidate.objects.that_stand("kept")) == [candidate]
    restore(removal)
    candidate.refresh_from_db()
    assert (candidate.entry, candidate.stands) == (Entry.objects.get(), "placed")
    assert list(Candidate.objects.that_stand("placed")) == [candidate]


def test_two_removed_sources_leave_their_arrivals():
    first, second = make_source(), make_source()
    candidate = make_candidate(way="source", source=first)
    Arrival.objects.create(candidate=candidate, way="source", source=second)
    Source.objects.all().delete()
    assert candidate.arrivals.count() == 2
