"""A whole issue in the composer: from ten links to a draft that can be published, with the script and without it."""

import re

import pytest
from playwright.sync_api import expect

from issues.beginning import begin_issue, propose
from issues.models import Entry, Issue, Removal
from issues.publishing import lacks
from tests.browser.composing import DOI, compose, drag, log_in, order_shown, paste, row, spoken, titles, work, world
from tests.common.pictures import drawing, packed
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with world(settings) as server:
        yield server


@pytest.fixture
def issue():
    publication = make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    make_topic("video", names={"en": "Video", "ja": "動画"})
    earlier = make_section(make_issue(number=21, language="en"), title="Papers")
    make_entry(earlier, title="Seen before", url="https://arxiv.org/abs/2012.12556")
    sections = propose(publication, kind="special", language="en").sections
    issue = begin_issue(publication, kind="weekly", language="en", number=27, title="A week", sections=sections)
    for kind, title in (("paper", "Papers"), ("article", "Articles")):
        make_section(issue, kind=kind, title=title)
    issue.sections.first().delete()
    return issue


def ten_links(site):
    return (
        "This week, from https://arxiv.org/abs/2109.01652 to https://arxiv.org/pdf/2108.10904v1.pdf, and\n"
        f"- [sleep](https://doi.org/{DOI})\n- https://arxiv.org/abs/2111.12763?utm_source=mail\n"
        f"- {site.base}/shrink\n- {site.base}/churn\n- {site.base}/factory\n- {site.base}/retired\n"
        f"- {site.base}/missing\n疎な層の話は https://arxiv.org/abs/2012.12556。"
    )


def test_an_editor_makes_a_whole_issue(open_page, editor, issue, site):
    page = compose(log_in(open_page()), issue)

    # One paste makes ten entries, each where its like stand; a repeat is told before anything is fetched.
    paste(page, ten_links(site))
    spoken(page, "10 entries were added.")
    expect(page.locator(".entries > li")).to_have_count(10)
    expect(page.locator("#notices")).to_contain_text("Ran in #21 on 22 January 2021, in Papers.")
    assert len(titles(page, 1)) == 5
    expect(page.locator("[data-pending]")).to_have_count(10)

    # Titles arrive while the editor writes; what was typed stays.
    page.locator("#sections > section").nth(0).locator("a.edit").first.click()
    headline = page.get_by_label("Title", exact=True)
    expect(headline).to_be_focused()
    headline.press_sequentially("Zero-shot, patiently")
    work()
    expect(row(page, "The post on churn")).to_be_visible()
    expect(row(page, "Simple Pretraining With Weak Words")).to_be_visible()
    expect(page.get_by_label("Title of the original")).to_have_value("Finetuned Networks Are Patient Learners")
    expect(headline).to_have_value("Zero-shot, patiently")
    expect(page.get_by_text("Nothing fetched")).to_be_visible()

    # A summary with maths and Japanese, shown as readers will see it; a topic by its Japanese name.
    page.get_by_label("Summary, in Markdown").fill("Below $8 \\times 10^9$ parameters it *hurts*. 指示が効く。")
    preview = page.get_by_role("region", name="How it will look").last
    expect(preview.locator("math")).to_be_visible()
    expect(preview).to_contain_text("指示が効く")
    topics = page.get_by_role("combobox", name="Topics")
    topics.press_sequentially("動")
    page.get_by_role("option", name="Video").click()
    expect(page.locator(".toks li").first).to_contain_text("Video")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("form.edit")).to_have_count(0)

    # What could not be fetched says why; the editor fills it in by hand.
    failed = page.locator("li.ent", has_text="Nothing fetched")
    expect(failed).to_contain_text("missing")
    failed.get_by_role("button", name="Fill in by hand").click()
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    page.get_by_label("Title", exact=True).fill("A page that is gone")
    page.get_by_role("button", name="Done").click()

    # Moved by the mouse, into another section.
    moved = row(page, "Sleep and Learning")
    drag(page, moved.locator(".grip"), row(page, "The post on churn"))
    spoken(page, "“Sleep and Learning” is now")
    assert "Sleep and Learning" in titles(page, 2)
    page.locator("#undo").get_by_role("button", name="Undo").click()
    spoken(page, "“Sleep and Learning” is now 3 of 5 in Papers.")

    # The figure is one of the page's; its description comes along.
    row(page, "The post on shrink").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Fetch and use it").click()
    expect(page.get_by_role("img", name="A chart of shrink")).to_be_visible()
    expect(page.get_by_label("What it shows, for those who can’t see it")).to_have_value("A chart of shrink")
    page.get_by_label("One line for posts elsewhere").fill("小さくする Less")
    expect(page.locator("[data-count] span")).to_have_text("15")
    page.get_by_label("Star for the monthly").check()

    # A highlight is made of it; its link is picked, not typed.
    page.get_by_role("button", name="Make a highlight of it").click()
    words = page.get_by_label("Highlight, in Markdown")
    shrink = Entry.objects.get(title="The post on shrink")
    expect(words).to_have_value(f"[The post on shrink](entry:{shrink.public_id})")
    words.press("End")
    words.press_sequentially(", after ")
    page.get_by_label("Entry to link to").select_option(label="27.2 Simple Pretraining With Weak Words")
    expect(words).to_have_value(re.compile(r", after \[Simple Pretraining With Weak Words\]\(entry:[a-z]{10}\)$"))
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#highlights .hl a")).to_have_count(2)

    # Removed, and brought back.
    row(page, "The post on retired").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Remove entry").click()
    spoken(page, "was removed.")
    expect(row(page, "The post on retired")).to_have_count(0)
    page.locator("#undo").get_by_role("button", name="Undo").click()
    expect(row(page, "The post on retired")).to_be_visible()
    assert not Removal.objects.exists()

    # All of it is stored as it is shown, and nothing is missing.
    assert order_shown(page) == [list(section.entries.values_list("pk", flat=True)) for section in issue.sections.all()]
    first = Entry.objects.get(title="Zero-shot, patiently")
    assert first.summary == "Below $8 \\times 10^9$ parameters it *hurts*. 指示が効く。"
    assert [topic.slug for topic in first.topics.all()] == ["video"]
    shrink.refresh_from_db()
    assert (shrink.starred, shrink.one_liner) == (True, "小さくする Less")
    assert shrink.figure_source_url == shrink.url
    assert lacks(Issue.objects.get(pk=issue.pk)) == []
    page.get_by_role("link", name="Web").click()
    expect(page.get_by_role("heading", name="Zero-shot, patiently")).to_be_visible()


def test_an_editor_makes_a_whole_issue_without_the_script(open_page, editor, issue, site):
    page = compose(log_in(open_page(java_script_enabled=False)), issue)
    expect(page.locator(".grip").first).not_to_be_visible()

    page.get_by_label("Paste addresses").fill(ten_links(site))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("10 entries were added.")).to_be_visible()
    expect(page.get_by_text("Ran in #21 on 22 January 2021, in Papers").first).to_be_visible()
    work()
    page.reload()
    expect(row(page, "The post on churn")).to_be_visible()

    row(page, "Finetuned Networks Are Patient Learners").get_by_role("link", name="Edit").click()
    page.get_by_label("Title", exact=True).fill("Zero-shot, patiently")
    page.get_by_label("Summary, in Markdown").fill("Below $8$ it hurts. 指示が効く。")
    page.get_by_label("Topics").fill("動画, Patience")
    page.locator("form.edit").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d"))).to_be_visible()
    expect(page.get_by_label("Topics")).to_have_value("Patience, Video")
    expect(page.locator("math")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("form.edit")).to_have_count(0)

    row(page, "Zero-shot, patiently").get_by_role("button", name="Move down").click()
    assert titles(page, 1)[1] == "Zero-shot, patiently"
    row(page, "Zero-shot, patiently").get_by_role("link", name="Move to").click()
    page.get_by_label("Move 27.2 to").select_option(label="2: after 27.6 The post on shrink")
    page.get_by_role("button", name="Move", exact=True).click()
    assert titles(page, 2)[:2] == ["The post on shrink", "Zero-shot, patiently"]

    row(page, "The post on shrink").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Fetch and use it").click()
    expect(page.get_by_role("img", name="A chart of shrink")).to_be_visible()
    page.get_by_role("button", name="Make a highlight of it").click()
    page.get_by_label("Highlight, in Markdown").fill("The post is short.")
    page.get_by_label("Entry to link to").select_option(label="27.5 The post on shrink")
    page.get_by_label("Words of the text that become the link").fill("post")
    page.get_by_role("button", name="Link", exact=True).click()
    shrink = Entry.objects.get(title="The post on shrink")
    expect(page.get_by_label("Highlight, in Markdown")).to_have_value(f"The [post](entry:{shrink.public_id}) is short.")

    page.get_by_label("Title of the issue").fill("A week of patience")
    page.locator("form.issue").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Title of the issue")).to_have_value("A week of patience")
    page.get_by_role("button", name="Add a section").click()
    expect(page.locator("#sections > section")).to_have_count(3)
    page.get_by_role("button", name="Remove Section 3").click()
    page.get_by_text("Removed", exact=False).locator("visible=true").last.click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator("#sections > section")).to_have_count(3)


def test_few_clicks_and_keys_lead_from_ten_links_to_a_ready_draft(open_page, editor, issue, site):
    """What a person does besides the writing itself: one paste makes the draft, one key more each comment."""
    page = compose(log_in(open_page()), issue)
    page.evaluate(
        """() => {
            window.acts = 0;
            const count = (event) => { window.acts += event.isTrusted || event.type === "paste"; };
            for (const kind of ["click", "keydown", "paste"]) document.addEventListener(kind, count, true);
        }"""
    )
    paste(page, ten_links(site).replace("/missing", "/slow"))
    expect(page.locator(".entries > li")).to_have_count(10)
    work()
    expect(row(page, "The post on slow")).to_be_visible()
    assert lacks(Issue.objects.get(pk=issue.pk)) == []
    assert page.evaluate("window.acts") == 1

    page.locator("a.edit").first.click()
    for number in range(10):
        page.wait_for_function(
            "number => document.activeElement.form?.ariaLabel === `Entry 27.${number}`", arg=number + 1
        )
        expect(page.get_by_label("Summary, in Markdown")).to_be_focused()
        # The writing itself: it is not counted.
        page.keyboard.insert_text(f"Comment {number + 1}.")
        page.keyboard.press("Control+Enter")
    expect(page.locator("form.edit")).to_have_count(0)
    summaries = Entry.objects.filter(section__issue=issue).order_by("section__position", "position")
    assert list(summaries.values_list("summary", flat=True)) == [f"Comment {number}." for number in range(1, 11)]
    # The paste, a click, and Control with Enter for each of ten.
    assert page.evaluate("window.acts") == 1 + 1 + 2 * 10


def test_an_address_is_pasted_anywhere_or_into_the_field(open_page, editor, issue, site):
    page = compose(log_in(open_page()), issue)
    paste(page, "Only words, no address.")
    paste(page, f"{site.base}/shrink", into="#paste")
    spoken(page, "One entry was added.")
    expect(page.get_by_label("Paste addresses")).to_have_value("")
    # Into a field in which somebody writes it goes as it is.
    page.locator("a.edit").first.click()
    paste(page, f"{site.base}/churn", into=".spot textarea[name=summary]")
    expect(page.get_by_label("Summary, in Markdown")).to_have_value(f"{site.base}/churn")
    assert Entry.objects.filter(section__issue=issue).count() == 1
    # What is here already is told, and can be added all the same.
    paste(page, f"{site.base}/shrink?utm_source=x")
    expect(page.locator("#notices")).to_contain_text("Already here, as 27.1")
    page.get_by_role("button", name="Add it all the same").click()
    expect(page.locator(".entries > li")).to_have_count(2)
    page.get_by_label("Paste addresses").fill("nothing to see")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="no address in this text")).to_be_visible()
    expect(page.get_by_label("Paste addresses")).to_have_value("nothing to see")


def test_a_figure_is_pasted_dropped_and_uploaded(open_page, editor, issue, site):
    page = compose(log_in(open_page()), issue, open=f"entry:{make_entry(issue.sections.first()).pk}")
    give = """(element, [kind, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "a.png", {type: "image/png"}));
        const values = {bubbles: true, cancelable: true};
        element.dispatchEvent(kind === "paste" ? new ClipboardEvent(kind, {...values, clipboardData: data})
            : new DragEvent(kind, {...values, dataTransfer: data}));
    }"""
    page.get_by_label("Summary, in Markdown").fill("Half typed")
    page.get_by_label("Summary, in Markdown").evaluate(give, ["paste", list(packed(drawing()))])
    figure = page.locator("fieldset.figure")
    expect(figure.locator("img")).to_have_attribute("width", "60")
    expect(figure.get_by_text("Needed")).to_be_visible()
    expect(page.get_by_label("Summary, in Markdown")).to_have_value("Half typed")
    page.get_by_label("What it shows").fill("A slope")
    page.get_by_label("Licence").fill("all mine")
    expect(page.get_by_text("Write the licence by its SPDX id")).to_be_visible()
    page.get_by_label("Licence").fill("CC-BY-4.0")
    expect(page.get_by_text("Write the licence by its SPDX id")).not_to_be_visible()
    figure.locator(".dropzone").evaluate(give, ["drop", list(packed(drawing((80, 50))))])
    expect(figure.locator("img")).to_have_attribute("width", "80")
    figure.get_by_label("Another picture").set_input_files(
        {"name": "b.png", "mimeType": "image/png", "buffer": packed(drawing((90, 50)))}
    )
    expect(figure.locator("img")).to_have_attribute("width", "90")
    # htmx needs a moment to look after the new field.
    page.wait_for_timeout(100)
    figure.get_by_label("Another picture").set_input_files({"name": "c.png", "mimeType": "image/png", "buffer": b"no"})
    expect(figure.get_by_role("alert")).to_contain_text("can't be taken")
    expect(figure.locator("img")).to_have_attribute("width", "90")
    figure.get_by_role("button", name="Take the figure away").click()
    expect(figure.locator("img")).to_have_count(0)
    entry = Entry.objects.latest("pk")
    assert (entry.figure.name, entry.summary) == ("", "Half typed")


def test_sixty_entries_are_moved_and_written_like_six(open_page, editor, issue):
    section = issue.sections.first()
    for number in range(60):
        make_entry(section, title=f"Entry {number}", url="")
    page = log_in(open_page())
    sent = []
    page.on("request", lambda request: sent.append(len(request.url) + len(request.post_data or "")))
    page.on("request", lambda request: writes.append(request.url) if request.method == "POST" else None)
    writes = []
    compose(page, issue, open=f"entry:{section.entries.first().pk}")
    page.wait_for_timeout(1200)
    # To look at an issue changes nothing in it.
    assert writes == []
    row(page, "Entry 0").get_by_role("button", name="Move down").click()
    spoken(page, "“Entry 0” is now 2 of 60")
    row(page, "Entry 59").get_by_role("link", name="Edit").click()
    page.get_by_label("Summary, in Markdown").fill("A summary")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert max(sent) < 1500
    assert page.locator(".entries > li").nth(59).locator(".n").inner_text() == "27.60"
