"""Deciding about candidates at the desk, by forms and by pieces of pages."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from inbox.models import Arrival, Candidate
from issues.models import Entry
from papers.models import Fetch
from tests.factories import make_entry, make_issue, make_section, make_work
from tests.inbox.factories import make_candidate

pytestmark = pytest.mark.django_db

PIECE = {"HX-Request": "true"}


@pytest.fixture
def section():
    return make_section(make_issue(published=False, number=27), title="Papers")


def post(client, candidate, deed, *, piece=False, **values):
    headers = PIECE if piece else {}
    return client.post(f"/admin/inbox/{candidate.pk}/{deed}/", values, headers=headers)


def told(response):
    return [str(message) for message in response.context["messages"]]


def stands(candidate):
    return Candidate.objects.get(pk=candidate.pk).stands


@pytest.mark.parametrize("deed", ["keep", "drop", "take-back", "place", "star", "read-again", "note"])
def test_only_who_may_change_candidates_decides(deed, client, django_user_model, stranger, editor_client):
    candidate = make_candidate()
    assert editor_client.get(f"/admin/inbox/{candidate.pk}/{deed}/").status_code == (200 if deed == "note" else 405)
    client.logout()
    assert post(client, candidate, deed).url.startswith("/admin/login/")
    client.force_login(stranger)
    assert post(client, candidate, deed).url.startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert post(client, candidate, deed).status_code == 403
    assert stands(candidate) == "new"


def test_a_decision_needs_the_token_of_the_form(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    candidate = make_candidate()
    assert post(client, candidate, "drop").status_code == 403
    assert stands(candidate) == "new"


@pytest.mark.parametrize(("deed", "state"), [("keep", "kept"), ("drop", "dropped")])
def test_a_decision_is_made_told_and_can_be_undone(deed, state, editor_client):
    candidate = make_candidate(title="A post")
    response = editor_client.post(
        f"/admin/inbox/{candidate.pk}/{deed}/?at={candidate.pk}", {"next": "/admin/inbox/?q=post"}, follow=True
    )
    assert response.redirect_chain == [(f"/admin/inbox/?q=post&undo={candidate.pk}#c{candidate.pk}", 302)]
    assert told(response) == [f"“A post” is {state}."]
    assert response.context["undo"] == [candidate]
    assert stands(candidate) == state
    editor_client.post("/admin/inbox/selected/take-back/", {"pk": candidate.pk})
    assert stands(candidate) == "new"


@pytest.mark.parametrize("given", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_the_way_back_stays_on_the_site(given, editor_client):
    response = post(editor_client, make_candidate(), "keep", next=given)
    assert response.url.startswith("/admin/inbox/?undo=")


def test_several_are_decided_about_at_once(editor_client):
    many = [make_candidate() for _ in range(3)]
    chosen = [candidate.pk for candidate in many[:2]]
    response = editor_client.post("/admin/inbox/selected/drop/", {"pk": [*chosen, "x"]}, follow=True)
    assert told(response) == ["2 candidates are dropped."]
    assert [stands(candidate) for candidate in many] == ["dropped", "dropped", "new"]
    assert len(response.context["undo"]) == 2


@pytest.mark.parametrize("deed", ["keep", "drop", "take-back", "place"])
def test_nothing_selected_is_told(deed, editor_client, section):
    response = editor_client.post(f"/admin/inbox/selected/{deed}/", {"section": section.pk}, follow=True)
    assert told(response) == ["Select candidates first."]


def test_candidates_are_placed_into_the_chosen_section(editor_client, section):
    many = [make_candidate(title="One"), make_candidate(title="Two")]
    values = {"pk": [one.pk for one in many], "section": section.pk}
    response = editor_client.post("/admin/inbox/selected/place/", values, follow=True)
    assert told(response) == ["2 candidates are placed in #27, Papers."]
    assert section.entries.count() == 2
    # It is chosen again for the next.
    make_candidate()
    assert f'<option value="{section.pk}" selected>' in editor_client.get("/admin/inbox/").text


@pytest.mark.parametrize("given", ["", "x", "0", "99999999999999999999"])
def test_without_a_section_nothing_is_placed(given, editor_client):
    candidate = make_candidate()
    response = editor_client.post(f"/admin/inbox/{candidate.pk}/place/", {"section": given}, follow=True)
    assert told(response) == ["Choose the section first, then place it."]
    assert stands(candidate) == "new"


def test_who_may_not_add_entries_places_nothing(client, django_user_model, section):
    user = django_user_model.objects.create_user("guest", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="inbox"))
    client.force_login(user)
    candidate = make_candidate()
    assert "Place into" not in client.get("/admin/inbox/").text
    response = client.post(f"/admin/inbox/{candidate.pk}/place/", {"section": section.pk})
    assert response.status_code == 403
    assert not Entry.objects.exists()


def test_the_second_of_two_editors_is_told_that_it_was_placed(editor_client, client, admin_user, section):
    candidate = make_candidate(title="A post")
    post(editor_client, candidate, "place", section=section.pk)
    client.force_login(admin_user)
    for deed in ("place", "drop", "keep"):
        response = client.post(f"/admin/inbox/{candidate.pk}/{deed}/", {"section": section.pk}, follow=True)
        assert "mika placed “A post” already, in #27, Papers." in told(response)[-1]
    assert Entry.objects.count() == 1


def test_the_second_of_two_editors_is_told_of_another_decision(editor_client, client, admin_user):
    candidate = make_candidate(title="A post")
    post(editor_client, candidate, "drop")
    client.force_login(admin_user)
    response = client.post(f"/admin/inbox/{candidate.pk}/keep/", {f"seen-{candidate.pk}": "new"}, follow=True)
    assert told(response)[-1] == "mika decided about “A post” meanwhile: it is dropped. Look again."
    assert stands(candidate) == "dropped"


def test_a_piece_is_the_row_as_it_is_now_with_what_was_said_and_the_counts(editor_client):
    candidate = make_candidate(title="A post")
    response = post(editor_client, candidate, "keep", piece=True, state="new")
    assert "<html" not in response.text
    assert f'id="c{candidate.pk}"' in response.text
    assert "“A post” is kept." in response.text
    assert 'id="inbox-count-new" class="count" hx-swap-oob="true">0<' in response.text
    assert 'id="inbox-count-kept" class="count" hx-swap-oob="true">1<' in response.text
    # It left the list of new ones, and can be taken back from where it stood.
    assert "data-done" in response.text
    assert "Undo" in response.text


def test_a_piece_of_a_list_in_which_it_stays_is_the_whole_row(editor_client):
    candidate = make_candidate(state="kept")
    response = post(editor_client, candidate, "star", piece=True, state="kept", starred="1")
    assert "data-candidate" in response.text
    assert 'aria-pressed="true"' in response.text
    assert Candidate.objects.get().starred


def test_a_refusal_comes_with_the_row(editor_client, client, admin_user):
    candidate = make_candidate(title="A post")
    post(editor_client, candidate, "drop")
    client.force_login(admin_user)
    values = {"state": "new", f"seen-{candidate.pk}": "new"}
    response = post(client, candidate, "keep", piece=True, **values)
    assert '<p class="refused">mika decided about “A post” meanwhile' in response.text


def test_a_piece_about_what_is_gone_says_so(editor_client):
    candidate = make_candidate()
    Candidate.objects.all().delete()
    response = post(editor_client, candidate, "drop", piece=True)
    assert "This candidate is gone." in response.text


def test_a_pane_places_with_one_click_where_works_of_the_kind_stand(editor_client, section):
    make_section(section.issue, title="Articles", kind="article")
    candidate = make_candidate("https://arxiv.org/abs/2103.00020")
    values = {"section": "by-kind", "pane": section.issue_id, "state": "open"}
    response = post(editor_client, candidate, "place", piece=True, **values)
    entry = section.entries.get()
    placed = json.loads(response.headers["HX-Trigger"])["inbox-placed"]
    assert placed == {"entry": entry.pk, "section": section.pk, "issue": section.issue_id}
    assert "In #27, Papers" in response.text


def test_a_pane_without_script_comes_back_to_itself(editor_client, section):
    candidate = make_candidate()
    there = f"/admin/inbox/pane/?issue={section.issue_id}&hide=1"
    response = post(editor_client, candidate, "place", section=section.pk, pane=section.issue_id, next=there)
    assert response.url == there


def test_what_could_not_be_read_is_read_again(editor_client):
    candidate = make_candidate()
    Fetch.objects.create(work=candidate.work, lane="example.org", last_error="timeout", last_message="Too slow.")
    response = editor_client.post(f"/admin/inbox/{candidate.pk}/read-again/", follow=True)
    assert told(response) == ["It will be read again in a moment."]
    fetch = Fetch.objects.get()
    assert (fetch.last_error, fetch.due_at is not None) == ("", True)


def test_what_was_dropped_can_be_forgotten_for_good(editor_client, editor):
    candidate = make_candidate(state="dropped", way="suggestion", name="Ken", words="Forget me")
    page = f"/admin/inbox/candidate/{candidate.pk}/delete/"
    assert page in editor_client.get("/admin/inbox/?state=dropped").text
    assert editor_client.get(page).status_code == 200
    response = editor_client.post(page, {"post": "yes"}, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/inbox/"
    assert not Candidate.objects.exists()
    assert not Arrival.objects.exists()
    editor.user_permissions.remove(Permission.objects.get(codename="delete_candidate"))
    make_candidate(state="dropped")
    assert "/delete/" not in editor_client.get("/admin/inbox/?state=dropped").text


@pytest.mark.parametrize("deed", ["star", "read-again", "note"])
def test_a_candidate_that_is_not_there_is_missing(deed, editor_client):
    make_candidate()
    assert editor_client.post(f"/admin/inbox/0/{deed}/").status_code == 404


def test_a_note_is_kept(editor_client):
    candidate = make_candidate()
    values = {f"note-{candidate.pk}": "Read *this*.\r\n", f"note-was-{candidate.pk}": ""}
    response = editor_client.post(f"/admin/inbox/{candidate.pk}/note/", values, follow=True)
    assert told(response) == ["The note is kept."]
    assert Candidate.objects.get().note == "Read *this*."
    assert "<em>this</em>" in editor_client.get("/admin/inbox/").text


@pytest.mark.parametrize("piece", [False, True])
def test_both_texts_are_shown_where_somebody_else_changed_the_note(piece, editor_client):
    candidate = make_candidate(note="Theirs")
    values = {f"note-{candidate.pk}": "Mine", f"note-was-{candidate.pk}": "Before"}
    response = post(editor_client, candidate, "note", piece=piece, **values)
    assert "Theirs" in response.text
    assert ">Mine</textarea>" in response.text
    assert Candidate.objects.get().note == "Theirs"
    # The page knows now on what the next save is based.
    assert f'name="note-was-{candidate.pk}" value="Theirs"' in response.text


def test_adding_to_the_inbox_by_pasting(editor_client):
    make_issue()
    ran = make_work("https://example.org/ran")
    make_entry(make_section(make_issue(number=21)), url=ran.url)
    make_candidate("https://example.org/known")
    text = "[A post](https://example.org/new)。https://example.org/known と https://example.org/ran。https://x:y@example.org/"
    response = editor_client.post("/admin/inbox/add/", {"text": text})
    assert [(one["given"], one["outcome"]) for one in response.context["told"]] == [
        ("https://example.org/new", "New"),
        ("https://example.org/known", "In the inbox already"),
        ("https://example.org/ran", "New"),
        ("https://x:y@example.org/", "Can't be read"),
    ]
    assert response.context["counts"] == [("New", 2), ("In the inbox already", 1), ("Can't be read", 1)]
    assert "Already run in #21" in response.text
    assert "user name or password" in response.text
    assert Candidate.objects.get(url="https://example.org/new").arrivals.get().way == "paste"


def test_pasting_what_has_no_address_keeps_the_text(editor_client):
    make_issue()
    response = editor_client.post("/admin/inbox/add/", {"text": "Nothing\x00 here"})
    assert "No address was found" in response.text
    assert "Nothing here</textarea>" in response.text


def test_a_text_that_is_too_long_says_what_was_left_out(editor_client):
    make_issue()
    response = editor_client.post("/admin/inbox/add/", {"text": "https://example.org/a " + "x" * 1_000_000})
    assert "longer than a million characters" in response.text
    assert Candidate.objects.count() == 1


def test_the_bookmarklet_opens_a_page_that_adds_nothing_until_asked(editor_client):
    make_issue()
    query = {"url": "https://example.org/post?utm_source=x", "title": "A “post”", "note": "Marked"}
    response = editor_client.get("/admin/inbox/add/", query)
    assert response.context["given"] == query
    assert not Candidate.objects.exists()
    response = editor_client.post("/admin/inbox/add/", query)
    candidate = Candidate.objects.get()
    assert (candidate.title, candidate.note, candidate.arrivals.get().way) == ("A “post”", "Marked", "bookmarklet")
    assert candidate.url == "https://example.org/post"
    assert "Close this window" in response.text


def test_who_is_not_logged_in_comes_back_to_the_bookmarklets_page(client):
    response = client.get("/admin/inbox/add/", {"url": "https://example.org/?a=1&b=2"})
    assert (
        response.url
        == "/admin/login/?next=/admin/inbox/add/%3Furl%3Dhttps%253A%252F%252Fexample.org%252F%253Fa%253D1%2526b%253D2"
    )
