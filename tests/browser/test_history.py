"""From the composer into the history and back: what was typed over, and what was removed, comes back."""

import pytest
from playwright.sync_api import expect

from common.acting import acting
from issues.models import Entry
from tests.browser.barriers import barriers
from tests.browser.composing import compose, log_in, row
from tests.factories import make_entry, make_highlight, make_issue, make_section, make_topic
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLD = "Most weights can go, if those that stay are trained a little longer."


@pytest.fixture
def entry(editor):
    section = make_section(make_issue(published=False, number=27, title="A week"))
    make_entry(section, title="Longer and shorter")
    return make_entry(section, title="Sparse is enough", summary=OLD)


def type_over(page, entry):
    """Type another summary, wait until it is saved, and go to the history by the link in the bar."""
    compose(page, entry.section.issue, open=f"entry:{entry.pk}")
    page.get_by_label("Summary, in Markdown").fill("Most <b>weights</b> can go.")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("form.edit")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("heading", name="History of “A week”")).to_be_visible()


def told(page, words):
    return page.locator(".changes > li", has_text=words)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_text_that_was_typed_over_is_brought_back(open_page, editor, entry, script):
    page = log_in(open_page(java_script_enabled=script))
    type_over(page, entry) if script else _type_over_plainly(page, editor, entry)
    line = told(page, "Summary").first
    expect(line.locator("del")).to_contain_text("if those that stay are trained a little longer")
    expect(line.locator("ins").first).to_contain_text("<b>")
    expect(line).to_contain_text("mika")
    line.get_by_text("The earlier text").click()
    line.get_by_role("button", name="Bring this text back").click()
    expect(page.locator(".messagelist")).to_contain_text("Summary of The entry “Sparse is enough” was brought back.")
    expect(told(page, "Brought back").first).to_contain_text("Summary")
    page.get_by_role("link", name="Compose", exact=True).click()
    expect(row(page, "Sparse is enough")).to_contain_text("trained a little longer")
    assert Entry.objects.get(pk=entry.pk).summary == OLD


def _type_over_plainly(page, editor, entry):
    with acting(by=editor, via="desk"):
        Entry.objects.filter(pk=entry.pk).update(summary="Most <b>weights</b> can go.")
    page.goto(f"/admin/issues/issue/{entry.section.issue_id}/history/")


def test_a_removed_entry_is_brought_back(open_page, entry):
    page = log_in(open_page())
    compose(page, entry.section.issue, open=f"entry:{entry.pk}")
    page.get_by_role("button", name="Remove entry").click()
    expect(row(page, "Sparse is enough")).to_have_count(0)
    page.get_by_role("link", name="History", exact=True).click()
    line = told(page, "Removed").first
    expect(line).to_contain_text("Sparse is enough")
    line.get_by_role("button", name="Bring back").click()
    expect(page.locator(".messagelist")).to_contain_text("The entry “Sparse is enough” is back.")
    page.get_by_role("link", name="Compose", exact=True).click()
    expect(row(page, "Sparse is enough")).to_be_visible()
    assert [each.title for each in entry.section.entries.all()] == ["Longer and shorter", "Sparse is enough"]


def test_the_history_is_narrowed_and_followed_to_a_row(open_page, editor, entry):
    with acting(by=editor, via="desk"):
        Entry.objects.filter(pk=entry.pk).update(title="Sparse is plenty")
    Entry.objects.filter(pk=entry.pk).update(summary="Changed by a script.")
    page = log_in(open_page(width=390))
    page.goto(f"/admin/issues/issue/{entry.section.issue_id}/history/")
    expect(told(page, "Summary")).to_have_count(1)
    page.get_by_label("By").select_option(label="mika")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".changes > li")).to_have_count(1)
    told(page, "Title").get_by_role("link", name="Sparse is plenty").click()
    expect(page.get_by_role("heading", name="History of “Sparse is plenty”")).to_be_visible()
    expect(told(page, "Summary")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _everything(entry, person):
    """Changes of every sort that the pages tell."""
    issue = entry.section.issue
    with acting(by=person, via="desk"):
        for text in ("Most", "Most weights", "Most weights can go."):
            Entry.objects.filter(pk=entry.pk).update(one_liner=text)
        entry.topics.set([make_topic("video")])
        Entry.objects.update(starred=True)
        make_highlight(issue, text="日本語の要約です。").delete()
        for place, each in enumerate(entry.section.entries.order_by("-pk")):
            Entry.objects.filter(pk=each.pk).update(position=place)
    for _ in range(3):
        make_entry(entry.section)
    Entry.objects.update(figure_alt="A chart.")


def test_history_and_trail_have_no_barrier(chromium, site_url, entry):
    boss = make_person("superuser", name="boss")
    _everything(entry, boss)
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = log_in(context.new_page(), name="boss")
    found = {}
    for address in (
        f"/admin/issues/issue/{entry.section.issue_id}/history/",
        f"/admin/issues/entry/{entry.pk}/history/",
        "/admin/issues/change/",
        "/admin/issues/auditrecord/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        found |= {(address, *key): nodes for key, nodes in barriers(page).items()}
    context.close()
    assert found == {}
