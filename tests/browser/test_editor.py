"""What an editor does: log in, write an issue, preview it, publish it, and find it public."""

import re

import pytest
from playwright.sync_api import expect

from issues.models import Issue
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic
from tests.issues.test_admin_editing import png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(open_page, editor):
    """The first page of the desk, after logging in by hand."""
    page = open_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("mika")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="The desk")).to_be_visible()
    return page


def test_an_editor_writes_previews_and_publishes_an_issue(desk, open_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    make_topic("video", names={"en": "Video", "ja": "動画"})

    desk.get_by_role("link", name="New issue").click()
    desk.get_by_label("Title").fill("A quiet week")
    desk.get_by_label("Number").fill("26")
    desk.get_by_label("Introduction").fill("With *one* paper.")
    for unwanted in ("Features", "In use", "Articles"):
        desk.get_by_label(unwanted).uncheck()
    desk.get_by_role("button", name="Begin").click()
    desk.get_by_role("link", name="All fields").click()
    desk.locator("#sections-group").get_by_role("link", name="Change").click()

    desk.get_by_text("Add another Entry").click()
    desk.locator("#id_entries-0-title").fill("眠るネットワーク")
    desk.locator("#id_entries-0-url").fill("https://arxiv.org/pdf/2111.12763v2?utm_source=mail")
    desk.locator("#id_entries-0-summary").fill("Half of $x^2$ is enough.")
    desk.get_by_role("button", name="Save and continue editing").click()
    expect(desk.locator("#id_entries-0-url")).to_have_value("https://arxiv.org/pdf/2111.12763v2")
    desk.locator("#entries-group").get_by_role("link", name="Change").click()

    # A topic is found by its name in Japanese.
    desk.locator(".field-topics .select2-search__field").press_sequentially("動画")
    desk.locator(".select2-results__option", has_text="Video").click()
    picture = png()
    desk.locator("#id_figure").set_input_files(
        {"name": picture.name, "mimeType": "image/png", "buffer": picture.read()}
    )
    desk.get_by_label("What it shows:").fill("A white field")
    desk.get_by_role("button", name="Save and continue editing").click()
    expect(desk.locator("img.thumbnail")).to_be_visible()

    desk.get_by_role("link", name="Preview").click()
    expect(desk.get_by_text("Draft. Readers don't see it.")).to_be_visible()
    expect(desk.get_by_role("heading", name="眠るネットワーク")).to_be_visible()
    expect(desk.get_by_role("img", name="A white field")).to_be_visible()

    reader = open_page()
    assert reader.request.get("/issues/26/").status == 404

    desk.get_by_role("link", name="Publish …").click()
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.get_by_text("“A quiet week” is published.")).to_be_visible()
    desk.get_by_role("link", name="See it on the site").click()
    expect(desk).to_have_url(re.compile(r"/issues/26/$"))

    reader.goto("/issues/26/")
    expect(reader.get_by_role("heading", name="A quiet week")).to_be_visible()
    expect(reader.get_by_text("26.1", exact=True).first).to_be_visible()
    expect(reader.get_by_role("link", name="眠るネットワーク").first).to_be_visible()
    assert not reader.context.cookies()


def test_an_editor_sets_a_moment_takes_it_back_and_withdraws(desk):
    make_publication(time_zone="Asia/Tokyo")
    issue = make_issue(published=False, number=26)
    make_entry(make_section(issue))
    desk.goto(f"/admin/issues/issue/{issue.pk}/change/")
    desk.get_by_role("link", name="Publish…").click()
    desk.get_by_label("At a later moment").check()
    desk.get_by_label("Day").fill("2099-09-05")
    desk.get_by_label("Time").fill("08:00")
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.get_by_text("Friday, 4 September 2099, 23:00")).to_be_visible()
    desk.get_by_role("button", name="Publish at this moment").click()
    expect(desk.get_by_text("08:00 in Asia/Tokyo (4 Sep, 23:00 UTC)").first).to_be_visible()
    desk.get_by_role("button", name="Take back to draft").click()
    desk.get_by_role("link", name="Publish…").click()
    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.get_by_role("link", name="Withdraw…").click()
    desk.get_by_role("button", name="Withdraw the issue").click()
    expect(desk.get_by_text("is withdrawn.")).to_be_visible()
    assert Issue.objects.get().status == "withdrawn"


def test_two_editors_at_once_are_told_of_each_other(desk):
    make_publication()
    issue = make_issue(published=False, intro="First line\nsecond line")
    desk.goto(f"/admin/issues/issue/{issue.pk}/change/")
    other = desk.context.new_page()
    other.goto(f"/admin/issues/issue/{issue.pk}/change/")
    other.get_by_label("Intro:").fill("By the other")
    other.get_by_role("button", name="Save", exact=True).click()

    desk.get_by_label("Intro:").fill("By me")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Somebody else changed this to: By the other")).to_be_visible()
    expect(desk.get_by_label("Intro:")).to_have_value("By me")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("was changed successfully")).to_be_visible()
    issue.refresh_from_db()
    assert issue.intro == "By me"


def test_a_page_with_unsaved_text_asks_before_it_is_left(desk):
    issue = make_issue(published=False)
    desk.goto(f"/admin/issues/issue/{issue.pk}/change/")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.get_by_label("Intro:").fill("Long thought over")
    desk.get_by_role("link", name="Preview").click()
    expect(desk.get_by_label("Intro:")).to_have_value("Long thought over")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_desk_scrolls_sideways(desk, width):
    issue = make_issue(published=False, title="語" * 60)
    entry = make_entry(make_section(issue), title="Donaudampfschifffahrtsgesellschaftskapitän" * 3)
    desk.set_viewport_size({"width": width, "height": 800})
    for address in (
        "/admin/",
        "/admin/issues/issue/",
        f"/admin/issues/issue/{issue.pk}/change/",
        f"/admin/issues/section/{entry.section_id}/change/",
        f"/admin/issues/entry/{entry.pk}/change/",
        f"/admin/issues/issue/{issue.pk}/publish/",
        f"/admin/issues/issue/{issue.pk}/preview/",
    ):
        desk.goto(address)
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, address
