"""The pane of findings beside the sheet, as an editor uses it: live, leading to fields, fixing, waiving."""

import pytest
from playwright.sync_api import expect

from issues.models import Entry, Waiver
from tests.browser.composing import compose, log_in
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "https://arxiv.org/abs/2103.03230"


@pytest.fixture
def draft(editor):
    make_publication(imprint="12 Lamp Street")
    issue = make_issue(published=False, number=27, title="The letter")
    section = make_section(issue, title="Papers")
    make_entry(section, title="Pinned", url=f"{PAPER}v2", summary="It pins a version of the paper.")
    make_entry(section, title="", summary="It has no title at all, sadly.", position=2)
    make_highlight(issue, text="Nothing is linked.")
    return issue


@pytest.fixture
def desk(open_page, draft):
    return compose(log_in(open_page()), draft)


def found(page, title):
    return page.locator("#findings .find", has_text=title)


def test_a_finding_leads_to_its_field_and_goes_when_it_is_mended(desk, draft):
    finding = found(desk, "No title")
    finding.get_by_role("link").click()
    untitled = Entry.objects.get(title="")
    field = desk.locator(f"#entry-{untitled.pk}-title")
    expect(field).to_be_focused()
    field.fill("A title at last")
    expect(finding).to_have_count(0)
    expect(field).to_be_focused()
    expect(desk.locator("#checks-said")).to_contain_text("0 errors")


def test_a_new_mistake_is_found_while_one_goes_on_typing(desk, draft):
    entry = Entry.objects.get(title="Pinned")
    desk.locator(f'a[data-open="entry:{entry.pk}"]').first.click()
    summary = desk.locator(f"#entry-{entry.pk}-summary")
    summary.fill("TODO: say it")
    summary.press("End")
    desk.keyboard.type(" and more", delay=5)
    expect(found(desk, "Text left over")).to_have_count(1)
    expect(summary).to_have_value("TODO: say it and more")
    expect(summary).to_be_focused()


def test_a_fix_is_shown_on_the_sheet_and_undone(desk, draft):
    found(desk, "A version is pinned").get_by_role("button").first.click()
    expect(found(desk, "A version is pinned")).to_have_count(0)
    assert Entry.objects.filter(url=PAPER).exists()
    desk.locator("#findings").get_by_role("button", name="Undo").click()
    expect(found(desk, "A version is pinned")).to_have_count(1)
    assert Entry.objects.filter(url=f"{PAPER}v2").exists()


def test_a_field_that_is_open_shows_what_a_fix_made_of_it(desk, draft):
    entry = Entry.objects.get(title="Pinned")
    desk.locator(f'a[data-open="entry:{entry.pk}"]').first.click()
    link = desk.locator(f"#entry-{entry.pk}-url")
    expect(link).to_have_value(f"{PAPER}v2")
    found(desk, "A version is pinned").get_by_role("button").first.click()
    expect(link).to_have_value(PAPER)


def test_a_reason_that_is_being_written_is_not_taken_away(desk, draft):
    finding = found(desk, "A highlight without a link")
    finding.locator("summary").click()
    reason = finding.get_by_label("Why may it stand?")
    reason.fill("It is only")
    # Something is saved meanwhile: what is found is asked anew only when the reason is done.
    Entry.objects.filter(title="").update(title="By somebody else")
    desk.evaluate("document.querySelector('#composer').dispatchEvent(new CustomEvent('issue:changed'))")
    reason.press("End")
    desk.keyboard.type(" a word.", delay=80)
    expect(reason).to_have_value("It is only a word.")
    desk.keyboard.press("Enter")
    expect(desk.locator("#findings .let summary")).to_have_text("1 waived")
    expect(found(desk, "No title")).to_have_count(0)
    assert Waiver.objects.get().reason == "It is only a word."


def test_on_a_phone_the_checks_are_a_pane_of_their_own(open_page, draft):
    page = compose(log_in(open_page(width=390)), draft)
    expect(page.locator("#checks")).to_be_hidden()
    expect(page.locator("#checks-tab .badge")).to_be_visible()
    page.locator("#checks-tab").click()
    expect(found(page, "No title")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
    found(page, "No title").get_by_role("link").click()
    expect(page.locator(f"#entry-{Entry.objects.get(title='').pk}-title")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_the_script_findings_are_a_page_and_buttons_work(open_page, draft):
    page = log_in(open_page(java_script_enabled=False))
    page.goto(f"/admin/issues/issue/{draft.pk}/compose/")
    page.get_by_role("link", name="What is found in this issue").click()
    found(page, "A version is pinned").get_by_role("button").first.click()
    expect(found(page, "A version is pinned")).to_have_count(0)
    found(page, "A highlight without a link").locator("summary").click()
    found(page, "A highlight without a link").get_by_label("Why may it stand?").fill("It is only a word.")
    found(page, "A highlight without a link").get_by_role("button", name="Waive").click()
    expect(page.locator("#findings .let summary")).to_have_text("1 waived")
