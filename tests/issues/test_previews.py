"""The views of an issue before it is public: each at its address, each under its policy, kept and found by nobody."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from issues import previews
from issues.feeds import guid
from issues.publishing import publish
from tests.common.pictures import drawing, packed
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

from .mail.issues import HOSTILE, make_long, make_week

pytestmark = pytest.mark.django_db

SHELLS = ["phone", "feed", "mail", "mail-phone", "mail-dark", "text"]
FRAMED = ["page", "mail-html", "mail-dark-html"]
MAIL_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


def address(issue, *name):
    return reverse("admin:issues_issue_preview", args=[issue.pk, *name])


@pytest.fixture
def draft():
    return make_week(published=False)


def shown(client, issue, *name):
    response = client.get(address(issue, *name))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# --- The switch ----------------------------------------------------------------------------------------------------


def test_each_view_has_a_name_and_the_switch_leads_to_the_main_ones():
    assert set(previews.VIEWS) == {"web", *SHELLS, *FRAMED}
    assert [(link.words, link.path) for link in previews.views("/preview/abc/")] == [
        ("Web", "/preview/abc/"),
        ("Phone", "/preview/abc/phone/"),
        ("Feed", "/preview/abc/feed/"),
        ("Mail", "/preview/abc/mail/"),
        ("Plain text", "/preview/abc/text/"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Web"), ("phone", "Phone"), ("mail", "Mail"), ("mail-dark", "Mail"), ("text", "Plain text")],
)
def test_the_bar_says_which_view_it_is(editor_client, draft, name, words):
    page = shown(editor_client, draft, *filter(None, [name]))
    switch = page.find("nav", attrs={"aria-label": "View"})
    assert [link.string for link in switch.find_all("a")] == ["Write", "Web", "Phone", "Feed", "Mail", "Plain text"]
    assert [link.string for link in switch.find_all("a", attrs={"aria-current": "page"})] == [words]


def test_the_composer_has_the_same_switch(editor_client, draft):
    page = BeautifulSoup(
        editor_client.get(reverse("admin:issues_issue_compose", args=[draft.pk])).content, "html.parser"
    )
    links = [link["href"] for link in page.find("nav", attrs={"aria-label": "View"}).find_all("a")]
    assert links[1:] == [link.path for link in previews.views(address(draft))]


def test_editions_lead_to_the_same_view(editor_client, draft):
    other = make_issue(published=False, language="ja", number=26, translation_key=draft.translation_key)
    links = shown(editor_client, draft, "mail").find("nav", attrs={"aria-label": "Editions"}).find_all("a")
    assert [link["href"] for link in links] == [address(draft, "mail"), address(other, "mail")]


def test_a_view_that_there_is_not_is_not_found(editor_client, draft):
    assert editor_client.get(address(draft, "fax")).status_code == 404


# --- Who, and under which policy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SHELLS, *FRAMED])
def test_no_view_is_kept_or_found_or_shown_elsewhere(editor_client, draft, name):
    response = editor_client.get(address(draft, name))
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["", *SHELLS, "page"])
def test_pages_have_a_strict_policy(editor_client, draft, name):
    policy = editor_client.get(address(draft, *filter(None, [name]))).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("name", ["mail-html", "mail-dark-html"])
def test_a_mail_has_the_policy_of_mails(editor_client, draft, name):
    assert editor_client.get(address(draft, name)).headers["Content-Security-Policy"] == MAIL_POLICY


@pytest.mark.parametrize("name", [*SHELLS, *FRAMED])
def test_strangers_see_none_of_them(client, stranger, draft, name):
    client.force_login(stranger)
    assert client.get(address(draft, name)).url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", [*SHELLS, *FRAMED])
def test_nothing_can_be_sent_to_them(editor_client, draft, name):
    assert editor_client.post(address(draft, name)).status_code == 405


# --- For those who mount them elsewhere ----------------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """Shows a view at another address, without a session or anybody logged in."""

    def show(issue, name):
        request = RequestFactory().get(f"/anywhere/{name}/")
        return previews.show(request, issue, name, previews.Mount("/anywhere/", "issues/previews/_views.html"))

    return show


@pytest.mark.parametrize("name", sorted(previews.VIEWS))
def test_views_need_no_session_and_know_no_desk(elsewhere, draft, name):
    response = elsewhere(draft, name)
    assert response.status_code == 200
    content = response.content.decode()
    assert "/admin/" not in content
    assert "csrf" not in content
    assert not response.cookies


def test_frames_stand_below_the_same_base(elsewhere, draft):
    for name in ("phone", "mail", "mail-dark"):
        frame = BeautifulSoup(elsewhere(draft, name).content, "html.parser").iframe
        assert frame["src"].startswith("/anywhere/")
        assert "srcdoc" not in frame.attrs


def test_an_unknown_view_is_not_found_anywhere(elsewhere, draft):
    with pytest.raises(Http404):
        elsewhere(draft, "fax")


# --- What they show ------------------------------------------------------------------------------------------------


def test_the_page_in_the_frame_is_that_of_readers(editor_client, client, draft):
    publish(draft)
    framed = shown(editor_client, draft, "page")
    public = BeautifulSoup(client.get("/issues/26/").content, "html.parser")
    for link in framed.find_all("a", target="_blank"):
        del link["target"]
    assert framed.article == public.article


def test_links_of_the_framed_page_open_beside_it_but_for_those_within(editor_client, draft):
    links = shown(editor_client, draft, "page").find_all("a")
    assert {link.get("target") for link in links if link["href"].startswith("#")} == {None}
    assert {link.get("target") for link in links if not link["href"].startswith("#")} == {"_blank"}


def test_the_feed_shows_what_is_in_the_feed(editor_client, client, draft):
    page = shown(editor_client, draft, "feed")
    assert page.find("article").h1.string == "Nobody labelled the videos"
    assert guid(draft) in page.find("pre").string
    publish(draft)
    feed = client.get("/feed/").content.decode()
    (item,) = re.findall("<item>.*</item>", feed, re.DOTALL)
    again = shown(editor_client, draft, "feed").find("pre").string
    assert again.replace("\n", "") == item.replace("\n", "")


def test_the_mail_is_shown_with_its_weight(editor_client, draft):
    page = shown(editor_client, draft, "mail")
    assert page.find("meter")["max"] == "102000"
    assert int(page.find("meter")["value"]) > 1000
    assert "Akira 26: Nobody labelled the videos" in page.find(class_="inboxed").text
    assert page.iframe["src"] == address(draft, "mail-html")
    assert not page.find(class_="warn")


def test_a_mail_that_is_too_long_is_told_of(editor_client):
    make_publication(name="Akira")
    page = shown(editor_client, make_long(14, sentences=100, published=False), "mail")
    assert "Gmail cuts the end off" in page.find(class_="warn").text


def test_the_mail_in_the_dark_is_dark_for_everybody(editor_client, draft):
    light = editor_client.get(address(draft, "mail-html")).content.decode()
    dark = editor_client.get(address(draft, "mail-dark-html")).content.decode()
    assert "@media(prefers-color-scheme:dark)" in light
    assert dark == light.replace("@media(prefers-color-scheme:dark)", "@media all")


def test_no_place_is_left_in_what_is_shown(editor_client, draft):
    for name in ("mail-html", "text"):
        assert not re.search("[\ufdd0\ufdd1]", editor_client.get(address(draft, name)).content.decode())


def test_figures_of_a_draft_are_shown_to_whoever_sees_the_preview(
    editor_client, client, elsewhere, draft, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    settings.AKIRA_BASE_URL = "https://akira.example"
    name = default_storage.save(f"figures/{'a' * 64}.png", ContentFile(packed(drawing((400, 200)))))
    make_entry(
        make_section(draft), figure=name, figure_width=400, figure_height=200, figure_alt="Bars", figure_widths=[]
    )
    for view in ("web", "page", "feed", "mail-html"):
        (image,) = BeautifulSoup(elsewhere(draft, view).content, "html.parser").find_all("img")
        assert image["src"] == f"/uploads/{name}"
    response = client.get(f"/uploads/{name}")
    assert (response.status_code, b"".join(response.streaming_content)[1:4]) == (200, b"PNG")


@pytest.mark.parametrize("name", [*SHELLS, *FRAMED])
def test_hostile_texts_do_nothing_anywhere(editor_client, name):
    make_publication(name="Akira")
    issue = make_issue(published=False, number=1, title=HOSTILE, intro=HOSTILE)
    make_entry(make_section(issue, title=HOSTILE), title=HOSTILE, summary=HOSTILE)
    make_highlight(issue, text=HOSTILE)
    page = shown(editor_client, issue, name)
    assert not page.find_all("script")
    assert not page.find_all("img")


@pytest.mark.parametrize("language", ["ja", "zh-hans"])
@pytest.mark.parametrize("name", [*SHELLS, *FRAMED])
def test_every_view_of_an_issue_in_another_language(editor_client, draft, language, name):
    issue = make_week(language, title="静かな週", number=27)
    assert "静かな週" in editor_client.get(address(issue, name)).content.decode()


@pytest.mark.parametrize("status", ["draft", "in_review", "approved", "withdrawn", "published"])
@pytest.mark.parametrize("name", ["feed", "mail-html", "text"])
def test_every_view_of_an_empty_issue_of_any_state(editor_client, status, name):
    make_publication()
    ahead = timezone.now() + datetime.timedelta(days=1)
    issue = make_issue(status=status, published_at=ahead if status in ("withdrawn", "published") else None, title="")
    assert editor_client.get(address(issue, name)).status_code == 200


@pytest.mark.parametrize("name", ["phone", "feed", "mail", "mail-html", "text", "page"])
def test_a_view_costs_the_same_queries_whatever_is_in_the_issue(
    editor_client, name, django_assert_num_queries, django_assert_max_num_queries
):
    make_publication(name="Akira")
    small, large = make_long(2, published=False, number=1), make_long(60, published=False, number=2)
    with django_assert_max_num_queries(25) as few:
        editor_client.get(address(small, name))
    with django_assert_num_queries(len(few)):
        editor_client.get(address(large, name))
