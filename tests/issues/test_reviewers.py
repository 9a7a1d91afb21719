"""The page of a reviewer without an account: comments and approval by a secret that is told to nobody."""

import datetime
import logging
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from issues import reviewing
from issues.models import Approval, Comment, Issue, IssueStatus, ReviewLink
from issues.publishing import publish
from issues.removing import remove_entry, remove_issue
from issues.reviewing import answer, approve, comment, invite, resolve, revoke, submit
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

HERE = {"Sec-Fetch-Site": "same-origin"}


class Visit:
    """A reviewer with a link, in a browser of their own."""

    def __init__(self, issue, name="Ken"):
        self.issue = issue
        self.link, self.secret = invite(issue, name=name)
        self.path = f"/preview/{self.secret}/"
        self.client = Client()

    def get(self, view=""):
        return self.client.get(self.path + view)

    def soup(self):
        return BeautifulSoup(self.get().content, "html.parser")

    def values(self, do, place="issue"):
        """What a form of the page would send, as it was shown."""
        form = self.soup().select_one("#verdict form" if do == "approve" else f"#say-{place} form")
        return {field["name"]: field.get("value", "") for field in form.select("input[name]")}

    def send(self, headers=None, **values):
        return self.client.post(self.path, values, headers=HERE if headers is None else headers)

    def comment(self, text, place="issue", **more):
        return self.send(**self.values("comment", place) | {"text": text} | more)

    def approve(self, **more):
        return self.send(**self.values("approve") | {"text": ""} | more)


@pytest.fixture
def issue():
    make_publication(languages=["en", "ja", "zh-hans"], time_zone="Asia/Tokyo")
    issue = make_issue(published=False, number=26, title="A quiet week")
    make_entry(make_section(issue), title="Sparse is enough")
    make_highlight(issue, text="Something *happened*.")
    return submit(issue)


@pytest.fixture
def visit(issue):
    return Visit(issue)


def entry_of(issue):
    return issue.sections.first().entries.first()


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


# --- What is shown -------------------------------------------------------------------------------------------------


def test_a_reviewer_sees_the_page_of_readers_and_room_for_comments(visit, issue, client):
    page = visit.get()
    assert page.status_code == 200
    assert "Preview for Ken" in text(page)
    assert "This link is yours alone and valid until" in text(page)
    shown = BeautifulSoup(page.content, "html.parser")
    places = {form["action"] for form in shown.select("form")}
    assert places == {f"#say-entry-{entry_of(issue).pk}", "#say-highlights", "#say-issue", "#verdict"}


def test_without_what_is_added_it_is_letter_for_letter_the_page_of_readers(visit, issue, client):
    publish(issue)
    shown, read = visit.soup(), BeautifulSoup(client.get("/issues/26/").content, "html.parser")
    for added in shown.select(".talk, .under"):
        added.decompose()
    assert _plain(shown.select_one("article")) == _plain(read.select_one("article"))


def _plain(element):
    return re.sub(r"\s+", " ", str(element))


@pytest.mark.parametrize("view", ["", "phone/", "feed/", "mail/", "text/"])
def test_each_preview_is_private_and_sets_no_cookie(visit, view):
    response = visit.get(view)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] in ("same-origin", "strict-origin")
    assert "unsafe-eval" not in response.headers["Content-Security-Policy"]
    assert not response.cookies
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]


@pytest.mark.parametrize("view", ["", "phone/", "feed/", "mail/", "text/"])
def test_the_secret_stands_in_no_page(visit, view):
    assert visit.secret not in visit.get(view).content.decode()


def test_a_preview_that_there_is_not_is_not_found(visit):
    assert visit.get("nothing/").status_code == 404


def test_the_page_is_in_the_language_of_the_issue():
    make_publication(languages=["en", "ja"])
    issue = make_issue(published=False, language="ja", title="静かな週")
    make_entry(make_section(issue))
    page = Visit(submit(issue), name="健").get()
    assert '<html lang="ja">' in page.text
    assert "健さん用のプレビュー" in page.text
    assert "この号を承認する" in page.text


def test_other_languages_keep_the_page_in_theirs_and_its_labels_in_english():
    make_publication(languages=["de"])
    issue = make_issue(published=False, language="de")
    make_entry(make_section(issue))
    page = Visit(submit(issue)).get().text
    assert '<html lang="de">' in page
    assert re.search(r'<section class="row band review" id="whole"[^>]* lang="en">', page)


def test_it_is_remembered_when_the_link_was_used(visit):
    visit.get()
    visit.link.refresh_from_db()
    assert visit.link.last_used_at


def test_the_page_costs_the_same_queries_whatever_is_on_it(visit, issue, django_assert_num_queries):
    visit.get()
    with django_assert_num_queries(15) as counted:
        visit.get()
    for number in range(5):
        entry = make_entry(make_section(issue))
        comment(issue, f"Hm {number}.", at=f"entry:{entry.pk}", link=visit.link)
        comment(issue, f"Hm {number}.", link=visit.link)
    with django_assert_num_queries(len(counted)):
        visit.get()


# --- Comments ------------------------------------------------------------------------------------------------------


def test_a_comment_on_an_entry_stands_below_it(visit, issue):
    entry = entry_of(issue)
    response = visit.comment("Half,\r\nor a third?", f"entry-{entry.pk}")
    made = Comment.objects.get()
    assert (response.status_code, response.url) == (303, f"./#c-{made.pk}")
    assert (made.entry, made.name, made.link, made.text) == (entry, "Ken", visit.link, "Half,\nor a third?")
    place = visit.soup().select_one(f"#say-entry-{entry.pk}")
    assert "Half, or a third?" in " ".join(place.get_text(" ").split())


def test_comments_on_the_whole_and_on_a_highlight_stand_there(visit, issue):
    highlight = issue.highlights.get()
    visit.comment("As a whole.", "issue")
    offered = [option["value"] for option in visit.soup().select("#say-highlights option")]
    assert offered == ["highlights", f"highlight:{highlight.pk}"]
    for at in offered:
        visit.comment("Which one?" if at != "highlights" else "All of them?", "highlights", at=at)
    assert Comment.objects.get(text="All of them?").place == "highlights"
    assert Comment.objects.get(text="Which one?").highlight == highlight
    shown = visit.soup()
    assert "As a whole." in shown.select_one("#whole").get_text()
    assert "Which one?" in shown.select_one("#say-highlights").get_text()
    assert "Something happened." in shown.select_one("#say-highlights select").get_text()


def test_answers_and_what_is_settled_are_shown_to_all_reviewers(visit, issue, editor):
    made = comment(issue, "Half?", link=visit.link)
    answer(made, "A third.", by=editor)
    resolve(made, by=editor)
    comment(issue, "From the desk.", by=editor)
    shown = text(Visit(issue, name="Aki").get())
    for words in ("Half?", "mika", "A third.", "settled", "From the desk."):
        assert words in shown


def test_a_comment_on_an_entry_that_was_removed_meanwhile_is_kept_with_the_issue(visit, issue):
    entry = entry_of(issue)
    values = visit.values("comment", f"entry-{entry.pk}")
    remove_entry(entry)
    assert visit.send(**values, text="Half?").status_code == 303
    whole = visit.soup().select_one("#whole").get_text(" ")
    assert "Half?" in whole
    assert "About “Sparse is enough”, which is no longer here" in whole


def test_a_form_that_is_sent_twice_makes_one_comment(visit):
    values = visit.values("comment") | {"text": "Hm."}
    assert visit.send(**values).url == visit.send(**values).url
    assert Comment.objects.count() == 1


def test_what_is_written_is_shown_as_it_was_written(visit, issue):
    hostile = '<script>alert(1)</script> & "quoted" {{ issue }} <b>'
    visit.comment(hostile)
    Visit(issue, name="<i>Aki</i>").comment("Hm.")
    page = visit.get().text
    assert "<script>alert" not in page
    assert "<i>Aki" not in page
    assert hostile in BeautifulSoup(page, "html.parser").get_text()


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 400, "Write something first: the comment is empty."),
        ("x" * 5001, 400, "Shorten this to 5000 characters."),
        ("あ" * 60_000, 400, "That was too much text. Send it in parts."),
    ],
    ids=["empty", "long", "endless"],
)
def test_what_can_not_be_taken_is_told_where_it_was_typed(visit, issue, typed, status, sentence):
    place = f"entry-{entry_of(issue).pk}"
    response = visit.comment(typed, place)
    assert response.status_code == status
    assert sentence in text(response)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not Comment.objects.exists()
    if len(typed) < 10_000:
        shown = BeautifulSoup(response.content, "html.parser").select_one(f"#say-{place}")
        assert shown.select_one("details").has_attr("open")
        assert shown.select_one("textarea").text.strip() == typed
        assert shown.select_one("[aria-invalid]")["aria-describedby"] == shown.select_one("[role=alert]")["id"]


def test_who_writes_too_much_keeps_the_text_and_is_told_when_to_go_on(visit, monkeypatch):
    monkeypatch.setattr(reviewing, "OF_ONE", ((1, datetime.timedelta(minutes=10)),))
    visit.comment("One.")
    response = visit.comment("Two.")
    assert response.status_code == 429
    assert 590 <= int(response.headers["Retry-After"]) <= 600
    assert "The next one is taken in 10 minutes. Your text is kept here." in text(response)
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("#say-issue textarea").text == "Two."


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=["another site", "from nowhere", "older browser", "hidden"],
)
@pytest.mark.parametrize("do", ["comment", "approve"])
def test_a_form_of_another_site_does_nothing(visit, headers, do):
    response = visit.send(headers=headers, **visit.values(do) | {"text": "Hm."})
    assert response.status_code == 403
    assert "sent from another site" in text(response)
    assert not Comment.objects.exists()
    assert Issue.objects.get().status == IssueStatus.IN_REVIEW


def test_the_forms_need_no_token_and_no_cookie(visit):
    visit.client = Client(enforce_csrf_checks=True)
    assert visit.comment("Hm.").status_code == 303
    assert not visit.client.cookies


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(visit, method):
    assert getattr(visit.client, method)(visit.path).status_code == 405


@pytest.mark.parametrize("view", ["phone/", "feed/", "mail/", "page/"])
def test_nothing_is_sent_to_the_other_previews(visit, view):
    assert visit.client.post(visit.path + view, {"text": "Hm."}, headers=HERE).status_code == 405


# --- Approval ------------------------------------------------------------------------------------------------------


def test_a_reviewer_approves_with_a_note(visit, issue):
    response = visit.approve(text="Mind the third.")
    assert (response.status_code, response.url) == (303, "./#verdict")
    issue.refresh_from_db()
    assert issue.status == IssueStatus.APPROVED
    assert Approval.objects.get().note == "Mind the third."
    verdict = text(visit.get())
    assert "Ken approved it on" in verdict
    assert "Mind the third." in verdict
    assert not visit.soup().select_one("#verdict form")


def test_approving_twice_by_a_double_click_is_one_approval(visit):
    values = visit.values("approve") | {"text": ""}
    assert [visit.send(**values).status_code for _ in range(2)] == [303, 303]
    assert Approval.objects.count() == 1


def test_what_was_changed_while_it_was_read_is_to_be_looked_at_again(visit, issue):
    values = visit.values("approve") | {"text": "Fine."}
    make_entry(issue.sections.first(), title="Late news")
    response = visit.send(**values)
    assert response.status_code == 409
    assert "was changed while you read it" in text(response)
    assert "Late news" in text(response)
    assert BeautifulSoup(response.content, "html.parser").select_one("#note").text == "Fine."
    assert not Approval.objects.exists()
    assert visit.approve().status_code == 303


def test_an_approval_that_does_not_say_what_was_seen_is_not_taken(visit):
    assert visit.send(do="approve", text="").status_code == 409
    assert not Approval.objects.exists()


def test_an_issue_that_somebody_else_approved_is_not_approved_again(visit, issue):
    values = visit.values("approve") | {"text": ""}
    approve(issue, link=invite(issue, name="Aki")[0])
    response = visit.send(**values)
    assert response.status_code == 409
    assert "Aki approved it on" in text(response)
    assert Approval.objects.count() == 1


def test_what_changed_since_the_approval_is_marked_and_can_be_approved(visit, issue):
    visit.approve()
    entry = entry_of(issue)
    type(entry).objects.filter(pk=entry.pk).update(summary="Otherwise.")
    shown = visit.soup()
    assert "Changed since it was approved." in shown.select_one(f"#say-entry-{entry.pk}").get_text()
    assert "Changed since" not in shown.select_one("#say-highlights").get_text()
    assert visit.approve().status_code == 303
    assert Approval.objects.count() == 2
    assert "Changed since" not in text(visit.get())


def test_a_draft_can_be_commented_on_but_not_approved(visit, issue):
    values = visit.values("approve") | {"text": ""}
    reviewing.reopen(issue)
    page = visit.get()
    assert "still being written" in text(page)
    assert not visit.soup().select_one("#verdict form")
    assert visit.comment("Hm.").status_code == 303
    assert visit.send(**values).status_code == 409
    assert not Approval.objects.exists()


@pytest.mark.parametrize("hours", [-1, 1], ids=["public", "waiting for its moment"])
def test_a_published_issue_can_be_commented_on_but_not_approved(visit, issue, hours):
    publish(issue, at=timezone.now() + datetime.timedelta(hours=hours) if hours > 0 else None)
    shown = text(visit.get())
    assert ("The issue is published." if hours < 0 else "The issue is set for publication.") in shown
    assert not visit.soup().select_one("#verdict form")
    assert visit.comment("Hm.").status_code == 303


# --- Links that open nothing ---------------------------------------------------------------------------------------


def end_by_revoking(visit):
    revoke(visit.link)


def end_by_time(visit):
    now = timezone.now()
    ReviewLink.objects.update(created_at=now - datetime.timedelta(days=2), expires_at=now)


def end_by_withdrawing(visit):
    Issue.objects.update(status="withdrawn", published_at=timezone.now())


def end_by_removing(visit):
    remove_issue(visit.issue)


ENDS = [(end_by_revoking, 410), (end_by_time, 410), (end_by_withdrawing, 410), (end_by_removing, 404)]


@pytest.mark.parametrize(("end", "status"), ENDS, ids=["revoked", "run out", "withdrawn", "removed"])
def test_a_link_that_has_ended_tells_nothing(visit, end, status):
    values = visit.values("comment") | {"text": "Hm."}
    end(visit)
    pages = [visit.get(), *(visit.get(view) for view in ("phone/", "page/", "mail/")), visit.send(**values)]
    assert [page.status_code for page in pages] == [status] * 5
    assert len({re.sub(r"\s+", " ", page.text) for page in pages}) == 1
    for word in ("A quiet week", "Sparse", "Ken", visit.secret, "26"):
        assert word not in text(pages[0])
    for page in pages:
        assert page.headers["Cache-Control"] == "private, no-store"
        assert not page.cookies
    assert not Comment.objects.exists()


def test_links_that_never_were_and_links_that_have_ended_look_alike(visit, client):
    end_by_time(visit)
    unknown = client.get("/preview/" + "x" * 43 + "/")
    assert unknown.status_code == 404
    assert unknown.text == visit.get().text


@pytest.mark.parametrize("secret", ["x", "%00", "%F0%9F%94%91", "a" * 3000, "..%2f", "' OR 1=1 --"])
def test_a_made_up_secret_is_not_found(client, issue, secret):
    assert client.get(f"/preview/{secret}/").status_code == 404


def test_one_link_opens_one_issue(visit):
    other = make_issue(published=False, title="Another week")
    assert "Another week" not in visit.get().text
    values = visit.values("comment") | {"at": f"entry:{make_entry(make_section(other), title='Hidden').pk}"}
    visit.send(**values, text="Hm.")
    assert Comment.objects.get().issue == visit.issue
    assert "Hidden" not in visit.get().text


def test_an_issue_under_review_is_seen_nowhere_else(visit, client, issue):
    visit.comment("A very rare comment.")
    for address in ("/", "/issues/", "/issues/26/", "/feed/", "/topics/", "/sitemap.xml", "/sitemaps/pages.xml"):
        page = client.get(address).content.decode()
        assert "A quiet week" not in page
        assert "rare comment" not in page


def test_comments_are_not_published_with_the_issue(visit, client, issue):
    visit.comment("A very rare comment.", f"entry-{entry_of(issue).pk}")
    publish(issue)
    assert "rare comment" not in client.get("/issues/26/").text
    assert "rare comment" not in client.get("/feed/").text


def test_the_secret_is_in_no_log(visit, caplog, monkeypatch):
    from akira.logs import Formatter

    caplog.handler.setFormatter(Formatter())
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        visit.get("nothing/")
        revoke(visit.link)
        visit.get()
        visit.client.raise_request_exception = False
        monkeypatch.setattr(reviewing, "link_of", lambda secret: 1 / 0)
        assert visit.get().status_code == 500
    assert len(caplog.records) >= 3
    lines = [caplog.handler.formatter.format(record) for record in caplog.records]
    assert not [line for line in lines if visit.secret in line]
