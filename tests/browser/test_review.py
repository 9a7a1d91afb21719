"""An issue on its way from the draft past a reviewer to its readers, and away from them again."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import Comment, Erratum, Issue
from issues.publishing import publish
from issues.reviewing import answer, approve, comment, invite, submit
from tests.browser.barriers import barriers
from tests.browser.composing import log_in
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where readers come upon an issue, and by what.
LISTS = {
    "/": "A quiet week",
    "/issues/": "A quiet week",
    "/feed/": "A quiet week",
    "/topics/video/": "Sparse is enough",
}


@pytest.fixture
def issue(editor):
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    make_entry(make_section(make_issue(number=25, title="The week before")))
    issue = make_issue(published=False, number=26, title="A quiet week", intro="With *one* paper.")
    entry = make_entry(make_section(issue), title="Sparse is enough", topics=[make_topic("video")])
    make_entry(entry.section, title="Sleep and learn")
    make_highlight(issue, text=f"A network [sleeps](entry:{entry.public_id}).")
    return issue


def body(page, address):
    """What a reader gets at an address; nothing where there is nothing."""
    response = page.request.get(address)
    return response.text() if response.ok else ""


def sitemaps(page):
    found = re.findall(r"<loc>[^<]*(/sitemaps/[^<]+)</loc>", body(page, "/sitemap.xml"))
    return "".join(body(page, address) for address in found)


def until(page, condition):
    """Ask until it is so; what is asked takes its time itself."""
    deadline = timezone.now() + datetime.timedelta(seconds=20)
    while not condition():
        assert timezone.now() < deadline, "It never came to be."
        page.wait_for_timeout(50)


def test_an_issue_goes_past_a_reviewer_to_its_readers_and_away_again(open_page, issue):
    desk, reviewer, reader = log_in(open_page()), open_page(width=390), open_page()

    # The draft is given to review, and a link is made.
    desk.goto(f"/admin/issues/issue/{issue.pk}/compose/")
    desk.get_by_role("button", name="Submit for review").click()
    expect(desk.get_by_text("is in review.")).to_be_visible()
    desk.get_by_role("link", name="Review", exact=True).click()
    desk.get_by_label("For", exact=True).fill("Ken")
    desk.get_by_role("button", name="Make a link").click()
    expect(desk.get_by_text("This is the link for Ken.")).to_be_visible()
    link = desk.get_by_label("Link", exact=True).input_value()

    # Somebody without an account comments and approves.
    reviewer.goto(link)
    expect(reviewer.get_by_role("heading", name="A quiet week")).to_be_visible()
    entry = Issue.objects.get(pk=issue.pk).sections.get().entries.first()
    place = reviewer.locator(f"#say-entry-{entry.pk}")
    place.get_by_text("Comment", exact=False).first.click()
    place.get_by_label("Your comment").fill("Half, or a third?")
    place.get_by_role("button", name="Send the comment").click()
    expect(place.locator(".said")).to_contain_text("Half, or a third?")
    reviewer.get_by_label("A note to the editors").fill("Else fine.")
    reviewer.get_by_role("button", name="Approve the issue").click()
    expect(reviewer.locator("#verdict")).to_contain_text("Ken approved it on")
    assert reviewer.context.cookies() == []

    # The editor finds the comment at its entry, answers and settles it.
    desk.goto(f"/admin/issues/issue/{issue.pk}/compose/")
    expect(desk.get_by_text("Approved by Ken")).to_be_visible()
    desk.locator(f"#look-entry-{entry.pk}").get_by_role("link", name="1 comment").click()
    said = desk.locator(".said", has_text="Half, or a third?")
    said.get_by_label("Answer", exact=True).fill("Half.")
    said.get_by_role("button", name="Answer and settle").click()
    expect(desk.get_by_text("The comment of Ken is settled.")).to_be_visible()
    expect(desk.get_by_text("Else fine.")).to_be_visible()
    reviewer.reload()
    expect(place.locator(".said")).to_contain_text("settled")
    expect(place.locator(".reply")).to_contain_text("Half.")

    # It is public everywhere from its moment on, and nowhere before, though no worker runs.
    moment = timezone.now() + datetime.timedelta(seconds=2)
    publish(Issue.objects.get(pk=issue.pk), at=moment)
    seen = [body(reader, address) for address in ("/issues/26/", *LISTS)] + [sitemaps(reader)]
    if timezone.now() < moment:
        assert not any("A quiet week" in page or "Sparse is enough" in page or "/issues/26/" in page for page in seen)
    until(reader, lambda: reader.request.get("/issues/26/").status == 200)
    assert timezone.now() >= moment
    for address, words in LISTS.items():
        until(reader, lambda address=address, words=words: words in body(reader, address))
    until(reader, lambda: "/issues/26/" in sitemaps(reader))
    assert "/topics/video/" in body(reader, "/topics/")
    reader.goto("/issues/26/")
    expect(reader.get_by_role("link", name="Sparse is enough").first).to_be_visible()
    assert "Half, or a third?" not in reader.content()

    # A correction is noted.
    desk.goto(f"/admin/issues/issue/{issue.pk}/change/")
    desk.get_by_text("Add another Correction").click()
    desk.locator("#id_errata-0-noted_on").fill("2021-09-06")
    desk.locator("#id_errata-0-text").fill("A third, not half.")
    desk.get_by_role("button", name="Save and continue editing").click()
    expect(desk.get_by_text("was changed successfully")).to_be_visible()
    assert Erratum.objects.get().text == "A third, not half."
    until(reader, lambda: "A third, not half." in body(reader, "/issues/26/"))
    until(reader, lambda: "A third, not half." in body(reader, "/feed/"))

    # And it is withdrawn, from reviewers too.
    desk.get_by_role("link", name="Withdraw…").click()
    desk.get_by_role("button", name="Withdraw the issue").click()
    expect(desk.get_by_text("is withdrawn.")).to_be_visible()
    until(reader, lambda: reader.request.get("/issues/26/").status == 410)
    for address, words in LISTS.items():
        until(reader, lambda address=address, words=words: words not in body(reader, address))
    until(reader, lambda: "/issues/26/" not in sitemaps(reader))
    assert reviewer.request.get(link).status == 410
    assert reader.context.cookies() == []


def test_everything_works_without_a_script(open_page, issue):
    submit(issue)
    _, secret = invite(issue, name="Ken")
    page = open_page(java_script_enabled=False, width=390)
    page.goto(f"/preview/{secret}/")
    page.locator("#say-highlights summary").click()
    page.locator("#say-highlights select").select_option(label="A network sleeps.")
    page.locator("#say-highlights").get_by_label("Your comment").fill("Wow?")
    page.locator("#say-highlights").get_by_role("button", name="Send the comment").click()
    expect(page.locator("#say-highlights .said")).to_contain_text("Wow?")
    page.locator("#whole").get_by_label("Your comment").fill("As a whole.")
    page.locator("#whole").get_by_role("button", name="Send the comment").click()
    expect(page.locator("#whole .said")).to_contain_text("As a whole.")
    assert Comment.objects.count() == 2
    for view, words in (("Phone", "As a phone"), ("Plain text", "A quiet week"), ("Web", "As a whole.")):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("link", name="Comment and approve").click()
    page.get_by_role("button", name="Approve the issue").click()
    expect(page.locator("#verdict")).to_contain_text("Ken approved it on")


def test_a_link_is_copied_by_a_button(chromium, site_url, issue):
    context = chromium.new_context(base_url=site_url, permissions=["clipboard-read", "clipboard-write"])
    page = log_in(context.new_page())
    page.goto(f"/admin/issues/issue/{issue.pk}/review/")
    page.get_by_label("For", exact=True).fill("Ken")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.get_by_label("Link", exact=True).input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    context.close()


def test_no_page_of_a_review_has_a_barrier(chromium, site_url, issue, editor):
    submit(issue)
    link, secret = invite(issue, name="Ken", by=editor)
    entry = issue.sections.get().entries.first()
    answer(comment(issue, "Half?\n\nOr " + "w" * 200, at=f"entry:{entry.pk}", link=link), "A third.", by=editor)
    comment(issue, "語" * 200, at="highlights", link=link)
    approve(issue, link=link, note="Fine.")
    type(entry).objects.filter(pk=entry.pk).update(summary="Otherwise.")
    desk = f"/admin/issues/issue/{issue.pk}"
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = log_in(context.new_page())
    found = {}
    for address in (f"/preview/{secret}/", "/preview/none/", *(f"{desk}/{name}/" for name in ("review", "publish"))):
        page.goto(address)
        page.evaluate("document.querySelectorAll('.talk details').forEach((each) => { each.open = true })")
        found |= {(address, *key): nodes for key, nodes in barriers(page).items()}
    context.close()
    assert found == {}
