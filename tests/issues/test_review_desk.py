"""The page of the desk about a review, and what the other pages of an issue say of it."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from issues.models import Approval, Comment, Issue, IssueStatus, ReviewLink
from issues.removing import remove_entry
from issues.reviewing import answer, approve, comment, invite, resolve, revoke, submit
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section
from tests.issues.composer import form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    make_publication(time_zone="Asia/Tokyo")
    issue = make_issue(published=False, number=26, title="A quiet week")
    make_entry(make_section(issue), title="Sparse is enough")
    return issue


@pytest.fixture
def link(issue, editor):
    return invite(issue, name="Ken", by=editor)[0]


def address(issue, name="review"):
    return reverse(f"admin:issues_issue_{name}", args=[issue.pk])


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def words(response):
    return " ".join(soup(response).get_text(" ").split())


def entry_of(issue):
    return issue.sections.first().entries.first()


# --- Links ---------------------------------------------------------------------------------------------------------


def test_a_link_is_shown_once_and_opens_the_issue(editor_client, issue, settings):
    settings.AKIRA_BASE_URL = "https://news.example.org"
    made = editor_client.post(address(issue), {"name": "Ken", "days": "3"})
    shown = soup(made).select_one("#made")["value"]
    assert shown.startswith("https://news.example.org/preview/")
    assert "no-store" in made.headers["Cache-Control"]
    path = shown.removeprefix("https://news.example.org")
    assert "A quiet week" in Client().get(path).text
    assert path not in editor_client.get(address(issue)).text
    assert (ReviewLink.objects.get().name, ReviewLink.objects.get().created_by.username) == ("Ken", "mika")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " ", "days": "3"}, "Say for whom the link is"),
        ({"name": "Ken", "days": "soon"}, "1 to 90 days"),
        ({"name": "Ken", "days": "9999999"}, "1 to 90 days"),
        ({"name": "Ken"}, "1 to 90 days"),
    ],
)
def test_a_link_that_can_not_be_made_is_told_and_what_was_typed_is_kept(editor_client, issue, values, sentence):
    response = editor_client.post(address(issue), values)
    assert response.status_code == 400
    assert sentence in words(response)
    assert soup(response).select_one("#name")["value"] == values["name"]
    assert not ReviewLink.objects.exists()


def test_a_link_is_revoked_and_its_state_told(editor_client, issue, link):
    assert "Valid" in soup(editor_client.get(address(issue))).select_one("table.links").get_text()
    response = editor_client.post(address(issue, "review_revoke"), {"link": link.pk}, follow=True)
    assert "The link for Ken opens nothing any more." in words(response)
    assert "Revoked" in soup(response).select_one("table.links").get_text()
    link.refresh_from_db()
    assert link.revoked_at


def test_a_link_of_another_issue_is_not_revoked_here(editor_client, issue):
    other = invite(make_issue(published=False), name="Aki")[0]
    assert editor_client.post(address(issue, "review_revoke"), {"link": other.pk}).status_code == 404
    assert ReviewLink.objects.valid().exists()


# --- Comments ------------------------------------------------------------------------------------------------------


def test_each_comment_tells_its_place_and_leads_there(editor_client, issue, link):
    entry, highlight = entry_of(issue), make_highlight(issue, text="Something *happened*.")
    for at in (f"entry:{entry.pk}", f"highlight:{highlight.pk}", "highlights", "issue"):
        comment(issue, f"On {at}.", at=at, link=link)
    shown = soup(editor_client.get(address(issue)))
    links = {each.get_text(strip=True): each["href"] for each in shown.select(".said h3 a")}
    composer = address(issue, "compose")
    assert links == {
        "26.1 Sparse is enough": f"{composer}?open=entry:{entry.pk}#entry-{entry.pk}",
        "Highlight “Something happened.”": f"{composer}?open=highlight:{highlight.pk}#highlight-{highlight.pk}",
        "The highlights": f"{composer}#highlights",
        "The whole issue": composer,
    }


def test_a_comment_whose_entry_is_gone_says_which_it_was(editor_client, issue, link):
    entry = entry_of(issue)
    comment(issue, "Half?", at=f"entry:{entry.pk}", link=link)
    remove_entry(entry)
    shown = soup(editor_client.get(address(issue))).select_one(".said")
    assert shown.h3.get_text(strip=True) == "“Sparse is enough”, removed since"
    assert not shown.h3.a


def test_an_answer_is_given_from_the_form_and_shown(editor_client, issue, link):
    comment(issue, "Half?", link=link)
    form = soup(editor_client.get(address(issue))).select_one(".said form.answer")
    values = form_values(form) | {"text": "A third."}
    response = editor_client.post(form["action"], values, follow=True)
    assert "A third." in soup(response).select_one(".reply").get_text()
    assert Comment.objects.get().answered_by.username == "mika"


def test_two_who_answer_at_once_are_told_and_nothing_is_lost(editor_client, issue, link, django_user_model):
    made = comment(issue, "Half?", link=link)
    form = soup(editor_client.get(address(issue))).select_one(".said form.answer")
    answer(made, "A third.", by=django_user_model.objects.create_user("aki"))
    response = editor_client.post(form["action"], form_values(form) | {"text": "A quarter."})
    assert response.status_code == 400
    assert "Somebody else answered meanwhile: A third." in words(response)
    assert soup(response).select_one(".said textarea").text == "A quarter."
    made.refresh_from_db()
    assert made.answer == "A third."
    # What is shown now was seen, so that sending it again is a decision.
    again = soup(response).select_one(".said form.answer")
    editor_client.post(form["action"], form_values(again))
    made.refresh_from_db()
    assert made.answer == "A quarter."


def test_what_is_settled_leaves_the_open_ones_and_can_be_opened_again(editor_client, issue, link):
    comment(issue, "Half?", link=link)
    form = soup(editor_client.get(address(issue))).select_one(".said form.answer")
    response = editor_client.post(form["action"], form_values(form) | {"text": "", "settle": "1"}, follow=True)
    assert "The comment of Ken is settled." in words(response)
    assert not soup(response).select(".said")
    everything = soup(editor_client.get(address(issue), {"show": "all"}))
    assert "Settled by mika" in everything.select_one(".said").get_text()
    again = everything.select_one(".said form")
    values = form_values(again) | {"comment": again.button["value"]}
    response = editor_client.post(again["action"], values)
    assert "show=all" in response.url
    assert Comment.objects.open().exists()


def test_answering_and_settling_is_one_click(editor_client, issue, link):
    comment(issue, "Half?", link=link)
    form = soup(editor_client.get(address(issue))).select_one(".said form.answer")
    editor_client.post(form["action"], form_values(form) | {"text": "A third.", "settle": "1"})
    made = Comment.objects.get()
    assert (made.answer, made.resolved_by.username) == ("A third.", "mika")


def test_editors_comment_too_once_by_a_double_click(editor_client, issue):
    form = soup(editor_client.get(address(issue))).select_one("form:has(#said)")
    values = form_values(form) | {"text": "Shorter?", "csrfmiddlewaretoken": "x" * 64}
    for _ in range(2):
        editor_client.post(form["action"], values)
    assert Comment.objects.get().name == "mika"
    refused = editor_client.post(form["action"], values | {"text": " "})
    assert refused.status_code == 400
    assert "the comment is empty" in words(refused)


def test_a_comment_of_another_issue_is_not_touched_here(editor_client, issue):
    other = comment(make_issue(published=False), "Hm.", link=invite(make_issue(published=False), name="A")[0])
    for name in ("review_answer", "review_unresolve"):
        response = editor_client.post(address(issue, name), {"comment": other.pk, "text": "x", "settle": "1"})
        assert response.status_code == 404
    other.refresh_from_db()
    assert (other.answer, other.resolved_at) == ("", None)


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30])
def test_a_comment_that_there_is_not_is_not_found(editor_client, issue, key):
    assert editor_client.post(address(issue, "review_answer"), {"comment": key, "text": "x"}).status_code == 404


def test_what_reviewers_write_is_escaped(editor_client, issue):
    hostile = '<script>alert(1)</script>"><b>'
    comment(issue, hostile, link=invite(issue, name="<i>Ken")[0])
    page = editor_client.get(address(issue)).text
    assert "<script>alert" not in page
    assert "<i>Ken" not in page


# --- States --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["review", "compose", "change", "publish"])
def test_the_buttons_of_each_page_move_the_issue_and_lead_back_there(editor_client, issue, page):
    steps = [("Submit for review", "in_review"), ("Approve", "approved"), ("Back to draft", "draft")]
    for words_of_button, status in steps:
        shown = soup(editor_client.get(address(issue, page)))
        button = next(each for each in shown.select(".steps button") if each.get_text(strip=True) == words_of_button)
        form = button.find_parent("form")
        response = editor_client.post(form["action"], form_values(form))
        assert response.url == address(issue, page)
        issue.refresh_from_db()
        assert issue.status == status


def test_a_button_that_comes_too_late_says_why(editor_client, issue, django_user_model):
    submit(issue)
    approve(issue, by=django_user_model.objects.create_user("aki"))
    response = editor_client.post(address(issue, "review_approve"), follow=True)
    assert "is approved already, by aki" in words(response)
    assert Approval.objects.count() == 1


def test_an_editor_approves_what_the_page_showed(editor_client, issue):
    submit(issue)
    shown = soup(editor_client.get(address(issue)))
    form = next(each for each in shown.select(".steps form") if each.button.get_text(strip=True) == "Approve")
    Issue.objects.update(title="A loud week")
    response = editor_client.post(form["action"], form_values(form), follow=True)
    assert "was changed while you looked at it" in words(response)
    assert Issue.objects.get().status == IssueStatus.IN_REVIEW


def test_a_page_cannot_be_made_to_lead_elsewhere(editor_client, issue):
    response = editor_client.post(address(issue, "review_submit"), {"back": "//evil.example"})
    assert response.url == address(issue)


def test_what_changed_since_the_approval_is_named_on_each_page(editor_client, issue, link):
    submit(issue)
    approve(issue, link=link, note="Well done.")
    for page in ("compose", "change", "publish"):
        assert "Approved by Ken" in words(editor_client.get(address(issue, page)))
    assert "Approved as it stands" in words(editor_client.get(address(issue)))
    entry = entry_of(issue)
    type(entry).objects.filter(pk=entry.pk).update(summary="Otherwise.")
    for page in ("compose", "change", "publish"):
        assert "Changed since Ken approved it" in words(editor_client.get(address(issue, page)))
    shown = soup(editor_client.get(address(issue)))
    assert [each.get_text(strip=True) for each in shown.select(".changes li")] == ["26.1 Sparse is enough"]
    assert "Well done." in shown.select_one(".approvals").get_text()
    assert "Approve again" in shown.get_text()


def test_everything_that_changed_is_named(editor_client, issue, link):
    submit(issue)
    make_entry(make_section(issue, title="In use"), title="Second")
    make_entry(make_section(issue, title="Articles"), title="Third")
    approve(issue, link=link)
    new = make_entry(make_section(issue, title="Late"), title="Fourth")
    remove_entry(issue.sections.get(title="In use").entries.get())
    Issue.objects.update(intro="New words.")
    issue.sections.filter(title="Articles").update(position=0)
    lines = [each.get_text(strip=True) for each in soup(editor_client.get(address(issue))).select(".changes li")]
    assert lines == [
        "Title, introduction or number",
        "New: Section “Late”",
        f"New: 26.3 {new.title}",
        "1 part was removed",
        "The order",
    ]


def test_what_the_newsletter_demands_is_told(editor_client, issue):
    make_publication(review_required="approved")
    assert "the newsletter demands: approved, and not changed since." in words(editor_client.get(address(issue)))
    page = editor_client.get(address(issue, "publish"))
    assert "The newsletter demands an approval first" in words(page)
    assert "Submit for review" in words(page)


# --- Counts --------------------------------------------------------------------------------------------------------


def test_open_comments_are_counted_in_the_list_the_bar_and_at_their_entry(editor_client, issue, link):
    entry = entry_of(issue)
    for number in range(2):
        comment(issue, f"Hm {number}.", at=f"entry:{entry.pk}", link=link)
    resolve(comment(issue, "Done.", at=f"entry:{entry.pk}", link=link), by=None)
    comment(issue, "As a whole.", link=link)
    in_list = soup(editor_client.get("/admin/issues/issue/")).select_one(".field-missing a")
    assert (in_list.get_text(strip=True), in_list["href"]) == ("3 comments open", f"{address(issue)}#comments")
    composer = soup(editor_client.get(address(issue, "compose")))
    assert "3 comments open" in " ".join(composer.select_one(".bar").get_text(" ").split())
    at_entry = composer.select_one(f"#look-entry-{entry.pk} a.badge.i")
    assert at_entry.get_text(strip=True) == "2 comments"
    assert at_entry["href"].startswith(address(issue))


def test_the_page_costs_the_same_queries_whatever_is_said(
    editor_client, issue, link, django_assert_num_queries, django_assert_max_num_queries
):
    comment(issue, "Hm.", at=f"entry:{entry_of(issue).pk}", link=link)
    make_highlight(issue)
    with django_assert_max_num_queries(35) as small:
        editor_client.get(address(issue))
    for number in range(8):
        other = invite(issue, name=f"Reviewer {number}")[0]
        entry = make_entry(make_section(issue))
        answer(comment(issue, "Hm.", at=f"entry:{entry.pk}", link=other), "Yes.", by=link.created_by)
        make_highlight(issue)
    with django_assert_num_queries(len(small)):
        editor_client.get(address(issue))


# --- Who may -------------------------------------------------------------------------------------------------------

VERBS = ["review_submit", "review_approve", "review_reopen", "review_revoke", "review_comment", "review_answer"]


def test_who_may_only_look_sees_the_comments_and_no_button(client, django_user_model, issue, link):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_issue"))
    client.force_login(reader)
    comment(issue, "Half?", link=link)
    page = client.get(address(issue))
    assert "Half?" in words(page)
    assert not soup(page).select("#content form")
    assert client.post(address(issue), {"name": "Ken", "days": "3"}).status_code == 403
    for name in [*VERBS, "review_unresolve"]:
        assert client.post(address(issue, name), {"link": link.pk, "text": "x"}).status_code == 403
    assert (ReviewLink.objects.valid().count(), Issue.objects.get().status) == (1, "draft")


@pytest.mark.parametrize("name", ["review", *VERBS, "review_unresolve"])
def test_strangers_are_sent_to_the_door(client, stranger, issue, name):
    for _ in range(2):
        assert client.post(address(issue, name)).url.startswith(reverse("admin:login"))
        client.force_login(stranger)


@pytest.mark.parametrize("name", [*VERBS, "review_unresolve"])
def test_nothing_is_done_by_looking(editor_client, issue, name):
    assert editor_client.get(address(issue, name)).status_code == 405


def test_an_issue_that_there_is_not_is_not_found(editor_client):
    assert editor_client.get(reverse("admin:issues_issue_review", args=[404])).status_code == 404


def test_a_revoked_link_stays_in_the_list_with_what_was_said_by_it(editor_client, issue, link):
    comment(issue, "Half?", link=link)
    revoke(link)
    page = editor_client.get(address(issue))
    assert re.search(r"Ken\s+by link", words(page))
    assert "Revoked" in words(page)


@pytest.mark.parametrize("kind", ["entry", "highlight"])
def test_the_open_comments_stand_above_the_fields_of_their_row(editor_client, issue, link, kind):
    row = entry_of(issue) if kind == "entry" else make_highlight(issue)
    key = f"{kind}:{row.pk}"
    made = comment(issue, "Half?", at=key, link=link)
    resolve(comment(issue, "Settled.", at=key, link=link), by=None)
    pages = [
        editor_client.get(address(issue, "compose"), {"open": key}),
        editor_client.get(address(issue, "compose_edit"), {"row": key}),
    ]
    for page in pages:
        said = soup(page).select_one(".remarks")
        assert "Half?" in said.get_text()
        assert said.a["href"] == f"{address(issue)}#c-{made.pk}"
        assert "Settled." not in page.text
