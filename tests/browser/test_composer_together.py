"""Two editors on one issue, and one whose connection breaks: both are told, and nothing that was typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from issues.models import Entry
from tests.browser.composing import compose, log_in, log_in_by_form, order_shown, row, spoken, titles
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issue():
    make_publication(time_zone="Asia/Tokyo")
    issue = make_issue(published=False, number=27)
    first, second = make_section(issue, title="Papers"), make_section(issue, title="Articles", kind="article")
    make_entry(first, title="A", summary="A model is tuned on sixty tasks.")
    make_entry(first, title="B")
    make_entry(second, title="C")
    return issue


@pytest.fixture
def entry(issue):
    return Entry.objects.get(title="A")


@pytest.fixture
def mika(open_page, editor, issue, entry):
    return compose(log_in(open_page()), issue, open=f"entry:{entry.pk}")


@pytest.fixture
def ken(open_page, django_user_model, issue, entry):
    django_user_model.objects.create_superuser("ken", password="a long password", first_name="Ken")
    return compose(log_in(open_page(), name="ken"), issue, open=f"entry:{entry.pk}")


def summary(page):
    return page.get_by_label("Summary, in Markdown")


def saved(page):
    expect(page.locator("#saved")).to_contain_text("Saved at")


def look(page):
    """What happens by itself every twenty seconds, and when the window is looked at again."""
    page.evaluate("composer.look()")


def test_two_who_write_one_field_are_shown_both_texts_and_both_changes(mika, ken, entry):
    summary(ken).fill("A model is tuned on more than sixty tasks.")
    saved(ken)
    summary(mika).fill("A large model is tuned on sixty tasks.")
    conflict = mika.get_by_role("group", name="Two texts")
    expect(conflict).to_contain_text("Ken changed “Summary, in Markdown” while you were writing")
    expect(conflict.locator("ins").first).to_have_text("large ")
    expect(summary(mika)).to_have_value("A large model is tuned on sixty tasks.")
    entry.refresh_from_db()
    assert entry.summary == "A model is tuned on more than sixty tasks."

    conflict.get_by_text("Both changes in one text").click()
    expect(conflict.get_by_label("Both in one text")).to_have_value("A large model is tuned on more than sixty tasks.")
    conflict.get_by_role("button", name="Use this text").click()
    spoken(mika, "The text is as you chose.")
    entry.refresh_from_db()
    assert entry.summary == "A large model is tuned on more than sixty tasks."
    # The other is told, and shown the new text, since nothing of theirs is unsaved.
    look(ken)
    spoken(ken, "New here, not by you: Summary, in Markdown.")
    expect(summary(ken)).to_have_value("A large model is tuned on more than sixty tasks.")


@pytest.mark.parametrize(("choice", "text"), [("Keep mine", "Mine."), ("Take theirs", "Theirs.")])
def test_one_of_two_texts_is_chosen(mika, ken, entry, choice, text):
    summary(ken).fill("Theirs.")
    saved(ken)
    summary(mika).fill("Mine.")
    mika.get_by_role("button", name=choice).click()
    spoken(mika, "The text is as you chose.")
    expect(summary(mika)).to_have_value(text)
    expect(mika.get_by_role("group", name="Two texts")).to_have_count(0)
    entry.refresh_from_db()
    assert entry.summary == text
    # From here on it is saved as ever.
    summary(mika).press_sequentially(" More.")
    mika.get_by_role("button", name="Done").click()
    expect(mika.locator("form.edit")).to_have_count(0)
    entry.refresh_from_db()
    assert entry.summary == f"{text} More."


def test_an_entry_is_not_closed_before_a_text_is_chosen(mika, ken):
    summary(ken).fill("Theirs.")
    saved(ken)
    summary(mika).fill("Mine.")
    mika.get_by_role("button", name="Done").click()
    spoken(mika, "Something here is not saved yet.")
    expect(summary(mika)).to_have_value("Mine.")
    # Another row is opened beside it.
    row(mika, "C").get_by_role("link", name="Edit").click()
    expect(mika.locator("form.edit")).to_have_count(2)
    mika.get_by_role("button", name="Take theirs").click()
    spoken(mika, "The text is as you chose.")


def test_different_fields_come_together_without_a_question(mika, ken, entry):
    mika.get_by_label("Title", exact=True).fill("New title")
    summary(ken).fill("New summary")
    saved(mika)
    saved(ken)
    look(mika)
    look(ken)
    expect(summary(mika)).to_have_value("New summary")
    expect(ken.get_by_label("Title", exact=True)).to_have_value("New title")
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("New title", "New summary")
    expect(mika.locator("#people")).to_contain_text("Ken")


def test_what_one_removes_the_other_keeps_in_writing(mika, ken, entry):
    summary(mika).fill("Half a thought")
    ken.get_by_role("button", name="Remove entry").click()
    spoken(ken, "was removed.")
    summary(mika).press_sequentially(", and the rest")
    gone = mika.locator(".gone")
    expect(gone).to_contain_text("ken removed “A” meanwhile")
    gone.get_by_role("button", name="Bring it back with my text").click()
    spoken(mika, "is back, with your text.")
    expect(summary(mika)).to_have_value("Half a thought, and the rest")
    assert Entry.objects.get(pk=entry.pk).summary == "Half a thought, and the rest"
    look(ken)
    expect(row(ken, "A")).to_be_visible()
    assert titles(ken, 1) == ["A", "B"]


def test_what_the_other_removes_goes_where_nobody_writes(mika, ken):
    row(ken, "B").get_by_role("link", name="Edit").click()
    expect(ken.get_by_role("form", name="Entry 27.2")).to_be_visible()
    expect(ken.locator("form.edit")).to_have_count(1)
    ken.get_by_role("button", name="Remove entry").click()
    spoken(ken, "was removed.")
    look(mika)
    expect(row(mika, "B")).to_have_count(0)
    spoken(mika, "Somebody else changed what stands where.")


def test_two_who_move_one_entry_end_with_one_order(mika, ken, issue):
    row(ken, "C").get_by_role("button", name="Move up").click()
    spoken(ken, "“C” is now 3 of 3 in Papers.")
    row(mika, "C").get_by_role("button", name="Move up").click()
    spoken(mika, "“C” is now")
    look(ken)
    look(mika)
    expect(ken.locator(".entries > li")).to_have_count(3)
    stored = [list(section.entries.values_list("pk", flat=True)) for section in issue.sections.all()]
    assert order_shown(mika) == order_shown(ken) == stored


def test_what_somebody_else_adds_and_moves_appears(mika, ken, issue):
    row(ken, "A").get_by_role("button", name="Move down").click()
    spoken(ken, "“A” is now 2 of 2")
    ken.get_by_role("button", name="Add a section").click()
    spoken(ken, "was added.")
    ken.get_by_role("button", name="Add a highlight").click()
    expect(ken.get_by_label("Highlight, in Markdown")).to_be_visible()
    summary(mika).focus()
    look(mika)
    expect(mika.locator("#sections > section")).to_have_count(3)
    expect(mika.locator("#highlights > li")).to_have_count(1)
    assert titles(mika, 1) == ["B", "A"]
    # Who is writing goes on where they were.
    expect(summary(mika)).to_be_focused()


# --- Connections that break ------------------------------------------------------------------------------------------


@pytest.fixture
def troubled(chromium, site_url, editor, issue, entry):
    """A page that meets broken connections, which a browser reports as faults."""
    context = chromium.new_context(base_url=site_url)
    context.set_default_timeout(10_000)
    yield compose(log_in(context.new_page()), issue, open=f"entry:{entry.pk}")
    context.close()


def test_a_lost_connection_keeps_the_text_and_says_so_until_it_is_saved(troubled, entry):
    summary(troubled).fill("Before")
    saved(troubled)
    troubled.context.set_offline(True)
    summary(troubled).fill("In the tunnel")
    lost = troubled.locator("#lost")
    expect(lost).to_contain_text("Not saved since")
    expect(lost).to_contain_text("The desk can’t be reached.")
    troubled.get_by_label("Title", exact=True).fill("In the tunnel, too")
    row(troubled, "B").get_by_role("button", name="Move up").click()
    expect(troubled.locator(".entries > li").first).to_contain_text("A")
    expect(summary(troubled)).to_have_value("In the tunnel")
    troubled.context.set_offline(False)
    lost.get_by_role("button", name="Try now").dispatch_event("click")
    expect(lost).to_be_hidden()
    spoken(troubled, "The desk is back.")
    troubled.get_by_role("button", name="Done").click()
    expect(troubled.locator("form.edit")).to_have_count(0)
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("In the tunnel, too", "In the tunnel")


def test_what_is_not_saved_can_be_copied_and_is_not_left_unasked(troubled):
    troubled.context.grant_permissions(["clipboard-read", "clipboard-write"])
    troubled.context.set_offline(True)
    summary(troubled).fill("In the tunnel")
    troubled.get_by_role("button", name="Copy the text").click()
    spoken(troubled, "was copied.")
    assert troubled.evaluate("navigator.clipboard.readText()") == "Summary, in Markdown:\nIn the tunnel"
    asked = []
    troubled.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    troubled.context.set_offline(False)
    troubled.route("**/save/", lambda route: route.abort())
    summary(troubled).press_sequentially("!")
    troubled.goto("/admin/")
    assert asked == ["beforeunload"]


def test_who_is_logged_out_logs_in_elsewhere_and_loses_nothing(troubled, entry):
    Session.objects.all().delete()
    summary(troubled).fill("Written while logged out")
    expect(troubled.locator("#lost")).to_contain_text("You are logged out.")
    log_in_by_form(troubled.context.new_page())
    troubled.get_by_role("button", name="Try now").dispatch_event("click")
    expect(troubled.locator("#lost")).to_be_hidden()
    saved(troubled)
    entry.refresh_from_db()
    assert entry.summary == "Written while logged out"


def test_a_fault_of_the_server_is_told_and_the_text_is_sent_again(troubled, entry):
    answers = [500, 413, 200]

    def answer(route):
        status = answers.pop(0) if answers else 200
        route.continue_() if status == 200 else route.fulfill(status=status, body="no")

    troubled.route("**/save/", answer)
    summary(troubled).fill("Persistent")
    expect(troubled.locator("#lost")).to_contain_text("a fault of its own")
    troubled.get_by_role("button", name="Try now").dispatch_event("click")
    expect(troubled.locator("#lost")).to_contain_text("more than the desk takes")
    troubled.get_by_role("button", name="Try now").dispatch_event("click")
    expect(troubled.locator("#lost")).to_be_hidden()
    entry.refresh_from_db()
    assert entry.summary == "Persistent"
