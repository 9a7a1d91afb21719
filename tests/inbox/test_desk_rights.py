"""The inbox of a contributor: one's own candidates to decide about, the rest to read."""

import re

import pytest

from inbox.collecting import Sender, collect
from inbox.models import Candidate, CandidateState, Way
from inbox.rights import may, may_place, require_for_each
from issues.models import Entry
from papers.addresses import Given
from tests.factories import make_issue, make_publication, make_section
from tests.people import make_person

from .factories import make_candidate, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def contributor(client):
    person = make_person("contributor")
    client.force_login(person)
    return person


@pytest.fixture
def own(contributor):
    return make_candidate(title="My own", added_by=contributor)


@pytest.fixture
def theirs(editor):
    return make_candidate(title="Not mine", added_by=editor)


def row_of(client, candidate, page="/admin/inbox/"):
    return re.search(
        rf'<li class="cand[^>]*id="c{candidate.pk}".*?</li>\s*(?=<li class="cand|</ol>)',
        client.get(page).text,
        re.DOTALL,
    )[0]


def test_only_ones_own_candidates_have_buttons(client, own, theirs):
    make_section(make_issue(published=False))
    for words in ("Keep", "Drop", "Place", "Star", "Note", "Select"):
        assert words in row_of(client, own), words
        assert words not in row_of(client, theirs), words
    assert "Delete…" not in row_of(client, own)


def test_beside_an_issue_only_ones_own_can_be_added(client, own, theirs):
    issue = make_issue(published=False)
    make_section(issue)
    pane = f"/admin/inbox/pane/?issue={issue.pk}"
    assert "Drop “My own”" in row_of(client, own, pane)
    assert "button" not in row_of(client, theirs, pane)


def test_of_several_candidates_none_is_decided_about_where_one_is_not_ones_own(client, own, theirs):
    response = client.post("/admin/inbox/selected/drop/", {"pk": [own.pk, theirs.pk]})
    assert response.status_code == 403
    assert set(Candidate.objects.values_list("state", flat=True)) == {CandidateState.NEW}


def test_ones_own_is_placed_into_what_was_never_published(client, contributor, own):
    draft, published = make_section(make_issue(published=False)), make_section(make_issue())
    address = f"/admin/inbox/{own.pk}/place/"
    assert client.post(address, {"section": published.pk}).status_code == 403
    assert client.post(address, {"section": draft.pk}).status_code == 302
    assert [(entry.section, entry.added_by) for entry in Entry.objects.all()] == [(draft, contributor)]


def test_a_note_of_another_is_not_written(client, contributor, theirs):
    address = f"/admin/inbox/{theirs.pk}/note/"
    assert client.get(address).status_code == client.post(address, {f"note-{theirs.pk}": "Mine"}).status_code == 403
    assert not Candidate.objects.get().note


def test_who_sends_first_added_it_and_who_sends_it_again_did_not(contributor, editor):
    publication = make_publication()
    for person in (contributor, editor):
        collect([Given("https://example.org/post")], Sender(Way.PASTE, by=person), publication=publication)
    collect([Given("https://example.org/feed")], Sender(Way.SOURCE, source=make_source()), publication=publication)
    collect([Given("https://example.org/read")], Sender(Way.SUGGESTION, name="Ken"), publication=publication)
    added = {one.url.rpartition("/")[2]: one.added_by for one in Candidate.objects.all()}
    assert added == {"post": contributor, "feed": None, "read": None}


def test_editors_decide_about_all_without_a_further_query(own, theirs, django_assert_num_queries):
    person = make_person("editor")
    assert may(person, "decide", own)
    with django_assert_num_queries(0):
        require_for_each(person, "decide", [own.pk, theirs.pk])
    assert may_place(person)
    assert not may_place(make_person("stranger"))
