"""The composer for everybody: by keys alone, by a finger on a narrow screen, in the dark, by a reader of screens."""

import pytest
from playwright.sync_api import expect

from issues.models import Entry, Section
from papers.models import Fetch
from tests.browser.barriers import barriers
from tests.browser.composing import compose, log_in, row, spoken, titles
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issue():
    make_publication(time_zone="Asia/Tokyo")
    make_topic("video")
    issue = make_issue(published=False, number=27)
    first, second = make_section(issue, title="Papers"), make_section(issue, title="Articles", kind="article")
    for title in "AB":
        make_entry(first, title=title)
    make_entry(second, title="C")
    make_highlight(issue, text="One")
    make_highlight(issue, text="Two")
    return issue


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, locator, most=200):
    """Reach an element as somebody does who has no pointer."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if locator.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{locator} can't be reached by the Tab key.")


def test_everything_is_done_by_keys_alone(open_page, editor, issue):
    page = compose(log_in(open_page()), issue)
    # An entry is added, moved over the border of its section, written, and closed.
    tab_to(page, page.get_by_label("Paste addresses"))
    page.keyboard.type("https://arxiv.org/abs/2109.01652")
    press(page, "Tab", "Tab", "Enter")
    spoken(page, "One entry was added.")
    new = row(page, "https://arxiv.org/abs/2109.01652")
    tab_to(page, new.locator(".grip"))
    press(page, "Space")
    spoken(page, "27.3 lifted. It is 3 of 3 in section 1, Papers.")
    press(page, "ArrowDown")
    spoken(page, "Now 1 of 2 in section 2, Articles.")
    press(page, "ArrowDown")
    spoken(page, "Now 2 of 2 in section 2, Articles.")
    press(page, "ArrowDown")
    spoken(page, "There is nothing beyond.")
    press(page, "Space")
    spoken(page, "is now 2 of 2 in Articles.")
    expect(new.locator(".grip")).to_be_focused()
    tab_to(page, page.locator("#undo button"), most=400)
    press(page, "Enter")
    spoken(page, "is now 3 of 3 in Papers.")

    tab_to(page, new.get_by_role("link", name="Edit"))
    press(page, "Enter")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.type("By keys")
    tab_to(page, page.get_by_role("combobox", name="Topics"))
    page.keyboard.type("vid")
    expect(page.get_by_role("option", name="Video")).to_be_visible()
    press(page, "ArrowDown")
    expect(page.get_by_role("option", name="Video")).to_have_attribute("aria-selected", "true")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Remove Video")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Done"))
    press(page, "Enter")
    expect(row(page, "By keys").get_by_role("link", name="Edit")).to_be_focused()
    entry = Entry.objects.get(title="By keys")
    assert [topic.slug for topic in entry.topics.all()] == ["video"]

    # Escape leaves an entry where it was; so does going away.
    grip = row(page, "A").locator(".grip")
    for leave in ("Escape", "Tab"):
        grip.focus()
        press(page, "Enter", "ArrowDown", leave)
        spoken(page, "27.1 stays where it was.")
    assert titles(page, 1) == ["A", "B", "By keys"]

    # Sections and highlights are moved likewise, and an entry by a list.
    page.get_by_role("button", name="Lift Section 2").focus()
    press(page, "Space", "ArrowUp", "Space")
    spoken(page, "is now number 1.")
    assert titles(page, 1) == ["C"]
    page.get_by_role("button", name="Move down highlight 1").focus()
    press(page, "Enter")
    spoken(page, "is now number 2.")
    tab_to(page, row(page, "C").get_by_role("link", name="Move to"))
    press(page, "Enter")
    chooser = page.get_by_label("Move 27.1 to")
    expect(chooser).to_be_visible()
    tab_to(page, chooser)
    page.keyboard.type("2: after 27.2 A")
    press(page, "Tab", "Enter")
    spoken(page, "“C” is now 2 of 4 in Papers.")


def test_a_finger_moves_an_entry_on_a_narrow_screen(open_page, editor, issue):
    page = compose(log_in(open_page(width=390, has_touch=True, is_mobile=True)), issue)
    grip, target = row(page, "A").locator(".grip"), row(page, "C")
    target.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), target.bounding_box()
    touch = page.context.new_cdp_session(page)
    x, y = start["x"] + 10, start["y"] + 10
    steps = [(x, y + (end["y"] + end["height"] - 4 - y) * step / 8) for step in range(9)]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for at_x, at_y in steps:
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": at_x + 60, "y": at_y}]})
        page.wait_for_timeout(30)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    spoken(page, "“A” is now 2 of 2 in Articles.")


def test_a_narrow_screen_holds_everything(open_page, editor, issue):
    page = compose(log_in(open_page(width=390)), issue)
    row(page, "A").get_by_role("link", name="Edit").click()
    page.get_by_label("Summary, in Markdown").fill("Written on the way")
    page.get_by_role("button", name="Done").click()
    expect(row(page, "A")).to_contain_text("Written on the way")
    row(page, "A").get_by_role("link", name="Move to").click()
    page.get_by_label("Move 27.1 to").select_option(label="2: after 27.3 C")
    page.get_by_role("button", name="Move", exact=True).click()
    spoken(page, "“A” is now 2 of 2 in Articles.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# --- Readers of screens ----------------------------------------------------------------------------------------------


STATES = ["closed", "open", "highlight", "moving", "failed", "conflict", "gone", "lost", "empty", "figure"]


def bring_about(page, issue, state):
    entry = Entry.objects.get(title="A")
    if state == "empty":
        Section.objects.all().delete()
    if state == "failed":
        Entry.objects.filter(pk=entry.pk).update(awaits_record=True)
        Fetch.objects.create(work=entry.work, last_error="timeout", last_message="It did not answer.")
    if state == "figure":
        Entry.objects.filter(pk=entry.pk).update(figure="figures/none.png")
    asked = {"moving": {"move": f"entry:{entry.pk}"}, "highlight": {"open": f"highlight:{issue.highlights.first().pk}"}}
    opened = {"open", "conflict", "gone", "lost", "figure"}
    compose(page, issue, **asked.get(state, {"open": f"entry:{entry.pk}"} if state in opened else {}))
    if state == "conflict":
        Entry.objects.filter(pk=entry.pk).update(summary="Theirs.")
    if state == "gone":
        entry.delete()
    if state == "lost":
        page.route("**/save/", lambda route: route.fulfill(status=500))
    if state in ("conflict", "gone", "lost"):
        page.get_by_label("Summary, in Markdown").fill("Mine.")
        shown = {"conflict": ".conflict", "gone": ".gone", "lost": "#lost"}[state]
        expect(page.locator(shown)).to_be_visible()


@pytest.mark.parametrize("state", STATES)
def test_no_state_has_a_barrier(chromium, site_url, client, editor, issue, settings, state):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    client.force_login(editor)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": f"{site_url}/admin/"}])
    try:
        page = context.new_page()
        bring_about(page, issue, state)
        expect(page.locator("#findings[data-counts]")).to_be_attached()
        assert barriers(page) == {}
    finally:
        context.close()
